//! The notices, one row each: who adds one begins here. `ui/words.slint` has the same
//! kinds with the window's words, and `mapping.rs` says what leads to which.

use super::Tone;
use crate::exit;

/// What is known of a notice, whatever is named in it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// How the window colours it.
    pub tone: Tone,
    /// What a command of the terminal ends with.
    pub exit: u8,
    /// What the terminal says: cause and remedy in one sentence. `{provider}` and `{api}`
    /// stand for their hosts, the other names for what the notice holds.
    pub sentence: &'static str,
}

/// Makes the enum and its table of rows like `Kind: tone, exit code, "sentence";`.
macro_rules! notices {
    ($($(#[$doc:meta])* $kind:ident: $tone:ident, $exit:ident, $sentence:literal;)*) => {
        /// Which notice it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NoticeKind { $($(#[$doc])* $kind,)* }

        impl NoticeKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Its row.
            pub fn row(self) -> Row {
                match self {
                    $(Self::$kind => Row {
                        tone: Tone::$tone,
                        exit: exit::$exit,
                        sentence: $sentence,
                    },)*
                }
            }
        }

        /// Calls the macro `$then` with the names of all kinds. The window's enum has
        /// the same names, but only a build with the window has that enum.
        #[cfg(feature = "window")]
        macro_rules! with_notice_kinds {
            ($then:ident) => { $then! { $($kind)* } };
        }
        #[cfg(feature = "window")]
        pub(crate) use with_notice_kinds;
    };
}

notices! {
    /// The API: a page came instead of the message, such as a gateway's.
    ApiPage: Failure, UNREACHABLE,
        "a page came where the message of {api} should be: check api_url; if it is right, a \
         gateway is in between: open any page in a browser and sign in to the network; you stay \
         signed in";
    /// The API is said to be at `detail`.
    ApiRedirect: Failure, REFUSED,
        "{api} redirects to {detail}: set api_url to that, if it is the API you mean";
    /// The API refused the token even after a refresh (401).
    ApiRefused: Failure, REFUSED,
        "{api} refused the access token, also a fresh one: check that the setting audience (or \
         resource) is what the API expects; after a change sign out and in again";
    /// The API answered 5xx, 408 or 429.
    ApiTrouble: Failure, UNREACHABLE, "{api} has a problem; try again in a minute";
    /// The API answered with the status `detail`, as no API of ours would: the address
    /// is probably another one.
    ApiUnexpected: Failure, REFUSED,
        "{api} answered with status {detail}, as no message server does: check api_url";
    /// The API could not be reached.
    ApiUnreachable: Failure, UNREACHABLE,
        "{api} could not be reached: check that the API runs and that api_url is right; you \
         stay signed in";
    /// The API answered 403.
    NoAccess: Failure, REFUSED,
        "you have no access to this message: ask the owner of the API for it";
    /// The API answered 403 and asks for the scope or role `detail`.
    RoleRequired: Failure, REFUSED, "you have no access to this message: ask for {detail}";

    /// Somebody chose Cancel in the browser (`access_denied`, `consent_required`, and the
    /// provider says nothing more).
    AccessDenied: Failure, REFUSED,
        "the sign-in was refused: somebody chose Cancel in the browser; nothing was changed";
    /// Somebody, or a rule of the provider, refused on the phone.
    DeviceDenied: Failure, REFUSED,
        "the sign-in was refused on the phone; nothing was changed";
    /// The provider does not let this client sign in with a phone (`unauthorized_client`).
    DeviceNotAllowed: Failure, REFUSED,
        "{provider} does not let this client sign in with a phone: allow the device authorization \
         grant (RFC 8628) for it there, or run vestibule login --no-browser";
    /// The provider has no device authorization endpoint.
    DeviceNotOffered: Failure, WRONG_USE,
        "{provider} offers no sign-in with a phone: run vestibule login; where no browser can be \
         opened, it shows an address and how to open it on another machine";
    /// The provider refused in the browser, and says why.
    ProviderDenied: Failure, REFUSED,
        "{provider} refused the sign-in; nothing was changed; do what it asks for, then try again";
    /// The provider answered with an OAuth error that is not the person's doing.
    ProviderRefused: Failure, REFUSED,
        "{provider} refused: check client_id, scopes and audience, and that the redirect URI \
         is registered there";
    /// The provider answered 5xx, 408 or 429.
    ProviderTrouble: Failure, UNREACHABLE, "{provider} has a problem; try again in a minute";
    /// The provider could not be reached.
    ProviderUnreachable: Failure, UNREACHABLE,
        "{provider} could not be reached: check the network and try again";

    /// The certificate of `detail` is not trusted or not valid at this device's time.
    Certificate: Failure, UNREACHABLE,
        "the connection to {detail} is not safe: its certificate is not accepted; check the time \
         of this device ({device_time} UTC), or set ca_file for a company's own authority";
    /// Something else than an answer came where the provider's was expected, such as
    /// the page of a gateway or a hotel.
    Page: Failure, UNREACHABLE,
        "a page came where an answer of {provider} should be: a gateway may be in between; open \
         any page in a browser and sign in to the network, then try again; else check issuer";
    /// `detail` was to be reached through a proxy that could not be used.
    Proxy: Failure, UNREACHABLE,
        "{detail} could not be reached through the proxy that is set, for the reason told here";
    /// Somebody answers in the provider's place that it is at `detail`.
    Redirected: Failure, UNREACHABLE,
        "a redirect to {detail} came where an answer of {provider} should be: a gateway may be in \
         between; open any page in a browser and sign in to the network, then try again; else \
         tell the administrator of {provider}";

    /// The discovery document names the issuer `detail`, another than the configured one.
    IssuerMismatch: Failure, WRONG_USE,
        "{provider} calls itself {detail}, not as configured: set issuer to exactly that, if it \
         is the provider you mean";
    /// The provider moved: its discovery document is found under the issuer `detail`.
    IssuerMoved: Failure, WRONG_USE,
        "{provider} redirects to {detail}: set issuer to that, if it is the provider you mean";
    /// There is no discovery document at the issuer: it is probably misspelt.
    NotAnIssuer: Failure, WRONG_USE,
        "{provider} has no OpenID discovery document there: check that issuer is spelt exactly \
         as the provider spells it, path and last slash included";
    /// An answer of the provider lacks a usable `detail`.
    UnusableAnswer: Failure, REFUSED,
        "{provider} gave an answer that cannot be used: {detail} is missing or wrong in it; tell \
         the administrator of {provider}";
    /// A document of the provider lacks a usable `detail`.
    UnusableDocument: Failure, WRONG_USE,
        "what {provider} publishes about itself cannot be used: {detail} is missing or wrong; \
         check issuer, or tell the administrator of {provider}";
    /// An answer is somebody else's: another state, issuer or signature.
    UntrustedAnswer: Failure, REFUSED,
        "this answer did not come from {provider}, and nothing of it is used; if it happens \
         again, tell your administrator";
    /// The ID token's times do not fit this device's clock.
    WrongClock: Failure, REFUSED,
        "the clock of this device is wrong: here it is {device_time}, at {provider} \
         {server_time} (UTC); set the clock and try again";

    /// The ID token is signed with `detail`, which is not accepted.
    IdTokenAlgorithm: Failure, REFUSED,
        "{provider} signed the ID token with {detail}, which is not accepted: set the ID \
         tokens of this client to RS256, ES256 or another algorithm with public keys there";
    /// The ID token belongs to another access token (`at_hash`).
    IdTokenAtHash: Failure, REFUSED,
        "the ID token of {provider} belongs to another access token; nothing of it is used; \
         tell the administrator of {provider}";
    /// The ID token is for another client (`aud`).
    IdTokenAudience: Failure, REFUSED,
        "the ID token of {provider} is for another client; nothing of it is used; check \
         client_id, or tell the administrator of {provider}";
    /// The ID token is for several clients, and does not say that this one uses it (`azp`).
    IdTokenAuthorizedParty: Failure, REFUSED,
        "the ID token of {provider} is for several clients, and azp in it does not name this \
         one; tell the administrator of {provider}";
    /// The ID token lacks a usable claim `detail`.
    IdTokenClaim: Failure, REFUSED,
        "the ID token of {provider} is malformed: {detail} is missing or wrong in it; \
         tell the administrator of {provider}";
    /// The ID token is encrypted.
    IdTokenEncrypted: Failure, REFUSED,
        "the ID token of {provider} is encrypted, which this program cannot read: switch that \
         off for this client there";
    /// What came is no ID token.
    IdTokenMalformed: Failure, REFUSED,
        "the ID token of {provider} is malformed; tell the administrator of {provider}";
    /// The ID token belongs to another sign-in (`nonce`).
    IdTokenNonce: Failure, REFUSED,
        "the ID token of {provider} belongs to another sign-in; nothing of it is used; start \
         again, and if it stays, tell the administrator of {provider}";
    /// The ID token is not a new one.
    IdTokenOld: Failure, REFUSED,
        "{provider} brought an old ID token instead of a new one; you stay signed in; \
         tell the administrator of {provider}";
    /// The ID token is about somebody else.
    IdTokenSubject: Failure, REFUSED,
        "{provider} answered about somebody else; nothing of it is used; sign in again with \
         vestibule login --switch";
    /// The ID token is signed with a key that the provider does not publish.
    IdTokenUnknownKey: Failure, REFUSED,
        "the ID token of {provider} is signed with a key that it does not publish, or that \
         cannot be used (--log info tells why); try again in a minute, and if it stays, tell the \
         administrator of {provider}";

    /// A part of this program failed that never should.
    Defect: Failure, FAILED_HERE,
        "a part of this program failed that never should; please report it";
    /// None of the redirect ports `detail` is free; like `8765, 8766`.
    NoRedirectPort: Failure, FAILED_HERE,
        "the browser cannot reach this program: no redirect port is free ({detail}); end what \
         uses them, set other redirect_ports, or use a phone: vestibule login --device";
    /// Another program disturbs the redirect port.
    RedirectPortDisturbed: Failure, FAILED_HERE,
        "the browser cannot reach this program: another program disturbs its redirect port; end \
         that program, set other redirect_ports, or use a phone: vestibule login --device";
    /// Nobody entered any of the codes on a phone before it ended.
    UserCodesExpired: Failure, FAILED_HERE,
        "nobody entered a code on a phone in time; start again for new ones";
    /// Nobody finished in the browser within the time limit.
    TookTooLong: Failure, FAILED_HERE,
        "nobody finished in the browser in time: if it showed an error, check client_id and that \
         the redirect URI is registered there; then start again, you have 5 minutes, or use a \
         phone: vestibule login --device";

    /// Signed in, but the settings ask to store the session in memory only.
    MemoryOnly: Note, FAILED_HERE,
        "store is memory: the session ends with this program; use --store keychain or --store \
         file to keep it";
    /// Signed in, but there is nothing to store: the provider gave no refresh token.
    NoRefreshToken: Note, FAILED_HERE,
        "the provider gave no refresh token, so the session cannot be kept: allow offline \
         access for this client there, add the scope offline_access, or set prompt to consent";
    /// What is stored could not be read, so nobody is signed in for now.
    NotReadable: Note, FAILED_HERE,
        "what is kept could not be read: {cause}; nothing was changed; {remedy}";
    /// Signed in, but the session is not stored for the next start.
    NotStored: Note, FAILED_HERE, "the session cannot be kept: {cause_and_remedy}";
    /// The session could not be removed from where it is stored: it may be there at the
    /// next start.
    StillStored: Note, FAILED_HERE,
        "the session could not be removed from where it is kept: {cause}; {remedy}: vestibule \
         logout";

    /// Signed out here, but the provider did not confirm the revocation.
    RevocationFailed: Note, DONE,
        "signed out here, but {provider} did not confirm the revocation: the session may live \
         there until it expires";
    /// Another program is renewing this session, or cannot store what it got.
    SessionBusy: Failure, FAILED_HERE,
        "another program is renewing this session, or waits for the keychain to keep it: unlock \
         the keychain, or close the other program, then try again; you stay signed in";
    /// The session ended: the provider no longer accepts it (`invalid_grant`).
    SessionExpired: Note, NOT_SIGNED_IN,
        "the session ended: the provider no longer accepts it; run vestibule login";
    /// The session ended: somebody signed out in another window or terminal.
    SessionGone: Note, NOT_SIGNED_IN,
        "the session ended: somebody signed out, or in as somebody else, in another window or \
         terminal; run vestibule login";
    /// The session ended: the provider does not renew it and wants a new sign-in.
    SessionRefused: Note, NOT_SIGNED_IN,
        "the session ended: {provider} does not renew it and wants you to sign in again; run \
         vestibule login";
    /// Signed out on this device, all as asked.
    SignedOut: Good, DONE, "you are signed out on this device";
}

impl NoticeKind {
    /// Whether the sentence says the cause already, so that the error beside it would
    /// only say it twice.
    pub fn says_the_cause(self) -> bool {
        matches!(
            self,
            Self::DeviceDenied
                | Self::DeviceNotOffered
                | Self::SessionExpired
                | Self::SessionGone
                | Self::SessionRefused
                | Self::TookTooLong
                | Self::UserCodesExpired
        )
    }
}
