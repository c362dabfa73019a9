//! Which way `vestibule login` takes, and what it says of it.

use super::{
    Terminal,
    provider::{Provider, user_code},
};
use crate::{double::DISCOVERY, program::Program};

#[test]
fn where_no_browser_can_be_opened_the_phone_is_taken_and_it_is_said() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let ended = terminal.run(&["login"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "Ada Lovelace\n");
    let first = "No browser can be opened here: sign in on another device.\n";
    let told = ended.stderr.split_once(first);
    let (_, after) = told.unwrap_or_else(|| panic!("{}", ended.stderr));
    assert!(after.contains(&user_code(1)), "{}", ended.stderr);
    // Whoever asks for it knows.
    let asked = terminal.run(&["login", "--device", "--switch"]);
    assert!(!asked.stderr.contains("No browser"), "{}", asked.stderr);
}

#[test]
fn where_there_is_a_browser_it_comes_first() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let mut command = terminal.command(&["login"]);
    command.env("BROWSER", "true").env("PATH", "/usr/bin:/bin");
    let program = Program::start(command);
    assert!(program.address().contains("redirect_uri="));
    assert!(!program.stderr().contains("WDJB"), "{}", program.stderr());
}

#[test]
fn where_neither_browser_nor_phone_is_possible_the_port_to_forward_is_named() {
    let provider = Provider::start();
    provider.edit(DISCOVERY, |document| {
        let members = document.as_object_mut().unwrap();
        members.remove("device_authorization_endpoint").unwrap();
    });
    let terminal = Terminal::at(&provider);
    let program = terminal.start(&["login"]);
    let address = url::Url::parse(&program.address()).unwrap();
    let back = address
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri");
    let back = url::Url::parse(&back.unwrap().1).unwrap().port().unwrap();
    let told = program.stderr();
    let host = provider.host();
    let port = address.port().unwrap();
    for words in [
        format!("No browser can be opened here, and {host} offers no sign-in with a phone: "),
        format!("(ssh -L {back}:127.0.0.1:{back} -L {port}:127.0.0.1:{port} and "),
    ] {
        assert!(told.contains(&words), "{words}\nis not in:\n{told}");
    }
}

#[test]
fn two_ways_at_once_are_wrong_use() {
    let provider = Provider::start();
    let ended = Terminal::at(&provider).run(&["login", "--device", "--no-browser"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let sentence = "vestibule: --device and --no-browser are two ways to sign in: give one of \
                    them; example: vestibule login --device\n";
    assert_eq!(ended.stderr, sentence);
    assert!(provider.came(DISCOVERY).is_empty());
}
