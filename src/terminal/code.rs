//! What a person is told who signs in on another device (RFC 8628 §3.3).

use std::time::{Duration, Instant};

use url::Url;

use super::{forwarding::ssh, half_blocks, output::seconds, tty::Tty, words::worded};
use crate::{auth::DeviceAuthorization, language::tr, qr::Qr};

/// All there is to say of `code`. Only the time left is not in it where there is a terminal:
/// there it comes below, and is written anew each second.
pub(super) fn told(code: &DeviceAuthorization, host: &str, tty: Option<Tty>) -> String {
    // Nothing in them acts on a terminal: `auth/src/token/device.rs` sees to it.
    let (user_code, page) = (&code.user_code, &code.verification_uri);
    // Repeated below the picture: on a terminal of 24 lines what stands above it is gone.
    let check = "Check that your phone shows the same code: {code}";
    let check_below = format!("{page}\n{}", worded(check, &[("code", user_code)]));
    let picture = tty.and_then(|tty| picture(code.link(), tty, &check_below));
    // RFC 8628 §5.4: somebody else may have begun it, and waits for this person's yes.
    let only_if = match picture {
        Some(_) => {
            "or scan the picture below. Do so only if you began this sign-in yourself; nobody from \
             {host} will ask you to."
        }
        None => {
            "Do so only if you began this sign-in yourself; nobody from {host} will ask you to."
        }
    };
    let mut text = format!(
        "{}\n{page}\n{}\n\n    {user_code}\n\n{}\n",
        where_to(page, host),
        tr("and enter the code"),
        worded(only_if, &[("host", host)])
    );
    text += &match picture {
        Some(picture) => picture + &check_below,
        None => tr("Check that your phone shows the same code.").to_owned(),
    };
    if tty.is_none() {
        let left = code.expires_at.saturating_duration_since(Instant::now());
        let good = worded("The code is good for {time}.", &[("time", &in_words(left))]);
        text += &format!("\n{good}");
    }
    text
}

fn where_to(page: &str, host: &str) -> String {
    let forwarded = Url::parse(page).ok().and_then(|page| ssh(&[&page]));
    match forwarded {
        None => worded(
            "To sign in to {host}, open this address on your phone or any other device:",
            &[("host", host)],
        ),
        Some(ssh) => worded(
            "To sign in to {host}, open this address in a browser. It leads to this machine \
             alone; to open it on another, forward its port from there ({ssh} and the name of \
             this machine):",
            &[("host", host), ("ssh", &ssh)],
        ),
    }
}

/// The QR code for `link`, if it can be seen at once with `below` and a line for the time
/// left: half a code is none.
fn picture(link: &str, tty: Tty, below: &str) -> Option<String> {
    let qr = Qr::of(link).filter(|_| tty.utf8)?;
    let columns = usize::from(tty.columns);
    // Letters of Asia take two columns; where this takes others for one, it errs on the safe
    // side.
    let width = |c: char| if c < '\u{1100}' { 1 } else { 2 };
    let lines = |text: &str| text.chars().map(width).sum::<usize>().div_ceil(columns);
    let rows = half_blocks::rows(&qr) + below.lines().map(lines).sum::<usize>() + 1;
    let fits = half_blocks::columns(&qr) <= columns && rows <= usize::from(tty.rows);
    fits.then(|| half_blocks::drawn(&qr, tty.colours))
}

/// Never more than there is.
fn in_words(left: Duration) -> String {
    let number = |words, number: u64| worded(words, &[("number", &number.to_string())]);
    match seconds(left) {
        1 => tr("1 second").to_owned(),
        60 => tr("1 minute").to_owned(),
        left @ 0..120 => number("{number} seconds", left),
        left => number("{number} minutes", left / 60),
    }
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
