//! The page in the person's browser after the redirect. Nothing of the
//! request is in it, no script, nothing from elsewhere.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::Outcome;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#F7F5F0;--panel:#E4EBE6;--wall:#C9D8D0;--door:#0E6B5E;\
--light:#FFF1C9;--text:#16201D;--quiet:#4C5853}\
@media(prefers-color-scheme:dark){:root{--ground:#131816;--panel:#1A2421;--wall:#25352F;\
--door:#2E8F7E;--light:#F3DFA2;--text:#F1F4F2;--quiet:#AEBBB5}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:flex;background:var(--ground);color:var(--text);\
font:15px/1.5 Inter,system-ui,sans-serif}\
.panel{flex:0 0 36%;max-width:360px;background:var(--panel);display:flex;align-items:flex-end;\
justify-content:center}\
svg{display:block;width:240px;max-width:80%}\
.wall{fill:var(--wall)}.door{fill:var(--door)}.light{fill:var(--light)}\
main{align-self:center;padding:64px;max-width:648px}\
h1{font-size:26px;line-height:1.25;font-weight:600;margin:0 0 16px}\
p{margin:0;color:var(--quiet)}\
@media(max-width:640px){body{flex-direction:column}.panel{flex:0 0 40vh;max-width:none}\
svg{width:auto;height:34vh}main{align-self:stretch;padding:24px 16px}}";

/// The arch of the house: outer arch, inner arch, leaf of `leaf` of the inner
/// width (0 to 1).
fn arch(leaf: f32) -> String {
    let edge = 19.0 + 202.0 * leaf;
    let handle = if leaf > 0.5 {
        let x = edge - 14.0;
        format!("<rect class=\"light\" x=\"{x}\" y=\"264\" width=\"6\" height=\"18\" rx=\"3\"/>")
    } else {
        String::new()
    };
    format!(
        "<svg viewBox=\"0 0 240 430\" aria-hidden=\"true\">\
         <clipPath id=\"leaf\"><rect x=\"0\" y=\"0\" width=\"{edge}\" height=\"430\"/></clipPath>\
         <path class=\"wall\" d=\"M0 430V120a120 120 0 0 1 240 0v310z\"/>\
         <path class=\"light\" d=\"M19 430V135a101 101 0 0 1 202 0v295z\"/>\
         <path class=\"door\" clip-path=\"url(#leaf)\" \
         d=\"M19 430V135a101 101 0 0 1 202 0v295z\"/>{handle}</svg>"
    )
}

/// The pages of one app.
pub struct Pages {
    /// What the app is called, as HTML.
    app: String,
}

impl Pages {
    pub fn new(app_name: &str) -> Self {
        Self {
            app: escaped(app_name),
        }
    }

    /// The page that says how the sign-in ended.
    pub fn result(&self, outcome: Outcome) -> String {
        let app = &self.app;
        match outcome {
            Outcome::SignedIn => self.page(
                "You are signed in",
                &format!("Return to {app}. You can close this page."),
                0.16,
            ),
            Outcome::NotSignedIn => self.page(
                "The sign-in did not finish",
                &format!("Return to {app}: it says why. You can close this page."),
                1.0,
            ),
        }
    }

    /// The page of a callback that does not belong to the sign-in under way: somebody's
    /// guess, or a refusal without its `state`. Who chose Cancel reads how to end it.
    pub fn still_waiting(&self) -> String {
        let app = &self.app;
        self.page(
            &format!("{app} is still waiting"),
            &format!(
                "This answer is not for the sign-in under way, so nothing has changed. Go back \
                 and sign in, or end it: choose Cancel in {app}'s window, or press Ctrl-C in its \
                 terminal."
            ),
            1.0,
        )
    }

    /// The page of a request that is not served.
    pub fn refusal(&self, status_line: &str) -> String {
        let code = &status_line[..3];
        let words = format!("This address is only for the end of a sign-in ({code}).");
        self.page("Nothing to see here", &words, 1.0)
    }

    fn page(&self, heading: &str, words: &str, leaf: f32) -> String {
        let (app, arch) = (&self.app, arch(leaf));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>{heading} – {app}</title><style>{STYLE}</style></head>\
             <body><div class=\"panel\">{arch}</div>\
             <main><h1>{heading}</h1><p>{words}</p></main></body></html>"
        )
    }
}

/// The source expression that lets the one style block pass the policy.
pub fn style_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let hash = digest(&SHA256, STYLE.as_bytes());
        format!("sha256-{}", STANDARD.encode(hash))
    });
    &HASH
}

/// Text within an element (HTML Living Standard, "escaping a string").
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_app_is_text_on_its_pages_whatever_is_in_it() {
        let pages = Pages::new("R&D <b>\"Notes\"");
        for page in [
            pages.result(Outcome::SignedIn),
            pages.result(Outcome::NotSignedIn),
            pages.still_waiting(),
            pages.refusal("404 Not Found"),
        ] {
            assert!(
                page.contains("R&amp;D &lt;b&gt;\"Notes\"</title>"),
                "{page}"
            );
            assert!(!page.contains("<b>"), "{page}");
        }
    }
}
