//! Where a file of one's own really lies, and whether it is one's own alone.
//! Every refusal is a sentence with the path and what to do.

use std::{
    fs::{self, DirBuilder, Metadata},
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// As many as Linux follows (path_resolution(7)).
const LINKS: usize = 40;

/// Follows `path` over symbolic links to the file that it means, whether that
/// is there or not.
///
/// # Errors
/// The links lead round in a circle, or others could turn one elsewhere.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, String> {
    let mut place = path.to_owned();
    for _ in 0..LINKS {
        let folder = folder_of(&place);
        if let Some(found) = metadata(folder, true, &place)? {
            check_folder(folder, &found)?;
        }
        match metadata(&place, false, &place)? {
            Some(found) if found.is_symlink() => {
                check_owner(&place, &found, "the link")?;
                let target = fs::read_link(&place);
                // A relative one starts at the folder of the link.
                place = folder.join(target.map_err(|error| named(&place, &error))?);
            }
            _ => return Ok(place),
        }
    }
    let path = path.display();
    Err(format!(
        "{path}: the symbolic links lead round in a circle; delete {path} and sign in again"
    ))
}

/// Makes the folder of `place` for its owner alone. `path` led there.
///
/// # Errors
/// It cannot be made, or others may write in it; where a link leads into a
/// folder that is not there, nothing is made: a disk may be missing.
pub(super) fn make_folder(place: &Path, path: &Path) -> Result<(), String> {
    let folder = folder_of(place);
    if place != path && metadata(folder, true, place)?.is_none() {
        return Err(format!(
            "{} is a symbolic link to {}, whose folder is not there: make that, or delete the link",
            path.display(),
            place.display()
        ));
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| named(place, &error))?;
    match metadata(folder, true, place)? {
        Some(found) => check_folder(folder, &found),
        None => Ok(()),
    }
}

/// The file at `place`, if there is one and it is fit for secrets: a plain
/// file, one's own, closed to others.
pub(super) fn find(place: &Path) -> Result<Option<Metadata>, String> {
    let found = metadata(place, false, place)?;
    found
        .as_ref()
        .map(|found| check_file(place, found))
        .transpose()?;
    Ok(found)
}

/// # Errors
/// It is no plain file, somebody else's, or open to others.
pub(super) fn check_file(place: &Path, found: &Metadata) -> Result<(), String> {
    let name = place.display();
    if !found.is_file() {
        let what = if found.is_dir() {
            "a folder"
        } else {
            "a pipe, a socket or a device"
        };
        return Err(format!(
            "{name} is {what}, no file: move it away, and sign in again"
        ));
    }
    check_owner(place, found, "the file")?;
    // What others can write, they can bring a token of their own into.
    if mode(found) & 0o077 != 0 {
        return Err(format!(
            "{name} is open to other users, and left as it is: run chmod 600 {name}"
        ));
    }
    Ok(())
}

/// Whoever can write in a folder can put another file in the place of one. In a
/// folder with the sticky bit only the owner of the file can.
fn check_folder(folder: &Path, found: &Metadata) -> Result<(), String> {
    let name = folder.display();
    let sticky = mode(found) & 0o1000 != 0;
    if mode(found) & 0o022 != 0 && !sticky {
        return Err(format!(
            "other users can write in the folder {name}: run chmod 700 {name}"
        ));
    }
    check_owner(folder, found, "the folder")
}

/// Ours; links and folders may be the system's as well. Root is no exception:
/// what it wrote into somebody's file, that person could read no more.
#[cfg(unix)]
fn check_owner(path: &Path, found: &Metadata, what: &str) -> Result<(), String> {
    let (owner, us) = (owner(found), rustix::process::geteuid().as_raw());
    if owner == us || (owner == 0 && !found.is_file()) {
        return Ok(());
    }
    Err(format!(
        "{}: {what} belongs to another user (uid {owner}; this is uid {us}): run this as that user, \
         or have it moved away, and sign in again",
        path.display()
    ))
}

/// Elsewhere files inherit the rights of the user's profile.
#[cfg(not(unix))]
fn check_owner(_path: &Path, _found: &Metadata, _what: &str) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn owner(found: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::uid(found)
}

#[cfg(unix)]
fn mode(found: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(found)
}

#[cfg(not(unix))]
fn mode(_found: &Metadata) -> u32 {
    0
}

pub(super) fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// `None` if nothing is there; an error names `place`, about which it is.
fn metadata(path: &Path, follow: bool, place: &Path) -> Result<Option<Metadata>, String> {
    let found = if follow {
        fs::metadata(path)
    } else {
        fs::symlink_metadata(path)
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(place, &error)),
    }
}

fn named(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
