//! `vestibule setup`, taken at its word: each double is signed in to with the very file that
//! it writes, and the API runs with the options that it prints.

use std::fs;

use vestibule::setup::{Profile, profiles};
use vestibule_server::guard::TypProfile;

use super::{
    Desk, named,
    shape::{CLIENT, Redirect, Shape},
    stay_signed_in, write_secret,
};
use crate::world::start_api;

impl Desk {
    /// After `vestibule setup WORD … --write`.
    fn set_up(word: &str, audience: Option<&str>, shape: Shape) -> Self {
        let (idp, folder) = Self::empty(shape);
        let desk = Self { idp, folder };
        let idp = &desk.idp;
        let mut words = vec![
            "setup",
            word,
            "--issuer",
            &idp.issuer,
            "--client-id",
            CLIENT,
        ];
        words.extend(
            audience
                .iter()
                .flat_map(|audience| ["--audience", *audience]),
        );
        // Others may use those of the profile on this machine.
        let ports = idp.ports.iter().map(u16::to_string);
        let ports = ports.collect::<Vec<_>>().join(",");
        if idp.shape.redirect == Redirect::Listed {
            words.extend(["--redirect-ports", &ports]);
        }
        let told = desk.told(&words);
        let api = told.lines().find(|line| line.contains("vestibule-server "));
        let option = |name: &str| {
            let mut words = api?.split(' ').skip_while(|word| *word != name);
            words.nth(1)
        };
        assert!(
            api.is_none() || option("--issuer") == Some(&*idp.issuer),
            "{told}"
        );
        let typ = match option("--typ") {
            None => TypProfile::Any,
            Some("id-token") => TypProfile::IdToken,
            Some(other) => panic!("{word}: {other}"),
        };
        let api = start_api(&idp.issuer, option("--audience").unwrap_or("nobody"), typ);
        words.extend(["--api-url", api.as_str(), "--store", "file", "--write"]);
        desk.told(&words);
        let file = fs::read_to_string(desk.folder.0.join("vestibule.toml")).unwrap();
        let file: toml::Table = toml::from_str(&file).unwrap();
        if let Some(secret) = file.get("client_secret_file") {
            write_secret(&desk.folder, secret.as_str().unwrap());
        }
        desk
    }

    fn told(&self, words: &[&str]) -> String {
        let setup = self.run(words);
        assert_eq!(setup.code, Some(0), "{words:?}: {}", setup.stderr);
        assert_eq!(setup.stderr, "", "{words:?}");
        setup.stdout
    }
}

#[test]
fn each_provider_is_signed_in_to_with_what_setup_writes_and_prints() {
    for (word, audience, shape) in named::all() {
        let desk = Desk::set_up(word, audience, shape);
        // Google's access tokens are opaque.
        stay_signed_in(&desk, word == "google");
    }
}

/// Else the doubles prove nothing of the profiles.
#[test]
fn each_profile_has_a_double_of_its_name_its_issuer_and_its_redirect_uris() {
    let profiles = profiles().unwrap();
    let words: Vec<_> = profiles.iter().map(|profile| profile.word).collect();
    assert_eq!(words, named::all().map(|(word, ..)| word));
    for (profile, (word, _, shape)) in profiles.iter().zip(named::all()) {
        assert_eq!(profile.name, shape.name);
        assert!(has_path(profile, shape.path), "{word}: {}", shape.path);
        let redirect = match profile.settings.get("redirect_host").map(String::as_str) {
            Some("localhost") => Redirect::Localhost,
            _ if profile.settings.contains_key("redirect_ports") => Redirect::Listed,
            _ => Redirect::AnyPort,
        };
        assert!(redirect == shape.redirect, "{word}");
    }
}

/// Whether issuers of `profile` have a path like `path`.
fn has_path(profile: &Profile, path: &str) -> bool {
    if profile.word == "generic" {
        return true;
    }
    let parts: Vec<_> = profile.issuer.split('/').skip(3).collect();
    let own: Vec<_> = path.split('/').skip(1).collect();
    let is_like = |(part, own): (&&str, &&str)| part == own || profile.has(part);
    parts.len() == own.len() && parts.iter().zip(&own).all(is_like)
}
