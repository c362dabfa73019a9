//! Callbacks that are not the one that is waited for, and the end of the
//! wait: security catalogue L1–L5, L18, L20, with raw bytes against the real
//! listener.

use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::{
    eventually, exchange, location,
    waiting::{PATIENCE, STATE, Waiting, address_of, wait},
};
use crate::{
    error::Error,
    loopback::{Loopback, Outcome, RedirectHost},
};

/// L1.
#[test]
fn a_wrong_missing_empty_or_doubled_state_consumes_nothing() {
    let waiting = Waiting::start();
    for query in [
        "code=c".to_owned(),
        "code=c&state=".to_owned(),
        "code=c&state=another".to_owned(),
        format!("code=c&state={STATE}x"),
        format!("code=c&state={}", &STATE[1..]),
        format!("code=c&state={}", STATE.to_uppercase()),
        format!("code=c&state={STATE}%00"),
        "code=c&state=%ff%fe%".to_owned(),
        format!("code=c&state={STATE}&state={STATE}"),
        format!("code=c&code=d&state={STATE}"),
        format!("code=c&state={STATE}&state=another"),
        format!("error=access_denied&error=x&state={STATE}"),
        format!("code=c&STATE={STATE}"),
        "error=access_denied".to_owned(),
        String::new(),
    ] {
        let answer = waiting.get(&format!("/callback?{query}"));
        waiting.assert_refused(&answer, 400);
    }
    waiting.assert_serves();
}

/// L2: a browser's second GET, a reload, a link scanner.
#[test]
fn the_same_callback_again_is_answered_and_does_nothing() {
    let loopback = Loopback::bind(RedirectHost::Ipv4, &[0], "My Notes").unwrap();
    let address = address_of(&loopback);
    let target = format!("/callback?code=c&state={STATE}");
    let get = move |target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        exchange(address, head.as_bytes(), PATIENCE)
    };
    let first = thread::spawn({
        let target = target.clone();
        move || get(&target)
    });
    let (_, answering) = wait(loopback).unwrap();
    let result = location(&first.join().unwrap());
    for _ in 0..3 {
        let again = get(&target);
        assert_eq!(location(&again), result);
        assert!(!again.contains("code=c"), "{again}");
    }
    // Parked until there is a result.
    let parked = thread::spawn(move || get(&result));
    thread::sleep(Duration::from_millis(100));
    assert!(!parked.is_finished());
    answering.finish(Outcome::NotSignedIn);
    let page = parked.join().unwrap();
    assert!(page.contains("The sign-in did not finish"), "{page}");
}

/// The page that says how it ended is for the browser that was redirected: a program
/// that asks first neither learns of it nor ends the wait for that browser.
#[test]
fn another_program_that_asks_for_the_result_gets_nothing_and_ends_nothing() {
    let loopback = Loopback::bind(RedirectHost::Ipv4, &[0], "My Notes").unwrap();
    let address = address_of(&loopback);
    let get = move |target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        exchange(address, head.as_bytes(), PATIENCE)
    };
    let callback = thread::spawn(move || get(&format!("/callback?code=c&state={STATE}")));
    let (_, answering) = wait(loopback).unwrap();
    let result = location(&callback.join().unwrap());
    for target in [
        "/result".to_owned(),
        "/result/".to_owned(),
        "/result/guess".to_owned(),
        "/result?x".to_owned(),
        format!("{result}x"),
        result.to_ascii_uppercase(),
        "/callback?code=c&state=guess".to_owned(),
        "/callback".to_owned(),
    ] {
        let answer = get(&target);
        assert!(answer.starts_with("HTTP/1.1 4"), "{target}: {answer}");
        assert!(answer.contains("Nothing to see here"), "{target}: {answer}");
        assert!(!answer.contains("/result/"), "{target}: {answer}");
    }
    let finished = thread::spawn(move || answering.finish(Outcome::SignedIn));
    // Now there is a result, and the browser may be on its way for a moment.
    let page = get(&result);
    assert!(page.contains("You are signed in"), "{page}");
    finished.join().unwrap();
}

/// authlib/authlib#525: Cancel, at a provider that leaves `state` out of its refusal.
/// The wait rightly goes on, and the person is told how to end it.
#[test]
fn a_callback_that_is_not_the_one_says_that_the_app_still_waits_and_how_to_end_it() {
    let waiting = Waiting::start();
    for query in [
        "error=access_denied",
        "error=access_denied&error_description=The+user+x5s5",
        "error=access_denied&state=",
        "error=access_denied&state=x5s5",
        "code=x5s5",
        "",
    ] {
        let page = waiting.get(&format!("/callback?{query}"));
        waiting.assert_refused(&page, 400);
        assert!(page.contains("My Notes is still waiting"), "{page}");
        for way in ["choose Cancel in My Notes's window", "press Ctrl-C"] {
            assert!(page.contains(way), "{page}");
        }
        assert!(!page.contains("x5s5"), "{page}");
        assert!(!page.contains("access_denied"), "{page}");
    }
    // Who asks for something else is told nothing of a sign-in.
    let other = waiting.get("/favicon.ico");
    assert!(!other.contains("still waiting"), "{other}");
    waiting.assert_serves();
}

