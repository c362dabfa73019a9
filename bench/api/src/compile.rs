//! Builds the servers: ours with the repository's release profile, the peers with
//! this workspace's.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::servers::{Kind, OURS, Server, folder};

/// The repository's root. Cargo reads its settings from there, whoever calls us from
/// wherever: aws-lc is built the same way for all.
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

/// Builds what is not up to date, and says where the program of ours is.
/// `ours_target`: the target directory for ours, if not Cargo's own choice.
pub fn compile(servers: &[&Server], ours_target: Option<&Path>) -> Result<PathBuf> {
    let mut ours = None;
    for server in servers {
        match server.kind {
            Kind::Ours => ours = Some(build_ours(ours_target)?),
            // One by one: built together, each would get the features of all.
            Kind::Rust => build_peer(server.name)?,
            Kind::Node => install(server.name)?,
        }
    }
    Ok(ours.unwrap_or_default())
}

fn cargo(subcommand: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .current_dir(root())
        .args([subcommand, "--release", "--locked"])
        .args(["--message-format", "json-render-diagnostics"])
        .stdout(Stdio::piped())
        .stdin(Stdio::null());
    command
}

fn build_ours(target: Option<&Path>) -> Result<PathBuf> {
    let mut command = cargo("build");
    command.args(["-p", OURS, "--bin", OURS]);
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    executable(&mut command, OURS)
}

/// Into the directory from which this program runs, which is where Cargo puts it
/// unless it is told otherwise.
fn build_peer(name: &str) -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(Path::parent);
    let target = target.context("this program is not in a target directory")?;
    let mut command = cargo("build");
    command.arg("--manifest-path").arg(manifest);
    command.args(["-p", name]).arg("--target-dir").arg(target);
    executable(&mut command, name).map(drop)
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

fn install(name: &str) -> Result<()> {
    let folder = folder(name);
    let changed = |file: &str| folder.join(file).metadata()?.modified();
    let installed = changed("node_modules/.package-lock.json");
    if installed.is_ok_and(|at| changed("package-lock.json").is_ok_and(|lock| at > lock)) {
        return Ok(());
    }
    println!("installing {name}");
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .status()
        .context("npm cannot be started")?;
    ensure!(status.success(), "{name} cannot be installed");
    Ok(())
}
