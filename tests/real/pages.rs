//! The commands of docs/tutorial.md and docs/your-own-app.md, typed as they stand there: in
//! place of `cargo run` the programs that were built, in place of the ports free ones.

use std::path::Path;
use std::process::Stdio;

use crate::address_taker::AddressTaker;
use crate::browser::{Browser, ENTER};
use crate::desktop::Desktop;
use crate::helper::Helper;
use crate::program::{Ended, Program, VESTIBULE};
use crate::scene::MESSAGE;

const PROVIDER: &str = "http://127.0.0.1:4400";
const API: &str = "http://127.0.0.1:3000";

/// Whoever follows a page.
struct Reader<'desktop> {
    desktop: &'desktop Desktop,
    browser: AddressTaker,
    /// Where provider and API really are.
    addresses: Vec<(&'static str, String)>,
    running: Vec<Helper>,
}

impl<'desktop> Reader<'desktop> {
    fn on(desktop: &'desktop Desktop) -> Self {
        let browser = AddressTaker::new(desktop);
        let (addresses, running) = (Vec::new(), Vec::new());
        Self {
            desktop,
            browser,
            addresses,
            running,
        }
    }

    /// Types a line of a box.
    fn types(&mut self, line: &str) -> Option<Program> {
        let mut words = words(line);
        for word in &mut words {
            for (told, real) in &self.addresses {
                *word = word.replace(told, real);
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &words[..] {
            [
                "cargo",
                "run",
                "-p",
                "vestibule-server",
                "--features",
                "dev-idp",
                "--bin",
                "dev-idp",
                rest @ ..,
            ] => {
                self.serves("dev-idp", PROVIDER, behind_dashes(rest));
            }
            ["cargo", "run", "-p", "vestibule-server", rest @ ..] => {
                self.serves("vestibule-server", API, behind_dashes(rest));
            }
            ["cargo", "run", rest @ ..] => return Some(self.starts(behind_dashes(rest))),
            _ => panic!("nobody knows how to type {line}"),
        }
        None
    }

    fn serves(&mut self, name: &str, told: &'static str, arguments: &[&str]) {
        let program = Path::new(VESTIBULE).with_file_name(name);
        let program = program.to_str().unwrap();
        let mut server = Helper::start(program, self.desktop.folder(), |command| {
            self.desktop.enter(command);
            command.args(arguments).args(["--listen", "127.0.0.1:0"]);
            command.stdout(Stdio::piped());
        });
        let address = |line: &str| Some(line.split_once(" listens on ")?.1.to_owned());
        self.addresses.push((told, server.announcement(address)));
        self.running.push(server);
    }

    /// The status of what curl gets of the API.
    fn asks(&self, path: &str) -> u16 {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .build()
            .into();
        let answer = agent.get(self.api() + path).call();
        answer.unwrap().status().as_u16()
    }

    fn api(&self) -> String {
        let api = self.addresses.iter().find(|(told, _)| *told == API);
        api.expect("the API was started").1.clone()
    }

    fn starts(&self, arguments: &[&str]) -> Program {
        let mut command = self.desktop.command(VESTIBULE);
        self.browser.serve(&mut command);
        let api_url = self.api() + "/private";
        command.args(arguments).args(["--api-url", &api_url]);
        Program::start(self.desktop, command)
    }

    fn signs_in(&self, user: &str, password: &str) {
        let browser = Browser::start(self.desktop);
        browser.go_to(&self.browser.take());
        browser.type_into("input[type=text]", user);
        browser.type_into("input[type=password]", &format!("{password}{ENTER}"));
        browser.click("Allow");
        browser.wait_for_text("You are signed in");
    }
}

/// As a shell divides them.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('"').enumerate() {
        match n % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// What `cargo run` hands on.
fn behind_dashes<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    match words {
        [] => &[],
        ["--", rest @ ..] => rest,
        _ => panic!("no -- before {words:?}"),
    }
}

/// The lines of a page's boxes that begin with this.
fn lines(page: &str, begin: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let boxes = text.split("\n```").skip(1).step_by(2);
    let lines = boxes.flat_map(|lines| lines.lines().skip(1));
    let lines = lines.filter(|line| line.starts_with(begin));
    lines.map(str::to_owned).collect()
}

#[track_caller]
fn says(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, format!("{words}\n"), "{}", ended.stderr);
}

#[test]
#[ignore = "needs a display and Chromium: tests/setup"]
fn the_commands_of_the_tutorial_lead_to_the_message() {
    let desktop = Desktop::start();
    let mut reader = Reader::on(&desktop);
    let commands = lines("tutorial.md", "cargo run");
    let [provider, api, login, message] = &commands[..] else {
        panic!("other commands: {commands:?}");
    };
    assert!(reader.types(provider).is_none() && reader.types(api).is_none());
    assert_eq!(
        lines("tutorial.md", "curl"),
        ["curl -i http://127.0.0.1:3000/private"]
    );
    assert_eq!(reader.asks("/private"), 401);
    let login = reader.types(login).unwrap();
    reader.signs_in("ada", "ada");
    says(&login.finish(), "Ada Lovelace");
    says(&reader.types(message).unwrap().finish(), MESSAGE);
}

#[test]
#[ignore = "needs a display and Chromium: tests/setup"]
fn the_commands_of_your_own_app_let_mary_in() {
    let desktop = Desktop::start();
    let mut reader = Reader::on(&desktop);
    let commands = lines("your-own-app.md", "cargo run");
    let [provider, api, login] = &commands[..] else {
        panic!("other commands: {commands:?}");
    };
    assert!(reader.types(provider).is_none() && reader.types(api).is_none());
    let signing_in = reader.types(login).unwrap();
    reader.signs_in("mary", "secret");
    says(&signing_in.finish(), "Mary Shelley");
    let message = login.replace("-- login", "-- message");
    says(&reader.types(&message).unwrap().finish(), MESSAGE);
}