/// Browsers leave the port of the scheme out of Host (RFC 9110 §4.2.1).
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs port 80, which is root's: request.rs tests the rule without it"]
fn at_port_80_the_host_comes_without_a_port() {
    let loopback = Loopback::bind(RedirectHost::Ipv4, &[80], "My Notes").unwrap();
    assert_eq!(loopback.redirect_uri(), "http://127.0.0.1:80/callback");
    let address = address_of(&loopback);
    let waiting = thread::spawn(move || {
        let (_, answering) = wait(loopback)?;
        answering.finish(Outcome::SignedIn);
        Ok::<_, Error>(())
    });
    let get = |host: &str, target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        exchange(address, head.as_bytes(), PATIENCE)
    };
    let target = format!("/callback?code=c&state={STATE}");
    for other in ["127.0.0.1:", "127.0.0.1:8080", "localhost"] {
        assert!(get(other, &target).starts_with("HTTP/1.1 400 "), "{other}");
    }
    let page = get("127.0.0.1", &location(&get("127.0.0.1", &target)));
    assert!(page.contains("You are signed in"), "{page}");
    waiting.join().unwrap().unwrap();
}

/// L3.
#[test]
fn a_callback_of_an_earlier_attempt_is_refused() {
    let waiting = Waiting::start();
    waiting.assert_serves();
    let second = Waiting::start();
    let answer = second.get("/callback?code=c&state=the-state-of-the-request-before");
    second.assert_refused(&answer, 400);
    second.assert_serves();
}

/// L5, in small.
#[test]
fn a_thousand_guesses_do_not_keep_the_genuine_callback_out() {
    let waiting = Waiting::start();
    for guess in 0..1000 {
        let answer = waiting.get(&format!("/callback?code=c&state={guess}"));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    waiting.assert_serves();
}

/// L18: nothing of a request is ever in a page.
#[test]
fn markup_in_a_request_is_never_reflected() {
    let waiting = Waiting::start();
    let marker = "x5s5";
    for hostile in [
        "<script>x5s5</script>",
        "\"><img/src=x5s5/onerror=x5s5>",
        "</title>x5s5",
        "+ADw-x5s5+AD4-",
        "%3Cscript%3Ex5s5",
    ] {
        let plain = hostile.replace(' ', "+");
        for target in [
            format!("/callback?error={plain}&state={plain}"),
            format!("/callback?error=e&error_description={plain}&error_uri={plain}"),
            format!("/callback?iss={plain}&code=c&state=s"),
            format!("/{plain}"),
        ] {
            let answer = waiting.get(&target);
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
            assert!(!answer.contains(marker), "{answer}");
        }
        let answer = waiting.request(
            "GET",
            "/x",
            &format!("X-{marker}: {plain}\r\nCookie: {plain}\r\n"),
        );
        assert!(!answer.contains(marker), "{answer}");
    }
    let query = format!("error=<script>{marker}&error_description={marker}&state={STATE}");
    let answer = waiting.get(&format!("/callback?{query}"));
    assert!(
        answer.starts_with("HTTP/1.1 303 ") && !answer.contains(marker),
        "{answer}"
    );
    let page = waiting.get(&location(&answer));
    assert!(
        page.starts_with("HTTP/1.1 200 ") && !page.contains(marker),
        "{page}"
    );
    waiting.waiting.join().unwrap().unwrap();
}

/// L20.
#[test]
fn nobody_coming_ends_the_wait_at_its_limit_and_closes_the_port() {
    let waiting = Waiting::with_limit(Duration::from_millis(300));
    let ended = waiting.waiting.join().unwrap();
    assert!(matches!(ended, Err(Error::TimedOut)));
    // The same port again, at once: it may be the only registered one.
    let again = Loopback::bind(RedirectHost::Ipv4, &[waiting.address.port()], "My Notes");
    assert!(again.is_ok());
    drop(again);
    eventually("the port closes", || {
        TcpStream::connect(waiting.address).is_err()
    });
}

/// L20: 1 s is promised; the machine may be busy.
#[test]
fn cancel_ends_the_wait_and_closes_the_port_even_with_idle_connections() {
    let waiting = Waiting::start();
    let idle: Vec<_> = (0..8)
        .map(|_| TcpStream::connect(waiting.address).unwrap())
        .collect();
    waiting.get("/favicon.ico");
    let start = Instant::now();
    drop(waiting.stop);
    assert!(matches!(
        waiting.waiting.join().unwrap(),
        Err(Error::Cancelled)
    ));
    eventually("the port closes", || {
        TcpStream::connect(waiting.address).is_err()
    });
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    drop(idle);
}
