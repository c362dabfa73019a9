//! The program: a window, or a command for a terminal.

use std::{process::ExitCode, sync::Arc};

use vestibule::{
    app,
    auth::{platform::KeychainLimits, ports::Cancel},
    config::{self, Command, Invocation, Settings},
    terminal::{self, say, words::exit},
};

fn main() -> ExitCode {
    let code = match config::from_process() {
        Ok(Invocation::Text(text)) => terminal::show(&text),
        Ok(Invocation::Run(command, settings)) => run(command, &settings),
        Err(error) => {
            say(&format!("vestibule: {error}"));
            exit::WRONG_USE
        }
    };
    ExitCode::from(code)
}

fn run(command: Command, settings: &Settings) -> u8 {
    vestibule::log::start(settings.log);
    let limits = match command {
        Command::Window => KeychainLimits::WINDOW,
        Command::Terminal(_) => KeychainLimits::TERMINAL,
    };
    let client = match app::client(settings, limits) {
        Ok(client) => client,
        Err(error) => {
            say(&format!("vestibule: {error}"));
            return exit::WRONG_USE;
        }
    };
    match command {
        Command::Window => window(client, settings),
        Command::Terminal(command) => {
            let cancel = Cancel::default();
            let on_signal = cancel.clone();
            if let Err(error) = ctrlc::set_handler(move || on_signal.cancel()) {
                ::log::warn!("Ctrl-C is not handled: {error}");
            }
            terminal::run(command, Arc::new(client), settings.api_url.clone(), &cancel)
        }
    }
}
