//! Compiles the window's `.slint` files; without a window it does nothing.

fn main() {
    #[cfg(feature = "window")]
    compile_window();
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
        // Fonts and icon travel inside the program in every profile.
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        // A renamed component would lose its translations otherwise.
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(!release);
    if let Err(error) = slint_build::compile_with_config("ui/app-window.slint", config) {
        println!("cargo::error={error}");
    }
}
