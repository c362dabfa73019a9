//! The program: a window, or a command for a terminal.

use std::{process::ExitCode, sync::Arc};

use vestibule::{
    app,
    auth::{Cancel, Client, platform::KeychainLimits, ports::StoreKind},
    config::{self, Command, ConfigError, Invocation, SetUp, Settings},
    doctor, exit, identity, language, setup,
    terminal::{self, complain, say, words::worded},
};

fn main() -> ExitCode {
    vestibule::memory::keep_little();
    let code = match config::from_process() {
        Ok(Invocation::Help) => terminal::show(&config::help()),
        Ok(Invocation::Version) => terminal::show(identity::VERSION),
        Ok(Invocation::Doctor { json, settings }) => doctor(json, settings),
        Ok(Invocation::Run(command, settings)) => {
            language::speak(settings.language);
            warn(&config::unknown_variables());
            warn(&settings.warnings);
            run(command, &settings)
        }
        Ok(Invocation::SetUp(asked)) => {
            warn(&config::unknown_variables());
            set_up(&asked)
        }
        Err(error) => {
            // One of them may be the cause.
            warn(&config::unknown_variables());
            complain(error);
            exit::WRONG_USE
        }
    };
    ExitCode::from(code)
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        complain(format_args!("warning: {warning}."));
    }
}

fn set_up(asked: &SetUp) -> u8 {
    match setup::run(asked) {
        Ok(told) => terminal::show(&told),
        Err(fault) => {
            complain(&fault);
            fault.exit()
        }
    }
}

fn run(command: Command, settings: &Settings) -> u8 {
    vestibule::log::start(settings.log);
    let limits = match command {
        Command::Window => KeychainLimits::WINDOW,
        _ => KeychainLimits::TERMINAL,
    };
    let client = match app::client(settings, limits) {
        Ok(client) => Arc::new(client),
        Err(error) => {
            complain(error);
            return exit::WRONG_USE;
        }
    };
    if matches!(command, Command::Window | Command::Login { .. }) {
        say_if_plain(settings);
    }
    if command == Command::Window {
        return window(client, settings);
    }
    terminal::run(command, &client, settings.api_url.clone(), &on_ctrl_c())
}

/// What Ctrl-C cancels.
fn on_ctrl_c() -> Cancel {
    let cancel = Cancel::default();
    let on_signal = cancel.clone();
    if let Err(error) = ctrlc::set_handler(move || {
        on_signal.cancel();
    }) {
        log::warn!("Ctrl-C is not handled: {error}");
    }
    cancel
}

fn doctor(json: bool, settings: Result<Box<Settings>, ConfigError>) -> u8 {
    let warnings = config::unknown_variables();
    let configured = settings
        .map_err(|error| error.to_string())
        .and_then(|settings| {
            vestibule::log::start(settings.log);
            let client = app::client(&settings, KeychainLimits::TERMINAL)?;
            Ok((settings, client))
        });
    match configured {
        Ok((settings, client)) => {
            doctor::run(json, &Arc::new(client), *settings, warnings, &on_ctrl_c())
        }
        Err(sentence) => doctor::unconfigured(json, &sentence, &warnings),
    }
}

/// A session in a file is readable for whoever reads the file: said, not hidden.
fn say_if_plain(settings: &Settings) {
    if settings.store == StoreKind::File && settings.credential.is_none() {
        let file = settings
            .state_dir
            .join("session.json")
            .display()
            .to_string();
        say(&worded(
            "Note: a session is kept unencrypted here, in {file} (no systemd credential \
             {credential}).",
            &[("file", &file), ("credential", identity::CREDENTIAL)],
        ));
    }
}

#[cfg(feature = "window")]
fn window(client: Arc<Client>, settings: &Settings) -> u8 {
    use vestibule::ui::{Look, Theme};
    #[cfg(all(feature = "kiosk", target_os = "linux"))]
    if settings.rotation != 0
        && let Err(error) = vestibule::ui::rotate(settings.rotation)
    {
        return no_window(&error.to_string());
    }
    let look = Look {
        host: client.issuer().host().to_owned(),
        idle_sign_out: settings.idle_sign_out,
        kiosk: settings.kiosk,
        language: settings.language,
        theme: match settings.theme {
            config::Theme::Dark => Theme::Dark,
            config::Theme::Light => Theme::Light,
            config::Theme::System => Theme::System,
        },
    };
    match app::run_window(client, settings.api_url.clone(), &look) {
        Ok(()) => exit::DONE,
        Err(error) => no_window(&error.to_string()),
    }
}

#[cfg(not(feature = "window"))]
fn window(_: Arc<Client>, _: &Settings) -> u8 {
    no_window(language::tr("this program was built without it"))
}

fn no_window(cause: &str) -> u8 {
    complain(worded(
        "the window cannot be opened: {cause}. In a terminal: vestibule login, message, status, \
         logout.",
        &[("cause", cause)],
    ));
    exit::NO_WINDOW
}
