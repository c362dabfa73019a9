//! What a terminal says of each [`Notice`]: cause and remedy in one sentence.
//! The window has its own words in `ui/`; both start from the same notices.

use crate::notice::{IdTokenFault, NotKept, Notice};

/// Who is spoken of.
#[derive(Clone, Copy, Debug)]
pub struct Hosts<'a> {
    /// The provider's host.
    pub provider: &'a str,
    /// The API's host.
    pub api: &'a str,
}

/// The sentence for a notice.
pub fn sentence(notice: &Notice, hosts: Hosts<'_>) -> String {
    let Hosts { provider, api } = hosts;
    match notice {
        Notice::AccessDenied => {
            "the sign-in was refused: somebody chose Cancel in the browser; nothing was changed"
                .into()
        }
        Notice::ApiPage => format!(
            "a page came where the message of {api} should be: check api_url; if it is right, a \
             gateway is in between: open any page in a browser and sign in to the network; you stay \
             signed in"
        ),
        Notice::ApiRedirect { to } => {
            format!("{api} redirects to {to}: set api_url to that, if it is the API you mean")
        }
        Notice::ApiRefused => format!(
            "{api} refused the access token, also a fresh one: check that the setting audience (or \
             resource) is what the API expects; after a change sign out and in again"
        ),
        Notice::ApiTrouble => format!("{api} has a problem; try again in a minute"),
        Notice::ApiUnexpected { status } => format!(
            "{api} answered with status {status}, as no message server does: check api_url"
        ),
        Notice::ApiUnreachable => format!(
            "{api} could not be reached: check that the API runs and that api_url is right; you \
             stay signed in"
        ),
        Notice::Certificate { host, device_time } => format!(
            "the connection to {host} is not safe: its certificate is not accepted; check the time of this \
             device ({device_time} UTC), or set ca_file for a company's own authority"
        ),
        Notice::Defect => "a part of this program failed that never should; please report it".into(),
        Notice::IdToken(fault) => id_token(fault, provider),
        Notice::IssuerMismatch { given } => format!(
            "{provider} calls itself {given}, not as configured: set issuer to exactly that, if it \
             is the provider you mean"
        ),
        Notice::IssuerMoved { to } => format!(
            "{provider} redirects to {to}: set issuer to that, if it is the provider you mean"
        ),
        Notice::NoAccess {
            required: Some(scope),
        } => {
            format!("you have no access to this message: ask for {scope}")
        }
        Notice::NoAccess { required: None } => {
            "you have no access to this message: ask the owner of the API for it".into()
        }
        Notice::NoRedirectPort { ports } if ports.is_empty() => {
            "the browser cannot reach this program: another program disturbs its redirect port; end \
             that program, or set other redirect_ports"
                .into()
        }
        Notice::NoRedirectPort { ports } => format!(
            "the browser cannot reach this program: no redirect port is free ({ports}); end what \
             uses them, or set other redirect_ports"
        ),
        Notice::NotAnIssuer => format!(
            "{provider} has no OpenID discovery document there: check that issuer is spelt exactly \
             as the provider spells it, path and last slash included"
        ),
        Notice::NotKept(why) => not_kept(*why),
        Notice::NotReadable(why) => format!(
            "what is kept could not be read: {}; nothing was changed; {}",
            cause(*why),
            remedy(*why)
        ),
        Notice::Page => format!(
            "a page came where an answer of {provider} should be: a gateway may be in between; open \
             any page in a browser and sign in to the network, then try again; else check issuer"
        ),
        Notice::ProviderDenied => {
            format!("{provider} refused the sign-in; nothing was changed; do what it asks for, then try again")
        }
        Notice::ProviderRefused => format!(
            "{provider} refused: check client_id, scopes and audience, and that the redirect URI \
             is registered there"
        ),
        Notice::ProviderTrouble => format!("{provider} has a problem; try again in a minute"),
        Notice::ProviderUnreachable => {
            format!("{provider} could not be reached: check the network and try again")
        }
        Notice::Proxy { host } => format!(
            "{host} could not be reached through the proxy that is set, for the reason told here"
        ),
        Notice::Redirected { to } => format!(
            "a redirect to {to} came where an answer of {provider} should be: a gateway may be in \
             between; open any page in a browser and sign in to the network, then try again; else \
             tell the administrator of {provider}"
        ),
        Notice::RevocationFailed => format!(
            "signed out here, but {provider} did not confirm the revocation: the session may live \
             there until it expires"
        ),
        Notice::SessionBusy => {
            "another program is renewing this session, or waits for the keychain to keep it: unlock \
             the keychain, or close the other program, then try again; you stay signed in"
                .into()
        }
        Notice::SessionExpired => {
            "the session ended: the provider no longer accepts it; run vestibule login".into()
        }
        Notice::SessionGone => {
            "the session ended: somebody signed out, or in as somebody else, in another window or terminal; run vestibule login".into()
        }
        Notice::SessionRefused => format!(
            "the session ended: {provider} does not renew it and wants you to sign in again; run \
             vestibule login"
        ),
        Notice::SignedOut => "you are signed out on this device".into(),
        Notice::StillKept(why) => format!(
            "the session could not be removed from where it is kept: {}; {}: vestibule logout",
            cause(*why),
            remedy(*why)
        ),
        Notice::TookTooLong => {
            "nobody finished in the browser in time; start again, you have 5 minutes".into()
        }
        Notice::UnusableAnswer { member } => format!(
            "{provider} gave an answer that cannot be used: {member} is missing or wrong in it; tell \
             the administrator of {provider}"
        ),
        Notice::UnusableDocument { member } => format!(
            "what {provider} publishes about itself cannot be used: {member} is missing or wrong; \
             check issuer, or tell the administrator of {provider}"
        ),
        Notice::UntrustedAnswer => format!(
            "this answer did not come from {provider}, and nothing of it is used; if it happens again, \
             tell your administrator"
        ),
        Notice::WrongClock {
            device_time,
            server_time,
        } => format!(
            "the clock of this device is wrong: here it is {device_time}, at {provider} \
             {server_time} (UTC); set the clock and try again"
        ),
    }
}

