//! Variables that look like settings and are none.

use super::*;

fn warnings(names: &[&str]) -> Vec<String> {
    let variable = |name: &&str| (name.into(), OsString::new());
    PROGRAM.unknown_variables(names.iter().map(variable))
}

#[test]
fn an_unknown_variable_is_named_with_the_one_that_was_meant() {
    for (given, meant) in [
        ("ISUER", "ISSUER"),
        ("ISSUER_URL", "ISSUER"),
        ("CLIENTID", "CLIENT_ID"),
        ("CLIENT", "CLIENT_ID"),
        ("CLIENT_SECRET", "CLIENT_SECRET_FILE"),
        ("SCOPE", "SCOPES"),
        ("AUDIANCE", "AUDIENCE"),
        ("PORTS", "REDIRECT_PORTS"),
        ("REDIRECT_URI", "REDIRECT_PORTS"),
        ("CA", "CA_FILE"),
        ("LOG_LEVEL", "LOG"),
        ("LGO", "LOG"),
        ("API", "API_URL"),
        ("STOER", "STORE"),
        // To Windows it is the same variable.
        #[cfg(not(windows))]
        ("issuer", "ISSUER"),
    ] {
        let name = format!("VESTIBULE_{given}");
        let said = warnings(&[&name]);
        let words =
            format!("{name} is no setting and changes nothing; the nearest is VESTIBULE_{meant};");
        assert!(said.len() == 1 && said[0].starts_with(&words), "{said:?}");
    }
}

#[test]
fn settings_the_servers_variables_and_other_programs_are_none_of_it() {
    let known = settings::SETTINGS.iter();
    let known: Vec<_> = known.map(|setting| PROGRAM.variable(setting)).collect();
    let mut names: Vec<_> = known.iter().map(String::as_str).collect();
    names.extend([
        "VESTIBULE_SERVER_ISSUER",
        "VESTIBULE_SERVER_ISUER",
        "VESTIBULE",
        "PATH",
        "",
    ]);
    names.extend(["MY_VESTIBULE_X", "VESTIBULES"]);
    assert_eq!(warnings(&names), [""; 0]);
    // One line each, in order, whatever their names are.
    let said = warnings(&["VESTIBULE_\u{1b}[31m\nB", "VESTIBULE_A", "VESTIBULE_"]);
    assert_eq!(said.len(), 3);
    assert!(said[0].starts_with("VESTIBULE_ is"), "{said:?}");
    assert!(
        said[1].starts_with("VESTIBULE_\\u{1b}[31m\\nB is"),
        "{said:?}"
    );
    assert!(said.iter().all(|line| !line.contains(char::is_control)));
}

#[test]
fn every_name_is_in_the_table_once() {
    let names = settings::SETTINGS.iter().map(|setting| setting.name());
    let names: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(names.len(), settings::SETTINGS.len());
}
