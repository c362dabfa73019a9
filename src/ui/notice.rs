//! From a notice to what the window shows of it.

use super::generated::{IdTokenTrouble, KeepTrouble, NoticeData, NoticeKind};
use crate::notice::{IdTokenFault, NotKept, Notice};

/// The kind, and what is named in the words.
pub(super) fn data(notice: &Notice) -> NoticeData {
    let mut data = NoticeData {
        kind: kind(notice),
        ..NoticeData::default()
    };
    match notice {
        Notice::ApiUnexpected { status } => data.detail = status.to_string().into(),
        Notice::IdToken(fault) => {
            data.id_token = id_token(fault);
            if let IdTokenFault::Algorithm(detail) | IdTokenFault::Malformed(Some(detail)) = fault {
                data.detail = detail.into();
            }
        }
        Notice::Certificate { host, device_time } => {
            data.detail = host.into();
            data.device_time = device_time.into();
        }
        Notice::ApiRedirect { to: detail }
        | Notice::IssuerMismatch { given: detail }
        | Notice::IssuerMoved { to: detail }
        | Notice::Proxy { host: detail }
        | Notice::Redirected { to: detail }
        | Notice::UnusableAnswer { member: detail }
        | Notice::UnusableDocument { member: detail }
        | Notice::NoRedirectPort { ports: detail }
        | Notice::NoAccess {
            required: Some(detail),
        } => data.detail = detail.into(),
        Notice::NotKept(why) | Notice::NotReadable(why) | Notice::StillKept(why) => {
            data.trouble = trouble(*why);
        }
        Notice::WrongClock {
            device_time,
            server_time,
        } => {
            data.device_time = device_time.into();
            data.server_time = server_time.into();
        }
        _ => {}
    }
    data
}

fn kind(notice: &Notice) -> NoticeKind {
    match notice {
        Notice::AccessDenied => NoticeKind::AccessDenied,
        Notice::ApiPage => NoticeKind::ApiPage,
        Notice::ApiRedirect { .. } => NoticeKind::ApiRedirect,
        Notice::ApiTrouble => NoticeKind::ApiTrouble,
        Notice::ApiRefused => NoticeKind::ApiRefused,
        Notice::ApiUnexpected { .. } => NoticeKind::ApiUnexpected,
        Notice::ApiUnreachable => NoticeKind::ApiUnreachable,
        Notice::Certificate { .. } => NoticeKind::Certificate,
        Notice::Defect => NoticeKind::Defect,
        Notice::IdToken(_) => NoticeKind::IdToken,
        Notice::IssuerMismatch { .. } => NoticeKind::IssuerMismatch,
        Notice::IssuerMoved { .. } => NoticeKind::IssuerMoved,
        Notice::NoAccess { .. } => NoticeKind::NoAccess,
        Notice::NoRedirectPort { .. } => NoticeKind::NoRedirectPort,
        Notice::NotAnIssuer => NoticeKind::NotAnIssuer,
        Notice::NotKept(_) => NoticeKind::NotKept,
        Notice::NotReadable(_) => NoticeKind::NotReadable,
        Notice::Page => NoticeKind::Page,
        Notice::ProviderDenied => NoticeKind::ProviderDenied,
        Notice::ProviderRefused => NoticeKind::ProviderRefused,
        Notice::ProviderTrouble => NoticeKind::ProviderTrouble,
        Notice::ProviderUnreachable => NoticeKind::ProviderUnreachable,
        Notice::Proxy { .. } => NoticeKind::Proxy,
        Notice::Redirected { .. } => NoticeKind::Redirected,
        Notice::RevocationFailed => NoticeKind::RevocationFailed,
        Notice::SessionBusy => NoticeKind::SessionBusy,
        Notice::SessionExpired => NoticeKind::SessionExpired,
        Notice::SessionGone => NoticeKind::SessionGone,
        Notice::SessionRefused => NoticeKind::SessionRefused,
        Notice::SignedOut => NoticeKind::SignedOut,
        Notice::StillKept(_) => NoticeKind::StillKept,
        Notice::TookTooLong => NoticeKind::TookTooLong,
        Notice::UnusableAnswer { .. } => NoticeKind::UnusableAnswer,
        Notice::UnusableDocument { .. } => NoticeKind::UnusableDocument,
        Notice::UntrustedAnswer => NoticeKind::UntrustedAnswer,
        Notice::WrongClock { .. } => NoticeKind::WrongClock,
    }
}

fn id_token(fault: &IdTokenFault) -> IdTokenTrouble {
    match fault {
        IdTokenFault::Algorithm(_) => IdTokenTrouble::Algorithm,
        IdTokenFault::AtHash => IdTokenTrouble::AtHash,
        IdTokenFault::Audience => IdTokenTrouble::Audience,
        IdTokenFault::AuthorizedParty => IdTokenTrouble::AuthorizedParty,
        IdTokenFault::Encrypted => IdTokenTrouble::Encrypted,
        IdTokenFault::Malformed(_) => IdTokenTrouble::Malformed,
        IdTokenFault::Nonce => IdTokenTrouble::Nonce,
        IdTokenFault::Old => IdTokenTrouble::Old,
        IdTokenFault::Subject => IdTokenTrouble::Subject,
        IdTokenFault::UnknownKey => IdTokenTrouble::UnknownKey,
    }
}

fn trouble(why: NotKept) -> KeepTrouble {
    match why {
        NotKept::NoKeychain => KeepTrouble::NoKeychain,
        NotKept::Locked => KeepTrouble::Locked,
        NotKept::NoAnswer => KeepTrouble::NoAnswer,
        NotKept::NoRefreshToken => KeepTrouble::NoRefreshToken,
        NotKept::Failed => KeepTrouble::Failed,
        NotKept::Configured => KeepTrouble::Configured,
    }
}
