//! Hints for misspelt names.

use super::*;
use crate::nearest::{Name, meant};

#[test]
fn a_hint_is_given_for_a_slip_alone() {
    let names = ["issuer", "client_id", "log"].map(Name::from);
    assert_eq!(meant("isuer", &names), ", perhaps issuer is meant");
    assert_eq!(meant("clientId", &names), ", perhaps client_id is meant");
    assert_eq!(meant("kiosk", &names), "");
    assert_eq!(meant("", &names), "");
}

#[test]
fn an_unknown_variable_is_told_with_the_nearest_one() {
    let variables = [
        ("GREETER_NAMES", "NAME"),
        ("GREETER_PORT", "LISTEN"),
        ("GREETER_FILES", "FILE"),
        ("GREETER_\u{1b}", "ISSUER"),
    ];
    let names = variables.map(|(name, _)| (name.into(), OsString::new()));
    let others = [
        "GREETER_NAME",
        "GREETER_FILE",
        "GREETER_OTHERS",
        "GREETER",
        "PATH",
        "",
    ];
    let others = others.map(|name| (name.into(), OsString::new()));
    let said = TRIMS.unknown_variables(names.into_iter().chain(others));
    let mut expected = variables.map(|(name, meant)| {
        format!(
            "{} is no setting and changes nothing; the nearest is GREETER_{meant}; all of them: \
             greeter --help",
            escaped(name)
        )
    });
    expected.sort();
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for line in expected {
        assert!(said.contains(&line), "{line} in {said:#?}");
    }
}

#[test]
fn help_has_each_setting_with_its_names_and_its_default() {
    let help = TRIMS.help();
    for entry in [
        "  --issuer  GREETER_ISSUER  issuer\n      who signs; required\n",
        "  GREETER_PATH  path\n      a file\n",
        "  --times  GREETER_TIMES  times\n      how often; default: 1\n",
    ] {
        assert!(help.contains(entry), "{help}");
    }
}
