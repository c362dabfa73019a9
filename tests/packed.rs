//! What is packed with the programs, read by who reads it: man pages by man, completions by
//! the shells.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What it prints; it complains of nothing.
#[track_caller]
fn said(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command
        .current_dir(ROOT)
        .args(args)
        .env("LC_ALL", "C.UTF-8");
    let output = command.output().unwrap();
    let [out, err] = [&output.stdout, &output.stderr].map(|o| String::from_utf8_lossy(o));
    assert!(output.status.success(), "{program}: {out}{err}");
    assert_eq!(err, "");
    out.into_owned()
}

/// What bash has to offer for the last of the words, in a folder with the file `a key.pem`.
fn bash(program: &str, line: &str) -> Vec<String> {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/packed");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/a key.pem"), "").unwrap();
    let script = format!(
        "source packaging/completions/{program}.bash && cd '{folder}'
        COMP_WORDS=({program} {line}) && COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        $(complete -p {program} | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
        printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let offered = said("bash", &["--norc", "-c", &script]);
    offered.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    for (line, offered) in [
        ("lo", &["login", "logout"][..]),
        ("--iss", &["--issuer"]),
        ("message --client-i", &["--client-id"]),
        ("login --no", &["--no-browser"]),
        ("--store file logout --b", &["--browser"]),
        ("setup k", &["keycloak", "kanidm"]),
        ("setup dex --wr", &["--write"]),
        ("--store ''", &["keychain", "file", "memory"]),
        ("status --store = f", &["file"]),
        ("--store =", &["keychain", "file", "memory"]),
        ("--ca-file a", &["a key.pem"]),
        ("--config a", &["a key.pem"]),
        // Whose value nobody knows, and what is another command's.
        ("--issuer ''", &[""]),
        ("message --dev", &[""]),
    ] {
        assert_eq!(bash("vestibule", line), offered, "vestibule {line}");
    }
    assert_eq!(bash("vestibule", "''").len(), 6);
    assert_eq!(bash("vestibule", "setup ''").len(), 11);
    assert_eq!(bash("vestibule-server", "--aud"), ["--audience"]);
    assert_eq!(bash("vestibule-server", "--typ a"), ["any", "at+jwt"]);
    assert_eq!(bash("vestibule-server", "''"), [""]);
}

/// What fish has to offer, without the descriptions.
fn fish(program: &str, line: &str) -> Vec<String> {
    let script = format!(
        "source packaging/completions/{program}.fish; complete --do-complete '{program} {line}'"
    );
    let offered = said("fish", &["--no-config", "-c", &script]);
    let word = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    offered.lines().map(word).collect()
}

#[test]
#[ignore = "needs fish: tests/setup"]
fn fish_completes_commands_options_and_values() {
    for (line, offered) in [
        ("lo", &["login", "logout"][..]),
        ("--iss", &["--issuer"]),
        ("login --no", &["--no-browser"]),
        ("setup k", &["kanidm", "keycloak"]),
        ("--store ", &["file", "keychain", "memory"]),
        ("message --dev", &[]),
    ] {
        let mut found = fish("vestibule", line);
        found.sort();
        assert_eq!(found, offered, "vestibule {line}");
    }
    assert_eq!(fish("vestibule-server", "--aud"), ["--audience"]);
}

/// What zsh writes where somebody types the line and presses Tab.
fn zsh(line: &str) -> String {
    let script = format!(
        "zmodload zsh/zpty
        zpty shell 'PS1= TERM=dumb zsh -f -i'
        zpty -w shell 'fpath=({ROOT}/packaging/completions $fpath); autoload -U compinit'
        zpty -w shell 'compinit -u -D; LISTMAX=999; setopt no_beep; print ready'
        zpty -r shell text '*ready*ready*'
        zpty -w -n shell $'{line}\\t'
        for tried in {{1..15}}; do
            sleep 0.1
            text= && zpty -r -t shell text && print -rn -- $text
        done
        zpty -d shell"
    );
    said("zsh", &["-f", "-c", &script])
}

#[test]
#[ignore = "needs zsh: tests/setup"]
fn zsh_completes_commands_options_and_values() {
    for (line, offered) in [
        ("vestibule logi", "vestibule login "),
        ("vestibule --iss", "vestibule --issuer"),
        ("vestibule login --no", "vestibule login --no-browser"),
        ("vestibule setup keyc", "vestibule setup keycloak"),
        ("vestibule --store key", "vestibule --store keychain"),
        ("vestibule-server --aud", "vestibule-server --audience"),
        // Twice, where there is more than one.
        ("vestibule log\\t", "forgets the session here"),
    ] {
        let seen = zsh(line);
        assert!(seen.contains(offered), "{line}: {seen:?}");
    }
}

#[test]
#[ignore = "needs man: tests/setup"]
fn man_shows_the_pages_and_has_nothing_to_complain_of() {
    for (page, words) in [
        ("vestibule", "setup PROVIDER"),
        ("vestibule-server", "--metrics-listen ADDRESS"),
    ] {
        let page = format!("packaging/man/{page}.1");
        let shown = said("man", &["--warnings", "-E", "UTF-8", "-l", &page]);
        for words in [words, "NAME", "SYNOPSIS", "EXIT STATUS", "--help"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
}
