//! `GET /metrics`, on a listener of its own: what the guard and the connections count
//! anyway, read when it is asked for, and how long the answers took.

use std::{fmt, io, net::TcpListener, sync::Arc};

use poem::{Request, Response, endpoint::make_sync, error::NotFoundError, get, http::StatusCode};
use prometheus_client::{
    collector::Collector,
    encoding::{
        DescriptorEncoder, NoLabelSet,
        prometheus_text::{CONTENT_TYPE, encode},
    },
    metrics::{MetricType, family::Family, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use vestibule_server::{
    guard::AccessTokenVerifier,
    serve::{Limits, Monitor, Server},
};

use crate::stderr;

/// Seconds, from an answer out of the cache to a wait for the first keys.
const BUCKETS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0,
];

/// No answer of an endpoint is of the first class.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Serves the metrics of this server and verifier for as long as the runtime lives.
pub fn export(
    server: Server,
    verifier: Arc<AccessTokenVerifier>,
    listener: TcpListener,
    limits: Limits,
) -> io::Result<Server> {
    let (durations, by_class) = durations();
    let monitor = server.monitor();
    // One scraper or two, and whoever else finds it gets no more room.
    let own = Server::new(Limits {
        max_connections: 16,
        ..limits
    });
    let of_own = own.monitor();
    let mut registry = Registry::with_prefix("vestibule");
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The program that runs", version);
    registry.register_with_unit(
        "http_request_duration",
        "From a request's complete head to its answer",
        Unit::Seconds,
        by_class,
    );
    registry.register_collector(Box::new(Numbers {
        verifier,
        monitor,
        of_own,
    }));
    // Not with poem's router, which would be the only one to need regular expressions.
    let page = make_sync(move |request: Request| match request.uri().path() {
        "/metrics" => Ok(scrape(&registry)),
        _ => Err(NotFoundError),
    });
    tracing::info!("metrics are at http://{}/metrics", listener.local_addr()?);
    tokio::spawn(own.serve(listener, get(page), std::future::pending()));
    Ok(server.on_answer(move |status, duration| {
        let class = usize::from(status.as_u16() / 100).clamp(2, 5) - 2;
        durations[class].observe(duration.as_secs_f64());
    }))
}

type Durations = [Histogram; CLASSES.len()];
type ByClass = Family<[(&'static str, &'static str); 1], Histogram, fn() -> Histogram>;

/// The histogram of each class, found once: a look into the family takes a lock.
fn durations() -> (Durations, ByClass) {
    let family: ByClass = Family::new_with_constructor(|| Histogram::new(BUCKETS));
    let of_class = |class| family.get_or_create(&[("status", class)]).clone();
    (CLASSES.map(of_class), family)
}

fn scrape(registry: &Registry) -> Response {
    let mut page = String::new();
    match encode(&mut page, registry) {
        Ok(()) => Response::builder().content_type(CONTENT_TYPE).body(page),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into(),
    }
}

/// What is counted elsewhere.
struct Numbers {
    verifier: Arc<AccessTokenVerifier>,
    monitor: Monitor,
    /// Of the listener of the metrics
    of_own: Monitor,
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Numbers")
    }
}

impl Collector for Numbers {
    fn encode(&self, mut page: DescriptorEncoder<'_>) -> fmt::Result {
        self.encode_keys(&mut page)?;
        self.encode_tokens(&mut page)?;
        self.encode_server(&mut page)
    }
}

impl Numbers {
    fn encode_keys(&self, page: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let guard = self.verifier.statistics();
        let verdicts = guard.verdicts.iter();
        let verdicts = verdicts.map(|(verdict, count)| ("verdict", *verdict, *count));
        let help = "Requests by the guard's verdict";
        counters(page, "verdicts", help, verdicts)?;
        let fetches = [
            ("outcome", "success", guard.jwks_fetches),
            ("outcome", "failure", guard.jwks_failures),
        ];
        counters(
            page,
            "jwks_fetches",
            "Fetches of the issuer's keys",
            fetches,
        )?;
        if let Some(age) = guard.jwks_age {
            let help = "Time since the keys were fetched";
            gauge(page, "jwks_age_seconds", help, age.as_secs_f64())?;
        }
        Ok(())
    }

    fn encode_tokens(&self, page: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let guard = self.verifier.statistics();
        let help = "Tokens that were verified before";
        counter(page, "token_cache_hits", help, guard.cache_hits)?;
        let help = "Good tokens that were verified anew";
        counter(page, "token_cache_misses", help, guard.cache_misses)?;
        let (help, entries) = ("Verified tokens that are kept", guard.cache_entries as f64);
        gauge(page, "token_cache_entries", help, entries)
    }

    fn encode_server(&self, page: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let (refusals, own) = (self.monitor.refusals(), self.of_own.refusals());
        let both = refusals.iter().zip(own);
        let refusals = both.map(|((reason, count), own)| ("reason", *reason, count + own.1));
        let help = "Requests and connections that the server itself ended, by the reason";
        counters(page, "refusals", help, refusals)?;
        let help = "Log lines for which standard error had no room";
        counter(page, "log_lines_dropped", help, stderr::dropped())?;
        let open = self.monitor.connections();
        let phases = [
            ("head", open.head),
            ("serving", open.serving),
            ("idle", open.idle),
        ];
        let help = "Open connections by what they do";
        let mut metric = page.encode_descriptor("connections", help, None, MetricType::Gauge)?;
        for (phase, count) in phases {
            metric
                .encode_family(&[("phase", phase)])?
                .encode_gauge(&(count as f64))?;
        }
        Ok(())
    }
}

fn counter(page: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    page.encode_descriptor(name, help, None, MetricType::Counter)?
        .encode_counter::<NoLabelSet, _, u64>(&value, None)
}

/// With label, its value, and the count.
fn counters<'a>(
    page: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (&'a str, &'a str, u64)>,
) -> fmt::Result {
    let mut metric = page.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (label, of, value) in values {
        metric
            .encode_family(&[(label, of)])?
            .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
    }
    Ok(())
}

fn gauge(page: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: f64) -> fmt::Result {
    page.encode_descriptor(name, help, None, MetricType::Gauge)?
        .encode_gauge(&value)
}
