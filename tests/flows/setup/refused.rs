//! What `setup` cannot do, told with what to do.

use std::fs;

use super::Desk;

#[test]
fn nothing_is_written_while_something_lacks_and_the_sentence_has_the_whole_command() {
    let desk = Desk::new("lacks");
    for (line, words) in [
        (
            "setup auth0 --write --store file",
            "nothing is written, since DOMAIN (the \"Domain\" on the Settings of the application) \
             and CLIENT_ID (the \"Client ID\" on the Settings of the application) are not known; \
             example: vestibule setup auth0 --issuer https://my-tenant.eu.auth0.com/ --client-id \
             aBcD1234 --store=file --write",
        ),
        (
            "setup keycloak --write --issuer https://a.example/realms/demo",
            "nothing is written, since CLIENT_ID (the client's name, yours to choose) is not \
             known; example: vestibule setup keycloak --issuer https://a.example/realms/demo \
             --client-id vestibule --write",
        ),
        (
            "setup zitadel --write --issuer a.example --client-id 1 --config z.toml",
            "nothing is written, since PROJECT_ID (the Resource ID of the project) is not known; \
             example: vestibule setup zitadel --issuer https://a.example --client-id 1 --audience \
             234567890123456789 --config z.toml --write",
        ),
        (
            "setup keycloak --write --issuer https://a.example --client-id b",
            "--issuer: it lacks REALM (the realm); its form is https://HOST/realms/REALM; \
             example: --issuer https://sso.example.org/realms/demo",
        ),
        (
            "setup google --write --client-id a --config g.json",
            "nothing is written: a file whose name ends in .json is read as JSON, and this is TOML",
        ),
    ] {
        let error = desk.error(line);
        assert!(error.contains(words), "{line}: {error}");
    }
    assert_eq!(fs::read_dir(&desk.0.0).unwrap().count(), 0);
}

#[test]
fn what_is_wrong_is_told_as_by_any_command() {
    let desk = Desk::new("wrong");
    for (line, words) in [
        (
            "setup auth0 --redirect-ports x",
            "--redirect-ports: \"x\": ports are numbers",
        ),
        (
            "setup okta --redirect-ports 0",
            "Okta compares the port, so 0 for any port",
        ),
        (
            "setup generic --issuer http://a.example",
            "--issuer: \"http://a.example\": ",
        ),
        (
            "setup auth0 --issuer ftp://a.example",
            "--issuer: \"ftp://a.example/\": ",
        ),
        (
            "setup auth0 --writ",
            "unknown option \"--writ\", perhaps --write is meant",
        ),
        (
            "setup Entra ID",
            "setup takes one word, but \"ID\" follows \"Entra\"",
        ),
        (
            "stup auth0",
            "unknown command \"stup\", perhaps setup is meant",
        ),
        (
            "login --write",
            "--write belongs to another command; example: vestibule setup --write",
        ),
        ("status auth0", "unknown command \"status auth0\""),
    ] {
        let error = desk.error(line);
        assert!(error.contains(words), "{line}: {error}");
    }
    let error = desk.error("setup auth0 --issuer https://ada:hidden@a.example --client-id x");
    assert!(
        error.contains("example: ") && !error.contains("hidden"),
        "{error}"
    );
}

#[test]
fn a_provider_that_is_not_known_is_answered_with_all_that_are() {
    let desk = Desk::new("unknown");
    let all = "known are auth0, entra, google, okta, keycloak, authentik, authelia, zitadel, \
               kanidm, dex, generic (any other provider); example: vestibule setup ";
    for (line, words, example) in [
        ("setup", "setup needs the name of a provider; ", "auth0"),
        (
            "setup azure",
            "unknown provider \"azure\", perhaps entra is meant; ",
            "entra",
        ),
        (
            "setup keyclock",
            "unknown provider \"keyclock\", perhaps keycloak is meant; ",
            "keycloak",
        ),
        ("setup xyz", "unknown provider \"xyz\"; ", "generic"),
    ] {
        let error = desk.error(line);
        assert_eq!(
            error,
            format!("vestibule: {words}{all}{example}\n"),
            "{line}"
        );
    }
    assert!(desk.told("setup Auth0").starts_with("1. At Auth0\n"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_is_a_failure_of_this_machine() {
    let desk = Desk::new("folder");
    let ended = desk.run("setup google --client-id a --write --config none/g.toml");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("none/g.toml cannot be written: "),
        "{}",
        ended.stderr
    );
}
