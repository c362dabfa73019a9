//! What RFC 8628 §3.5 and RFC 6749 §5.2 let a poll be answered.

use super::{
    NOT_ALLOWED, Terminal,
    provider::{ADA, DEVICE, Done, GRACE, Provider, refusal, said, user_code},
    side_by_side,
};

/// Where providers put a refusal: RFC 6749 §5.2 has the first two, Google the next two, and
/// GitHub the last.
const STATUSES: [&str; 5] = [
    "400 Bad Request",
    "401 Unauthorized",
    "403 Forbidden",
    "428 Precondition Required",
    "200 OK",
];

#[test]
fn while_the_person_has_not_finished_it_is_asked_on_with_the_same_code() {
    side_by_side(&STATUSES, |status| {
        let provider = Provider::allowing();
        provider.answer_polls(vec![refusal(status, "authorization_pending"); 2]);
        Terminal::at(&provider).signs_in_as("Ada Lovelace");
        assert_eq!(provider.polls().len(), 3, "{status}");
        assert_eq!(provider.came(DEVICE).len(), 1, "{status}");
    });
}

#[test]
fn whoever_is_denied_is_told_so_and_nothing_more_is_asked() {
    side_by_side(&STATUSES, |status| {
        let provider = Provider::allowing();
        provider.answer_polls([said(status, "access_denied", "Ada pressed No")]);
        let terminal = Terminal::at(&provider);
        terminal.ends_with(5, "\nHOST says: Ada pressed No\n");
        assert_eq!(provider.polls().len(), 1, "{status}");
        assert_eq!(provider.came(DEVICE).len(), 1, "{status}");
    });
}

#[test]
fn a_denial_without_words_of_the_provider_is_told_in_ours() {
    let provider = Provider::start();
    provider.person(1, Done::Denied);
    let ended = Terminal::at(&provider).ends_with(5, "refused");
    assert!(ended.stderr.contains("phone"), "{}", ended.stderr);
}

#[test]
fn a_code_that_has_expired_is_followed_by_another_which_signs_in() {
    side_by_side(&STATUSES, |status| {
        let provider = Provider::start();
        provider.person(2, GRACE);
        provider.answer_polls([refusal(status, "expired_token")]);
        let ended = Terminal::at(&provider).signs_in_as("Grace Hopper");
        for number in [1, 2] {
            let code = user_code(number);
            assert!(ended.stderr.contains(&code), "{}", ended.stderr);
        }
        let polled: Vec<_> = provider.polls();
        assert_eq!(polled.len(), 2, "{status}");
        assert_ne!(
            polled[0].asked.form["device_code"],
            polled[1].asked.form["device_code"]
        );
    });
}

/// RFC 8628 §3.5: the interval grows by five seconds "for this and all subsequent requests".
#[test]
fn each_slow_down_makes_all_polls_after_it_come_five_seconds_later() {
    let statuses = ["400 Bad Request", "403 Forbidden", "429 Too Many Requests"];
    side_by_side(&statuses, |status| {
        let provider = Provider::allowing();
        provider.answer_polls([
            refusal(status, "slow_down"),
            refusal("400 Bad Request", "authorization_pending"),
            refusal(status, "slow_down"),
        ]);
        let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
        let pauses: Vec<_> = provider
            .pauses()
            .iter()
            .map(std::time::Duration::as_secs)
            .collect();
        let least = [1, 6, 6, 11];
        assert_eq!(pauses.len(), least.len(), "{status}: {pauses:?}");
        let is_slow = pauses
            .iter()
            .zip(least)
            .all(|(pause, least)| *pause >= least);
        assert!(is_slow, "{status}: {pauses:?}");
        // It is no trouble that a person should hear of.
        assert!(
            !ended.stderr.contains("cannot be reached"),
            "{}",
            ended.stderr
        );
    });
}

#[test]
fn any_other_refusal_ends_the_sign_in_with_the_words_of_the_provider() {
    let codes = [
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "an_error_of_its_own",
        "\u{1b}[31mred",
    ];
    let cases: Vec<_> = codes
        .iter()
        .flat_map(|code| STATUSES.map(|status| (*code, status)))
        .collect();
    for some in cases.chunks(10) {
        side_by_side(some, |(code, status)| {
            let provider = Provider::allowing();
            provider.answer_polls([said(status, code, "Ask your administrator")]);
            let terminal = Terminal::at(&provider);
            let says = match *code {
                "unauthorized_client" => NOT_ALLOWED,
                _ => "HOST refused: check client_id",
            };
            let ended = terminal.ends_with(5, says);
            let told = &ended.stderr;
            assert!(told.contains("Ask your administrator"), "{code}: {told}");
            assert!(!told.contains('\u{1b}'), "{code}: {told}");
            assert_eq!(provider.polls().len(), 1, "{code} {status}");
        });
    }
}

/// As where it was started anew meanwhile.
#[test]
fn a_code_that_the_provider_has_forgotten_is_followed_by_another() {
    let provider = Provider::start();
    provider.person(2, ADA);
    provider.answer_polls([
        refusal("400 Bad Request", "authorization_pending"),
        refusal("400 Bad Request", "invalid_grant"),
    ]);
    let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
    assert!(ended.stderr.contains(&user_code(2)), "{}", ended.stderr);
}

#[test]
fn a_code_that_ends_unsaid_is_followed_by_another() {
    let provider = Provider::start();
    provider.short_lived(&[1, 2], 2);
    provider.person(3, ADA);
    let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
    for number in [1, 2, 3] {
        let code = user_code(number);
        assert!(ended.stderr.contains(&code), "{}", ended.stderr);
    }
    let polled = provider.polls();
    let codes: Vec<_> = polled
        .iter()
        .map(|p| &p.asked.form["device_code"])
        .collect();
    assert!(codes.is_sorted(), "an old code was asked about: {codes:?}");
}

/// The first code and three more.
#[test]
fn a_terminal_that_nobody_looks_at_shows_no_fifth_code() {
    let provider = Provider::start();
    provider.short_lived(&[1, 2, 3, 4], 1);
    let ended = Terminal::at(&provider).ends_with(1, "code");
    assert_eq!(provider.came(DEVICE).len(), 4, "{}", ended.stderr);
}
