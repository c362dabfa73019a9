//! Why a token was refused: for the log and the metrics alone. The answer is the same
//! for all of them, so that it helps nobody to a better forgery.

/// One variant for each check. None carries anything of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Larger than what is parsed at all
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url, each of whole bytes. An opaque token ends here too: to
    /// ask the issuer about it (RFC 7662) is not built
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
    /// `sub`, `client_id` or `jti` is missing or malformed
    #[error("sub, client_id or jti is missing or malformed")]
    Identifier,
    /// `scope` is neither a string nor a list of strings
    #[error("the scope is malformed")]
    Scope,
    /// The token was made for another use, such as an ID token
    #[error("the token was made for another use")]
    OtherUse,
    /// `cnf` binds the token to a key (RFC 9449, RFC 8705). To ask the sender for a
    /// proof is not built, and without one a stolen token would pass
    #[error("the token is bound to its sender, whose proof is not checked here")]
    SenderConstrained,
    /// The claims are not what a handler takes
    #[error("the claims are not those that the endpoint takes")]
    Claims,
    /// No key of the issuer has this id and algorithm
    #[error("no key of the issuer fits")]
    UnknownKey,
    /// The signature is not by the key
    #[error("the signature is wrong")]
    Signature,
}

impl Refusal {
    /// All of them, in the order of their discriminants.
    pub(super) const ALL: [Self; 21] = [
        Self::TooLong,
        Self::NotCompact,
        Self::Header,
        Self::Payload,
        Self::Algorithm,
        Self::Type,
        Self::Extension,
        Self::KeyId,
        Self::Issuer,
        Self::Audience,
        Self::Expiry,
        Self::Expired,
        Self::NotBefore,
        Self::IssuedAt,
        Self::Identifier,
        Self::Scope,
        Self::OtherUse,
        Self::SenderConstrained,
        Self::Claims,
        Self::UnknownKey,
        Self::Signature,
    ];

    /// One word for metrics, which never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotCompact => "not_compact",
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::Extension => "extension",
            Self::KeyId => "key_id",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expiry => "expiry",
            Self::Expired => "expired",
            Self::NotBefore => "not_before",
            Self::IssuedAt => "issued_at",
            Self::Identifier => "identifier",
            Self::Scope => "scope",
            Self::OtherUse => "other_use",
            Self::SenderConstrained => "sender_constrained",
            Self::Claims => "claims",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
        }
    }
}
