//! Compiles the window's `.slint` files, writes the terminal's words in every language, and has
//! the program linked for the C library at hand.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Has a folder for each language, named by its code.
const TRANSLATIONS: &str = "lang";

fn main() {
    pack_relocations();
    if let Err(error) = write_words() {
        println!("cargo::error={TRANSLATIONS}: {error}");
    }
    #[cfg(feature = "window")]
    compile_window();
}

/// Has the addresses that are filled in when the program starts written in their packed form
/// (DT_RELR): half a megabyte less of file, all of which is read at each start. glibc starts
/// such a program from 2.36 on, so the one that is linked with is asked.
fn pack_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is_glibc && linked_library().is_some_and(|library| knows_packed(&library)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The C library that cargo's linker takes. A linker that rustc is told of beside cargo may
/// take another one, which is then not asked.
fn linked_library() -> Option<PathBuf> {
    let target = env::var("TARGET").ok()?.to_uppercase().replace('-', "_");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_{target}_LINKER");
    let told = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if told.contains("linker=") || told.contains("sysroot") {
        return None;
    }
    // Traced, the linker names each file that it takes.
    let folder = PathBuf::from(env::var_os("OUT_DIR")?);
    fs::write(folder.join("probe.c"), "int main(void) { return 0; }\n").ok()?;
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let traced = Command::new(linker)
        .args(["probe.c", "-o", "probe", "-Wl,-t"])
        .current_dir(&folder)
        .output();
    let traced = String::from_utf8(traced.ok()?.stdout).ok()?;
    let library = traced.lines().find(|file| file.ends_with("/libc.so.6"))?;
    println!("cargo::rerun-if-changed={library}");
    Some(library.into())
}

/// glibc 2.36 and newer have a version of this name, which packed programs ask for.
fn knows_packed(library: &Path) -> bool {
    let name = b"GLIBC_ABI_DT_RELR";
    fs::read(library).is_ok_and(|file| file.windows(name.len()).any(|part| part == name))
}

/// Writes `words.rs`, which `src/language.rs` includes: a row for each of the terminal's English
/// sentences, with a column for each language; what is not translated is empty.
fn write_words() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TRANSLATIONS}");
    let mut languages = Vec::new();
    for folder in fs::read_dir(TRANSLATIONS)? {
        let folder = folder?;
        if folder.file_type()?.is_dir() {
            languages.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    languages.sort();
    let mut rows = BTreeMap::new();
    for (column, language) in languages.iter().enumerate() {
        let file = format!("{TRANSLATIONS}/{language}/LC_MESSAGES/terminal.po");
        let words = rspolib::pofile(Path::new(&file)).map_err(|e| format!("{file}: {e}"))?;
        for entry in words
            .entries
            .into_iter()
            .filter(|entry| !entry.obsolete && !entry.fuzzy())
        {
            let row: &mut Vec<String> = rows
                .entry(entry.msgid)
                .or_insert_with(|| vec![String::new(); languages.len()]);
            row[column] = entry.msgstr.unwrap_or_default();
        }
    }
    let (columns, count) = (languages.len(), rows.len());
    let rows: Vec<_> = rows.into_iter().collect();
    let words = format!(
        "static LANGUAGES: [&str; {columns}] = {languages:?};\n\
         static WORDS: [(&str, [&str; {columns}]); {count}] = {rows:?};\n"
    );
    let folder = env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("words.rs"), words)?;
    Ok(())
}

#[cfg(feature = "window")]
fn compile_window() {
    use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};

    // Tests find elements by what the compiler notes down about them; a
    // released program carries none of that.
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let config = CompilerConfiguration::new()
        // Else SLINT_STYLE of whoever builds would decide.
        .with_style("fluent".into())
        // Fonts travel inside the program in every profile.
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        // A renamed component would lose its translations otherwise.
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_bundled_translations(TRANSLATIONS)
        .with_debug_info(!release);
    if let Err(error) = slint_build::compile_with_config("ui/app-window.slint", config) {
        println!("cargo::error={error}");
    }
}
