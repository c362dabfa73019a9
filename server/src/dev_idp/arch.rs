//! The arch with its door, as inline SVG: the drawing of the app's window.
//!
//! Outer arch 240 wide, inner one 84 % of it; the leaf is the inner arch cut at
//! its full width, at 74 % or at 16 %. The legs are longer than any screen: the page
//! cuts them off, so the arch stands on the lower edge at every size. The
//! colours are the style sheet's, by class.

use std::sync::Arc;

use poem::{Request, Response};

use super::Idp;

/// How far the door is open.
#[derive(Clone, Copy)]
pub(super) enum Door {
    Closed,
    Ajar,
    Open,
}

const OUTER: &str = "M0 3000V120a120 120 0 0 1 240 0V3000Z";
const INNER: &str = "M19.2 3000V134.8a100.8 100.8 0 0 1 201.6 0V3000Z";

pub(super) fn arch(door: Door) -> String {
    // Closed, the light would show as a fringe along the curve: left out.
    let (light, leaf_end) = match door {
        Door::Closed => (String::new(), 220.8),
        Door::Ajar => (format!(r#"<path class="light" d="{INNER}"/>"#), 168.4),
        Door::Open => (format!(r#"<path class="light" d="{INNER}"/>"#), 51.5),
    };
    let handle = leaf_end - 14.0;
    format!(
        r#"<svg viewBox="0 0 240 3000" width="240" height="3000" focusable="false"><clipPath id="leaf"><path d="M0 0H{leaf_end}V3000H0Z"/></clipPath><path class="wall" d="{OUTER}"/>{light}<path class="door" d="{INNER}" clip-path="url(#leaf)"/><rect class="handle" x="{handle}" y="264" width="6" height="18" rx="3"/></svg>"#
    )
}

/// `GET /icon.svg`: the ajar door on the panel's colour.
pub(super) async fn icon(_: Arc<Idp>, _: Request) -> Response {
    let icon = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#E4EBE6"/><path d="M6 32V15a10 10 0 0 1 20 0V32Z" fill="#C9D8D0"/><path d="M8 32V15a8 8 0 0 1 16 0V32Z" fill="#FFF1C9"/><path d="M8 32V15A8 8 0 0 1 19 7.6V32Z" fill="#0E6B5E"/></svg>"##;
    Response::builder()
        .content_type("image/svg+xml")
        .header("Content-Security-Policy", "default-src 'none'")
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "max-age=3600")
        .body(icon)
}
