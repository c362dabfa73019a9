//! The same in a kiosk, also of what covers its page.

use std::time::Duration;

use slint::platform::Key;
use vestibule::ui::Theme;

use super::{all_of_it, inside, ring, window_size};
use crate::{kiosk::look_at_all, world::World};

#[test]
fn in_a_kiosk_the_tab_key_comes_to_every_button() {
    let world = World::kiosk(Theme::Light);
    look_at_all(&world, |world, what| {
        // Any key ends the warning: its one button is pressed by all of them.
        if what.starts_with("warned") {
            assert_eq!(
                inside(world, ring(world).expect("the focus")),
                "Stay signed in"
            );
            return;
        }
        let size = window_size(world);
        let is_alone = world.button("Show code").is_some();
        let mut all = match is_alone {
            true => world.buttons(),
            false => all_of_it(world, size, || world.buttons()),
        };
        let mut found = Vec::new();
        for _ in 0..all.len() {
            world.press(Key::Tab);
            world.pass(Duration::from_millis(20));
            let at = ring(world).unwrap_or_else(|| panic!("no focus: {what}"));
            assert!(at[1] >= -1.0 && at[3] <= size.1 + 1.0, "{at:?}: {what}");
            found.push(inside(world, at));
        }
        all.sort();
        found.sort();
        assert_eq!(found, all, "{what}");
    });
}
