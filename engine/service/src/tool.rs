//! Programs that are no part of the judged tree: a linter or a checker that is installed, run to its end within a time.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::Error;
use crate::group::{Group, PAUSE};

/// How much of what a tool writes is read, in bytes.
const READ: u64 = 256 * 1024 * 1024;
/// How much of its complaints is kept, in characters.
const COMPLAINT: usize = 2_000;

/// An installed program.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Where it lies: an absolute path outside the judged tree.
    pub program: PathBuf,
    /// Its whole environment; see [`crate::run_environment`].
    pub environment: Vec<(String, String)>,
}

/// What a tool said, once it had ended.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its exit status; `None` where a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub output: Vec<u8>,
    /// Standard error.
    pub errors: Vec<u8>,
    /// The beginning of standard error.
    pub complaint: String,
}

impl Tool {
    /// Runs it in a folder, with nothing on standard input. It runs in a process group of its own, which is ended with
    /// everything in it when the time is over.
    ///
    /// # Errors
    /// It could not be started, took too long, or wrote more than anybody reads. An exit status is no error.
    pub fn run(&self, arguments: &[&str], folder: &Path, within: Duration) -> Result<Said, Error> {
        self.run_reading(arguments, folder, within, READ)
    }

    /// The same with at most so many bytes of each of its outputs.
    ///
    /// # Errors
    /// As [`run`](Tool::run).
    pub fn run_reading(
        &self,
        arguments: &[&str],
        folder: &Path,
        within: Duration,
        most: u64,
    ) -> Result<Said, Error> {
        let program = self.program.to_string_lossy().into_owned();
        let argv: Vec<String> =
            [program].into_iter().chain(arguments.iter().map(|&it| it.to_owned())).collect();
        let deadline = Instant::now() + within;
        let mut group = Group::spawn(&argv, folder, &self.environment)?;
        let (stdout, stderr) = group.pipes();
        let (output, complaint) = (stdout.map(|pipe| read(pipe, most)), stderr.map(|pipe| read(pipe, most)));
        let mut received = (None, None);
        // The pipes close when the last process that holds them is gone, so that they are waited for with the process.
        loop {
            for (got, from) in [(&mut received.0, &output), (&mut received.1, &complaint)] {
                if got.is_none() {
                    *got = from.as_ref().and_then(|from| from.try_recv().ok());
                }
            }
            let is_read = received.0.is_some() && received.1.is_some();
            if is_read && group.is_over() {
                break;
            }
            if Instant::now() >= deadline {
                group.end();
                let output = "(none was kept)".to_owned();
                return Err(Error::TooSlow { command: group.command().to_owned(), within, output });
            }
            std::thread::sleep(PAUSE);
        }
        let command = group.command().to_owned();
        let status = group.end().and_then(|status| status.code());
        let (output, errors) = (received.0.unwrap_or_default(), received.1.unwrap_or_default());
        if output.len() as u64 > most || errors.len() as u64 > most {
            let status = format!("more than {most} bytes of output");
            return Err(Error::Ended { command, status, output: String::new() });
        }
        // A character has four bytes at most.
        let beginning = &errors[..errors.len().min(4 * COMPLAINT)];
        let complaint = String::from_utf8_lossy(beginning).chars().take(COMPLAINT).collect();
        Ok(Said { status, output, errors, complaint })
    }
}

/// Reads a pipe to its end in a thread of its own, a byte more than is allowed at most.
fn read(pipe: impl Read + Send + 'static, most: u64) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What a broken pipe cuts off shows in what the tool said.
        let _ = pipe.take(most + 1).read_to_end(&mut bytes);
        let _ = send.send(bytes);
    });
    receive
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, within: Duration) -> Result<Said, Error> {
        let tool = Tool { program: PathBuf::from("/bin/sh"), environment: Vec::new() };
        tool.run(&["-c", script], Path::new("/"), within)
    }

    #[test]
    fn what_it_says_and_how_it_ends_is_told() {
        let said = run("echo out; echo err >&2; exit 3", Duration::from_secs(20)).expect("it runs");
        assert_eq!(
            (said.status, said.output.as_slice(), said.complaint.as_str()),
            (Some(3), &b"out\n"[..], "err\n")
        );
    }

    #[test]
    fn more_than_a_pipe_holds_is_read() {
        let said = run("head -c 3000000 /dev/zero", Duration::from_secs(20)).expect("it runs");
        assert_eq!(said.output.len(), 3_000_000);
    }

    #[test]
    fn one_that_never_stops_writing_is_an_error() {
        let tool = Tool { program: PathBuf::from("/bin/sh"), environment: Vec::new() };
        for script in ["while :; do echo out; done", "while :; do echo err >&2; done"] {
            let error = tool.run_reading(&["-c", script], Path::new("/"), Duration::from_secs(20), 10_000);
            assert!(matches!(error, Err(Error::Ended { .. })), "{script}: {error:?}");
        }
    }

    #[test]
    fn one_that_hangs_is_ended_with_its_children() {
        let start = Instant::now();
        let error = run("sleep 600 & sleep 600", Duration::from_millis(200)).expect_err("it takes too long");
        assert!(matches!(error, Error::TooSlow { .. }), "{error}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn one_that_is_not_there_is_an_error() {
        let tool = Tool { program: PathBuf::from("/no/such/tool"), environment: Vec::new() };
        let error = tool.run(&[], Path::new("/"), Duration::from_secs(1)).expect_err("it is not there");
        assert!(matches!(error, Error::NotStarted { .. }), "{error}");
    }
}
