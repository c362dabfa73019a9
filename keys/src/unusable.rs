//! Why a key is not used.

/// Why a key is not used, as a sentence for a log: what it quotes of the issuer is short,
/// and nothing in it acts on a terminal.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// Not a JSON object
    #[error("it is no JSON object")]
    NoObject,
    /// RFC 7518 §6.2.2 and §6.3.2
    #[error("it has private members: whoever can read the key set can sign")]
    Private,
    /// A member of another JSON type than RFC 7517 §4 or RFC 7518 §6 gives it
    #[error("its {0} is of the wrong type")]
    WrongType(&'static str),
    /// RFC 7517 §4.2
    #[error("its use is {0}, not sig")]
    Use(String),
    /// RFC 7517 §4.3
    #[error("its key_ops do not have verify")]
    Operations,
    /// RFC 7517 §4.4
    #[error("its alg is {0}, which a key of its kind does not verify here")]
    Algorithm(String),
    /// A type or a curve that is not accepted
    #[error(
        "its kty is {0}, and it is not an RSA key, an EC key on P-256, P-384 or P-521 or an OKP \
        key on Ed25519"
    )]
    Kind(String),
    /// A member that a key of its type needs
    #[error("it has no {0}")]
    Missing(&'static str),
    /// RFC 7515 §2
    #[error("its {0} is not base64url")]
    Base64(&'static str),
    /// RFC 8017 §3.1
    #[error("its exponent e is 1, even or longer than 32 bits: forging with it may be easy")]
    Exponent,
    /// RFC 7518 §3.3, and keys with which forging is easy
    #[error("its modulus does not have 2048 to 8192 bits, or forging with it is easy")]
    Modulus,
    /// RFC 8032 §5.1.7
    #[error("its point has a small order: forging with it is easy")]
    SmallOrder,
    /// RFC 7518 §6.2.1, RFC 8037 §2
    #[error("its numbers are no point of its curve")]
    Point,
}

/// How many characters of a text of the issuer are quoted.
const QUOTED: usize = 40;

/// A text of the issuer as it can stand in a log: what does not print is escaped (line
/// ends, colours, marks that turn the direction of writing), and `…` stands where it was cut.
pub fn quoted(text: &str) -> String {
    let mut quoted: String = text
        .chars()
        .take(QUOTED)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(QUOTED).is_some() {
        quoted.push('…');
    }
    quoted
}
