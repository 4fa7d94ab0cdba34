//! A Redis server of a test's own: on a free port, in a folder of its own, gone with the test.
use std::io::{self, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

const PROGRAM: &str = "redis-server";

/// A running server. What is written to it outlives its process.
pub(crate) struct Server {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// A server that answers, or nothing where the program is not installed, which is said.
    pub(crate) fn start() -> Option<Self> {
        if Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).status().is_err() {
            // Past the harness, which keeps what is printed to itself.
            writeln!(io::stderr(), "skipped: {PROGRAM} is not installed").expect("standard error is open");
            return None;
        }
        // Somebody else may take the port before the server does.
        let started = (0..5).find_map(|_| {
            let folder = tempfile::tempdir().expect("a folder is made");
            let port = free_port();
            let mut server = Self { process: spawn(&folder, port), folder, port };
            server.answers().then_some(server)
        });
        Some(started.expect("the server starts"))
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sends a command and reads its answer.
    pub(crate) fn ask<T: redis::FromRedisValue>(&self, words: &[&[u8]]) -> T {
        let client = redis::Client::open(self.url()).expect("the URL is right");
        let mut connection = client.get_connection().expect("the server listens");
        let mut command = redis::Cmd::new();
        words.iter().for_each(|word| {
            command.arg(*word);
        });
        command.query(&mut connection).expect("the server answers")
    }

    /// Ends the process at once.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the process is there");
        self.process.wait().expect("the process ends");
    }

    /// Starts a process anew where the last one listened.
    pub(crate) fn restart(&mut self) {
        self.process = spawn(&self.folder, self.port);
        assert!(self.answers(), "the server starts again");
    }

    /// Lets the process stand still, so that nobody who is connected gets an answer.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets the process go on.
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.id().to_string();
        let status = Command::new("kill").args([signal, &process]).status().expect("`kill` is there");
        assert!(status.success());
    }

    fn answers(&mut self) -> bool {
        let client = redis::Client::open(self.url()).expect("the URL is right");
        for _ in 0..500 {
            let answer =
                client.get_connection().and_then(|mut to| redis::cmd("PING").query::<String>(&mut to));
            if answer.is_ok() {
                return true;
            }
            if self.process.try_wait().expect("the process can be asked").is_some() {
                return false;
            }
            sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that is dead already cannot be ended again.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("the listener has an address").port()
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    Command::new(PROGRAM)
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "yes"])
        .args(["--appendfsync", "always", "--dir"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts")
}
