//! The camera and the robot themselves, without the app.

use std::time::Duration;

use image::{GrayImage, Luma};
use serde_json::Value;
use vestibule::qr::Qr;

use crate::desktop::Desktop;
use crate::scene::Scene;

use super::robot::{Answer, Phone};
use super::{asked_each_second, half_blocks, qr};

const ADDRESS: &str = "https://sso.example.org/device?user_code=WDJB-MJHT";

#[test]
#[ignore = "needs zbar: tests/setup"]
fn a_camera_reads_a_code_and_nothing_from_a_blank_wall() {
    let desktop = Desktop::start();
    let png = desktop.folder().join("code.png");
    let code = Qr::of(ADDRESS).unwrap();
    for (text, side) in [(Some(ADDRESS), code.side()), (None, 0)] {
        GrayImage::from_fn(200, 200, |x, y| {
            let [x, y] = [x, y].map(|pixel| i32::try_from(pixel / 4).unwrap());
            let dark = x < side && y < side && code.is_dark(x, y);
            Luma([if dark { 0 } else { 255 }])
        })
        .save(&png)
        .unwrap();
        assert_eq!(qr::read(&desktop, &png).as_deref(), text);
    }
}

#[test]
#[ignore = "needs zbar: tests/setup"]
fn a_terminal_shows_a_code_in_half_blocks_and_other_words_are_no_picture() {
    let desktop = Desktop::start();
    let png = desktop.folder().join("code.png");
    assert!(!half_blocks::paint("Sign in with your phone.\n\n", &png));
    let code = Qr::of(ADDRESS).unwrap();
    let mut output = "Scan this:\r\n".to_owned();
    for y in (0..code.side()).step_by(2) {
        for x in 0..code.side() {
            // The light modules are drawn: the ground is dark.
            output += match (code.is_dark(x, y), code.is_dark(x, y + 1)) {
                (true, true) => " ",
                (false, true) => "▀",
                (true, false) => "▄",
                (false, false) => "█",
            };
        }
        output += "\r\n";
    }
    assert!(half_blocks::paint(&output, &png));
    assert_eq!(qr::read(&desktop, &png).as_deref(), Some(ADDRESS));
}

#[test]
#[ignore = "needs a Secret Service and Chromium: tests/setup"]
fn a_robot_lets_a_device_in_or_refuses_it() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let phone = Phone::start(&desktop);
    for (answer, told) in [(Answer::Allow, "200"), (Answer::Cancel, "access_denied")] {
        let ask = [("client_id", "vestibule"), ("scope", "openid")];
        let device = post(&scene, "device_authorization", &ask).1;
        let text = |name: &str| device[name].as_str().unwrap();
        let (link, code) = (text("verification_uri_complete"), text("user_code"));
        phone.answer(link, code, "grace", answer);
        let poll = [
            ("client_id", "vestibule"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", text("device_code")),
        ];
        let (status, body) = post(&scene, "token", &poll);
        assert_eq!(body["error"].as_str().unwrap_or(&status), told);
    }
}

/// The status of the provider's answer to a form, and what is in it.
fn post(scene: &Scene, endpoint: &str, form: &[(&str, &str)]) -> (String, Value) {
    let config = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)));
    let agent = ureq::Agent::from(config.build());
    let address = format!("http://{}/{endpoint}", scene.services.host);
    let mut answer = agent.post(address).send_form(form.iter().copied()).unwrap();
    let body = answer.body_mut().read_to_string().unwrap();
    let status = answer.status().as_str().to_owned();
    (status, serde_json::from_str(&body).unwrap())
}
