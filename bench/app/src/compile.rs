//! Builds the programs: ours with the repository's release profile, the peers with this
//! workspace's or with the system's compiler.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::programs::{Entry, Kind, Peer, folder};

/// The repository's root. Cargo reads its settings from there, whoever calls us from
/// wherever.
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

/// Builds what is not up to date. `ours`: the window's program, if it is built already.
pub fn peer(entry: &Entry, ours: Option<&Path>) -> Result<Peer> {
    let path = match entry.kind {
        Kind::Ours => match ours {
            Some(path) => path.canonicalize()?,
            None => executable(
                cargo().args(["--release", "--bin", "vestibule"]),
                "vestibule",
            )?,
        },
        // One by one: built together, each would get the features of all.
        Kind::Rust(package) => {
            let mut build = cargo();
            build.args(["--release", "-p", package]);
            // Where cargo's settings leave out nothing of what the peers are made of.
            build.current_dir(env!("CARGO_MANIFEST_DIR"));
            build.arg("--target-dir").arg(target()?);
            executable(&mut build, package)?
        }
        Kind::Compiled(source, compiler, library) => compiled(source, compiler, library)?,
        Kind::Chromium => installed("chromium")?,
    };
    // Pages of a file that was just written count as private and dirty until they are
    // on the disk.
    File::open(&path)?.sync_all()?;
    Ok(Peer::new(entry, path))
}

/// The development provider; what it costs is not measured.
pub fn provider() -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["-p", "vestibule-server", "--features", "dev-idp"]);
    executable(build.args(["--bin", "dev-idp"]), "dev-idp")
}

fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .current_dir(root())
        // Set by the cargo that runs this program, it would hide what each folder says of it.
        .env_remove("ICU4X_DATA_DIR")
        .args(["build", "--locked"])
        .args(["--message-format", "json-render-diagnostics"])
        .stdout(Stdio::piped())
        .stdin(Stdio::null());
    command
}

/// That from which this program runs, which is where Cargo puts it unless it is told
/// otherwise.
fn target() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent);
    Ok(target
        .context("this program is not in a target directory")?
        .to_owned())
}

/// Runs a build and finds the program among its messages.
fn executable(command: &mut Command, name: &str) -> Result<PathBuf> {
    println!("building {name}");
    let output = command.spawn()?.wait_with_output()?;
    ensure!(output.status.success(), "{name} cannot be built");
    let messages = String::from_utf8(output.stdout)?;
    let found = messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let executable = message["executable"].as_str()?;
        (message["target"]["name"] == name).then(|| PathBuf::from(executable))
    });
    found.with_context(|| format!("cargo does not say where {name} is"))
}

fn compiled(source: &str, compiler: &str, library: &str) -> Result<PathBuf> {
    println!("building {source} with {library}");
    let flags = Command::new("pkg-config")
        .args(["--cflags", "--libs", library])
        .output()
        .context("pkg-config cannot be started")?;
    ensure!(flags.status.success(), "{library} is not installed");
    let flags = String::from_utf8(flags.stdout)?;
    let programs = target()?.join("compiled");
    fs::create_dir_all(&programs)?;
    let program = programs.join(library);
    let built = Command::new(compiler)
        .args(["-O2", "-s", "-fPIC", "-Wno-deprecated-declarations", "-o"])
        .args([&program, &folder().join(source)])
        .args(flags.split_whitespace())
        .status()
        .with_context(|| format!("{compiler} cannot be started"))?;
    ensure!(built.success(), "{source} cannot be built with {library}");
    Ok(program)
}

/// Where a program of the system is.
fn installed(name: &str) -> Result<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    found.with_context(|| format!("{name} is not installed"))
}
