//! What every profile has.

use super::super::{template::pieces, *};
use crate::config::setting_line;

/// The texts of a profile in which placeholders stand.
fn texts(profile: &Profile) -> Vec<&str> {
    let steps = profile.steps.iter();
    let of_steps = steps.flat_map(|step| {
        let entries = step.enter.iter().chain(&step.block);
        entries.chain([&step.at])
    });
    let api = &profile.api;
    let of_api = api
        .audience
        .iter()
        .chain(&api.note)
        .chain(&api.also_written);
    let whole = [&profile.issuer, &profile.refresh, &profile.phone];
    let whole = whole.into_iter().chain([&profile.sign_out]);
    let all = whole.chain(of_steps).chain(of_api).chain(&profile.traps);
    all.chain(profile.settings.values())
        .map(String::as_str)
        .collect()
}

#[test]
fn every_profile_has_what_it_speaks_of() {
    for profile in profiles().unwrap() {
        let name = &profile.name;
        assert!(
            profile.has("CLIENT_ID") && profile.issuer.starts_with("https://"),
            "{name}"
        );
        let texts = texts(&profile);
        let used: Vec<_> = texts.iter().flat_map(|text| pieces(text)).collect();
        for known in &profile.placeholders {
            let is_used = used.contains(&&*known.name) || known.name == "CLIENT_ID";
            assert!(is_used, "{name}: {} is used nowhere", known.name);
        }
        // What is written like a placeholder is one, or a word that is known.
        let others = ["REDIRECT_URIS", "YOUR_NAME"];
        for word in used.iter().filter(|word| word.contains('_')) {
            let is_capital = word.chars().all(|c| !c.is_ascii_lowercase());
            let is_known = profile.has(word) || others.contains(word);
            assert!(!is_capital || is_known, "{name}: {word}");
        }
        for (setting, text) in &profile.settings {
            assert!(setting_line(setting, text).is_some(), "{name}: {setting}");
        }
        assert!(
            !profile.traps.is_empty() && !profile.steps.is_empty(),
            "{name}"
        );
        let (has_audience, api) = (profile.api.audience.is_some(), &profile.api);
        assert!(has_audience || api.note.is_some(), "{name}: why no API?");
        let rest = [&profile.documentation, &profile.checked, &profile.refresh];
        assert!(rest.iter().all(|text| !text.is_empty()), "{name}");
        let all = texts.iter().copied().chain([&*profile.checked]);
        assert!(
            all.clone().all(str::is_ascii),
            "{name}: a terminal may lack letters"
        );
    }
}

/// Else nobody could say by which option what is lacking is given.
#[test]
fn whatever_has_no_default_is_given_by_the_issuer_the_client_or_the_audience() {
    for profile in profiles().unwrap() {
        let api = profile.api.audience.as_deref().unwrap_or("");
        let given = [&*profile.issuer, "CLIENT_ID", api].map(pieces).concat();
        let lacking = profile.placeholders.iter().filter(|p| p.default.is_none());
        for placeholder in lacking {
            assert!(given.contains(&&*placeholder.name), "{}", placeholder.name);
        }
    }
}

#[test]
fn help_and_completions_know_every_provider() {
    let help = crate::config::help();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: Vec<_> = profiles().unwrap().iter().map(|p| p.word).collect();
    let told = format!("PROVIDER: {} ", words.join(", "));
    assert!(help.contains(&told), "{told}: {help}");
}
