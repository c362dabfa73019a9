//! What a person sees of a code, on terminals of all sorts and on none.

use std::process::Command;

use vestibule::qr::Qr;

use super::{
    Terminal, end,
    provider::{Provider, user_code},
    until_told,
};
use crate::{
    clock::eventually,
    program::Program,
    pty::{Ended, Pty, lines},
};

const LOGIN: [&str; 2] = ["login", "--device"];
/// Of a terminal that shows everything.
const LARGE: (u16, u16) = (80, 40);
const CHECK: &str = "Check that your phone shows the same code: WDJB-0001";
const TIME_LEFT: &str = "The code is good for ";

fn utf8(terminal: &Terminal, words: &[&str]) -> Command {
    let mut command = terminal.command(words);
    command.env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
    command
}

fn start(terminal: &Terminal, command: &Command, size: (u16, u16)) -> Pty {
    Pty::start(command, size, &terminal.folder.0)
}

/// Everything of the code with this number is told.
fn until_counting(pty: &Pty, number: usize) {
    eventually("the code is told", || {
        let written = pty.written();
        let told = written.split_once(&user_code(number));
        told.is_some_and(|(_, after)| after.contains(TIME_LEFT))
    });
}

/// Signs in as the person who has allowed every code.
fn signs_in(command: &Command, size: (u16, u16), terminal: &Terminal) -> Ended {
    let ended = start(terminal, command, size).finish();
    assert_eq!(ended.code, Some(0), "{}", ended.written);
    assert_eq!(ended.stdout, "Ada Lovelace\n");
    ended
}

/// The dark modules of the half blocks that stand among `lines`, drawn or left out.
fn read_back(lines: &[String], drawn_is_dark: bool) -> Vec<Vec<bool>> {
    let is_block = |c: char| " ▀▄█".contains(c);
    let is_picture = |line: &&String| line.chars().count() > 20 && line.chars().all(is_block);
    let mut modules = Vec::new();
    for line in lines.iter().filter(is_picture) {
        for half in ['▀', '▄'] {
            let dark = |c: char| (c == '█' || c == half) == drawn_is_dark;
            modules.push(line.chars().map(dark).collect());
        }
    }
    modules
}

#[track_caller]
fn assert_leads_to(link: &str, modules: &[Vec<bool>]) {
    let qr = Qr::of(link).unwrap();
    let side = usize::try_from(qr.side()).unwrap();
    // Two modules are one character.
    assert_eq!(modules.len(), side.next_multiple_of(2));
    for (y, row) in (0..).zip(modules) {
        assert_eq!(row.len(), side);
        for (x, dark) in (0..).zip(row) {
            assert_eq!(*dark, qr.is_dark(x, y), "{x}, {y}");
        }
    }
}

#[test]
fn a_pipe_gets_words_alone_and_the_name_comes_on_standard_output() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let ended = end(Program::start(utf8(&terminal, &LOGIN)));
    assert_eq!((ended.code, &*ended.stdout), (Some(0), "Ada Lovelace\n"));
    let told = &ended.stderr;
    assert!(!told.contains(['\u{1b}', '\r', '▀', '▄', '█']), "{told}");
    let page = format!("\n{}/phone\n", provider.url);
    let time = format!("\n{TIME_LEFT}10 minutes.\n");
    for words in [&page, "\n    WDJB-0001\n", "only if you began", &time] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(told.matches(TIME_LEFT).count(), 1, "{told}");
}

#[test]
fn a_terminal_shows_a_code_for_the_phones_camera_with_and_without_colours() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let link = format!("{}/phone?code=WDJB-0001", provider.url);
    let ended = signs_in(&utf8(&terminal, &LOGIN), LARGE, &terminal);
    assert!(ended.written.contains("\u{1b}[38;5;16;48;5;231m"));
    let told = lines(&ended.written);
    assert_leads_to(&link, &read_back(&told, true));
    assert!(told.contains(&CHECK.to_owned()), "{told:?}");
    // What was written anew is gone.
    assert!(!told.concat().contains(TIME_LEFT), "{told:?}");

    let mut command = utf8(&terminal, &["login", "--device", "--switch"]);
    command.env("NO_COLOR", "1");
    let ended = signs_in(&command, LARGE, &terminal);
    let is_colour = |sequence: &str| !sequence.starts_with("[K");
    assert!(!ended.written.split('\u{1b}').skip(1).any(is_colour));
    let link = link.replace("0001", "0002");
    assert_leads_to(&link, &read_back(&lines(&ended.written), false));
}

