//! Names as people spell them, and names that play tricks.

use super::*;

/// Each is somebody's way to spell; nothing of it is taken out.
#[test]
fn names_of_every_script_are_shown_as_they_are_spelt() {
    for name in [
        "Ada Lovelace",
        "O’Neill-Müller Jr.",
        // Persian, with the non-joiner that parts the two words of one.
        "علی\u{200c}رضا",
        "می\u{200c}خواهم",
        // Devanagari and Sinhala conjuncts, with either joiner.
        "क्\u{200d}ष",
        "क्\u{200c}ष",
        "ශ්\u{200d}රී",
        // A Malayalam name with chillus as they were written until 2008, and
        // an explicit hasanta of Bengali: the joiner is the last of the word.
        "മോഹന്\u{200d}ലാല്\u{200d}",
        "বাক্\u{200c} রায়",
        "র\u{200d}্যাব",
        // Thai, Vietnamese in parts, Hebrew with points, Tibetan, Burmese.
        "น้ำผึ้ง ที่รัก",
        "Nguye\u{302}\u{303}n The\u{323}\u{302}",
        "ש\u{5c1}\u{5bc}\u{5b8}\u{5bd}\u{596}לוֹם",
        "རྡྷྱཱིཿ",
        "ညွှို့",
        "ᠰᠠᠷ\u{180e}ᠠ",
        "ב\u{5b0}\u{34f}\u{5b7}ר",
        "Yоruba: Ọ̀ṣun",
        "山田\u{3000}太郎",
        "葛\u{e0100}城",
        "각\u{1100}\u{1161}\u{11a8}",
        "محمّدٌ",
        // Emoji: joined, with a tone, a keycap, a flag of letters, of tags.
        "👩\u{200d}👩\u{200d}👧\u{200d}👦",
        "👩🏽\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥",
        "🙂\u{200d}↔\u{fe0f}",
        "🏳\u{fe0f}\u{200d}🌈 🏴\u{200d}☠\u{fe0f}",
        "1\u{fe0f}\u{20e3} 🇫🇷 ☺\u{fe0e}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} Ada",
        "Ada\u{a0}Lovelace",
    ] {
        assert_eq!(shown(name), name, "{}", name.escape_unicode());
    }
}

#[test]
fn what_turns_hides_or_moves_text_is_taken_out() {
    for (given, left) in [
        ("Ada\n\u{202e}ecalevoL\u{7}\tx", "Ada ecalevoL x"),
        ("\u{202a}A\u{202b}d\u{202d}a\u{202c}", "Ada"),
        ("\u{2066}A\u{2067}d\u{2068}a\u{2069}", "Ada"),
        ("\u{200e}Ada\u{200f}\u{61c}", "Ada"),
        ("A\u{0}d\u{1b}[31ma\u{9b}\u{7f}", "Ad[31ma"),
        ("Ada\u{85}King\u{2028}Lovelace\u{2029}", "Ada King Lovelace"),
        ("\u{feff}A\u{200b}d\u{2060}a\u{ad}", "Ada"),
        ("A\u{3164}d\u{115f}a\u{ffa0}\u{17b4}", "Ada"),
        ("A\u{fff9}d\u{fffb}a\u{2064}\u{206a}", "Ada"),
        ("  Ada \u{a0} \u{3000} King  ", "Ada King"),
        ("Ada\u{2800}\u{2800}King", "Ada King"),
        // Joiners that join nothing, or again.
        ("\u{200d}Ada\u{200c}", "Ada"),
        ("Ada \u{200c}King\u{200d} ", "Ada King"),
        ("A\u{200d}\u{200d}da", "A\u{200d}da"),
        ("ع\u{200c}\u{200b}\u{200c}ر", "ع\u{200c}ر"),
        ("Ada,\u{200d} King", "Ada, King"),
        ("A\u{200d}\u{fe0f}", "A"),
        ("A\u{200d}\u{fe0f}\u{200d}\u{e0061}\u{200c}!", "A!"),
        ("\u{200d}\u{301}\u{200d}\u{fe0f}Ada", "Ada"),
        ("ع\u{200c}\u{202e}ر", "ع\u{200c}ر"),
        // Selectors and tags without what they belong to.
        ("\u{fe0f}Ada", "Ada"),
        ("☺\u{fe0f}\u{fe0f}\u{e0101}", "☺\u{fe0f}"),
        ("A\u{e0041}\u{e0064}\u{e007f}da\u{e0001}", "Ada"),
        ("🏴\u{e0067}\u{e0062} Ada", "🏴 Ada"),
        ("🏴\u{e0049}\u{e0020}\u{e007f}", "🏴"),
        (
            "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e007f}",
            "🏴",
        ),
        ("\u{301}Ada \u{301}King", "Ada King"),
    ] {
        assert_eq!(shown(given), left, "{}", given.escape_unicode());
    }
}

