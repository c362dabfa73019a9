//! What a person is told who signs in on another device (RFC 8628 §3.3).

use std::time::{Duration, Instant};

use url::Url;

use super::{forwarding::ssh, half_blocks, output::seconds, tty::Tty};
use crate::{auth::DeviceAuthorization, qr::Qr};

/// All there is to say of `code`. Only the time left is not in it where there is a terminal:
/// there it comes below, and is written anew each second.
pub(super) fn told(code: &DeviceAuthorization, host: &str, tty: Option<Tty>) -> String {
    // Nothing in them acts on a terminal: `auth/src/token/device.rs` sees to it.
    let (user_code, page) = (&code.user_code, &code.verification_uri);
    let check = "Check that your phone shows the same code";
    // Repeated below the picture: on a terminal of 24 lines what stands above it is gone.
    let check_below = format!("{page}\n{check}: {user_code}");
    let picture = tty.and_then(|tty| picture(code.link(), tty, &check_below));
    let or_scan = match picture {
        Some(_) => "or scan the picture below. ",
        None => "",
    };
    // RFC 8628 §5.4: somebody else may have begun it, and waits for this person's yes.
    let mut text = format!(
        "{}\n{page}\nand enter the code\n\n    {user_code}\n\n{or_scan}Do so only if you began \
         this sign-in yourself; nobody from {host} will ask you to.\n",
        where_to(page, host)
    );
    text += &match picture {
        Some(picture) => picture + &check_below,
        None => format!("{check}."),
    };
    if tty.is_none() {
        let left = code.expires_at.saturating_duration_since(Instant::now());
        text += &format!("\nThe code is good for {}.", in_words(left));
    }
    text
}

fn where_to(page: &str, host: &str) -> String {
    let forwarded = Url::parse(page).ok().and_then(|page| ssh(&[&page]));
    match forwarded {
        None => {
            format!("To sign in to {host}, open this address on your phone or any other device:")
        }
        Some(ssh) => format!(
            "To sign in to {host}, open this address in a browser. It leads to this machine \
             alone; to open it on another, forward its port from there ({ssh} and the name of \
             this machine):"
        ),
    }
}

/// The QR code for `link`, if it can be seen at once with `below` and a line for the time
/// left: half a code is none.
fn picture(link: &str, tty: Tty, below: &str) -> Option<String> {
    let qr = Qr::of(link).filter(|_| tty.utf8)?;
    let columns = usize::from(tty.columns);
    let lines = |text: &str| text.chars().count().div_ceil(columns);
    let rows = half_blocks::rows(&qr) + below.lines().map(lines).sum::<usize>() + 1;
    let fits = half_blocks::columns(&qr) <= columns && rows <= usize::from(tty.rows);
    fits.then(|| half_blocks::drawn(&qr, tty.colours))
}

/// Never more than there is.
fn in_words(left: Duration) -> String {
    match seconds(left) {
        1 => "1 second".to_owned(),
        60 => "1 minute".to_owned(),
        left @ 0..120 => format!("{left} seconds"),
        left => format!("{} minutes", left / 60),
    }
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
