//! Mistakes about the provider, and about this client at it.

use super::{
    Manner, doctor, names, names_of, provider, run,
    table::{assert_row, printed, told},
};
use crate::{
    double::{DISCOVERY, Double, Reply},
    program::Ended,
    store::Folder,
    world::World,
};

/// The doctor at a double, with its API.
fn examined(double: &Double, more: &[&str]) -> Ended {
    let folder = Folder::new(&format!("doctor-{}", double.port()));
    run(doctor(
        &folder,
        &double.url,
        &format!("{}/api", double.url),
        more,
    ))
}

#[test]
fn an_issuer_with_a_slash_too_many_is_told_with_the_one_that_the_provider_gives() {
    let (world, folder) = (World::new(), Folder::new("doctor-slash"));
    let issuer = format!("{}/", world.issuer);
    let ended = run(doctor(&folder, &issuer, world.api.as_str(), &[]));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "discovery");
    assert_eq!((ended.code, &*check.outcome), (Some(2), "failed"));
    let remedy = format!(
        "calls itself {}, not as configured: set issuer",
        world.issuer
    );
    assert!(check.remedy.contains(&remedy), "{check:?}");
    let open =
        "Not examined until that is mended: keys, refresh, phone, registration, client, session.";
    assert!(ended.stdout.trim_end().ends_with(open), "{}", ended.stdout);
    assert_row(
        "a slash too many or too few in `issuer`",
        check,
        &names_of(&world),
    );
}

/// RFC 6749 §4.1.2.1: the provider does not go there.
#[test]
fn a_callback_that_is_not_registered_is_told_with_the_address_to_register() {
    let double = provider(Manner::Unregistered);
    let ended = examined(&double, &["--redirect-ports", "8765"]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "registration");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    let register = "register exactly http://127.0.0.1:8765/callback";
    assert!(check.remedy.contains(register), "{check:?}");
    assert_row("a callback that is not registered", check, &names(&double));
}

#[test]
fn each_port_of_the_settings_is_asked_for() {
    let double = provider(Manner::Good);
    let ended = examined(&double, &["--redirect-ports", "8765,8766"]);
    for port in [8765, 8766] {
        let known = format!("knows vestibule and http://127.0.0.1:{port}/callback");
        assert!(ended.stdout.contains(&known), "{}", ended.stdout);
    }
}

#[test]
fn a_provider_that_shows_refusals_on_its_own_page_leaves_it_open() {
    let double = provider(Manner::OwnPage);
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "registration");
    assert_eq!((ended.code, &*check.outcome), (Some(0), "warning"));
    let any = "if the browser shows an error there: register http://127.0.0.1/callback, with any";
    assert!(check.remedy.starts_with(any), "{check:?}");
}

#[test]
fn a_refusal_of_the_request_is_told_by_its_code() {
    for (code, remedy) in [
        ("invalid_scope", "take out of the setting scopes"),
        ("invalid_target", "set audience or resource"),
        (
            "unauthorized_client",
            "allow the grant type authorization_code",
        ),
        ("invalid_request", "check client_id, scopes and audience"),
    ] {
        let double = provider(Manner::Refuses(code));
        let ended = examined(&double, &[]);
        let checks = printed(&ended.stdout);
        let check = told(&checks, "registration");
        assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"), "{code}");
        assert!(
            check.what.contains(code) && check.remedy.contains(remedy),
            "{check:?}"
        );
    }
}

#[test]
fn a_client_that_must_have_a_secret_is_told_as_that() {
    let double = provider(Manner::Confidential);
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "client");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    assert!(
        check.remedy.contains("make it a native (public) client"),
        "{check:?}"
    );
    assert_row("a client of the wrong type", check, &names(&double));
}

#[test]
fn scopes_without_offline_access_are_a_warning() {
    let (world, folder) = (World::new(), Folder::new("doctor-offline"));
    let scopes = ["--scopes", "openid profile email"];
    let ended = run(doctor(&folder, &world.issuer, world.api.as_str(), &scopes));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "refresh");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(0), "warning"),
        "{}",
        ended.stdout
    );
    assert!(
        check
            .remedy
            .contains("add offline_access to the setting scopes")
    );
    assert_row("no offline access", check, &names_of(&world));
}

/// OpenID Connect Core §3.1.3.7: a minute is tolerated.
#[test]
fn a_clock_is_told_once_it_is_off_by_more_than_what_is_tolerated() {
    for (seconds, outcome, words) in [
        (50, "ok", "is right"),
        (-50, "ok", "is right"),
        (150, "warning", "2 minutes behind"),
        (-200, "warning", "3 minutes ahead of"),
        (-7205, "failed", "2 hours ahead of"),
    ] {
        let double = provider(Manner::Ahead(seconds));
        let checks = printed(&examined(&double, &[]).stdout);
        let check = checks.iter().find(|check| check.id == "clock").unwrap();
        assert_eq!(check.outcome, outcome, "{check:?}");
        assert!(check.what.contains(words), "{check:?}");
    }
}

#[test]
fn a_clock_that_is_off_by_ten_minutes_fails_with_both_times() {
    let double = provider(Manner::Ahead(-630));
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "clock");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    let mut names = names(&double);
    // Both times, to the minute.
    let times = check.remedy.split(" (UTC)").next().unwrap();
    let at = |end: &str| end.rsplit("20").next().map(|rest| format!("20{rest}"));
    let (here, there) = times.split_once(", at ").unwrap();
    names.push((at(here).unwrap(), "2026-11-24 19:40"));
    names.push((at(there).unwrap(), "2026-11-24 19:30"));
    assert_row("a clock that is off by ten minutes", check, &names);
}

#[test]
fn a_provider_that_signs_with_hs256_alone_is_told_before_anybody_signs_in() {
    let double = provider(Manner::Good);
    double.edit(DISCOVERY, |document| {
        document["id_token_signing_alg_values_supported"] = serde_json::json!(["HS256"]);
    });
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "keys");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    assert!(
        check
            .remedy
            .contains("set the ID tokens of this client to RS256")
    );
    assert_row(
        "a provider that signs with HS256 alone",
        check,
        &names(&double),
    );
}

#[test]
fn a_set_without_a_key_that_can_be_used_is_told_too() {
    let double = provider(Manner::Good);
    double.edit("/jwks", |set| {
        set["keys"] = serde_json::json!([{ "kty": "oct", "k": "AAAA" }]);
    });
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    assert_eq!(
        told(&checks, "keys").what,
        "no key of the key set can be used"
    );
    assert_eq!(ended.code, Some(2));
}

#[test]
fn the_page_of_a_gateway_is_told_as_one() {
    let double = provider(Manner::Good);
    double.at(DISCOVERY, Reply::page());
    let ended = examined(&double, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "discovery");
    assert_eq!((ended.code, &*check.outcome), (Some(6), "failed"));
    assert!(
        check.remedy.contains("a gateway may be in between"),
        "{check:?}"
    );
    assert_row("the page of a gateway", check, &names(&double));
}
