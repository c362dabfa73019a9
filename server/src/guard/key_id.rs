//! Which key ids are worth a request to the issuer.

/// The longest key id that is looked for, in bytes.
const LONGEST: usize = 1024;

/// Whether an issuer could have given this key id, which may be any text (RFC 7517 §4.5). An
/// id that is made to do harm elsewhere (RFC 8725 §3.10) costs the issuer no request; here it
/// would do none, since ids are only compared.
pub(super) fn is_plausible(kid: &str) -> bool {
    // What does not print would be escaped, and so would quotation mark and backslash.
    let is_plain = kid.escape_debug().eq(kid.chars());
    is_plain && kid.len() <= LONGEST && !kid.contains("../")
}
