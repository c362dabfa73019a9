//! Through proxies that serve and proxies that do not, over real sockets: T12 of
//! the security catalogue.

#![allow(clippy::unwrap_used)]

mod doubles;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    tls::{Certificate, RootCerts, TlsConfig},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};
use vestibule_net::{Proxies, agent};

use doubles::{
    AUTHORITY, Far, answer,
    proxy::{Manner, Proxy},
};

/// Far longer than anything here takes where it is right.
const WHOLE: Duration = Duration::from_secs(60);
const SSO: &str = "https://sso.test/token";

/// Knows `here.test` and IP addresses, thinks about `slow.test`, and asks nobody.
#[derive(Debug)]
struct Names(Vec<SocketAddr>);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let (host, mut found) = (uri.host().unwrap(), self.empty());
        match host {
            "here.test" => self.0.iter().for_each(|a| found.push(*a)),
            "slow.test" => std::thread::sleep(*timeout.after),
            _ => {
                let ip: IpAddr = host.parse().map_err(|_| Error::HostNotFound)?;
                found.push((ip, uri.port_u16().unwrap_or(443)).into());
            }
        }
        Ok(found)
    }
}

struct Way {
    agent: Agent,
    proxies: Proxies,
}

impl Way {
    fn through(variable: &str, value: &str, connect: Duration) -> Self {
        let proxies = Proxies::from_environment(|name| (name == variable).then(|| value.into()));
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[Certificate::from_pem(
                AUTHORITY,
            )
            .unwrap()]))
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(Some(proxies.usable().unwrap().for_ureq()))
            .timeout_connect(Some(connect))
            .timeout_global(Some(WHOLE))
            .build();
        let agent = agent(config, Names(vec![([192, 0, 2, 7], 443).into()]));
        Self { agent, proxies }
    }

    /// The body, or the words about the proxy.
    fn get(&self, url: &str) -> Result<String, String> {
        let uri: Uri = url.parse().unwrap();
        let proxy = self.proxies.route(&uri).unwrap().unwrap();
        match self.agent.get(uri.clone()).call() {
            Ok(mut answer) => Ok(answer.body_mut().read_to_string().unwrap()),
            Err(error) => Err(proxy
                .failure(&error, &uri)
                .unwrap_or(format!("OTHER {error}"))),
        }
    }
}

fn far() -> Far {
    Far::start(|_| answer("200 OK", &[], b"far away"))
}

#[test]
fn each_kind_of_proxy_leads_to_the_far_host_and_gets_its_name_and_no_more() {
    let far = far();
    for (manner, scheme, asked) in [
        (Manner::Connect, "http://", "CONNECT sso.test:443"),
        (Manner::Connect, "", "CONNECT sso.test:443"),
        (
            Manner::ConnectForAda,
            "http://ada:secret@",
            "CONNECT sso.test:443",
        ),
        (Manner::Socks, "socks5h://", "5 name sso.test:443"),
        (Manner::Socks, "socks5://", "5 name sso.test:443"),
        (Manner::Socks, "socks4a://", "4 name sso.test:443"),
        (Manner::Socks, "socks4://", "4 name sso.test:443"),
        (
            Manner::SocksForAda,
            "socks5h://ada:secret@",
            "5 name sso.test:443",
        ),
        (
            Manner::SocksForAda,
            "socks5h://ad%61:%73ecret@",
            "5 name sso.test:443",
        ),
    ] {
        let proxy = Proxy::start(manner, far.address);
        let way = Way::through("ALL_PROXY", &format!("{scheme}{}", proxy.address), WHOLE);
        for _ in 0..2 {
            assert_eq!(way.get(SSO).unwrap(), "far away", "{scheme}");
        }
        assert_eq!(proxy.asked(), [asked], "{scheme}: one tunnel is kept");
    }
    assert!(
        far.heads()
            .iter()
            .all(|head| head.starts_with("GET /token "))
    );
}

/// curl(1): `socks5` and `socks4` resolve here, `socks5h` and `socks4a` there.
#[test]
fn a_name_that_is_known_here_is_given_as_an_address_where_the_scheme_says_so() {
    let far = far();
    for (scheme, asked) in [
        ("socks5", "5 address [192, 0, 2, 7]:443"),
        ("socks5h", "5 name here.test:443"),
        ("socks4", "4 address 192.0.2.7:443"),
        ("socks4a", "4 name here.test:443"),
    ] {
        let proxy = Proxy::start(Manner::Socks, far.address);
        let way = Way::through("ALL_PROXY", &format!("{scheme}://{}", proxy.address), WHOLE);
        // The far host's certificate is for another name: the tunnel stood.
        let words = way.get("https://here.test/").unwrap_err();
        assert!(words.starts_with("OTHER "), "{words}");
        assert_eq!(proxy.asked(), [asked], "{scheme}");
    }
}

#[test]
fn a_resolver_that_never_answers_leaves_time_to_ask_the_proxy() {
    let proxy = Proxy::start(Manner::Socks, far().address);
    let limit = Duration::from_secs(4);
    let way = Way::through("ALL_PROXY", &format!("socks5://{}", proxy.address), limit);
    let words = way.get("https://slow.test/").unwrap_err();
    assert!(words.starts_with("OTHER "), "the tunnel stood: {words}");
    assert_eq!(proxy.asked(), ["5 name slow.test:443"]);
}

