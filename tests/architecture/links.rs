//! What the manifests link.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn neither_app_nor_server_links_the_other() {
    let app = dependencies("Cargo.toml");
    // It asks the auth crate for what these are for.
    for absent in [
        "icu_properties",
        "jsonwebtoken",
        "keyring_core",
        "poem",
        "tiny_http",
        "tokio",
        "unicode_segmentation",
        "ureq",
        "vestibule_server",
        "webbrowser",
    ] {
        assert!(!app.contains(absent), "the app links {absent}");
    }
    let server = dependencies("server/Cargo.toml");
    assert!(!server.contains("vestibule"));
    // The libraries are synchronous, and know neither the window nor the settings.
    for library in ["auth/Cargo.toml", "keys/Cargo.toml", "net/Cargo.toml"] {
        let links = dependencies(library);
        for absent in [
            "ctrlc",
            "lexopt",
            "poem",
            "slint",
            "tokio",
            "toml",
            "vestibule",
            "vestibule_server",
        ] {
            assert!(!links.contains(absent), "{library} links {absent}");
        }
    }
    let settings = dependencies("settings/Cargo.toml");
    for absent in ["poem", "slint", "tokio", "vestibule", "vestibule_auth"] {
        assert!(!settings.contains(absent), "the settings link {absent}");
    }
}

/// What a crate links, on whatever system, as its code names them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let targets = manifest.get("target").and_then(|all| all.as_table());
    let of_targets = targets.into_iter().flat_map(toml::Table::values);
    let tables = of_targets.filter_map(|target| target.get("dependencies"));
    let tables = tables.chain([&manifest["dependencies"]]);
    let mut found = BTreeSet::new();
    for (name, dependency) in tables.flat_map(|table| table.as_table().unwrap()) {
        // One may have another name here than its own.
        let own = dependency.get("package").and_then(|own| own.as_str());
        found.insert(own.unwrap_or(name).replace('-', "_"));
    }
    assert!(!found.is_empty(), "{manifest:?} links nothing");
    found
}