#[test]
fn of_what_cannot_be_seen_nothing_is_left() {
    let invisible = "\u{0}\u{7}\u{ad}\u{34f}\u{61c}\u{115f}\u{180b}\u{180e}\u{200b}\u{200c}\u{200d}\
        \u{200e}\u{202e}\u{2028}\u{2060}\u{2800}\u{3000}\u{3164}\u{301}\u{93e}\u{fe0f}\u{feff}\
        \u{fff9}\u{e0001}\u{e0067}\u{e007f}\u{e0100} \t";
    for c in invisible.chars() {
        for text in [c.to_string(), format!("{c}{c}"), format!(" {c} {c}")] {
            assert_eq!(shown(&text), "", "{}", text.escape_unicode());
        }
    }
    assert_eq!(shown(invisible), "");
    assert_eq!(shown(""), "");
}

#[test]
fn a_flood_of_marks_is_cut_where_no_script_needs_more() {
    assert_eq!(shown(&format!("e{}", "\u{301}".repeat(50))), "e\u{301}");
    let zalgo: String = ('\u{300}'..'\u{340}').collect();
    let kept = shown(&format!("Z{zalgo}a{zalgo}"));
    assert_eq!(kept.chars().count(), 2 + 2 * MARKS, "{kept}");
    let thai = shown(&format!("ส{}", "\u{e47}\u{e49}".repeat(50)));
    assert_eq!(thai.chars().count(), 1 + MARKS);
    // Many of them take no longer than few for each.
    for many in [
        "\u{200d}",
        "\u{301}",
        "\u{fe0f}",
        "🏴",
        "\u{e0061}",
        "👩\u{200d}",
        "ك\u{200c}",
    ] {
        assert!(shown(&format!("a{}", many.repeat(200_000))).starts_with('a'));
    }
    // Joiners between them start no new letter.
    let joined = shown(&format!("क{}", "\u{94d}\u{200d}\u{93c}\u{200d}".repeat(50)));
    assert!(joined.chars().count() <= 1 + 2 * MARKS, "{joined}");
}

#[test]
fn a_long_text_ends_between_two_characters_as_people_count_them() {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    assert_eq!(shown(&"x".repeat(10_000)), "x".repeat(100));
    assert_eq!(one_line(&family.repeat(9), 2), family.repeat(2));
    assert_eq!(shown(&family.repeat(200)), family.repeat(100));
    assert_eq!(one_line("नमस्ते", 3), "नमस्ते");
    assert_eq!(one_line("नमस्ते जी", 2), "नम");
    assert_eq!(one_line("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}e\u{301}");
    assert_eq!(one_line("می\u{200c}خواهم", 2), "می");
    assert_eq!(one_line("Ada Lovelace", 4), "Ada");
    // However large one of them is: spacing vowels without end.
    let huge = shown(&format!("क{}", "\u{93e}".repeat(100_000)));
    assert_eq!(huge.chars().count(), LARGEST);
    let bytes = shown(&format!("क{}", "\u{93e}".repeat(30)).repeat(1000)).len();
    assert!(bytes <= LABEL * BYTES_EACH && bytes > LABEL * BYTES_EACH - 100);
}

#[test]
fn lines_stay_lines_and_white_space_in_them_stays() {
    assert_eq!(lines("a\x1b[31mred\x07\r\n  b\u{202e}\n\n", 9), "a[31mred");
    assert_eq!(
        lines("a\x1b[31mred\x07\r\n  b\u{202e}\n\n", 99),
        "a[31mred\n  b"
    );
    assert_eq!(lines("over\rwritten\ttab", 99), "over written tab");
    assert_eq!(one_line("two\r\nlines", 99), "two lines");
}
