//! What the built program says at a terminal when something is missing.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use vestibule_server::dev_idp::Fault;

use crate::{
    clock::eventually,
    program::{Program, command},
    store::Folder,
    world::World,
};

/// The environment names no D-Bus session.
#[test]
fn a_missing_keychain_is_told_once_in_words_and_d_bus_speaks_to_the_log_alone() {
    let world = World::new();
    let folder = Folder::new("no-keychain");
    let run = |words: &[&str]| Program::start(command(&world, &folder, words)).finish();
    let login = run(&["login", "--store", "keychain"]);
    assert_eq!(login.code, Some(1), "{}", login.stderr);
    assert_eq!(
        login.stderr,
        "vestibule: the session cannot be kept: there is no keychain on this machine; use --store \
         file to keep it in a file\n"
    );
    let message = run(&["message", "--store", "keychain"]);
    assert_eq!(message.code, Some(1), "{}", message.stderr);
    assert_eq!(
        message.stderr,
        "vestibule: what is kept could not be read: there is no keychain on this machine; nothing \
         was changed; start one, or use --store file if the session is kept in a file\n"
    );
    let logged = run(&["login", "--store", "keychain", "--log", "info"]);
    assert!(
        logged.stderr.contains("info: keychain: "),
        "{}",
        logged.stderr
    );
}

#[test]
fn a_file_that_cannot_be_written_is_named_with_the_reason() {
    let world = World::new();
    let folder = Folder::new("no-file");
    // A file where the folder for the session would be.
    std::fs::write(folder.0.join(".local"), "").unwrap();
    let login = Program::start(command(&world, &folder, &["login"])).finish();
    assert_eq!(login.code, Some(1), "{}", login.stderr);
    let sentence = login.stderr.lines().last().unwrap();
    assert!(sentence.contains("session.json: "), "{sentence}");
    assert_eq!(sentence.matches("cannot be kept").count(), 1, "{sentence}");
    assert!(!sentence.contains("--store file"), "{sentence}");
    assert!(
        !login.stderr.contains("http://"),
        "the browser was asked for"
    );
}

#[test]
fn nothing_in_the_name_of_a_file_acts_on_a_terminal() {
    let (world, folder) = (World::new(), Folder::new("odd-name"));
    let words = ["status", "--ca-file", "a\u{1b}[31m\u{202e}.pem"];
    let status = Program::start(command(&world, &folder, &words)).finish();
    assert_eq!(status.code, Some(2), "{}", status.stderr);
    let said = status.stderr;
    assert!(
        said.contains("a\\u{1b}[31m\\u{202e}.pem cannot be read"),
        "{said}"
    );
    assert!(said.contains("; example: ca_file = "), "{said}");
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
}

#[test]
fn an_unreachable_provider_or_api_is_told_once_with_the_reason() {
    let world = World::new();
    let folder = Folder::new("unreachable");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let url = format!("http://{address}");
    let login = Program::start(command(&world, &folder, &["login", "--issuer", &url])).finish();
    assert_eq!(login.code, Some(6), "{}", login.stderr);
    let told =
        format!("{address} could not be reached: check the network and try again ({address}: ");
    let sentence = login.stderr.lines().last().unwrap();
    assert!(sentence.contains(&told), "{sentence}");
    assert_eq!(sentence.matches("could not be reached").count(), 1);

    let program = Program::start(command(&world, &folder, &["login", "--no-browser"]));
    program.visit(&world);
    assert_eq!(program.finish().code, Some(0));
    let message = command(&world, &folder, &["message", "--api-url", &url]);
    let message = Program::start(message).finish();
    assert_eq!(message.code, Some(6), "{}", message.stderr);
    assert_eq!(
        message.stderr.matches("could not be reached").count(),
        1,
        "{}",
        message.stderr
    );
}