fn id_token(fault: &IdTokenFault, provider: &str) -> String {
    let administrator = format!("tell the administrator of {provider}");
    match fault {
        IdTokenFault::Algorithm(algorithm) => format!(
            "{provider} signed the ID token with {algorithm}, which is not accepted: set the ID \
             tokens of this client to RS256, ES256 or another algorithm with public keys there"
        ),
        IdTokenFault::AtHash => format!(
            "the ID token of {provider} belongs to another access token; nothing of it is used; \
             {administrator}"
        ),
        IdTokenFault::Audience => format!(
            "the ID token of {provider} is for another client; nothing of it is used; check client_id, \
             or {administrator}"
        ),
        IdTokenFault::AuthorizedParty => format!(
            "the ID token of {provider} is for several clients, and azp in it does not name this one; \
             {administrator}"
        ),
        IdTokenFault::Encrypted => format!(
            "the ID token of {provider} is encrypted, which this program cannot read: switch that off \
             for this client there"
        ),
        IdTokenFault::Malformed(Some(claim)) => format!(
            "the ID token of {provider} is malformed: {claim} is missing or wrong in it; \
             {administrator}"
        ),
        IdTokenFault::Malformed(None) => {
            format!("the ID token of {provider} is malformed; {administrator}")
        }
        IdTokenFault::Nonce => format!(
            "the ID token of {provider} belongs to another sign-in; nothing of it is used; start again, \
             and if it stays, {administrator}"
        ),
        IdTokenFault::Old => format!(
            "{provider} brought an old ID token instead of a new one; you stay signed in; \
             {administrator}"
        ),
        IdTokenFault::Subject => format!(
            "{provider} answered about somebody else; nothing of it is used; sign in again with vestibule \
             login --switch"
        ),
        IdTokenFault::UnknownKey => format!(
            "the ID token of {provider} is signed with a key that it does not publish, or that cannot be \
             used (--log info tells why); try again in a minute, and if it stays, {administrator}"
        ),
    }
}

fn not_kept(why: NotKept) -> String {
    match why {
        NotKept::NoRefreshToken => {
            "the provider gave no refresh token, so the session cannot be kept: allow offline \
             access for this client there, add the scope offline_access, or set prompt to consent"
                .into()
        }
        NotKept::Configured => {
            "store is memory: the session ends with this program; use --store keychain or --store \
             file to keep it"
                .into()
        }
        NotKept::Failed => {
            "the session cannot be kept: the keychain or file refused it; mend that, or use another \
             --store"
                .into()
        }
        NotKept::Locked => {
            "the session cannot be kept: the keychain is locked; unlock it and try again, or use \
             --store file to keep it in a file"
                .into()
        }
        why => format!(
            "the session cannot be kept: {}; use --store file to keep it in a file",
            cause(why)
        ),
    }
}

fn remedy(why: NotKept) -> &'static str {
    match why {
        NotKept::NoKeychain => "start one, or use --store file if the session is kept in a file",
        NotKept::Locked => "unlock it and try again",
        NotKept::Failed => "mend that and try again",
        _ => "try again",
    }
}

fn cause(why: NotKept) -> &'static str {
    match why {
        NotKept::NoKeychain => "there is no keychain on this machine",
        NotKept::Locked => "the keychain is locked",
        NotKept::NoAnswer => "the keychain does not answer",
        NotKept::NoRefreshToken => "there is nothing to keep",
        NotKept::Failed => "the keychain or file refused",
        NotKept::Configured => "store is memory",
    }
}
