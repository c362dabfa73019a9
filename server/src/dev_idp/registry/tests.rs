//! What can be known, what cannot, and what fits together.

use std::{fmt::Display, str::FromStr};

use super::*;

fn parsed<T: FromStr<Err = InvalidEntry>>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn assert_refused<T: FromStr<Err = InvalidEntry>>(text: &str, part: &str) {
    let error = text.parse::<T>().err();
    let error = error
        .unwrap_or_else(|| panic!("{text} is taken"))
        .to_string();
    assert!(error.contains(&format!("`{text}` cannot be ")), "{error}");
    assert!(
        error.contains(part) && error.contains("for example "),
        "{error}"
    );
}

#[test]
fn a_client_is_an_identifier_with_a_name_or_without_one() {
    for (text, id, name) in [
        ("my-notes", "my-notes", "my-notes"),
        ("my-notes=My Notes", "my-notes", "My Notes"),
        ("n=2+2=4 ü", "n", "2+2=4 ü"),
        (
            "https://notes.example/id:1",
            "https://notes.example/id:1",
            "https://notes.example/id:1",
        ),
    ] {
        assert_eq!(parsed::<Client>(text), Client::new(id, name));
    }
    for text in ["", "my notes", "=My Notes", "a\"b", "a\\b", "nötes", "a\n"] {
        assert_refused::<Client>(text, "visible ASCII");
    }
    for text in ["my-notes=", "my-notes= ", "my-notes=a\u{1b}b"] {
        assert_refused::<Client>(text, "its name");
    }
}

#[test]
fn an_audience_and_a_scope_are_one_word_of_visible_ascii() {
    for text in [
        "https://notes.example.org/api?v=1",
        "api://default",
        "my-api",
    ] {
        assert_eq!(parsed::<Audience>(text).as_str(), text);
        assert_eq!(parsed::<Scope>(text).as_str(), text);
    }
    for text in [
        "",
        " ",
        "notes:read notes:write",
        "a\"b",
        "a\\b",
        "nötes",
        "a\0",
    ] {
        assert_refused::<Audience>(text, "audience");
        assert_refused::<Scope>(text, "scope");
    }
}

#[test]
fn what_is_left_out_of_a_user_is_the_login() {
    for (text, all) in [
        ("mary", "mary:mary:mary:mary@example.org"),
        ("mary:secret", "mary:secret:mary:mary@example.org"),
        (
            "mary::Mary Shelley",
            "mary:mary:Mary Shelley:mary@example.org",
        ),
        ("mary:::m@home.example", "mary:mary:mary:m@home.example"),
        (
            "m.s+1@home.example",
            "m.s+1@home.example:m.s+1@home.example:m.s+1@home.example:m.s+1@home.example",
        ),
        (
            "mary:sécret &:Mary W. Shelley:m@h",
            "mary:sécret &:Mary W. Shelley:m@h",
        ),
    ] {
        assert_eq!(parsed::<User>(text).to_string(), all);
    }
}

#[test]
fn a_user_that_cannot_be_one_is_told_which_part_it_is() {
    let long = "a".repeat(256);
    for text in ["", ":secret", "mary shelley", "märy", "a/b", "a\"b", &long] {
        assert_refused::<User>(text, "login");
    }
    for text in ["mary:a:b:c@d:e", "mary:a:b\nc", "mary: "] {
        assert_refused::<User>(text, "four parts");
    }
    for text in [
        "mary:::mary",
        "mary:::@b",
        "mary:::a@",
        "mary:::a@b@c",
        "mary:::a b@c",
    ] {
        assert_refused::<User>(text, "e-mail");
    }
    assert_eq!(parsed::<User>(&long[..255]).login.len(), 255);
}

#[test]
fn names_are_told_in_parts_where_they_have_some() {
    let scope = ["profile".to_owned()];
    let claims = |text: &str| parsed::<User>(text).claims("http://issuer", &scope);
    let mary = claims("mary::Mary W. Shelley");
    assert_eq!(
        (&mary["given_name"], &mary["family_name"]),
        (&"Mary W.".into(), &"Shelley".into())
    );
    let plato = claims("plato::Plato");
    assert_eq!(plato["given_name"], "Plato");
    // Nothing is made up for those who have none.
    assert!(!plato.contains_key("family_name") && !plato.contains_key("picture"));
}

/// What `--help` shows can be given again.
#[test]
fn the_defaults_are_what_their_options_would_make_of_them() {
    fn again<T: FromStr<Err = InvalidEntry> + Display>(entries: &[T]) -> Vec<T> {
        entries
            .iter()
            .map(|entry| parsed(&entry.to_string()))
            .collect()
    }
    let options = Options::default();
    assert_eq!(again(&options.clients), options.clients);
    assert_eq!(again(&options.audiences), options.audiences);
    let without_pictures = options.users.iter().cloned();
    let without_pictures = without_pictures.map(|user| User {
        picture: None,
        ..user
    });
    assert_eq!(again(&options.users), without_pictures.collect::<Vec<_>>());
    options.check().unwrap();
}

fn checked(change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::default();
    change(&mut options);
    options.check().unwrap_err().to_string()
}

#[test]
fn each_is_known_once_and_there_is_somebody() {
    for (told, part) in [
        (
            checked(|o| o.clients.push(parsed("vestibule=Another"))),
            "client `vestibule`",
        ),
        (
            checked(|o| o.audiences.extend(o.audiences.clone())),
            "audience `https://my-",
        ),
        (checked(|o| o.users.push(parsed("ada:other"))), "user `ada`"),
        (
            checked(|o| o.scopes = vec![parsed("a"), parsed("a")]),
            "scope `a`",
        ),
        (
            checked(|o| o.scopes = vec![parsed("openid")]),
            "offline_access not at all",
        ),
        (checked(|o| o.clients.clear()), "a client"),
        (checked(|o| o.users.clear()), "a user"),
    ] {
        assert!(told.contains(part), "{told}");
    }
    // An app may have no API.
    let audiences = Vec::new();
    Options {
        audiences,
        ..Options::default()
    }
    .check()
    .unwrap();
}

#[test]
fn no_client_is_an_audience() {
    let told = checked(|options| options.audiences.push(parsed("vestibule")));
    assert!(told.contains("client and audience at once"), "{told}");
}

#[test]
fn debug_output_has_neither_passwords_nor_pictures() {
    let text = format!("{:?}", parsed::<User>("mary:secret").with_picture(b"png"));
    assert_eq!(text, r#"User { login: "mary", name: "mary", .. }"#);
}
