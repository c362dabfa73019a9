//! The drivers themselves, each against a small real thing: when one of these
//! fails, no other test on real parts means anything.

use std::process::Command;

use crate::address_taker::AddressTaker;
use crate::at_spi::{Accessible, Role};
use crate::browser::{Browser, ENTER};
use crate::desktop::{Desktop, run};
use crate::keychain::Keychain;
use crate::program::{Program, VESTIBULE};
use crate::window::Window;

#[test]
#[ignore = "needs Chromium: tests/setup"]
fn a_person_signs_in_on_a_page_in_chromium() {
    let (site, address) = login_site();
    let served = std::thread::spawn(move || serve(&site));

    let desktop = Desktop::start();
    let browser = Browser::start(&desktop);
    browser.go_to(&address);
    browser.type_into("input[type=text]", "ada");
    browser.type_into("input[type=password]", &format!("a & b{ENTER}"));
    browser.click("Allow");
    browser.wait_for_text("Signed in.");
    assert_eq!(browser.address(), format!("{address}allowed"));
    assert_eq!(browser.text(), "Signed in.");

    let png = desktop.folder().join("page.png");
    browser.screenshot(&png);
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    drop(browser);
    assert_eq!(served.join().unwrap(), "user=ada&password=a+%26+b");
}

#[test]
#[ignore = "needs Xvfb: tests/setup"]
fn an_opened_address_is_taken_once() {
    let desktop = Desktop::start();
    let browser = AddressTaker::new(&desktop);
    assert_eq!(browser.try_take(), None);

    let mut open = desktop.command("sh");
    browser.serve(&mut open);
    open.args(["-c", r#""$BROWSER" 'http://127.0.0.1/?a=%20b&c'"#]);
    run(&mut open);
    assert_eq!(browser.take(), "http://127.0.0.1/?a=%20b&c");
    assert_eq!(browser.try_take(), None);
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn a_keychain_keeps_its_secrets_and_gives_none_while_locked() {
    let desktop = Desktop::start();
    let lookup = || {
        let mut lookup = desktop.command("secret-tool");
        run_anyway(lookup.args(["lookup", "service", "real"]))
    };
    assert_eq!(lookup(), None, "a desktop starts without a keychain");

    let keychain = Keychain::unlocked(&desktop);
    let mut store = desktop.command("sh");
    run(store.args([
        "-c",
        "printf 'a secret' | secret-tool store --label=real service real",
    ]));
    assert_eq!(lookup().as_deref(), Some("a secret"));
    keychain.lock();
    assert_eq!(lookup(), None);
    let keychain = keychain.unlock();
    assert_eq!(lookup().as_deref(), Some("a secret"));
    drop(keychain);
    assert_eq!(lookup(), None);
}

#[test]
#[ignore = "needs Xvfb: tests/setup"]
fn a_program_is_alone_with_the_desktop_and_is_measured() {
    let desktop = Desktop::start();
    let mut command = desktop.command("sh");
    command.args(["-c", "echo \"$HOME\"; echo no >&2; sleep 60 & wait; exit 7"]);
    let program = Program::start(&desktop, command);
    crate::wait_for(
        || (program.descendants().len() == 1).then_some(()),
        || "its child is not seen".into(),
    );
    let before = program.activity();
    assert_eq!(before.threads, 1);
    assert!(program.memory().private_dirty_kb > 0);
    assert!(program.memory().pss_kb >= program.memory().private_dirty_kb);

    crate::helper::signal("TERM", program.descendants()[0].to_string());
    let ended = program.finish();
    assert_eq!(ended.code, Some(7));
    assert_eq!(
        ended.stdout.trim_end(),
        desktop.folder().join("home").to_str().unwrap()
    );
    assert_eq!(ended.stderr, "no\n");
}

/// The ground of the window by day, from `ui/theme.slint`.
const LIGHT_GROUND: [u8; 3] = [0xF7, 0xF5, 0xF0];

#[test]
#[ignore = "needs a display: tests/setup"]
fn the_window_is_read_pressed_resized_and_closed() {
    let desktop = Desktop::start();
    let mut command = desktop.command(VESTIBULE);
    // Nobody is there, and nobody needs to be.
    command.env("VESTIBULE_ISSUER", "http://127.0.0.1:9");
    command.env("VESTIBULE_CLIENT_ID", "vestibule");
    command.env("VESTIBULE_STORE", "memory");
    command.env("VESTIBULE_THEME", "light");
    let program = Program::start(&desktop, command);
    let accessible = Accessible::of(&desktop, program.pid());
    accessible.wait_for(Role::Label, "Sign in to 127.0.0.1:9");
    accessible.wait_for_focus("Sign in");

    let window = Window::of(&desktop, program.pid());
    let png = desktop.folder().join("window.png");
    for (width, height) in [(480, 320), (480, 800), (1000, 600)] {
        window.resize(width, height);
        window.screenshot(&png);
        assert_eq!(image::image_dimensions(&png).unwrap(), (width, height));
        crate::wait_for(
            || (window.points_of(LIGHT_GROUND) > 1000).then_some(()),
            || "nothing is painted".into(),
        );
        accessible.wait_for(Role::Button, "Sign in");
    }
    accessible.press("About");
    accessible.wait_until_gone("Sign in");
    window.press_keys(&["Escape"]);
    accessible.wait_for(Role::Button, "Sign in");

    window.close();
    let ended = program.finish();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

/// The output of a command that may fail.
fn run_anyway(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn login_site() -> (tiny_http::Server, String) {
    let site = tiny_http::Server::http("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", site.server_addr());
    (site, address)
}

/// Serves a login page, a question and a farewell; returns what was typed at the first.
fn serve(site: &tiny_http::Server) -> String {
    let mut typed = String::new();
    for mut request in site.incoming_requests() {
        let path = request.url().to_owned();
        let page = match path.as_str() {
            "/" => {
                "<form method=post action=/login><input type=text name=user>\
                 <input type=password name=password><button>Log in</button></form>"
            }
            "/login" => {
                request.as_reader().read_to_string(&mut typed).unwrap();
                "<form method=post action=/allowed><button>Allow</button></form>"
            }
            "/allowed" => "<p>Signed in.",
            _ => "",
        };
        let html = tiny_http::Header::from_bytes("Content-Type", "text/html").unwrap();
        let close = tiny_http::Header::from_bytes("Connection", "close").unwrap();
        let answer = tiny_http::Response::from_string(page).with_header(html);
        request.respond(answer.with_header(close)).unwrap();
        if path == "/allowed" {
            break;
        }
    }
    typed
}