#[test]
fn one_that_refuses_or_is_none_is_named_with_the_variable_the_cause_and_a_remedy() {
    let (asks, refuses) = (
        "asks for a user name and a password; write",
        "refuses the user name",
    );
    let no_socks = "does not speak SOCKS; see";
    for (manner, before, words) in [
        (
            Manner::Status(403),
            "http://",
            "does not let sso.test:443 through (403); ask",
        ),
        (Manner::Status(407), "http://", asks),
        (Manner::ConnectForAda, "http://ada:hidden@", refuses),
        (
            Manner::Status(502),
            "http://",
            "could not reach sso.test:443 (502); try",
        ),
        (
            Manner::Status(504),
            "http://",
            "could not reach sso.test:443 (504); try",
        ),
        (
            Manner::Babbles,
            "http://",
            "does not answer as an HTTP proxy; see",
        ),
        (Manner::Babbles, "https://", "failed at TLS ("),
        (Manner::Babbles, "socks5h://", no_socks),
        (Manner::Closes, "http://", "closed the connection"),
        (Manner::Closes, "https://", "closed the connection; see"),
        (Manner::Closes, "socks5h://", "closed the connection; see"),
        (Manner::SocksForAda, "socks5h://", asks),
        (Manner::SocksForAda, "socks5h://ada:hidden@", refuses),
        (Manner::SocksForAda, "socks5h://ada@", refuses),
        (
            Manner::SocksReply(1),
            "socks5h://",
            "could not reach sso.test:443 (general",
        ),
        (
            Manner::SocksReply(2),
            "socks5h://",
            "could not reach sso.test:443 (connection not",
        ),
        (
            Manner::SocksReply(4),
            "socks5h://",
            "could not reach sso.test:443 (host unr",
        ),
        (
            Manner::SocksReply(5),
            "socks5://",
            "could not reach sso.test:443 (connection r",
        ),
    ] {
        // Nobody is there: whoever goes on without the tunnel fails in another way.
        let proxy = Proxy::start(manner, ([127, 0, 0, 1], 9).into());
        let way = Way::through("https_proxy", &format!("{before}{}", proxy.address), WHOLE);
        let told = way.get(SSO).unwrap_err();
        let expected = format!("the proxy {} of https_proxy {words}", proxy.address);
        assert!(told.starts_with(&expected), "{before} {words}: {told}");
        assert!(!told.contains("hidden") && !told.contains("ada"), "{told}");
        assert!(told.len() <= 300, "{told}");
    }
}

#[test]
fn one_that_cannot_be_reached_is_named_too() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    for scheme in ["http", "https", "socks5", "socks5h", "socks4"] {
        let way = Way::through("HTTPS_PROXY", &format!("{scheme}://{address}"), WHOLE);
        let words = way.get(SSO).unwrap_err();
        let expected = format!("the proxy {address} of HTTPS_PROXY could not be reached (");
        assert!(words.starts_with(&expected), "{scheme}: {words}");
        let way = Way::through("HTTPS_PROXY", &format!("{scheme}://nowhere.test:1"), WHOLE);
        let words = way.get(SSO).unwrap_err();
        let expected = "the proxy nowhere.test:1 of HTTPS_PROXY could not be reached, its name";
        assert!(words.starts_with(expected), "{scheme}: {words}");
    }
}

#[test]
fn one_that_is_silent_or_drips_is_given_up_at_the_limit_of_a_connection() {
    let limit = Duration::from_millis(400);
    for (manner, scheme) in [
        (Manner::Silent, "http"),
        (Manner::Silent, "https"),
        (Manner::Silent, "socks5h"),
        (Manner::Drips, "http"),
    ] {
        let proxy = Proxy::start(manner, ([127, 0, 0, 1], 9).into());
        let value = format!("{scheme}://{}", proxy.address);
        let way = Way::through("HTTPS_PROXY", &value, limit);
        let start = Instant::now();
        let words = way.get(SSO).unwrap_err();
        assert!(
            words.contains("did not answer within the time limit"),
            "{scheme}: {words}"
        );
        assert!(start.elapsed() < WHOLE / 2, "{scheme}");
    }
}

#[test]
fn what_fails_behind_the_proxy_is_not_the_proxys() {
    let far = Far::start(|_| Vec::new());
    let proxy = Proxy::start(Manner::Connect, far.address);
    let way = Way::through("HTTPS_PROXY", &format!("http://{}", proxy.address), WHOLE);
    let words = way.get("https://other.test/").unwrap_err();
    assert!(
        words.starts_with("OTHER ") && words.contains("certificate"),
        "{words}"
    );
    let proxy = Proxy::start(Manner::Tls, far.address);
    let way = Way::through("HTTPS_PROXY", &format!("https://{}", proxy.address), WHOLE);
    let words = way.get(SSO).unwrap_err();
    assert_eq!(
        proxy.asked(),
        ["CONNECT sso.test:443"],
        "TLS with the proxy stood"
    );
    assert!(words.starts_with("OTHER "), "{words}");
}
