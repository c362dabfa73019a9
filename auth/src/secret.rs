//! Secrets, each a type of its own: none is shown by `Debug`, and two of them are
//! compared in a time that does not depend on what they are.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};

macro_rules! secret {
    ($(#[$attribute:meta])* $visibility:vis $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone)]
        $visibility struct $name(String);

        impl $name {
            /// The secret with this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text, for whom it is meant.
            pub fn secret(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret! {
    /// Lets its bearer use an API (RFC 6750). It goes into the `Authorization` header of
    /// a request and nowhere else.
    pub AccessToken
}

secret! {
    /// A client secret (RFC 6749 §2.3.1). Of a native app it is not confidential: only
    /// for providers that demand one all the same.
    pub ClientSecret
}

secret! {
    /// Asks for the tokens of whoever enters the user code that came with it (RFC 8628
    /// §3.2).
    pub(crate) DeviceCode
}

secret! {
    /// Brings the next access token (RFC 6749 §6).
    #[derive(Deserialize, Serialize)]
    #[serde(transparent)]
    pub(crate) RefreshToken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_compared_and_never_shown() {
        let token = AccessToken::new("eyJhbGciOi");
        assert_eq!(token, AccessToken::new("eyJhbGciOi".to_owned()));
        for other in ["", "eyJhbGciO", "eyJhbGciOj", "eyJhbGciOi."] {
            assert_ne!(token, AccessToken::new(other));
        }
        assert_eq!(format!("{token:?}"), "AccessToken(…)");
        let shown = format!("{:?}", (ClientSecret::new("s"), RefreshToken::new("r")));
        assert_eq!(shown, "(ClientSecret(…), RefreshToken(…))");
    }
}
