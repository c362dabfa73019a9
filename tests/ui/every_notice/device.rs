//! What a sign-in with a phone that came to nothing is told as.

use vestibule::notice::{Notice, NoticeKind};

/// With heading and text.
pub fn notices() -> Vec<(Notice, &'static str, &'static str)> {
    vec![
        (
            NoticeKind::DeviceDenied.into(),
            "The sign-in was refused",
            "It was refused on the phone. Nothing was changed.",
        ),
        (
            NoticeKind::DeviceNotAllowed.into(),
            "sso.example.org refused the sign-in",
            "It does not let this app sign in with a phone. Tell your administrator.",
        ),
        (
            NoticeKind::DeviceNotOffered.into(),
            "sso.example.org offers no sign-in with a phone",
            "Use the browser. Where there is none, forward a port (redirect_ports) to this device \
             and open the copied link elsewhere.",
        ),
        (
            NoticeKind::UserCodesExpired.into(),
            "The sign-in took too long",
            "Nobody entered a code in time. Start again.",
        ),
    ]
}
