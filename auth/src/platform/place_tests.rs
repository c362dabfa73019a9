//! What else can lie where the session's file is expected.

use std::os::unix::{
    fs::{FileTypeExt, PermissionsExt, chown, symlink},
    net::UnixListener,
};

use super::*;

const STRANGER: u32 = 54_321;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

impl Folder {
    /// The folder of the session's file, made, and beside it `name`.
    fn beside(&self, name: &str) -> PathBuf {
        let state = self.file().parent().unwrap().to_owned();
        for folder in [&state, &self.0.join(name)] {
            fs::create_dir_all(folder).unwrap();
            chmod(folder, 0o700);
        }
        self.0.join(name).join("kept.json")
    }

    /// Reading, writing and deleting are refused with these words.
    #[track_caller]
    fn is_refused(&self, about: &[&str]) {
        let store = self.store();
        for said in [
            words(store.read("a")),
            words(store.write("a", "2")),
            words(store.delete("a")),
        ] {
            for word in about {
                assert!(said.contains(word), "{word:?} in {said:?}");
            }
        }
    }
}

#[test]
fn a_symbolic_link_is_followed_and_its_target_replaced_as_a_whole() {
    let folder = Folder::new("link");
    let target = folder.beside("elsewhere");
    // A chain: absolute, then relative to the folder of the second link.
    let second = folder.0.join("elsewhere/second");
    symlink(&second, folder.file()).unwrap();
    symlink("../elsewhere/kept.json", &second).unwrap();
    let still_links = || folder.file().is_symlink() && second.is_symlink();

    // It leads to nothing yet.
    assert_eq!(folder.store().read("a"), Ok(None));
    folder.store().write("a", "1").unwrap();
    assert!(still_links() && target.is_file());
    assert_eq!(
        fs::metadata(&target).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // Whoever holds the old file open sees the old text: it was replaced.
    let mut old = File::open(&target).unwrap();
    folder.store().write("a", "2").unwrap();
    let mut text = String::new();
    old.read_to_string(&mut text).unwrap();
    assert_eq!(text, r#"{"a":"1"}"#);
    assert_eq!(fs::read_to_string(&target).unwrap(), r#"{"a":"2"}"#);
    assert_eq!(folder.store().read("a"), Ok(Some("2".to_owned())));

    // Nothing but the file and its lock lies anywhere.
    let names = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.file().parent().unwrap()), ["session.json"]);
    let there = names(target.parent().unwrap());
    assert_eq!(there, ["kept.json", "kept.json.lock", "second"]);

    folder.store().delete("a").unwrap();
    assert!(still_links() && !target.exists());
}

#[test]
fn a_folder_may_be_a_link_too() {
    let folder = Folder::new("folder-link");
    let target = folder.beside("elsewhere");
    let state = folder.file().parent().unwrap().to_owned();
    fs::remove_dir(&state).unwrap();
    symlink(target.parent().unwrap(), &state).unwrap();
    folder.store().write("a", "1").unwrap();
    assert!(state.is_symlink() && target.with_file_name("session.json").is_file());
}

#[test]
fn links_in_a_circle_and_into_nowhere_are_told() {
    let folder = Folder::new("circle");
    let other = folder.beside("elsewhere");
    symlink(&other, folder.file()).unwrap();
    symlink(folder.file(), &other).unwrap();
    let path = folder.file().display().to_string();
    folder.is_refused(&["in a circle", &format!("delete {path}")]);
    fs::remove_file(folder.file()).unwrap();
    symlink("session.json", folder.file()).unwrap();
    folder.is_refused(&["in a circle"]);
    fs::remove_file(folder.file()).unwrap();
    symlink("/no/such/disk/kept.json", folder.file()).unwrap();
    assert_eq!(folder.store().read("a"), Ok(None));
    let said = words(folder.store().write("a", "1"));
    assert!(
        said.contains("/no/such/disk/kept.json, whose folder is not there"),
        "{said}"
    );
    assert!(folder.file().is_symlink());
}

#[test]
fn what_is_no_plain_file_is_told_holds_nothing_up_and_stays() {
    let folder = Folder::new("kinds");
    let other = folder.beside("elsewhere");
    let path = folder.file();
    let name = path.display().to_string();

    fs::create_dir(&path).unwrap();
    folder.is_refused(&[&name, "is a folder", "move it away"]);
    fs::remove_dir(&path).unwrap();

    let pipe = |path: &Path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    pipe(&path);
    folder.is_refused(&[&name, "is a pipe", "move it away"]);
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_fifo());
    fs::remove_file(&path).unwrap();

    let _socket = UnixListener::bind(&path).unwrap();
    folder.is_refused(&[&name, "a socket"]);
    fs::remove_file(&path).unwrap();

    // Behind a link as well, and then it is what the sentence names.
    pipe(&other);
    symlink(&other, &path).unwrap();
    folder.is_refused(&[&other.display().to_string(), "is a pipe"]);
    fs::remove_file(&path).unwrap();
    symlink("/dev/null", &path).unwrap();
    let said = words(folder.store().read("a"));
    assert!(
        said.contains("/dev/null is a pipe, a socket or a device"),
        "{said}"
    );
}

