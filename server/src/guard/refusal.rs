//! Why a token was refused: for the log alone. The answer is the same for all of
//! them, so that it helps nobody to a better forgery.

/// One variant for each check. No variant carries anything of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Larger than what is parsed at all
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url
    #[error("the token is not a compact JWS")]
    NotCompact,
    /// The header is no JSON object with unique members
    #[error("the header is not a JSON object with unique members")]
    Header,
    /// The payload is no JSON object with unique members
    #[error("the payload is not a JSON object with unique members")]
    Payload,
    /// `alg` is absent or none of those that are allowed
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// `typ` names another kind of token
    #[error("the type is not that of an access token")]
    Type,
    /// `crit`, or a member that belongs to encryption
    #[error("the header demands an extension")]
    Extension,
    /// `kid` is not a string
    #[error("the key id is not a string")]
    KeyId,
    /// `iss` is not exactly the issuer
    #[error("the issuer is another one")]
    Issuer,
    /// `aud` does not name this API
    #[error("the audience is another one")]
    Audience,
    /// `exp` is absent or no date
    #[error("the expiry is missing or malformed")]
    Expiry,
    /// `exp` has passed
    #[error("the token has expired")]
    Expired,
    /// `nbf` is no date or lies ahead
    #[error("the token is not valid yet")]
    NotBefore,
    /// `iat` is no date or lies ahead
    #[error("the token was issued in the future")]
    IssuedAt,
    /// A claim is missing or of another type
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// The token was made for another use, such as an ID token
    #[error("the token has the claim {0} and so was made for another use")]
    OtherUse(&'static str),
    /// No key of the issuer has this id and algorithm
    #[error("no key of the issuer fits")]
    UnknownKey,
    /// The signature is not by the key
    #[error("the signature is wrong")]
    Signature,
}
