//! A network that is dead for a while, or for good.

use std::{thread, time::Duration};

use super::{
    Terminal, assert_told, end,
    provider::{Answer, DEVICE, GRACE, Provider, refusal, user_code},
    until_told,
};
use crate::{clock::eventually, program::Program};

/// One at an address of loopback where nobody else listens, so that nobody takes its port
/// while it is dead.
fn alone(number: u8) -> Provider {
    Provider::start_at(&format!("127.77.0.{number}:0"))
}

/// A code is told and was asked about; then the network dies for `dead`.
fn dies_in_the_middle(provider: &Provider, program: &Program, refuses: bool, dead: Duration) {
    until_told(program, 1);
    eventually("a poll comes", || !provider.polls().is_empty());
    if refuses {
        provider.die();
    } else {
        provider.answer_all(Some(provider.hanging()));
    }
    thread::sleep(dead);
    assert!(!program.has_ended(), "{}", program.stderr());
    if refuses {
        provider.rise();
    } else {
        provider.answer_all(None);
    }
}

/// Neither refused connections nor ones that hang cost the code.
#[test]
fn a_minute_without_network_costs_neither_the_code_nor_the_sign_in() {
    thread::scope(|scope| {
        for (number, refuses) in [(1, true), (2, false)] {
            scope.spawn(move || {
                let provider = alone(number);
                let terminal = Terminal::at(&provider);
                let program = terminal.start(&["login", "--device"]);
                dies_in_the_middle(&provider, &program, refuses, Duration::from_secs(60));
                provider.allow_all();
                let ended = end(program);
                assert_told(&ended, 0, &user_code(1));
                assert_eq!(ended.stdout, "Ada Lovelace\n");
                assert_eq!(provider.came(DEVICE).len(), 1, "{}", ended.stderr);
                let told = format!("{} cannot be reached now", provider.host());
                assert_eq!(ended.stderr.matches(&told).count(), 1, "{}", ended.stderr);
                // Whoever is not answered asks less and less.
                assert!(provider.polls().len() < 15, "{:?}", provider.pauses());
                terminal.assert_stored(Some("Ada Lovelace"));
            });
        }
    });
}

#[test]
fn a_code_that_expires_without_network_is_renewed_when_there_is_one() {
    for (number, refuses) in [(3, true), (4, false)] {
        let provider = alone(number);
        provider.short_lived(&[1], 6);
        let terminal = Terminal::at(&provider);
        let program = terminal.start(&["login", "--device"]);
        dies_in_the_middle(&provider, &program, refuses, Duration::from_secs(9));
        assert!(!program.stderr().contains(&user_code(2)));
        until_told(&program, 2);
        provider.allow_all();
        let ended = end(program);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.stdout, "Ada Lovelace\n");
    }
}

#[test]
fn a_provider_that_is_dead_from_the_beginning_is_told_of_at_once() {
    let provider = alone(6);
    provider.die();
    Terminal::at(&provider).ends_with(6, "HOST could not be reached");
}

/// The answer with the tokens may be the one that is lost: the provider then says of the
/// code that it was used (RFC 6749 §5.2), and so the person is shown another.
#[test]
fn a_lost_answer_with_the_tokens_leads_to_another_code() {
    let provider = Provider::start();
    provider.person(2, GRACE);
    provider.answer_polls([
        Answer::Reset,
        refusal("400 Bad Request", "invalid_grant").into(),
    ]);
    let ended = Terminal::at(&provider).signs_in_as("Grace Hopper");
    assert!(ended.stderr.contains(&user_code(2)), "{}", ended.stderr);
}