#[test]
fn what_others_can_read_or_write_is_refused_with_the_command_that_mends_it() {
    let folder = Folder::new("rights");
    let target = folder.beside("elsewhere");
    symlink(&target, folder.file()).unwrap();
    folder.store().write("a", "secret").unwrap();
    for mode in [0o604, 0o640, 0o602, 0o620, 0o601, 0o666, 0o777] {
        chmod(&target, mode);
        folder.is_refused(&[&format!("run chmod 600 {}", target.display())]);
    }
    chmod(&target, 0o400);
    assert_eq!(folder.store().read("a"), Ok(Some("secret".to_owned())));
    chmod(&target, 0o600);
    for at in [target.parent().unwrap(), folder.file().parent().unwrap()] {
        for mode in [0o770, 0o702, 0o777] {
            chmod(at, mode);
            folder.is_refused(&[&format!("run chmod 700 {}", at.display())]);
        }
        // In a folder like /tmp nobody moves other people's files.
        for mode in [0o755, 0o1777] {
            chmod(at, mode);
            assert!(folder.store().read("a").is_ok());
        }
        chmod(at, 0o700);
    }
    assert_eq!(folder.store().read("a"), Ok(Some("secret".to_owned())));
}

#[test]
fn what_belongs_to_somebody_else_is_refused_for_root_too() {
    let folder = Folder::new("owner");
    let target = folder.beside("elsewhere");
    if !is_root() {
        // Root's, and open to nobody's writing.
        symlink("/etc/passwd", folder.file()).unwrap();
        folder.is_refused(&["/etc/passwd", "belongs to another user (uid 0;"]);
        return;
    }
    folder.store().write("a", "1").unwrap();
    let give = |path: &Path| {
        std::os::unix::fs::lchown(path, Some(STRANGER), None).unwrap();
    };
    give(&folder.file());
    let uid = format!("uid {STRANGER}");
    folder.is_refused(&["the file belongs to another user", &uid, "session.json"]);
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), r#"{"a":"1"}"#);
    fs::remove_file(folder.file()).unwrap();

    // A link that somebody else has put there leads nowhere.
    fs::write(&target, "{}").unwrap();
    chmod(&target, 0o600);
    symlink(&target, folder.file()).unwrap();
    assert!(folder.store().read("a").is_ok());
    give(&folder.file());
    folder.is_refused(&["the link belongs to another user", &uid]);
    fs::remove_file(folder.file()).unwrap();

    let state = folder.file().parent().unwrap().to_owned();
    chown(&state, Some(STRANGER), None).unwrap();
    folder.is_refused(&["the folder belongs to another user", &uid]);
}
