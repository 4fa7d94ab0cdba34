//! The built binary of a service, started for real.
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::parts::NOON;

/// A service's binary, and a folder that is gone with it.
pub struct Binary {
    program: &'static str,
    folder: TempDir,
}

/// A process that does not outlive its test.
pub struct Process(Child);

impl Binary {
    /// The binary that a test is given as `env!("CARGO_BIN_EXE_..")`.
    pub fn new(program: &'static str) -> Self {
        Self { program, folder: tempfile::tempdir().expect("a folder is made") }
    }

    /// A folder for the test's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Copies committed files into the folder, from a folder of the workspace such as `data`.
    pub fn copy(&self, from: &str, files: &[&str]) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(from);
        for file in files {
            std::fs::copy(from.join(file), self.folder().join(file)).expect("the file is copied");
        }
    }

    /// What a file of the folder says.
    pub fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.folder().join(file)).expect("the file is there")
    }

    /// Writes a file of the folder.
    pub fn write(&self, file: &str, content: &[u8]) {
        std::fs::write(self.folder().join(file), content).expect("the file is written");
    }

    /// Where its exposures go.
    pub fn exposures(&self) -> PathBuf {
        self.folder().join("exposures.jsonl")
    }

    /// Starts it on a free port, at [`NOON`], and gives its address.
    pub fn start(&self) -> (Process, String) {
        self.start_with(&[])
    }

    /// Starts it as [`Binary::start`] does, with more arguments.
    pub fn start_with(&self, arguments: &[&str]) -> (Process, String) {
        let mut command = self.command();
        command.args(["--listen", "127.0.0.1:0"]).args(arguments);
        let mut process = Process(command.spawn().expect("the binary starts"));
        let mut line = String::new();
        let stdout = process.0.stdout.take().expect("the output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the output is text");
        let address = line.trim_end().strip_prefix("listening on ").expect("the address is printed");
        (process, format!("http://{address}"))
    }

    /// Runs it with arguments with which it cannot start, and gives what it says.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().expect("the binary starts");
        assert!(!output.status.success());
        assert_eq!(output.stdout, b"", "it does not listen");
        let logs = String::from_utf8(output.stderr).expect("the logs are text");
        assert!(!logs.contains("panicked"), "{logs}");
        logs
    }

    /// Writes the configuration with a changed text into the folder, its paths made absolute, and gives its path.
    pub fn config(&self, original: &Path, change: impl FnOnce(&str) -> String) -> String {
        let text = std::fs::read_to_string(original).expect("the configuration is there");
        let here = original.parent().expect("a file is in a folder").canonicalize().expect("it is there");
        let root = here.join("../..").canonicalize().expect("the workspace is there");
        let text = change(&text)
            .replace("../../", &format!("{}/", root.display()))
            .replace("experiments: ", &format!("experiments: {}/", here.display()));
        let path = self.folder().join("config.yaml");
        std::fs::write(&path, text).expect("the configuration is written");
        path.to_str().expect("the path is text").to_owned()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.args(["--clock", NOON, "--exposures"]).arg(self.exposures());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Process {
    /// Sends SIGHUP, at which services read anew what they can.
    pub fn hang_up(&self) {
        self.send("-HUP");
    }

    /// Sends SIGTERM. Waits for the end, which has to be a good one, and gives what it logged.
    pub fn terminate(mut self) -> String {
        self.send("-TERM");
        assert!(self.0.wait().expect("it ends").success());
        let mut logs = String::new();
        let mut stderr = self.0.stderr.take().expect("the logs are piped");
        stderr.read_to_string(&mut logs).expect("the logs are text");
        logs
    }

    /// Sends a signal by the shell: the standard library can only kill.
    fn send(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(sent.expect("there is a kill command").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
