//! A profile with what is given.

use super::{
    super::{
        template::{fill, pieces},
        *,
    },
    profile,
};

#[test]
fn with_its_examples_every_profile_lacks_nothing() {
    for profile in &profiles().unwrap() {
        let name = &profile.name;
        let examples = Filled::new(profile, &[]).unwrap().examples();
        let issuer = fill(&profile.issuer, &examples);
        let audience = fill(profile.api.audience.as_deref().unwrap_or("a"), &examples);
        let mut given = vec![("issuer", &*issuer), ("client_id", &*examples["CLIENT_ID"])];
        if profile.api.audience.is_some() {
            given.push(("audience", &audience));
        }
        let filled = Filled::new(profile, &given).unwrap();
        assert!(filled.lacking().is_empty(), "{name}");
        assert!(filled.notes.is_empty(), "{name}: {:?}", filled.notes);
        assert_eq!(filled.issuer(), issuer);
        let told = text::told(&filled, None, None);
        for placeholder in &profile.placeholders {
            let left = pieces(&told).contains(&&*placeholder.name);
            // What an issuer of any form stands for is not read off it.
            let is_free = profile.issuer_is_free && profile.issuer.contains(&placeholder.name);
            assert!(!left || is_free, "{name}: {}", placeholder.name);
        }
    }
}

#[test]
fn what_is_given_for_one_place_is_filled_in_everywhere() {
    let profiles = profiles().unwrap();
    for (word, given, line) in [
        (
            "entra",
            ("audience", "7"),
            "scopes = \"openid profile email offline_access api://7/access\"",
        ),
        (
            "entra",
            ("audience", "api://7"),
            "scopes = \"openid profile email offline_access api://7/access\"",
        ),
        (
            "entra",
            ("scopes", "api://7/access openid"),
            "scopes = \"api://7/access openid\"",
        ),
        ("auth0", ("audience", "b"), "audience = \"b\""),
        (
            "auth0",
            ("redirect_ports", "9000"),
            "redirect_ports = [9000]",
        ),
        (
            "generic",
            ("resource", "https://r.example"),
            "resource = \"https://r.example\"",
        ),
        ("kanidm", ("store", "file"), "store = \"file\""),
        (
            "kanidm",
            ("issuer", "https://a.example/oauth2/openid/x"),
            "client_id = \"x\"",
        ),
    ] {
        let filled = Filled::new(profile(&profiles, word), &[given]).unwrap();
        assert!(
            filled.lines().contains(&line.to_owned()),
            "{:?}",
            filled.lines()
        );
        assert!(filled.notes.is_empty(), "{:?}", filled.notes);
    }
    let entra = profile(&profiles, "entra");
    let filled = Filled::new(entra, &[("scopes", "api://7/access openid")]).unwrap();
    assert!(filled.api_command().unwrap().ends_with("--audience 7"));
    let generic = profile(&profiles, "generic");
    let filled = Filled::new(generic, &[("resource", "https://r.example")]).unwrap();
    assert!(
        !filled
            .lines()
            .iter()
            .any(|line| line.starts_with("audience"))
    );
    assert!(
        filled
            .api_command()
            .unwrap()
            .ends_with("--audience https://r.example")
    );
    let okta = profile(&profiles, "okta");
    let filled = Filled::new(okta, &[("audience", "api://mine")]).unwrap();
    assert!(
        !filled
            .lines()
            .iter()
            .any(|line| line.starts_with("audience"))
    );
    assert!(
        filled
            .api_command()
            .unwrap()
            .ends_with("--audience api://mine")
    );
    let google = profile(&profiles, "google");
    let filled = Filled::new(google, &[("audience", "b")]).unwrap();
    assert!(filled.notes[0].starts_with("--audience is left out"));
    assert_eq!(filled.api_command(), None);
}

#[test]
fn the_redirect_uris_are_those_that_the_settings_lead_to() {
    let profiles = profiles().unwrap();
    let listed = [
        "http://127.0.0.1:8765/callback",
        "http://127.0.0.1:8766/callback",
    ];
    for (word, given, uris) in [
        ("auth0", vec![], &listed[..]),
        (
            "auth0",
            vec![("redirect_ports", "1024")],
            &["http://127.0.0.1:1024/callback"],
        ),
        ("entra", vec![], &["http://localhost/callback"]),
        (
            "keycloak",
            vec![("redirect_ports", "8765")],
            &["http://127.0.0.1/callback"],
        ),
        (
            "keycloak",
            vec![("redirect_host", "[::1]")],
            &["http://[::1]/callback"],
        ),
    ] {
        let filled = Filled::new(profile(&profiles, word), &given).unwrap();
        assert_eq!(filled.redirect_uris().unwrap(), uris, "{word}");
    }
    let error = Filled::new(profile(&profiles, "okta"), &[("redirect_ports", "8765, 0")]).err();
    let error = error.unwrap().to_string();
    assert!(
        error.contains("Okta compares the port") && error.contains("example: "),
        "{error}"
    );
}

#[test]
fn what_a_shell_would_take_apart_is_quoted() {
    let profiles = profiles().unwrap();
    let given = [("audience", "my 'api'"), ("scopes", "openid x")];
    let filled = Filled::new(profile(&profiles, "auth0"), &given).unwrap();
    let audience = r"--audience 'my '\''api'\'''";
    assert!(filled.api_command().unwrap().ends_with(audience));
    let command = filled.command(None);
    let options = format!("{audience} --scopes='openid x' --write");
    assert!(command.ends_with(&options), "{command}");
}
