//! Compiles the screen in the style that the product has.

fn main() {
    let config = slint_build::CompilerConfiguration::new().with_style("fluent-light".into());
    if let Err(error) = slint_build::compile_with_config("ui/screen.slint", config) {
        println!("cargo::error={error}");
    }
}
