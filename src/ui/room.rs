//! How large a window may be on every screen there is: arithmetic alone.

/// A part of the desktop, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub left: i32,
    pub top: i32,
    pub width: u32,
    pub height: u32,
}

/// What a window manager leaves to windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Desktop {
    /// The desktop without its panels: one area, however many screens there are.
    pub work_area: Area,
    /// What the frame adds to a window's width and height.
    pub frame: (u32, u32),
}

/// Width and height that the smallest screen has room for; `None` when no
/// screen is known.
pub(super) fn room(monitors: &[Area], desktop: Option<Desktop>) -> Option<(u32, u32)> {
    let monitors = monitors.iter().filter(|m| m.width > 0 && m.height > 0);
    let rooms = monitors.map(|&monitor| match desktop {
        Some(Desktop { work_area, frame }) => inside(shared(monitor, work_area), frame),
        None => (monitor.width, monitor.height),
    });
    // With no output switched on there is no monitor, and still a desktop.
    let whole = || desktop.map(|desktop| inside(desktop.work_area, desktop.frame));
    rooms
        .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
        .or_else(whole)
}

/// The part of `monitor` that is in `work_area`. All of it where they share
/// nothing: a window manager that does not know of this monitor says nothing
/// about it.
fn shared(monitor: Area, work_area: Area) -> Area {
    let along = |a: i32, a_length: u32, b: i32, b_length: u32| {
        let start = a.max(b);
        let end = i64::min(
            i64::from(a) + i64::from(a_length),
            i64::from(b) + i64::from(b_length),
        );
        let length = u32::try_from(end - i64::from(start)).unwrap_or(0);
        (start, length)
    };
    let (left, width) = along(monitor.left, monitor.width, work_area.left, work_area.width);
    let (top, height) = along(monitor.top, monitor.height, work_area.top, work_area.height);
    if width == 0 || height == 0 {
        return monitor;
    }
    Area {
        left,
        top,
        width,
        height,
    }
}

/// `area` without the window's frame; with it where nothing would be left.
fn inside(area: Area, (across, down): (u32, u32)) -> (u32, u32) {
    let less = |length: u32, frame: u32| match length.saturating_sub(frame) {
        0 => length,
        left => left,
    };
    (less(area.width, across), less(area.height, down))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: i32, top: i32, width: u32, height: u32) -> Area {
        Area {
            left,
            top,
            width,
            height,
        }
    }

    fn desktop(work_area: Area, frame: (u32, u32)) -> Option<Desktop> {
        Some(Desktop { work_area, frame })
    }

    #[test]
    fn no_window_is_larger_than_what_any_screen_leaves_it() {
        let small = area(0, 0, 800, 480);
        let large = area(800, 0, 1920, 1080);
        let none = (0, 0);
        for (monitors, desktop, expected) in [
            // Nobody manages windows: the screen.
            (vec![small], None, Some((800, 480))),
            // A panel on top, then one at the left, then a frame besides.
            (
                vec![small],
                desktop(area(0, 40, 800, 440), none),
                Some((800, 440)),
            ),
            (
                vec![small],
                desktop(area(64, 0, 736, 480), none),
                Some((736, 480)),
            ),
            (
                vec![small],
                desktop(area(0, 40, 800, 440), (2, 25)),
                Some((798, 415)),
            ),
            // The window may open on either of two.
            (vec![large, small], None, Some((800, 480))),
            // One area for both, with the panel on the large one.
            (
                vec![small, large],
                desktop(area(0, 0, 2720, 1040), none),
                Some((800, 480)),
            ),
            (
                vec![large],
                desktop(area(0, 0, 2720, 1040), none),
                Some((1920, 1040)),
            ),
            // A monitor that is left of the first has negative places.
            (
                vec![area(-800, 0, 800, 480)],
                desktop(area(-800, 30, 2720, 1000), none),
                Some((800, 450)),
            ),
            // A window manager that knows of one monitor says nothing of the other.
            (
                vec![small, large],
                desktop(area(0, 30, 800, 450), none),
                Some((800, 450)),
            ),
            // Nonsense is not followed.
            (
                vec![small],
                desktop(area(0, 0, 0, 0), none),
                Some((800, 480)),
            ),
            (vec![small], desktop(small, (900, 900)), Some((800, 480))),
            (vec![area(0, 0, 0, 0), small], None, Some((800, 480))),
            (
                vec![],
                desktop(area(0, 0, 640, 480), (2, 25)),
                Some((638, 455)),
            ),
            (vec![], None, None),
        ] {
            assert_eq!(
                room(&monitors, desktop),
                expected,
                "{monitors:?} {desktop:?}"
            );
        }
    }

    #[test]
    fn areas_at_the_ends_of_the_numbers_do_not_overflow() {
        let far = area(i32::MAX, i32::MIN, u32::MAX, u32::MAX);
        assert!(room(&[far, area(0, 0, 800, 480)], desktop(far, (1, 1))).is_some());
    }
}
