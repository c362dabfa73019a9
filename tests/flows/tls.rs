//! A provider that speaks TLS 1.1 at most: security catalogue T6, F1.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use vestibule::state::{Command, State};

use crate::{
    states::App,
    worker::DISCOVERY,
    world::{World, sign_in},
};

/// Refuses whoever does not offer TLS 1.1 (RFC 8446 §6.2, protocol_version).
fn old_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut some = [0; 4096];
            let _ = stream.read(&mut some);
            let _ = stream.write_all(&[21, 3, 2, 0, 2, 2, 70]);
            let _ = stream.read(&mut some);
        }
    });
    url
}

#[test]
fn a_provider_with_old_tls_is_offline_and_the_session_stays() {
    for path in [DISCOVERY, "/token"] {
        let world = World::new();
        sign_in(&world.client()).unwrap();
        world.browser.pages();
        let before = world.kept();
        let old = old_server();
        world.http.at(path, move |mut request, send| {
            *request.uri_mut() = old.parse().unwrap();
            let answer = send(request);
            let words = answer.as_ref().unwrap_err().to_string();
            assert!(words.contains("no TLS 1.2 or newer"), "{words}");
            answer
        });
        let app = App::start(&world);
        let State::Offline { user, .. } = app.until("Offline") else {
            unreachable!()
        };
        assert_eq!(user.unwrap().name, "Ada Lovelace");
        assert_eq!(world.kept(), before);
        world.http.clear(path);
        app.send(Command::Resume);
        app.until("SignedIn");
    }
}
