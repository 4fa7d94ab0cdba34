//! A Redis server of a test's own: on a free port, in a folder of its own, gone with the test.
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
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
        for _ in 0..500 {
            if pongs(self.port).unwrap_or(false) {
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

fn pongs(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"+PONG\r\n")
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
