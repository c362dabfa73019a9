//! Compiles the window's `.slint` files, and has the program linked for the C library at hand.

fn main() {
    pack_relocations();
    #[cfg(feature = "window")]
    compile_window();
}

/// Tens of thousands of addresses are filled in when the program starts. Packed they take a
/// twentieth of the place, which is a megabyte of the file and of what is read of it at each
/// start. glibc knows the packed form (DT_RELR) from 2.36 on; an older one could not start
/// the program, so the library that is linked with is asked.
fn pack_relocations() {
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu") && libc_knows_packed() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether the C library that the linker would take says that it has this feature.
fn libc_knows_packed() -> bool {
    let linker = std::env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let asked = std::process::Command::new(linker)
        .arg("-print-file-name=libc.so.6")
        .output();
    let Ok(answer) = asked else { return false };
    let library = String::from_utf8_lossy(&answer.stdout);
    let name = b"GLIBC_ABI_DT_RELR";
    std::fs::read(library.trim()).is_ok_and(|file| file.windows(name.len()).any(|at| at == name))
}

#[cfg(feature = "window")]
fn compile_window() {
    use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};

    // Tests find elements by what the compiler notes down about them; a
    // released program carries none of that.
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let config = CompilerConfiguration::new()
        // Else SLINT_STYLE of whoever builds would decide.
        .with_style("fluent".into())
        // Fonts travel inside the program in every profile.
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        // A renamed component would lose its translations otherwise.
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(!release);
    if let Err(error) = slint_build::compile_with_config("ui/app-window.slint", config) {
        println!("cargo::error={error}");
    }
}
