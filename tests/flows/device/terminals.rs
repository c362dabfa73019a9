//! Two terminals at once, another person, and Ctrl-C.

use std::process::Command;

use super::{
    Terminal, assert_told, end,
    provider::{ADA, Answer, DEVICE, Done, GRACE, Provider, user_code},
    until_told,
};
use crate::{
    clock::{Gate, eventually},
    double::Reply,
    program::Program,
};

const LOGIN: [&str; 2] = ["login", "--device"];

/// Each has begun before the other has ended.
#[test]
fn of_two_terminals_at_once_each_signs_in_by_its_own_code_and_the_later_session_stays() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    let first = terminal.start(&LOGIN);
    until_told(&first, 1);
    let second = terminal.start(&LOGIN);
    until_told(&second, 2);
    provider.person(1, ADA);
    let first = end(first);
    assert_eq!(
        (first.code, &*first.stdout),
        (Some(0), "Ada Lovelace\n"),
        "{}",
        first.stderr
    );
    terminal.assert_stored(Some("Ada Lovelace"));
    provider.person(2, GRACE);
    let second = end(second);
    assert_eq!(
        (second.code, &*second.stdout),
        (Some(0), "Grace Hopper\n"),
        "{}",
        second.stderr
    );
    terminal.assert_stored(Some("Grace Hopper"));
    assert_eq!(terminal.run(&["message"]).code, Some(0));
}

#[test]
fn two_terminals_that_are_allowed_in_the_same_moment_both_end_well() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    let programs = [terminal.start(&LOGIN), terminal.start(&LOGIN)];
    eventually("both codes are told", || {
        let told = programs.iter().map(Program::stderr).collect::<String>();
        told.contains(&user_code(1)) && told.contains(&user_code(2))
    });
    provider.allow_all();
    for program in programs {
        let ended = end(program);
        assert_eq!(
            (ended.code, &*ended.stdout),
            (Some(0), "Ada Lovelace\n"),
            "{}",
            ended.stderr
        );
    }
    terminal.assert_stored(Some("Ada Lovelace"));
    assert_eq!(terminal.run(&["message"]).code, Some(0));
}

#[test]
fn a_switch_replaces_the_session_only_when_somebody_has_allowed_it() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    provider.person(1, ADA);
    terminal.signs_in_as("Ada Lovelace");
    let switch = || terminal.run(&["login", "--device", "--switch"]);
    provider.person(2, Done::Denied);
    let denied = switch();
    assert_told(&denied, 5, &user_code(2));
    terminal.assert_stored(Some("Ada Lovelace"));
    assert_eq!(terminal.run(&["message"]).code, Some(0));
    provider.person(3, GRACE);
    let switched = switch();
    assert_told(&switched, 0, &user_code(3));
    assert_eq!(switched.stdout, "Grace Hopper\n");
    terminal.assert_stored(Some("Grace Hopper"));
}

fn interrupt(program: &Program) {
    let pid = program.pid().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn whoever_interrupts_while_nothing_is_asked_ends_it_and_the_earlier_session_stays() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    provider.person(1, ADA);
    terminal.signs_in_as("Ada Lovelace");
    // Nothing is asked for as long as this takes.
    provider.edit(DEVICE, |answer| answer["interval"] = 60.into());
    let program = terminal.start(&["login", "--device", "--switch"]);
    until_told(&program, 2);
    interrupt(&program);
    let ended = end(program);
    assert_told(&ended, 130, "vestibule: interrupted\n");
    assert_eq!(ended.stdout, "");
    assert_eq!(provider.polls().len(), 1, "it was asked once more");
    terminal.assert_stored(Some("Ada Lovelace"));
}

#[test]
fn whoever_interrupts_while_a_poll_hangs_does_not_wait_for_it() {
    let provider = Provider::start();
    let held = Gate::default();
    let answer = Answer::Held(held.passage(), Reply::new("200 OK", "", ""));
    provider.answer_polls([answer]);
    let terminal = Terminal::at(&provider);
    let program = terminal.start(&LOGIN);
    held.reached();
    interrupt(&program);
    // It ends though the answer never comes.
    let ended = end(program);
    assert_told(&ended, 130, "vestibule: interrupted\n");
    terminal.assert_stored(None);
}

/// They would live on at the provider, and nobody would have them.
#[test]
fn tokens_that_are_here_when_somebody_interrupts_are_revoked() {
    let provider = Provider::allowing();
    let held = Gate::default();
    provider.hold_userinfo(held.passage());
    let terminal = Terminal::at(&provider);
    let program = terminal.start(&LOGIN);
    held.reached();
    interrupt(&program);
    // The program hears of it on a thread of its own; it waits for these tokens meanwhile.
    std::thread::sleep(std::time::Duration::from_millis(300));
    held.open();
    let ended = end(program);
    assert_told(&ended, 130, "vestibule: interrupted\n");
    assert_eq!(ended.stdout, "");
    terminal.assert_stored(None);
    assert_eq!(provider.revoked(), ["refresh 1"], "{}", ended.stderr);
}
