//! The settings by name: one table that parsing, error sentences and `--help`
//! are made from.

/// One setting. Its environment name and its option follow from its name.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) has_option: bool,
    pub(super) required: bool,
    pub(super) form: Form,
    /// A value that could be meant, as text.
    pub(super) example: &'static str,
    /// For `--help`: what it is, and its default.
    pub(super) about: &'static str,
}

/// What a file may give for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Numbers: one, a list, or text with commas.
    Ports,
    /// Text.
    Text,
    /// Words: text with spaces, or a list.
    Words,
}

impl Key {
    pub(super) fn environment(&self) -> String {
        format!("VESTIBULE_{}", self.name.to_uppercase())
    }

    pub(super) fn option(&self) -> Option<String> {
        let option = || format!("--{}", self.name.replace('_', "-"));
        self.has_option.then(option)
    }

    /// The example as a line of `vestibule.toml`.
    pub(super) fn toml_example(&self) -> String {
        match self.form {
            Form::Ports => format!("{} = [{}]", self.name, self.example.replace(',', ", ")),
            Form::Text | Form::Words => format!("{} = \"{}\"", self.name, self.example),
        }
    }
}

/// The setting with this name; there is one for every name that the code asks
/// for.
pub(super) fn key(name: &str) -> &'static Key {
    KEYS.iter().find(|key| key.name == name).unwrap_or(&KEYS[0])
}

const fn text(
    name: &'static str,
    has_option: bool,
    example: &'static str,
    about: &'static str,
) -> Key {
    Key {
        name,
        has_option,
        required: false,
        form: Form::Text,
        example,
        about,
    }
}

pub(super) static KEYS: &[Key] = &[
    Key {
        required: true,
        ..text(
            "issuer",
            true,
            "https://sso.example.org/",
            "address of the provider, exactly as it names itself; required",
        )
    },
    Key {
        required: true,
        ..text(
            "client_id",
            true,
            "vestibule",
            "what the provider calls this app; required",
        )
    },
    text(
        "client_secret_file",
        false,
        "/etc/vestibule/client-secret",
        "only for providers that demand a secret of native apps; default: none",
    ),
    text(
        "audience",
        true,
        "https://my-resource-server",
        "the API to be let into, sent as `audience`; default: none",
    ),
    text(
        "resource",
        true,
        "https://api.example.org/",
        "the API to be let into, sent as `resource` (RFC 8707); default: none",
    ),
    Key {
        name: "scopes",
        has_option: true,
        required: false,
        form: Form::Words,
        example: super::SCOPES,
        about: "what to ask for; default: openid profile email offline_access",
    },
    text(
        "prompt",
        false,
        "consent",
        "consent, login or select_account, for providers that need it; default: none",
    ),
    text(
        "api_url",
        true,
        "https://api.example.org/private",
        "where the message is; default: http://127.0.0.1:3000/private",
    ),
    Key {
        name: "redirect_ports",
        has_option: true,
        required: false,
        form: Form::Ports,
        example: "8765,8766",
        about: "ports for the way back from the browser, tried in order; default: 0, any",
    },
    text(
        "redirect_host",
        false,
        "localhost",
        "127.0.0.1, localhost or [::1]; default: 127.0.0.1",
    ),
    text(
        "store",
        true,
        "file",
        "where the session is kept: keychain, file or memory; default: keychain",
    ),
    text(
        "ca_file",
        true,
        "/etc/ssl/certs/company.pem",
        "certificates (PEM) to trust instead of the system's; default: the system's",
    ),
    text(
        "theme",
        true,
        "dark",
        "system, light or dark; default: system",
    ),
    text(
        "log",
        true,
        "info",
        "off, error, warn, info, debug or trace, to stderr; default: warn",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_the_table_once() {
        for (n, known) in KEYS.iter().enumerate() {
            assert!(std::ptr::eq(key(known.name), &raw const KEYS[n]));
        }
    }
}
