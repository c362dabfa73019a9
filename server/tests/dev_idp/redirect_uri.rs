//! Where the browser is sent, and where it never is.

use crate::world::{Browser, Provider, request};

/// None of these is a registered redirect URI.
const LOOKALIKES: [&str; 38] = [
    "http://127.0.0.1.evil:80/callback",
    "http://127.0.0.1.evil/callback",
    "http://127.0.0.1%2eevil/callback",
    "http://127.0.0.1@evil/callback",
    "http://127.0.0.1:80@evil/callback",
    "http://127.0.0.1:80\\@evil/callback",
    "http://127.0.0.1:80#@evil/callback",
    "http://127.0.0.1:80?@evil/callback",
    "http://evil/http://127.0.0.1:80/callback",
    "http://ada@127.0.0.1:80/callback",
    "http://ada:ada@127.0.0.1:80/callback",
    "http://localhost.evil:80/callback",
    "http://localhost.:80/callback",
    "http://127.0.0.2:80/callback",
    "http://127.1:80/callback",
    "http://2130706433:80/callback",
    "http://0x7f000001:80/callback",
    "http://0.0.0.0:80/callback",
    "http://[::]:80/callback",
    "http://[::ffff:127.0.0.1]:80/callback",
    "http://[0:0:0:0:0:0:0:1]:80/callback",
    "http://[::1%25lo]:80/callback",
    "http://127.0.0.1:0/callback",
    "http://127.0.0.1:65536/callback",
    "http://127.0.0.1:080/callback",
    "http://127.0.0.1:/callback",
    "http://127.0.0.1:80/other",
    "http://127.0.0.1:80/callback/",
    "http://127.0.0.1:80/CALLBACK",
    "http://127.0.0.1:80/a/../callback",
    "http://127.0.0.1:80/callback%00",
    "http://127.0.0.1:80/callback?x=1",
    "http://127.0.0.1:80/callback#x",
    "http://127.0.0.1:80/callback\r\nSet-Cookie: a=b",
    " http://127.0.0.1:80/callback",
    "https://127.0.0.1:80/callback",
    "vestibule://127.0.0.1:80/callback",
    "javascript:alert(1)//127.0.0.1/callback",
];

#[test]
fn a_lookalike_of_the_redirect_uri_ends_on_a_page_without_redirect() {
    let provider = Provider::start();
    for uri in LOOKALIKES {
        let changes = [("redirect_uri", uri)];
        let given = Browser::new(&provider).authorize(&changes);
        let posted = provider.post("/authorize", &request(&changes));
        for answer in [given, posted] {
            assert_eq!((answer.status, answer.location()), (400, ""), "{uri}");
        }
        let pushed = provider.post("/par", &request(&changes));
        assert_eq!(
            (pushed.status, pushed.error().as_str()),
            (400, "invalid_request"),
            "{uri}"
        );
    }
}

#[test]
fn every_loopback_form_at_any_port_is_answered() {
    let provider = Provider::start();
    for host in ["127.0.0.1:1", "[::1]:65535", "localhost:8080"] {
        let uri = format!("http://{host}/callback");
        let changes = [("redirect_uri", uri.as_str()), ("prompt", "none")];
        let answer = Browser::new(&provider).authorize(&changes);
        assert!(answer.location().starts_with(&format!("{uri}?")), "{uri}");
    }
}
