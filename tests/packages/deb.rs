//! The packages, packed from the release.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::desktop::run;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One of the packages, by what cargo is told to build it and cargo-deb to pack it.
pub struct Package {
    pub name: &'static str,
    build: &'static [&'static str],
    pack: &'static [&'static str],
    /// Below the folder that everything is built into.
    target: &'static str,
}

pub const APP: Package = Package {
    name: "vestibule",
    build: &["--bin", "vestibule"],
    pack: &[],
    target: "",
};
pub const KIOSK: Package = Package {
    name: "vestibule-kiosk",
    build: &[
        "--bin",
        "vestibule",
        "--no-default-features",
        "--features",
        "kiosk",
    ],
    pack: &["--variant", "kiosk"],
    target: "kiosk",
};
pub const SERVER: Package = Package {
    name: "vestibule-server",
    build: &["--package", "vestibule-server", "--bin", "vestibule-server"],
    pack: &["--package", "vestibule-server"],
    target: "",
};

impl Package {
    /// Builds it unless that is done, and packs it.
    pub fn pack(&self) -> PathBuf {
        let targets = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let target = targets.join(self.target);
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--release", "--locked"])
            .args(self.build);
        build.arg("--target-dir").arg(&target);
        let status = build.current_dir(ROOT).status().unwrap();
        assert!(status.success(), "{} does not build", self.name);

        // .ci/run has it there.
        let own = targets.join("tools/bin/cargo-deb");
        let mut pack = match own.exists() {
            true => Command::new(own),
            false => Command::new("cargo-deb"),
        };
        let into = Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.name);
        pack.args(["deb", "--locked", "--offline", "--no-build"]);
        pack.args(self.pack).arg("--output").arg(into);
        pack.env("CARGO_TARGET_DIR", target).current_dir(ROOT);
        let printed = run(pack.stderr(Stdio::inherit())).stdout;
        let printed = String::from_utf8(printed).unwrap();
        PathBuf::from(printed.lines().last().expect("no package"))
    }
}

#[test]
#[ignore = "needs cargo-deb and lintian: tests/setup; builds the release"]
fn lintian_finds_no_error_in_the_packages() {
    for package in [APP, KIOSK, SERVER] {
        let mut lintian = Command::new("lintian");
        lintian.args(["--fail-on", "error"]).arg(package.pack());
        let said = lintian.output().expect("lintian: run tests/setup");
        let text = String::from_utf8_lossy(&said.stdout);
        println!("{text}");
        assert!(said.status.success(), "{text}");
    }
}

#[test]
fn the_page_has_the_command_that_packs_each() {
    let page = Path::new(ROOT).join("docs/packages.md");
    let page = std::fs::read_to_string(page).unwrap();
    for package in [APP, KIOSK, SERVER] {
        let words = [&["cargo", "deb", "--locked"], package.pack].concat();
        let command = words.join(" ");
        assert!(page.lines().any(|line| line == command), "{command}");
        assert!(page.contains(&format!("| `{}` |", package.name)));
    }
}
