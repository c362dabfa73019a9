//! The person's picture over the network: security catalogue T13.

use vestibule::{
    auth::{Client, ports::StoreKind},
    picture,
    state::{Command, State},
};

use crate::{raw::Hostile, states::App, world::World};

#[test]
fn the_picture_comes_without_any_token_being_sent_for_it() {
    let world = World::new();
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until_it(|state| matches!(state, State::SignedIn { user, .. } if user.picture.is_some()));
    let sent = world.http.sent_to("/picture/ada.png");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].authorization, None);
    assert_eq!(sent[0].url.query(), None);
}

#[test]
fn a_provider_on_the_internet_cannot_point_the_app_at_this_machine() {
    let world = World::new();
    let server = Hostile::answering("200 OK", "Content-Type: image/png\r\n", "no picture");
    let public = Client::builder("https://sso.example.org", "vestibule")
        .app_name("Vestibule")
        .http(world.http.clone())
        .store_kind(StoreKind::Memory)
        .build()
        .unwrap();
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://{host}:{port}/ada.png");
            assert!(picture::fetch(&public, &address).is_none(), "{address}");
        }
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
    // The same address is asked for a provider that is here itself.
    assert!(picture::fetch(&world.client(), &format!("{}/a.png", server.url)).is_none());
    let asked = server.requests();
    assert_eq!(asked.len(), 1);
    let formats = "accept: image/png, image/jpeg, image/gif\r\n";
    assert!(asked[0].to_lowercase().contains(formats), "{asked:?}");
}
