//! Issuers as people write them.

use super::{
    super::{
        issuer::{Mended, mend},
        template::Values,
        *,
    },
    profile,
};

#[test]
fn an_issuer_is_mended_by_the_rule_of_its_provider() {
    let profiles = profiles().unwrap();
    let whole = |issuer: &str| Mended::Whole(issuer.to_owned());
    let unlike = |issuer: &str| Mended::Unlike(issuer.to_owned());
    let lacking = |word: &str| Mended::Lacking(vec![word.to_owned()]);
    let tenant = "https://login.microsoftonline.com/1-2/v2.0";
    for (word, given, mended) in [
        (
            "auth0",
            "https://t.eu.auth0.com/",
            whole("https://t.eu.auth0.com/"),
        ),
        (
            "auth0",
            "https://t.eu.auth0.com",
            whole("https://t.eu.auth0.com/"),
        ),
        (
            "auth0",
            " t.eu.auth0.com/ ",
            whole("https://t.eu.auth0.com/"),
        ),
        ("auth0", "t.eu.auth0.com", whole("https://t.eu.auth0.com/")),
        (
            "auth0",
            "https://t.eu.auth0.com/.well-known/openid-configuration",
            whole("https://t.eu.auth0.com/"),
        ),
        (
            "auth0",
            "https://a.example/b",
            unlike("https://a.example/b/"),
        ),
        ("entra", "1-2", whole(tenant)),
        (
            "entra",
            "https://login.microsoftonline.com/1-2",
            whole(tenant),
        ),
        (
            "entra",
            "https://login.microsoftonline.com/1-2/v2.0/",
            whole(tenant),
        ),
        ("entra", "login.microsoftonline.com", lacking("TENANT_ID")),
        (
            "entra",
            "https://sts.windows.net/1-2/",
            unlike("https://sts.windows.net/1-2"),
        ),
        (
            "google",
            "accounts.google.com",
            whole("https://accounts.google.com"),
        ),
        (
            "google",
            "https://accounts.google.com/",
            whole("https://accounts.google.com"),
        ),
        (
            "okta",
            "d.okta.com",
            whole("https://d.okta.com/oauth2/default"),
        ),
        (
            "okta",
            "https://d.okta.com/",
            whole("https://d.okta.com/oauth2/default"),
        ),
        (
            "okta",
            "https://d.okta.com/oauth2/a1",
            whole("https://d.okta.com/oauth2/a1"),
        ),
        ("keycloak", "https://a.example", lacking("REALM")),
        (
            "keycloak",
            "a.example/realms/r/",
            whole("https://a.example/realms/r"),
        ),
        (
            "keycloak",
            "http://[::1]:80/realms/r",
            whole("http://[::1]:80/realms/r"),
        ),
        (
            "keycloak",
            "https://a.example/auth/realms/r",
            unlike("https://a.example/auth/realms/r"),
        ),
        (
            "authentik",
            "https://a.example/application/o/s",
            whole("https://a.example/application/o/s/"),
        ),
        (
            "kanidm",
            "a.example",
            whole("https://a.example/oauth2/openid/app"),
        ),
        ("authelia", "https://a.example/", whole("https://a.example")),
        (
            "authelia",
            "https://a.example/auth/",
            unlike("https://a.example/auth"),
        ),
        ("dex", "https://a.example/", whole("https://a.example/")),
        ("dex", "a.example/dex", whole("https://a.example/dex")),
        (
            "generic",
            "https://a.example//",
            whole("https://a.example//"),
        ),
    ] {
        let known = Values::from([("CLIENT_ID".to_owned(), "app".to_owned())]);
        let profile = profile(&profiles, word);
        assert_eq!(mend(profile, given, &known), mended, "{word} {given}");
        // What was mended needs no mending.
        if let Mended::Whole(issuer) | Mended::Unlike(issuer) = &mended {
            assert_eq!(&mend(profile, issuer, &known), &mended, "{word} {issuer}");
        }
    }
}
