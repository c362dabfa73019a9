//! The words for a code, on terminals of all sorts.

use super::*;

const PAGE: &str = "https://sso.example.org/device";
const LINK: &str = "https://sso.example.org/device?user_code=WDJB-MJHT";
const HOST: &str = "sso.example.org";

fn code(page: &str, seconds: u64) -> DeviceAuthorization {
    DeviceAuthorization {
        user_code: "WDJB-MJHT".to_owned(),
        verification_uri: page.to_owned(),
        verification_uri_complete: Some(format!("{page}?user_code=WDJB-MJHT")),
        expires_at: Instant::now() + Duration::from_secs(seconds),
    }
}

fn tty(columns: u16, rows: u16) -> Tty {
    Tty {
        columns,
        rows,
        colours: true,
        utf8: true,
    }
}

fn has_picture(tty: Tty) -> bool {
    let told = told(&code(PAGE, 600), HOST, Some(tty));
    let has = told.contains('▀');
    assert_eq!(has, told.contains("or scan"), "{told}");
    has
}

#[test]
fn what_a_pipe_is_told_has_all_and_nothing_that_acts_on_a_terminal() {
    let told = told(&code(PAGE, 600), HOST, None);
    assert_eq!(
        told,
        "To sign in to sso.example.org, open this address on your phone or any other device:\n\
         https://sso.example.org/device\nand enter the code\n\n    WDJB-MJHT\n\nDo so only if \
         you began this sign-in yourself; nobody from sso.example.org will ask you to.\nCheck \
         that your phone shows the same code.\nThe code is good for 10 minutes."
    );
}

#[test]
fn the_usual_terminal_shows_the_picture_with_what_belongs_to_it_at_once() {
    let told = told(&code(PAGE, 600), HOST, Some(tty(80, 24)));
    let lines: Vec<_> = told.lines().collect();
    let check = "Check that your phone shows the same code: WDJB-MJHT";
    assert_eq!(lines.last(), Some(&check), "{told}");
    let is_white = |line: &&&str| line.starts_with("\u{1b}[38;5;16;48;5;231m");
    let rows = lines.iter().filter(is_white).count();
    assert_eq!(rows, half_blocks::rows(&Qr::of(LINK).unwrap()));
    assert_eq!(lines[lines.len() - 2], PAGE, "{told}");
    assert!(rows + 3 <= 24, "{rows}");
    assert_eq!(told.matches("\u{1b}[0m").count(), rows);
}

#[test]
fn a_picture_is_left_out_where_it_cannot_be_seen_whole() {
    let rows = u16::try_from(half_blocks::rows(&Qr::of(LINK).unwrap())).unwrap();
    assert!(has_picture(tty(80, rows + 3)));
    assert!(!has_picture(tty(80, rows + 2)));
    let columns = u16::try_from(half_blocks::columns(&Qr::of(LINK).unwrap())).unwrap();
    assert!(has_picture(tty(columns, 60)));
    assert!(!has_picture(tty(columns - 1, 60)));
    // The line below it takes two there.
    assert!(!has_picture(tty(columns, rows + 3)));
    let utf8 = false;
    assert!(!has_picture(Tty {
        utf8,
        ..tty(80, 60)
    }));
}

#[test]
fn the_picture_has_no_colours_where_none_are_wanted() {
    let colours = false;
    let tty = Tty {
        colours,
        ..tty(80, 40)
    };
    let told = told(&code(PAGE, 600), HOST, Some(tty));
    assert!(told.contains('▀') && !told.contains('\u{1b}'), "{told}");
}

#[test]
fn a_page_on_this_machine_alone_is_reached_by_a_forwarded_port() {
    let told = told(&code("http://127.0.0.1:4400/device", 600), HOST, None);
    assert!(told.contains("(ssh -L 4400:127.0.0.1:4400 and "), "{told}");
    assert!(!told.contains("on your phone or"), "{told}");
}

#[test]
fn time_is_told_in_whole_minutes_and_never_too_much_of_it() {
    for (seconds, words) in [
        (1, "1 second"),
        (0, "0 seconds"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (1799, "29 minutes"),
        (1800, "30 minutes"),
    ] {
        assert_eq!(in_words(Duration::from_secs(seconds)), words);
    }
    // A moment has passed since it came.
    assert_eq!(in_words(Duration::from_millis(599_900)), "10 minutes");
}
