//! The keys of an issuer, as app and API read them: which algorithms are accepted, which
//! published keys are used for which of them, and whether a signature is good. One crate,
//! so that both are equally strict; it knows neither of them.
//!
//! ```
//! use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
//! use vestibule_keys::{Algorithm, VerificationKey};
//!
//! // The key and the token of RFC 8037 §A.2 and §A.4.
//! let jwk = serde_json::json!({
//!     "kty": "OKP",
//!     "crv": "Ed25519",
//!     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
//! });
//! let key = VerificationKey::read(&jwk)?;
//! assert!(key.is_for(Algorithm::EdDsa) && !key.is_for(Algorithm::Rs256));
//!
//! // The signing input of a token: what stands before its last dot.
//! let input = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
//! let signature = URL_SAFE_NO_PAD.decode(
//!     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
//! )?;
//! assert!(key.verify(Algorithm::EdDsa, input, &signature));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The key decides the algorithm (RFC 8725 §3.1): its type and curve leave one name, or six
//! for RSA, and its `alg` one of them. A key that is weak, private or meant for something
//! else is refused with a reason ([`Unusable`]). Issuers write keys in more ways than one:
//! what can mean but one key is read, and `tests/key-forms.json` lists all of it.
//!
//! App and API each have their own key set: where it comes from, how long it serves and
//! which of its keys a token asks for. Nothing here is asynchronous or does I/O.

mod algorithm;
mod key;
mod material;
mod members;
mod unusable;
mod weak;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use key::VerificationKey;
pub use unusable::Unusable;