#[test]
fn a_terminal_that_cannot_show_the_picture_whole_gets_the_words() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    for (size, variable, value) in [
        ((36, 40), "LANG", "C.UTF-8"),
        ((80, 18), "LANG", "C.UTF-8"),
        (LARGE, "LANG", "C"),
        (LARGE, "LC_ALL", "POSIX"),
    ] {
        let mut command = utf8(&terminal, &["login", "--device", "--switch"]);
        command.env(variable, value);
        let ended = signs_in(&command, size, &terminal);
        let written = &ended.written;
        assert!(!written.contains(['▀', '▄', '█']), "{size:?} {value}");
        assert!(!written.contains("[38;5"), "{size:?} {value}");
        assert!(written.contains("the same code."), "{written}");
        assert!(written.contains("The code is good for 10:00"), "{written}");
    }
}

#[test]
fn a_dumb_terminal_is_written_to_as_a_pipe_is() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let mut command = utf8(&terminal, &LOGIN);
    command.env("TERM", "dumb");
    let written = signs_in(&command, LARGE, &terminal).written;
    assert!(!written.contains(['\u{1b}', '▀']), "{written}");
    assert!(written.contains("good for 10 minutes."), "{written}");
    // The terminal makes these two of each end of a line.
    assert!(!written.replace("\r\n", "").contains('\r'), "{written:?}");
}

#[test]
fn the_time_left_is_the_last_line_and_changes() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    let pty = start(&terminal, &utf8(&terminal, &LOGIN), LARGE);
    let times = || {
        let written = pty.written();
        let times = written.split(TIME_LEFT).skip(1);
        let times = times.map(|time| time.chars().take(4).collect::<String>());
        times.collect::<std::collections::BTreeSet<_>>()
    };
    eventually("three times were shown", || times().len() >= 3);
    let minutes = |time: &String| time.starts_with("10:0") || time.starts_with("9:5");
    assert!(times().iter().all(minutes), "{:?}", times());
    let told = lines(&pty.written());
    assert_eq!(told.concat().matches(TIME_LEFT).count(), 1, "{told:?}");
    assert!(told.last().unwrap().starts_with(TIME_LEFT), "{told:?}");
    provider.allow_all();
    assert_eq!(pty.finish().code, Some(0));
}

#[test]
fn what_is_said_meanwhile_has_a_line_of_its_own() {
    let provider = Provider::start_at("127.77.0.9:0");
    let terminal = Terminal::at(&provider);
    let pty = start(&terminal, &utf8(&terminal, &LOGIN), LARGE);
    until_counting(&pty, 1);
    provider.die();
    let host = provider.host();
    let lost = format!("{host} cannot be reached now; it is asked again, and the code stays good.");
    eventually("the loss is told", || pty.written().contains(&lost));
    provider.rise();
    let again = format!("{host} answers again.");
    eventually("its end is told", || pty.written().contains(&again));
    let told = lines(&pty.written());
    assert!(told.contains(&lost) && told.contains(&again), "{told:?}");
    assert_eq!(told.concat().matches(TIME_LEFT).count(), 1, "{told:?}");
    provider.allow_all();
    assert_eq!(pty.finish().code, Some(0));
}

#[test]
fn a_code_that_follows_another_is_told_with_all_that_belongs_to_it() {
    let provider = Provider::start();
    provider.short_lived(&[1], 2);
    let terminal = Terminal::at(&provider);
    let pty = start(&terminal, &utf8(&terminal, &LOGIN), LARGE);
    until_counting(&pty, 2);
    let told = lines(&pty.written());
    let new = told.iter().position(|line| line.ends_with("A new code:"));
    let (_, new) = told.split_at(new.expect("no word of a new code"));
    let link = format!("{}/phone?code=WDJB-0002", provider.url);
    assert_leads_to(&link, &read_back(new, true));
    assert!(new.contains(&format!("{}/phone", provider.url)), "{new:?}");
    assert_eq!(told.concat().matches(TIME_LEFT).count(), 1, "{told:?}");
    provider.allow_all();
    assert_eq!(pty.finish().code, Some(0));
}

#[test]
fn ctrl_c_leaves_whole_lines_and_no_name() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    let mut pty = start(&terminal, &utf8(&terminal, &LOGIN), LARGE);
    until_counting(&pty, 1);
    pty.interrupt();
    let ended = pty.finish();
    let told = lines(&ended.written);
    assert_eq!(ended.code, Some(130), "{told:?}");
    assert_eq!(ended.stdout, "");
    let [.., check, last, after] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(
        (&**check, &**last, &**after),
        (CHECK, "vestibule: interrupted", ""),
        "{told:?}"
    );
}

#[test]
fn a_person_who_waits_at_a_pipe_is_told_of_a_new_code_too() {
    let provider = Provider::start();
    provider.short_lived(&[1], 2);
    let terminal = Terminal::at(&provider);
    let program = terminal.start(&LOGIN);
    until_told(&program, 2);
    provider.allow_all();
    let told = end(program).stderr;
    assert!(told.contains("A new code:\n"), "{told}");
    assert!(told.contains("good for 2 seconds."), "{told}");
}
