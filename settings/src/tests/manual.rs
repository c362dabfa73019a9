//! `--help` as a whole, and what packers get of it.

use super::*;

static MANUAL: Manual = Manual {
    program: &TRIMS,
    about: "Greets people",
    alone: "waits",
    config: "reads this file, not greeter.toml, which lies in the folder where the person stands",
    settings: "option, else file",
    signals: "",
    exit_codes: &[(0, "done"), (130, "interrupted")],
};

#[test]
fn help_has_commands_flags_and_options_in_columns_of_a_terminal() {
    let help = MANUAL.help();
    for part in [
        "Greets people\n\nusage: greeter [COMMAND] [OPTIONS], options before or after",
        "\ncommands\n  (none)              waits\n",
        "  greet               says it\n    --loud            so that all hear\n",
        "  write WHERE         puts it down; WHERE: here, there\n",
        "  --config FILE       reads this file, not greeter.toml, which lies in the\n\
         \x20                     folder where the person stands\n",
        "\nsettings: option, else file\n  --issuer  GREETER_ISSUER  issuer\n",
        "\nexit codes\n  0    done\n  130  interrupted\n",
    ] {
        assert!(help.contains(part), "{part}\nin\n{help}");
    }
    assert!(!help.contains("signals"), "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 80));
}

#[cfg(feature = "pages")]
#[test]
fn names_with_dashes_and_texts_with_quotes_are_written_so_that_each_reader_takes_them() {
    static COMMANDS: &[Command] = &[Command::new("go", "goes to [one]'s: end\\")];
    static DASHED: Program = Program {
        name: "my-greeter",
        commands: COMMANDS,
        ..program(true)
    };
    static DASHED_MANUAL: Manual = Manual {
        program: &DASHED,
        signals: "none",
        ..plain()
    };
    let page = DASHED_MANUAL.man_page("1.2");
    assert!(page.contains(".TH my-greeter 1 \"\" \"my-greeter 1.2\"\n"));
    assert!(page.contains("my\\-greeter \\- Greets\n"), "{page}");
    assert!(page.contains("goes to [one]\\*(Aqs: end\\\\\n"), "{page}");
    assert!(page.contains(".SH SIGNALS\nNone.\n"), "{page}");
    let bash = DASHED_MANUAL.bash();
    assert!(bash.ends_with("\ncomplete -F _my_greeter my-greeter\n"));
    let zsh = DASHED_MANUAL.zsh();
    assert!(zsh.contains(r"goes to \[one\]'\''s\: end\\"), "{zsh}");
    let fish = DASHED_MANUAL.fish();
    assert!(
        fish.contains(r"-a go -d 'goes to [one]\'s: end\\'"),
        "{fish}"
    );
}

#[cfg(feature = "pages")]
const fn plain() -> Manual {
    Manual {
        program: &TRIMS,
        about: "Greets",
        alone: "waits",
        config: "reads this file",
        settings: "option, else file",
        signals: "",
        exit_codes: &[],
    }
}
