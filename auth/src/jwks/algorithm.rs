//! The signature algorithms that are accepted, by their exact JOSE names.

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};

/// A signature algorithm of an ID token (RFC 7518 §3.1, RFC 8037 §3.1). Anything else,
/// `none` and the HMAC family above all, cannot be expressed (RFC 8725 §3.1).
///
/// A type of our own, because jsonwebtoken's has no ES512.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512
    Rs512,
    /// RSASSA-PSS with SHA-256
    Ps256,
    /// RSASSA-PSS with SHA-384
    Ps384,
    /// RSASSA-PSS with SHA-512
    Ps512,
    /// ECDSA on P-256 with SHA-256
    Es256,
    /// ECDSA on P-384 with SHA-384
    Es384,
    /// ECDSA on P-521 with SHA-512
    Es512,
    /// Ed25519
    EdDsa,
}

impl Algorithm {
    /// All that are accepted.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// The name in a header and in a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Case counts (RFC 7515 §4.1.1).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The hash that `at_hash` is made with (OpenID Connect Core §3.1.3.6); Ed25519 hashes
    /// with SHA-512.
    pub fn hash(self) -> &'static digest::Algorithm {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &SHA256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => &SHA384,
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => &SHA512,
        }
    }
}
