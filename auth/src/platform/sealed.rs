//! Encryption of what is stored in a file, with a key that the system hands over
//! (a systemd credential): AES-256-GCM, its key derived by HKDF with SHA-256
//! (RFC 5869), a new nonce for each sealing.

use std::path::{Path, PathBuf};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, Salt},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Binds key and text to this purpose and form. With another text here, no file that
/// exists could be opened any more.
const PURPOSE: &[u8] = b"vestibule session file 1";
/// A key that can be guessed is none.
const SHORTEST: usize = 16;

/// The key for a session file: a file that the system hands over (systemd.exec(5),
/// "Credentials"), of 16 bytes or more, or the lack of it.
#[derive(Clone, Debug)]
pub struct Credential {
    name: String,
    file: Option<PathBuf>,
}

impl Credential {
    /// None was handed over. `name` is what a file that was sealed with it asks for.
    pub fn absent(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            file: None,
        }
    }

    /// The key is in `file`; its name is that of the file.
    pub fn at(file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        let name = file.file_name().unwrap_or_default();
        Self {
            name: name.to_string_lossy().into_owned(),
            file: Some(file),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// `None` without one.
    pub(super) fn sealer(&self) -> Result<Option<Sealer>, String> {
        self.file.as_deref().map(Sealer::from_file).transpose()
    }
}

pub(super) struct Sealer(RandomizedNonceKey);

impl Sealer {
    /// Takes the key material from a file.
    fn from_file(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let material =
            std::fs::read(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
        if material.len() < SHORTEST {
            return Err(format!("{name} is shorter than {SHORTEST} bytes"));
        }
        Self::derive(&material).map_err(|_| format!("{name} cannot be used as a key"))
    }

    fn derive(material: &[u8]) -> Result<Self, Unspecified> {
        let extracted = Salt::new(HKDF_SHA256, b"").extract(material);
        let mut key = [0; 32];
        extracted.expand(&[PURPOSE], &AES_256_GCM)?.fill(&mut key)?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).map(Self)
    }

    /// `text` as base64 of nonce, ciphertext and tag.
    pub(super) fn seal(&self, text: &str) -> Result<String, Unspecified> {
        let mut sealed = text.as_bytes().to_vec();
        let aad = Aad::from(PURPOSE);
        let nonce = self.0.seal_in_place_append_tag(aad, &mut sealed)?;
        Ok(STANDARD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// What [`Self::seal`] was given; `None` if it is not that, or not of this
    /// key.
    pub(super) fn open(&self, sealed: &str) -> Option<String> {
        let mut bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let aad = Aad::from(PURPOSE);
        let text = self.0.open_in_place(nonce, aad, text).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_alone_and_only_unchanged() {
        let sealer = Sealer::derive(&[1; 32]).unwrap();
        let sealed = sealer.seal("ada").unwrap();
        assert_eq!(sealer.open(&sealed).as_deref(), Some("ada"));
        assert_ne!(sealed, sealer.seal("ada").unwrap());
        assert!(Sealer::derive(&[2; 32]).unwrap().open(&sealed).is_none());
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert!(sealer.open(&STANDARD.encode(&bytes)).is_none(), "{at}");
            bytes[at] ^= 1;
        }
        for short in ["", "AAAA", "not base64"] {
            assert!(sealer.open(short).is_none());
        }
    }
}
