//! Which algorithms are accepted of which key (RFC 8725 §3.1): the key decides, the
//! settings narrow.

use serde_json::{Value, json};
use vestibule_server::guard::{Algorithm, Refusal};

use crate::{
    grid::Library,
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, P256, P384, P521, RSA},
    process::{Folder, Running, program},
    token::{AUDIENCE, claims, header, quoted, sign_as},
    world::TestApi,
};

/// Each algorithm, with a key that can sign by it.
fn signers() -> Vec<(&'static str, &'static Key)> {
    let signer = |algorithm: Algorithm| {
        let key = match algorithm.name() {
            "ES256" => &P256,
            "ES384" => &P384,
            "ES512" => &P521,
            "EdDSA" => &ED,
            _ => &RSA,
        };
        (algorithm.name(), &**key)
    };
    Algorithm::ALL.map(signer).to_vec()
}

/// An issuer with a key for each algorithm, which is also its id.
fn issuer(stated: bool) -> TestIssuer {
    let key = |(alg, key): (&str, &Key)| match stated {
        true => key.jwk_with(&json!({"kid": alg, "alg": alg})),
        false => key.jwk_with(&json!({"kid": alg})),
    };
    let keys: Vec<Value> = signers().into_iter().map(key).collect();
    TestIssuer::in_mood(Mood::Serve(json!({"keys": keys})))
}

/// For the key of this id, signed with `alg` as far as `key` can.
fn token(issuer: &str, kid: &str, alg: &str, key: &Key) -> String {
    let head = header(key).set("kid", quoted(kid)).set("alg", quoted(alg));
    let payload = claims(issuer).set("exp", "9999999999").without("iat");
    sign_as(alg, head.text().as_bytes(), payload.text().as_bytes(), key)
}

#[test]
fn each_algorithm_is_accepted_of_a_key_for_it_and_of_no_other() {
    let issuer = issuer(true);
    let api = TestApi::start(&issuer);
    for (kid, key) in signers() {
        for (alg, _) in signers() {
            let status = api.present(&token(&issuer.url, kid, alg, key)).status;
            let expected = if kid == alg { 200 } else { 401 };
            assert_eq!(status, expected, "{alg} by a key for {kid}");
        }
    }
}

/// RFC 7517 §4.4: without `alg`, the type of the key is what it is for.
#[test]
fn a_key_that_names_no_algorithm_verifies_those_of_its_kind() {
    let issuer = issuer(false);
    let api = TestApi::start(&issuer);
    let family = |name: &str| match name {
        "EdDSA" => name.to_owned(),
        _ if name.starts_with('E') => name.to_owned(),
        _ => "RSA".to_owned(),
    };
    for (kid, key) in signers() {
        for (alg, _) in signers() {
            let status = api.present(&token(&issuer.url, kid, alg, key)).status;
            let expected = if family(kid) == family(alg) { 200 } else { 401 };
            assert_eq!(status, expected, "{alg} by the key {kid}");
        }
    }
}

#[test]
fn the_list_of_algorithms_narrows_what_is_accepted() {
    let issuer = issuer(true);
    for allowed in Algorithm::ALL {
        let library = Library::of(&issuer, |builder| builder.algorithms([allowed]));
        for (alg, key) in signers() {
            let refusal = library.refusal(&token(&issuer.url, alg, alg, key));
            let refusal = refusal.map(Refusal::name);
            let expected = (alg != allowed.name()).then_some("algorithm");
            assert_eq!(refusal, expected, "{alg} where {allowed:?} is allowed");
        }
    }
}

#[test]
fn the_program_knows_all_names_and_accepts_all_unless_it_is_told() {
    let issuer = issuer(true);
    let folder = Folder::new("algorithms");
    let all = signers().iter().map(|(alg, _)| *alg).collect::<Vec<_>>();
    let every = all.join(",");
    for (list, allowed) in [
        (None, all.clone()),
        (Some(every.as_str()), all.clone()),
        (Some("ES512, RS384"), vec!["ES512", "RS384"]),
    ] {
        let mut command = program(&folder);
        command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0"]);
        command.args(list.into_iter().flat_map(|list| ["--algorithms", list]));
        let server = Running::start(&mut command);
        for (alg, key) in signers() {
            let status = server.present(&token(&issuer.url, alg, alg, key)).status;
            let expected = if allowed.contains(&alg) { 200 } else { 401 };
            assert_eq!(status, expected, "{alg} where {list:?} is allowed");
        }
    }
}
