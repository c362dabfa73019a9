//! The options of the program that make clients, APIs, scopes and people known.

use crate::program::{dev_idp, errors};

#[test]
fn what_cannot_be_known_is_told_with_cause_remedy_and_example_and_exits_2() {
    for (args, part) in [
        (
            &["--client", "my app"][..],
            "--client: `my app` cannot be a client",
        ),
        (&["--client", ""], "--client: `` cannot be a client"),
        (&["--client", "my-app="], "what stands after = is its name"),
        (
            &["--audience", "my api"],
            "--audience: `my api` cannot be an audience",
        ),
        (&["--scope", "a b"], "each scope is given for itself"),
        (
            &["--user", ":secret"],
            "--user: `:secret` cannot be a user: the login",
        ),
        (&["--user", "a:b:c:d:e"], "four parts"),
        (&["--user", "a:b:c:d"], "e-mail address"),
    ] {
        let output = dev_idp(args);
        let told = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?} {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(
            told.contains(part) && told.contains("for example "),
            "{told}"
        );
        assert!(told.ends_with("; see dev-idp --help\n"), "{told}");
    }
}

#[test]
fn what_does_not_fit_together_is_told_and_exits_2() {
    for (args, part) in [
        (
            &["--client", "a", "--client", "a=A"][..],
            "the client `a` is known already",
        ),
        (
            &["--user", "a", "--user", "a:b"],
            "the user `a` is known already",
        ),
        (
            &["--scope", "openid"],
            "openid, profile, email and offline_access not at all",
        ),
        (
            &["--client", "a", "--audience", "a"],
            "`a` cannot be client and audience at once",
        ),
    ] {
        let output = dev_idp(args);
        let told = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?} {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn help_explains_each_with_its_form_its_default_and_an_example() {
    let help = String::from_utf8(dev_idp(&["--help"]).stdout).unwrap();
    for text in [
        "--client ID[=NAME]",
        // Between quotation marks if there is a space in it.
        "vestibule=Vestibule",
        "--audience AUD",
        "(default https://my-resource-server)",
        "--scope SCOPE",
        "--user LOGIN[:PASSWORD[:NAME[:EMAIL]]]",
        "\"ada:ada:Ada Lovelace:ada@example.org\"",
        "\"grace:grace:Grace Hopper:grace@example.org\"",
        "takes the\nplace of the default",
    ] {
        assert!(help.contains(text), "{text}: {help}");
    }
}

#[test]
fn an_option_is_not_taken_for_the_value_of_another() {
    for (args, words) in [
        (
            &["--client", "--user"][..],
            "--client has no value, but --user",
        ),
        (&["--state", "--help"], "--state has no value, but --help"),
        (
            &["--access-ttl", "--fault"],
            "--access-ttl has no value, but --fault",
        ),
        // Whoever writes `=` has forgotten nothing.
        (&["--fault=--x"], "there is no fault `--x`"),
    ] {
        let output = dev_idp(args);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.starts_with(&format!("dev-idp: {words}")), "{told}");
    }
}

/// The example that `--help` gives, signed in to.
#[cfg(unix)]
#[test]
fn what_is_given_takes_the_place_of_the_defaults() {
    use crate::{program::Running, world::Browser};

    let running = Running::start(&[
        "--client",
        "your-notes=Your Notes",
        "--audience",
        "https://notes.example.org",
        "--scope",
        "notes:read",
        "--user",
        "mary:secret:Mary Shelley:mary@example.org",
    ]);
    let mut browser = Browser::at(&running.issuer);
    assert_eq!(browser.authorize(&[]).status, 400);
    let begun = browser.authorize(&[
        ("client_id", "your-notes"),
        ("audience", "https://notes.example.org"),
        ("scope", "openid notes:read"),
    ]);
    let page = browser.follow(&begun);
    let wrong = browser.log_in(&page, "ada", "ada");
    let page = browser.follow(&wrong);
    let signed_in = browser.log_in(&page, "mary", "secret");
    let page = browser.follow(&signed_in);
    assert!(
        page.body.contains("<h1>Let Your Notes in?</h1>"),
        "{}",
        page.body
    );
    assert!(
        browser
            .consent(&page, "allow")
            .callback()
            .contains_key("code")
    );
    assert_eq!(running.end("-TERM").0, Some(0));
}
