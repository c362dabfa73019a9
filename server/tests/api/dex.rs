//! Access tokens in the form of ID tokens, as Dex issues them: let through only where the
//! operator says so, and only for our audience.

use vestibule_server::guard::{Refusal, TypProfile};

use crate::{
    grid::Library,
    issuer::TestIssuer,
    keys::RSA,
    process::{Folder, Running, program},
    token::{AUDIENCE, Members, claims, header, quoted, sign},
    world::TestApi,
};

/// As Dex makes an access token: `audience:server:client_id:…` was among the scopes, no
/// `typ`, and a hash of something that nobody has.
fn dex(issuer: &str) -> (Members, Members) {
    let payload = claims(issuer)
        .without("scope")
        .without("jti")
        .without("client_id")
        .set("aud", format!("[{},\"vestibule\"]", quoted(AUDIENCE)))
        .set("azp", "\"vestibule\"")
        .set("nonce", "\"n\"")
        .set("at_hash", "\"1tEcJ0JH8pB3Lbb7zN-IyQ\"")
        .set("exp", "9999999999")
        .without("iat");
    (header(&RSA).without("typ"), payload)
}

#[test]
fn a_token_in_the_form_of_an_id_token_is_refused_unless_the_operator_wants_it() {
    let issuer = TestIssuer::start();
    let (header, payload) = dex(&issuer.url);
    let token = sign(&header, &payload, &RSA);
    for (typ, refusal) in [
        (TypProfile::Any, Some(Refusal::OtherUse)),
        (TypProfile::AtJwt, Some(Refusal::Type)),
        (TypProfile::IdToken, None),
    ] {
        let library = Library::of(&issuer, |builder| builder.typ(typ));
        assert_eq!(library.refusal(&token), refusal, "{typ:?}");
    }
}

/// Rows D8 and R6 of the catalogue stand where the setting is on, too.
#[test]
fn where_the_operator_wants_it_all_else_is_still_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| builder.typ(TypProfile::IdToken));
    let (head, payload) = dex(&issuer.url);
    let event = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;
    for (name, head, payload) in [
        (
            "an ID token",
            &head,
            payload.clone().set("aud", "\"vestibule\""),
        ),
        (
            "of two clients",
            &head,
            payload.clone().set("aud", "[\"vestibule\",\"other\"]"),
        ),
        (
            "of another issuer",
            &head,
            payload.clone().set("iss", "\"https://b.example\""),
        ),
        (
            "a logout token",
            &head,
            payload.clone().and("events", event),
        ),
        ("an expired one", &head, payload.clone().set("exp", "1")),
        ("bound to a key", &head, payload.clone().and("cnf", "{}")),
        (
            "typed",
            &head.clone().and("typ", "\"id+jwt\""),
            payload.clone(),
        ),
        (
            "typed for logout",
            &head.clone().and("typ", "\"logout+jwt\""),
            payload.clone(),
        ),
    ] {
        assert_eq!(
            api.present(&sign(head, &payload, &RSA)).status,
            401,
            "{name}"
        );
    }
    for typ in ["JWT", "at+jwt"] {
        let head = head.clone().and("typ", quoted(typ));
        assert_eq!(
            api.present(&sign(&head, &payload, &RSA)).status,
            200,
            "{typ}"
        );
    }
    assert_eq!(api.present(&sign(&head, &payload, &RSA)).status, 200);
}

#[test]
fn the_program_takes_them_by_its_setting() {
    let issuer = TestIssuer::start();
    let (header, payload) = dex(&issuer.url);
    let token = sign(&header, &payload, &RSA);
    let folder = Folder::new("dex");
    for (typ, status) in [("any", 401), ("id-token", 200)] {
        let mut command = program(&folder);
        command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0", "--typ", typ]);
        let server = Running::start(&mut command);
        assert_eq!(server.present(&token).status, status, "{typ}");
    }
}
