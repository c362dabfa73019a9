//! The signature algorithms that are accepted, by their exact JOSE names.

use std::str::FromStr;

/// A signature algorithm of a token (RFC 7518 §3.1, RFC 8037 §3.1). Anything else, `none`
/// and the HMAC family above all, cannot be expressed (RFC 8725 §3.1).
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
    /// All of them: what is accepted unless a list narrows it.
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

    /// The name in a header, a JWK and the settings.
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
}

/// The name is none of ours; case counts (RFC 7515 §4.1.1).
#[derive(Debug, thiserror::Error)]
#[error("none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_known_by_their_exact_names() {
        for known in Algorithm::ALL {
            assert_eq!(known.name().parse().ok(), Some(known));
        }
        for other in [
            "", "none", "HS256", "rs256", "RS256 ", "Ed25519", "ES256K", "ES521",
        ] {
            assert!(other.parse::<Algorithm>().is_err(), "{other}");
        }
    }

    #[test]
    fn the_sentence_about_an_unknown_name_has_all_that_are_known() {
        let known = Algorithm::ALL.map(Algorithm::name).join(", ");
        assert_eq!(UnknownAlgorithm.to_string(), format!("none of {known}"));
    }
}
