//! The rules of the proxy variables as tables: T12 of the security catalogue.

#![allow(clippy::unwrap_used)]

use super::*;

fn proxies(variables: &[(&str, &str)]) -> Proxies {
    Proxies::from_environment(|name| {
        let set = variables.iter().find(|(set, _)| *set == name);
        set.map(|(_, value)| OsString::from(value))
    })
}

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

/// `PLACE VARIABLE` of the proxy that a far host is asked through, `-` without.
fn way(variables: &[(&str, &str)]) -> String {
    match proxies(variables).route(&uri("https://sso.example/token")) {
        Ok(Some(proxy)) => format!("{} {}", proxy.place, proxy.variable),
        Ok(None) => "-".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn https_proxy_comes_before_all_proxy_and_lower_case_first() {
    let (https, lower) = (("HTTPS_PROXY", "a:1"), ("https_proxy", "b:2"));
    let (all, all_lower) = (("ALL_PROXY", "c:3"), ("all_proxy", "d:4"));
    let http = ("HTTP_PROXY", "e:5");
    for (variables, expected) in [
        (vec![all, all_lower, https, lower], "b:2 https_proxy"),
        (vec![all, all_lower, https], "a:1 HTTPS_PROXY"),
        (vec![all, all_lower], "d:4 all_proxy"),
        (vec![all, http], "c:3 ALL_PROXY"),
        (vec![http, ("http_proxy", "f:6")], "-"),
        (vec![], "-"),
        (vec![("https_proxy", ""), https], "a:1 HTTPS_PROXY"),
        (vec![("HTTPS_PROXY", "  "), all], "c:3 ALL_PROXY"),
        (vec![("HTTPS_PROXY", ""), ("ALL_PROXY", "")], "-"),
    ] {
        assert_eq!(way(&variables), expected, "{variables:?}");
    }
}

#[test]
fn a_value_is_read_as_curl_reads_it() {
    for (value, place, user, password) in [
        (
            "http://proxy.example:3128",
            "proxy.example:3128",
            None,
            None,
        ),
        (
            "http://proxy.example:3128/",
            "proxy.example:3128",
            None,
            None,
        ),
        (
            " http://proxy.example:3128\n",
            "proxy.example:3128",
            None,
            None,
        ),
        ("proxy.example:3128", "proxy.example:3128", None, None),
        ("proxy.example", "proxy.example:1080", None, None),
        (
            "HTTP://Proxy.Example:3128",
            "Proxy.Example:3128",
            None,
            None,
        ),
        ("https://proxy.example", "proxy.example:443", None, None),
        ("socks5://127.0.0.1:9050", "127.0.0.1:9050", None, None),
        ("socks5h://proxy.example", "proxy.example:1080", None, None),
        ("socks4://proxy.example", "proxy.example:1080", None, None),
        ("socks4a://proxy.example", "proxy.example:1080", None, None),
        ("socks://proxy.example/", "proxy.example:1080", None, None),
        ("http://[fd00::1]:8080", "[fd00::1]:8080", None, None),
        ("[fd00::1]", "[fd00::1]:1080", None, None),
        ("http://ada@proxy:3", "proxy:3", Some("ada"), None),
        ("http://ada:@proxy:3", "proxy:3", Some("ada"), Some("")),
        ("ada:secret@proxy:3", "proxy:3", Some("ada"), Some("secret")),
        (
            "socks5://a%40b:p%3a%2F%25+@proxy:3",
            "proxy:3",
            Some("a@b"),
            Some("p:/%+"),
        ),
        (
            "http://ada:p@ss:w@proxy:3",
            "proxy:3",
            Some("ada"),
            Some("p@ss:w"),
        ),
    ] {
        for variable in ["HTTPS_PROXY", "ALL_PROXY"] {
            let proxies = proxies(&[(variable, value)]);
            let proxy = proxies
                .route(&uri("https://sso.example/"))
                .unwrap()
                .unwrap();
            assert_eq!(proxy.place, place, "{value}");
            assert_eq!(proxy.inner.username(), user, "{value}");
            assert_eq!(proxy.inner.password(), password, "{value}");
            assert_eq!(
                proxy.to_string(),
                format!("the proxy {place} of {variable}")
            );
        }
    }
}

#[test]
fn one_that_cannot_be_used_is_an_error_that_names_the_variable_and_quotes_no_secret() {
    for (value, what) in [
        ("ftp://proxy:21", "ftp is no kind of proxy"),
        ("quic://ada:hidden@proxy:21", "quic is no kind of proxy"),
        ("socks6://proxy", "socks6 is no kind of proxy"),
        ("://proxy:21", " is no kind of proxy"),
        ("hidden!hidden://proxy", "what it begins with is no kind"),
        ("http://", "no host"),
        ("http:///proxy", "no host"),
        ("http://:3128", "no host"),
        ("http://ada:hidden@", "no host"),
        ("http://pro xy:3128", "no host"),
        ("http://::1:3128", "no host"),
        ("http://[::1:3128", "no host"),
        ("http://[proxy]:3128", "no host"),
        ("http://[::1]3128", "no host"),
        ("http://proxy:0", "port"),
        ("http://proxy:65536", "port"),
        ("http://proxy:-1", "port"),
        ("http://proxy:+80", "port"),
        ("http://proxy:31 28", "port"),
        ("http:proxy:3128", "port"),
        ("http://ada:hidden", "port"),
        ("http://ada:1hid/den@proxy:3128", "%2F"),
        ("http://ada:hidden#@proxy:3128", "%23"),
        ("http://ada:%ffhidden@proxy:3128", "not UTF-8"),
    ] {
        let words = way(&[("HTTPS_PROXY", value), ("ALL_PROXY", "http://other:1")]);
        let begins = words.starts_with("HTTPS_PROXY cannot be used: ");
        assert!(begins && words.contains(what), "{value}: {words}");
        assert!(words.contains("unset it"), "{words}");
        assert!(!words.contains("hid") && !words.contains("ada"), "{words}");
        assert!(words.len() <= 300, "{words}");
    }
}

#[cfg(unix)]
#[test]
fn one_that_is_no_text_is_not_passed_over() {
    use std::os::unix::ffi::OsStringExt;
    let proxies = Proxies::from_environment(|name| {
        (name == "ALL_PROXY").then(|| OsString::from_vec(vec![b'h', 0xff]))
    });
    let error = proxies.route(&uri("https://sso.example/")).unwrap_err();
    let words = error.to_string();
    assert!(
        words.starts_with("ALL_PROXY") && words.contains("UTF-8"),
        "{words}"
    );
}

#[test]
fn the_words_and_the_debug_text_have_no_credentials() {
    let proxies = proxies(&[("HTTPS_PROXY", "http://ada:hidden@proxy:3")]);
    let shown = format!(
        "{proxies:?} {}",
        way(&[("HTTPS_PROXY", "ada:hidden@proxy:3")])
    );
    assert!(
        !shown.contains("ada") && !shown.contains("hidden"),
        "{shown}"
    );
}

fn is_direct(no_proxy: &str, target: &str) -> bool {
    let variables = [("ALL_PROXY", "socks5://proxy"), ("NO_PROXY", no_proxy)];
    proxies(&variables).route(&uri(target)).unwrap().is_none()
}

#[test]
fn what_no_proxy_names_is_asked_directly() {
    for (no_proxy, target) in [
        ("*", "https://sso.example/"),
        ("a.example, *", "https://sso.example/"),
        ("sso.example", "https://sso.example/"),
        ("localhost, sso.example", "https://sso.example/"),
        ("localhost ,sso.example ", "https://sso.example/"),
        ("localhost sso.example", "https://sso.example/"),
        ("localhost,,\tsso.example,", "https://sso.example/"),
        ("SSO.Example", "https://sso.example/"),
        ("sso.example", "https://SSO.EXAMPLE/"),
        ("sso.example.", "https://sso.example/"),
        ("sso.example", "https://sso.example./"),
        ("example", "https://sso.example/"),
        (".example", "https://sso.example/"),
        (".sso.example", "https://sso.example/"),
        ("*.example", "https://a.sso.example/"),
        ("sso.example:443", "https://sso.example/"),
        ("sso.example:8443", "https://sso.example:8443/"),
        (".example:8443", "https://sso.example:8443/"),
        ("192.0.2.7", "https://192.0.2.7/"),
        ("192.0.2.7:8443", "https://192.0.2.7:8443/"),
        ("192.0.2.0/24", "https://192.0.2.255/"),
        ("10.0.0.0/8", "https://10.255.0.1:8443/"),
        ("192.0.2.7/32", "https://192.0.2.7/"),
        ("0.0.0.0/0", "https://192.0.2.7/"),
        ("192.0.2.128/25", "https://192.0.2.200/"),
        ("fd00::1", "https://[fd00::1]/"),
        ("FD00:0:0::1", "https://[fd00::1]/"),
        ("[fd00::1]", "https://[fd00::1]/"),
        ("[fd00::1]:8443", "https://[fd00::1]:8443/"),
        ("fd00::/8", "https://[fdab::7]/"),
        ("[fd00::]/8", "https://[fdab::7]/"),
        ("::/0", "https://[2001:db8::1]/"),
        ("192.0.2.7", "https://[::ffff:192.0.2.7]/"),
    ] {
        assert!(is_direct(no_proxy, target), "{no_proxy} {target}");
        let lower = [("all_proxy", "proxy:1"), ("no_proxy", no_proxy)];
        assert!(proxies(&lower).route(&uri(target)).unwrap().is_none());
        // Nor does it matter there that the proxy is of no use.
        let unusable = [("ALL_PROXY", "ftp://proxy"), ("NO_PROXY", no_proxy)];
        assert!(proxies(&unusable).route(&uri(target)).unwrap().is_none());
    }
}

#[test]
fn what_only_looks_like_it_goes_through_the_proxy() {
    for (no_proxy, target) in [
        ("", "https://sso.example/"),
        (" , ", "https://sso.example/"),
        ("so.example", "https://sso.example/"),
        ("sso.example.com", "https://sso.example/"),
        ("sso", "https://sso.example/"),
        ("a.sso.example", "https://sso.example/"),
        ("*.sso.example", "https://sso.example/"),
        (".", "https://sso.example/"),
        ("sso.example:8443", "https://sso.example/"),
        ("sso.example:443", "https://sso.example:8443/"),
        ("sso.example:https", "https://sso.example/"),
        ("https://sso.example", "https://sso.example/"),
        ("192.0.2.70", "https://192.0.2.7/"),
        ("2.7", "https://192.0.2.7/"),
        ("192.0.2.7:443", "https://192.0.2.7:8443/"),
        ("192.0.2.0/25", "https://192.0.2.255/"),
        ("192.0.2.0/33", "https://192.0.2.7/"),
        ("192.0.2.0/", "https://192.0.2.7/"),
        ("0.0.0.0/0", "https://[fd00::1]/"),
        ("::/0", "https://192.0.2.7/"),
        ("fd00::/8", "https://[fe00::1]/"),
        ("10.0.0.0/8", "https://sso.example/"),
    ] {
        assert!(!is_direct(no_proxy, target), "{no_proxy} {target}");
    }
}

#[test]
fn loopback_is_never_asked_through_a_proxy() {
    for target in [
        "http://127.0.0.1:4400/",
        "https://127.9.9.9/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://idp.localhost:8443/",
        "https://[::1]:8443/",
        "https://[::ffff:127.0.0.1]/",
    ] {
        assert!(is_direct("", target), "{target}");
        let unusable = proxies(&[("HTTPS_PROXY", "ftp://proxy")]);
        assert!(unusable.route(&uri(target)).unwrap().is_none(), "{target}");
    }
    for target in [
        "https://localhost.example/",
        "https://notlocalhost/",
        "https://128.0.0.1/",
    ] {
        assert!(!is_direct("", target), "{target}");
    }
}
