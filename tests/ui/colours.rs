//! Contrast of the tokens in `ui/theme.slint`, computed from the file
//! (WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 edges and large shapes 3:1).

use std::collections::HashMap;

/// Text and what it stands on, for body text.
const TEXT: [(&str, &str); 14] = [
    ("text", "ground"),
    ("text", "panel"),
    ("text", "card"),
    ("quiet", "ground"),
    ("quiet", "panel"),
    ("quiet", "card"),
    ("accent", "ground"),
    ("accent", "panel"),
    ("on-accent", "accent"),
    ("on-good", "good"),
    ("on-note", "note"),
    ("on-failure", "failure"),
    ("on-picture", "picture"),
    // The focus ring.
    ("text", "ground"),
];

/// Edges of things to press.
const EDGES: [(&str, &str); 2] = [("edge", "ground"), ("edge", "panel")];

/// Token to (dark, light).
fn tokens() -> HashMap<String, (u32, u32)> {
    let file = include_str!("../../ui/theme.slint");
    let colour = |text: &str| {
        let digits = text.trim().trim_end_matches(';').trim_start_matches('#');
        assert_eq!(digits.len(), 6, "{text}");
        u32::from_str_radix(digits, 16).expect("a colour")
    };
    let line = |line: &str| {
        let rest = line.trim().strip_prefix("out property <color> ")?;
        let (name, value) = rest.split_once(": dark ? ")?;
        let (dark, light) = value.split_once(" : ")?;
        Some((name.to_owned(), (colour(dark), colour(light))))
    };
    file.lines().filter_map(line).collect()
}

/// WCAG 2.2, "relative luminance".
fn luminance(colour: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((colour >> shift) & 0xFF) / 255.0;
        match value <= 0.04045 {
            true => value / 12.92,
            false => ((value + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn check(pairs: &[(&str, &str)], least: f64) {
    let tokens = tokens();
    for (ink, paper) in pairs {
        let ((dark_ink, light_ink), (dark, light)) = (tokens[*ink], tokens[*paper]);
        for (scheme, a, b) in [("dark", dark_ink, dark), ("light", light_ink, light)] {
            let found = contrast(a, b);
            assert!(
                found >= least,
                "{ink} on {paper}, {scheme}: {found:.2} < {least}"
            );
        }
    }
}

#[test]
fn text_stands_out_by_four_and_a_half_to_one() {
    check(&TEXT, 4.5);
}

#[test]
fn edges_stand_out_by_three_to_one() {
    check(&EDGES, 3.0);
}

#[test]
fn black_on_white_is_twenty_one_to_one() {
    assert!((contrast(0, 0x00FF_FFFF) - 21.0).abs() < 0.001);
}

#[test]
fn the_theme_is_the_only_place_with_colours() {
    let mut files = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/ui"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "slint")
                && !path.ends_with("theme.slint")
            {
                files += 1;
                let text = std::fs::read_to_string(&path).expect("readable");
                let hex = text.split('#').skip(1).any(|rest| {
                    rest.len() >= 3 && rest.chars().take(3).all(|c| c.is_ascii_hexdigit())
                });
                assert!(!hex, "a colour in {}", path.display());
            }
        }
    }
    assert!(files > 10, "looked at {files} files");
}
