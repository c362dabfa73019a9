//! docs/providers.md, which is made of the profiles: with `VESTIBULE_WRITE_DOCS=1` in the
//! environment the test writes it, else it compares.

use std::{env, fmt::Write, fs, path::Path};

use vestibule::setup::{Filled, Profile, Redirect, Step, profiles};

const HEAD: &str = "\
# Providers

What is to be entered at each provider, and what here. This page is made of the files in \
[`providers/`](../providers); `vestibule setup PROVIDER` tells the same in a terminal, \
with your values filled in, and with `--write` it writes the file:

```
vestibule setup auth0 --issuer my-tenant.eu.auth0.com --client-id aBcD1234 --write
```

An issuer without `https://`, with a slash too many or too few, or without the part that \
is the same for all customers is mended by the provider's rule, which is told. Settings \
that are given with it are written too, as options (`--store file`) or, those that have \
none, as variables (`VESTIBULE_PROMPT=consent`). Words in capitals are yours. A file that \
is there is never written over.

Each of them was signed in to by a test with the very file that `setup` writes \
([`tests/flows/providers`](../tests/flows/providers/set_up.rs)), but at doubles, which \
answer and refuse as the providers' documentation says: see *Checked* of each.

A wrong `client_id` or redirect URI shows in the browser alone; the app just waits. Where \
the API refuses a token, its log says why at level `info`. After a change of `audience`, \
`resource` or `scopes`: `vestibule logout`, then sign in again, since what is kept was \
granted for the old ones.

";

fn page() -> String {
    let profiles = profiles().unwrap();
    let mut page = HEAD.to_owned();
    page += "| `vestibule setup` | issuer | redirect URI | an API can verify its access tokens |\n";
    page += "|---|---|---|---|\n";
    for profile in &profiles {
        let filled = Filled::new(profile, &[]).unwrap();
        let uris = filled.redirect_uris().unwrap();
        let uris: Vec<_> = uris.iter().map(|uri| format!("`{uri}`")).collect();
        let port = match profile.redirect {
            Redirect::AnyPort => ", any port",
            Redirect::Listed => "",
        };
        let (word, anchor) = (profile.word, anchor(profile));
        let verifies = profile.api.audience.as_ref().map_or("no", |_| "yes");
        let issuer = &profile.issuer;
        writeln!(
            page,
            "| [`{word}`](#{anchor}) | `{issuer}` | {}{port} | {verifies} |",
            uris.join(", ")
        )
        .unwrap();
    }
    for profile in &profiles {
        section(&mut page, &Filled::new(profile, &[]).unwrap());
    }
    page
}

/// As GitHub makes it of a heading.
fn anchor(profile: &Profile) -> String {
    profile.name.to_lowercase().replace(' ', "-")
}

fn section(page: &mut String, filled: &Filled<'_>) {
    let profile = filled.profile;
    let mut line = |text: &str| {
        *page += text;
        *page += "\n";
    };
    line(&format!("\n## {}\n", profile.name));
    line(&format!(
        "`vestibule setup {}`. Its own documentation: <{}>\n",
        profile.word, profile.documentation
    ));
    for (number, step) in profile.steps.iter().enumerate() {
        line(&format!("{}. {}", number + 1, filled.fill(&step.at)));
        line(&of_step(filled, step));
    }
    line(&format!(
        "- **To stay signed in**: {}",
        filled.fill(&profile.refresh)
    ));
    line(&format!(
        "- **With a phone**: {}",
        filled.fill(&profile.phone)
    ));
    line(&format!(
        "- **Signing out**: {}\n",
        filled.fill(&profile.sign_out)
    ));
    line("`vestibule.toml`:\n\n```toml");
    filled.lines().iter().for_each(|text| line(text));
    line("```\n");
    for known in filled.lacking() {
        let (name, what, example) = (&known.name, &known.what, &known.example);
        line(&format!("- `{name}`: {what}, such as `{example}`"));
    }
    if let Some(note) = &profile.api.note {
        line(&format!("\nThe API: {}", filled.fill(note)));
    }
    if let Some(api) = filled.api_command() {
        line(&format!("\nThe API:\n\n```\n{api}\n```"));
    }
    line("\nMind:\n");
    for trap in &profile.traps {
        line(&format!("- {}", filled.fill(trap)));
    }
    line(&format!("\n*Checked*: {}", profile.checked));
}

fn of_step(filled: &Filled<'_>, step: &Step) -> String {
    let mut text = String::new();
    for entry in &step.enter {
        let entry = filled.fill(entry);
        match entry.split_once(": ") {
            Some((field, value)) => writeln!(text, "   - {field}: `{value}`").unwrap(),
            None => writeln!(text, "   - {entry}").unwrap(),
        }
    }
    if let Some(block) = &step.block {
        text += "\n   ```\n";
        for line in filled.fill(block).lines() {
            writeln!(text, "   {line}").unwrap();
        }
        text += "   ```\n";
    }
    text
}

#[test]
fn the_page_of_providers_says_what_the_profiles_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/providers.md");
    let page = page();
    if env::var_os("VESTIBULE_WRITE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/providers.md is not what providers/ says: VESTIBULE_WRITE_DOCS=1 cargo test \
         --test flows the_page_of_providers"
    );
}

#[test]
fn whoever_follows_readme_or_docs_sets_up_a_provider_that_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap();
    let docs = docs.map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let known: Vec<_> = profiles()
        .unwrap()
        .iter()
        .map(|profile| profile.word)
        .collect();
    let mut seen = 0;
    for page in pages.chain([root.join("README.md")]) {
        let text = fs::read_to_string(&page).unwrap();
        // Installed, or with `cargo run -- setup …`.
        let commands = ["vestibule setup ", " -- setup "];
        for rest in commands.iter().flat_map(|start| text.split(start).skip(1)) {
            let end = |c: char| !c.is_ascii_alphanumeric();
            let word = rest.split(end).next().unwrap();
            let is_known = known.contains(&word) || word == "PROVIDER";
            assert!(is_known, "{}: {word}", page.display());
            seen += 1;
        }
    }
    assert!(seen >= known.len(), "the pages have lost their commands");
}
