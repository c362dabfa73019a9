//! A program at a terminal of its own, which script(1) makes, and what stands on it then.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

/// A terminal with a running program, whose standard output goes to a file instead.
pub struct Pty {
    child: Child,
    keyboard: ChildStdin,
    out: PathBuf,
    reader: Option<JoinHandle<()>>,
    written: Arc<Mutex<Vec<u8>>>,
}

/// How the program ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    /// All that was written to the terminal.
    pub written: String,
}

impl Pty {
    /// `command` on a terminal of so many columns and rows; its standard output goes to a
    /// file in `folder`.
    pub fn start(command: &Command, (columns, rows): (u16, u16), folder: &Path) -> Self {
        let out = folder.join("stdout");
        let words = [command.get_program()]
            .into_iter()
            .chain(command.get_args());
        let words: Vec<_> = words.map(|word| format!("'{}'", word.display())).collect();
        let line = format!(
            "stty cols {columns} rows {rows}; exec {} > '{}'",
            words.join(" "),
            out.display()
        );
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        script.env_clear().env("SHELL", "/bin/sh");
        let set = |(name, value): (_, Option<_>)| Some((name, value?));
        script.envs(command.get_envs().filter_map(set));
        script.env("PATH", "/usr/bin:/bin").current_dir(folder);
        script.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn().unwrap();
        let written: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (shared, mut screen) = (written.clone(), child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                shared.lock().unwrap().extend(&bytes[..read]);
            }
        });
        Self {
            keyboard: child.stdin.take().unwrap(),
            child,
            out,
            reader: Some(reader),
            written,
        }
    }

    /// All that was written to the terminal so far.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&mut self) {
        self.keyboard.write_all(b"\x03").unwrap();
    }

    /// Waits until it ends by itself.
    pub fn finish(mut self) -> Ended {
        let code = self.child.wait().unwrap().code();
        self.reader.take().unwrap().join().unwrap();
        Ended {
            code,
            stdout: fs::read_to_string(&self.out).unwrap(),
            written: self.written(),
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What stands on a terminal that nothing scrolls off, after all this was written to it.
pub fn lines(written: &str) -> Vec<String> {
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        let line = lines.last_mut().unwrap();
        match c {
            '\r' => column = 0,
            '\n' => lines.push(Vec::new()),
            '\u{1b}' => match chars.find(char::is_ascii_alphabetic) {
                Some('K') => line.truncate(column),
                // A colour.
                Some('m') => {}
                other => panic!("ESC [ … {other:?}"),
            },
            c => {
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
        }
    }
    let text = |line: Vec<char>| line.into_iter().collect::<String>();
    lines.into_iter().map(text).collect()
}
