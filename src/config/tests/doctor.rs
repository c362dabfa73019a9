//! The doctor is called where something is wrong: with the settings, too.

use super::*;

fn doctor(machine: &Machine, line: &str) -> (bool, Result<Box<Settings>, ConfigError>) {
    match machine.parse(line).unwrap() {
        Invocation::Doctor { json, settings } => (json, settings),
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_that_cannot_be_used_are_the_doctors_to_tell() {
    let machine = Machine::configured("doctor");
    let (json, settings) = doctor(&machine, "doctor");
    assert!(!json && settings.unwrap().client_id == "file");
    for file in ["", "issuer = ", "isuer = \"x\"\n"] {
        let machine = Machine::new("doctor-broken").file("vestibule.toml", file);
        let (json, settings) = doctor(&machine, "doctor --json");
        assert!(json);
        assert_eq!(settings.unwrap_err().to_string(), machine.error(""));
    }
    let absent = doctor(&machine, "doctor --config nowhere.toml").1;
    assert!(absent.unwrap_err().to_string().contains("nowhere.toml"));
    let wrong = doctor(&machine, "doctor --issuer http://10.0.0.1").1;
    assert!(wrong.unwrap_err().to_string().contains("https://"));
}

#[test]
fn wrong_use_of_the_doctor_is_wrong_use() {
    let machine = Machine::configured("doctor-misused");
    assert!(machine.error("doctor --jsn").contains("unknown option"));
    assert!(machine.error("doctor --device").contains("another command"));
    assert!(matches!(
        machine.parse("doctor --help"),
        Ok(Invocation::Help)
    ));
    // A value is no command.
    assert_eq!(machine.settings("--client-id doctor").client_id, "doctor");
}