/// The processes that a process started and has not taken leave of.
fn children(pid: u32) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let statuses = processes.filter_map(|p| fs::read_to_string(p.path().join("status")).ok());
    let parent = format!("\nPPid:\t{pid}\n");
    statuses.filter(|status| status.contains(&parent)).collect()
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_browser_that_has_ended_does_not_stay_defunct_and_one_that_stays_holds_nothing_up() {
    let world = World::new();
    let folder = Folder::new("defunct");
    let browser = folder.0.join("browser");
    let noted = folder.0.join("opened");
    // Stays until it is let go.
    let (held, note) = (folder.0.join("held"), noted.display());
    fs::write(&held, "").unwrap();
    let wait = format!("while [ -e {} ]; do sleep 0.05; done", held.display());
    script(
        &browser,
        &format!("echo \"$1\" > {note}.new && mv {note}.new {note}\n{wait}"),
    );
    let mut login = command(&world, &folder, &["login"]);
    login.env("BROWSER", &browser);
    let program = Program::start(login);
    eventually("the browser runs", || noted.exists());
    let address = program.address();
    assert_eq!(fs::read_to_string(&noted).unwrap().trim(), address);
    assert_eq!(children(program.pid()).len(), 1);
    fs::remove_file(&held).unwrap();
    eventually("the browser is gone for good", || {
        children(program.pid()).is_empty()
    });
    program.visit(&world);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("No browser"), "{}", ended.stderr);
}

/// L22: what `BROWSER` says is a list of programs with arguments, and nothing
/// for a shell.
#[test]
fn nothing_of_a_hostile_browser_variable_is_run_by_a_shell_and_the_next_of_it_opens() {
    let world = World::new();
    let folder = Folder::new("hostile-browser");
    let (browser, opened) = (folder.0.join("browser"), folder.0.join("opened"));
    // No other program is found; a shell needs none for `>`.
    script(&browser, &format!(": > {}", opened.display()));
    for hostile in [
        ">owned",
        "none;>owned",
        "none|>owned",
        "none&>owned",
        "none\n>owned",
        "$(>owned)",
        "`>owned`",
    ] {
        let mut login = command(&world, &folder, &["login"]);
        let list = format!("{hostile}:{}", browser.display());
        login
            .env("BROWSER", list)
            .env("PATH", folder.0.join("none"));
        let program = Program::start(login);
        assert!(program.address().starts_with(&world.issuer));
        eventually("the next one is tried", || opened.exists());
        fs::remove_file(&opened).unwrap();
        assert!(!folder.0.join("owned").exists(), "{hostile}");
    }
}

/// K19: 503 and a provider without revocation are told, and no failure.
#[test]
fn a_revocation_that_fails_is_a_warning_of_logout_and_the_session_is_gone() {
    let world = World::new();
    let folder = Folder::new("logout");
    let run = |words: &[&str]| Program::start(command(&world, &folder, words)).finish();
    let program = Program::start(command(&world, &folder, &["login", "--no-browser"]));
    program.visit(&world);
    assert_eq!(program.finish().code, Some(0));
    let logout = world.with_fault(Fault::NoRevocation, || run(&["logout"]));
    assert_eq!(logout.code, Some(0), "{}", logout.stderr);
    assert_eq!(logout.stdout, "You are signed out on this device.\n");
    assert!(logout.stderr.contains("warning: "), "{}", logout.stderr);
    let words = "did not confirm the revocation";
    assert_eq!(logout.stderr.matches(words).count(), 1, "{}", logout.stderr);
    assert_eq!(run(&["status"]).code, Some(4));
    let again = run(&["logout"]);
    assert_eq!(
        (again.code, &*again.stdout),
        (Some(0), "You are not signed in.\n")
    );
}

/// No display, and no browser named: the sign-out that was asked for is not passed over.
#[test]
fn a_sign_out_in_the_browser_is_an_address_where_none_can_be_opened() {
    let world = World::new();
    let folder = Folder::new("logout-browser");
    let login = Program::start(command(&world, &folder, &["login", "--no-browser"]));
    login.visit(&world);
    assert_eq!(login.finish().code, Some(0));
    let logout = command(&world, &folder, &["logout", "--browser"]);
    let logout = Program::start(logout).finish();
    assert_eq!(logout.code, Some(0), "{}", logout.stderr);
    let told = "no browser can be opened here; to sign out there, open this";
    assert!(logout.stderr.contains(told), "{}", logout.stderr);
    let page = format!("\n{}/logout", world.issuer);
    assert!(logout.stderr.contains(&page), "{}", logout.stderr);
}
