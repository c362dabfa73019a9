//! How many round trips a person waits for. With `--nocapture` it tells as well how long they
//! take where each is 100 ms, for docs/performance.md.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use vestibule::auth::{
    Cancel, Client, Step, Way,
    platform::Proxies,
    testing::{FakeBrowser, FakeStore},
};

use crate::{
    clock::eventually,
    double::{DISCOVERY, Double, Reply},
    road::{FOLDER, Road, Traffic},
    store::Folder,
    under_way::UnderWay,
    world::{kept, use_session},
};

/// A provider and an API at the end of a long road, and a person's device.
struct Far {
    road: Road,
    provider: Double,
    store: Arc<FakeStore>,
    folder: Arc<Folder>,
}

impl Far {
    fn new(name: &str, tls: bool) -> Self {
        let road = Road::new(tls);
        let provider = Double::over(|answer| road.serve(answer));
        Self {
            road,
            provider,
            store: Arc::default(),
            folder: Folder::new(name),
        }
    }

    /// The app that was just started.
    fn start(&self) -> Client {
        Client::builder(&self.provider.url, "vestibule")
            .app_name("Vestibule")
            .browser(Arc::new(FakeBrowser::default()))
            .ca_file(format!("{FOLDER}ca.pem"))
            .proxies(Proxies::default())
            .store(self.store.clone())
            .lock_file(self.folder.0.join("item.lock"))
            .build()
            .unwrap()
    }

    /// Signs in; gives what went over the road before the callback, with the time until the
    /// browser opened, and from the callback to the name.
    fn sign_in(&self, client: &Client) -> [Waited; 2] {
        self.road.traffic();
        let start = Instant::now();
        let under_way = UnderWay::start(client, Way::Browser);
        let (url, _) = under_way.browser(0);
        let opened = start.elapsed();
        eventually("the keys are there", || self.has_remembered("keys"));
        let before = self.road.traffic();
        let start = Instant::now();
        self.provider.come_back(&url, "code=c&state=STATE");
        let is_signed_in = |step: &Step| matches!(step, Step::SignedIn(_));
        eventually("somebody is shown", || {
            under_way.steps.lock().unwrap().iter().any(is_signed_in)
        });
        let (shown, after) = (start.elapsed(), self.road.traffic());
        assert_eq!(under_way.end().unwrap().display_name(), "Ada Lovelace");
        [(opened, before), (shown, after)]
    }

    /// Whether this was told, and written down for the next start.
    fn has_remembered(&self, what: &str) -> bool {
        let file = std::fs::read_to_string(self.folder.0.join("item.provider.json"));
        let file = file.ok().and_then(|text| serde_json::from_str(&text).ok());
        file.is_some_and(|file: serde_json::Value| !file[what].is_null())
    }

    /// What `work` waits for.
    fn waited(&self, work: impl FnOnce()) -> Waited {
        self.road.traffic();
        let start = Instant::now();
        work();
        (start.elapsed(), self.road.traffic())
    }
}

type Waited = (Duration, Traffic);

#[allow(clippy::print_stdout, reason = "a row of docs/performance.md")]
fn tell(what: &str, (time, traffic): &Waited) {
    let Traffic {
        connections,
        requests,
    } = traffic;
    println!(
        "| {what} | {} | {connections} | {} ms |",
        requests.len(),
        time.as_millis()
    );
}

fn requests((_, traffic): &Waited) -> Vec<&str> {
    traffic.requests.iter().map(String::as_str).collect()
}

/// All that is counted, by http or by https.
fn counted(name: &str, tls: bool) {
    let far = Far::new(name, tls);
    let client = far.start();
    let [opened, shown] = far.sign_in(&client);
    tell("start → browser opened; keys", &opened);
    tell("callback → name", &shown);
    // That the browser does not wait for the keys, `keys_ahead` holds.
    assert_eq!(requests(&opened), [DISCOVERY, "/jwks"]);
    assert_eq!(requests(&shown), ["/token"]);
    assert_eq!(opened.1.connections, 1);
    // Later the provider may be about to close it.
    let is_quick = shown.0 < Duration::from_secs(3);
    assert!(shown.1.connections == 0 || !is_quick, "{shown:?}");
    let client = far.start();
    let session = kept(&client);
    let renewed = far.waited(|| drop(use_session(&client, &session).unwrap()));
    tell("start → signed in", &renewed);
    assert_eq!(requests(&renewed), ["/token"]);
    assert_eq!(renewed.1.connections, 1);
    let request = http::Request::get(format!("{}/api", far.provider.url));
    let request = request.body(Vec::new()).unwrap();
    let called = far.waited(|| {
        let answer = client.send(&session, request, &Cancel::default());
        assert_eq!(answer.unwrap().body(), b"the message");
    });
    tell("first call of the API", &called);
    assert_eq!(requests(&called), ["/api"]);
    // The first start after a day or more.
    std::fs::remove_file(far.folder.0.join("item.provider.json")).unwrap();
    let client = far.start();
    let session = kept(&client);
    let renewed = far.waited(|| drop(use_session(&client, &session).unwrap()));
    tell("start → signed in, nothing remembered", &renewed);
    assert_eq!(requests(&renewed), [DISCOVERY, "/token", "/jwks"]);
}

#[test]
fn one_round_trip_is_between_the_callback_and_the_name_and_one_between_a_start_and_its_session() {
    println!("http\n| | requests | connections | time |\n|---|---|---|---|");
    counted("round-trips", false);
}

#[test]
fn over_tls_it_is_one_as_well_and_the_connection_is_the_same() {
    println!("https\n| | requests | connections | time |\n|---|---|---|---|");
    counted("round-trips-tls", true);
}

#[test]
fn where_userinfo_alone_has_the_name_it_is_two() {
    let far = Far::new("round-trips-userinfo", false);
    far.provider.edit(DISCOVERY, |document| {
        let issuer = document["issuer"].as_str().unwrap().to_owned();
        document["userinfo_endpoint"] = format!("{issuer}/userinfo").into();
    });
    far.provider
        .claims(|claims| claims["name"] = serde_json::Value::Null);
    let person = serde_json::json!({ "sub": "ada", "name": "Ada Lovelace" });
    far.provider.at("/userinfo", Reply::json(&person));
    let [_, shown] = far.sign_in(&far.start());
    println!("http\n| | requests | connections | time |\n|---|---|---|---|");
    tell("callback → name of userinfo", &shown);
    assert_eq!(requests(&shown), ["/token", "/userinfo"]);
}
