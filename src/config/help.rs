//! `vestibule --help`.

use super::PROGRAM;

const HEAD: &str = "\
Sign-in with OpenID Connect, in a window or at a terminal

usage: vestibule [COMMAND] [OPTIONS], options before or after the command

commands
  (none)                    opens the window
  login                     signs in from a terminal, in the browser, or with a phone
                            where no browser can be opened
    --device                signs in with a phone or another device
    --no-browser            prints the address and opens nothing
    --switch                signs in as somebody else
  message                   prints the protected message
  status [--json]           says who is signed in, without the network
  logout                    forgets the session here and revokes it
    --browser               ends the provider's session in the browser too
  setup PROVIDER            tells what to enter at a provider (auth0, entra, google, okta,
                            keycloak, authentik, authelia, zitadel, kanidm, dex, generic)
                            and in vestibule.toml; reads no file
    --write                 writes that file, or the one that --config names
  doctor                    looks for what keeps a sign-in from working; says what to do
    --json                  as a report to share, without secrets and names

options
  --config FILE             read this file, not ./vestibule.toml or
                            $XDG_CONFIG_HOME/vestibule/vestibule.toml (on Windows
                            %APPDATA%\\vestibule\\vestibule.toml, on macOS
                            ~/Library/Application Support/vestibule/vestibule.toml);
                            a name that ends in .json is read as JSON
  --help, --version         print this; print name and version

settings: option with its value, else environment, else key in the file, else default;
an empty value is a missing one
";

const FOOT: &str = "
exit codes
  0    done
  1    failed here: keychain, redirect port, no answer in time
  2    wrong use, wrong configuration, or another issuer answered
  3    no display or no font
  4    not signed in, or the session has ended
  5    refused: in the browser, on the phone, by the provider or by the API
  6    provider or API unreachable; the session is kept
  130  interrupted
";

/// Every command, option and setting, and the exit codes.
pub fn help() -> String {
    [HEAD, &PROGRAM.help(), FOOT].concat()
}
