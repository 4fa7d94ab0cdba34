//! A process group of our own: started with a scrubbed environment, ended with everything in it and all that left it.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::Error;
use crate::output::Output;
use crate::strays::{Held, Mark, VARIABLE, descendants};

/// How long a process may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);
/// How often a process is looked at.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);

/// A running process with its descendants. Dropping it ends them.
pub(crate) struct Group {
    leader: Child,
    /// What its descendants have in common, wherever they went.
    mark: Mark,
    /// Ends the group if this process ends without having done it, even by SIGKILL: the pipe that it reads closes then.
    watchdog: Child,
    output: Output,
    command: String,
    ended: bool,
}

impl Group {
    /// Starts a command in a process group of its own, with nothing on standard input, and keeps the end of what it writes.
    /// Besides its environment it is given a mark, by which what leaves the group is found.
    pub(crate) fn start(
        argv: &[String],
        directory: &Path,
        environment: &[(String, String)],
    ) -> Result<Group, Error> {
        let mut group = Group::spawn(argv, directory, environment)?;
        let (stdout, stderr) = group.pipes();
        if let Some(pipe) = stdout {
            group.output.follow(pipe, true);
        }
        if let Some(pipe) = stderr {
            group.output.follow(pipe, false);
        }
        Ok(group)
    }

    /// The same with nobody who reads what it writes: that is the caller's, by [`Group::pipes`].
    pub(crate) fn spawn(
        argv: &[String],
        directory: &Path,
        environment: &[(String, String)],
    ) -> Result<Group, Error> {
        let command = argv.join(" ");
        let failed = |reason: String| Error::NotStarted { command: command.clone(), reason };
        let (program, arguments) =
            argv.split_first().ok_or_else(|| failed("the command is empty".to_owned()))?;
        // A relative path is meant from the command's own folder; what the platform makes of it varies.
        let program =
            if program.contains('/') { directory.join(program) } else { Path::new(program).to_owned() };
        let mark = Mark::new();
        let mut leader = Command::new(program)
            .args(arguments)
            .current_dir(directory)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env(VARIABLE, mark.value())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let watchdog = match watch(leader.id(), &mark) {
            Ok(watchdog) => watchdog,
            Err(error) => {
                kill_process_group(pid(&leader), Signal::KILL).ok();
                mark.end_all();
                leader.wait().ok();
                return Err(failed(format!("its watchdog did not start: {error}")));
            }
        };
        Ok(Group { leader, mark, watchdog, output: Output::default(), command, ended: false })
    }

    /// Standard output and standard error, once.
    pub(crate) fn pipes(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.leader.stdout.take(), self.leader.stderr.take())
    }

    /// The command as it was run.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// What it wrote.
    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// Whether the first process of the group has ended. It is left unreaped, so that its number stays taken
    /// until the group was ended and no stranger can be hit.
    pub(crate) fn is_over(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(pid(&self.leader)), options), Ok(None))
    }

    /// Ends the group: SIGTERM, then SIGKILL for whatever is left and for what left the group, and reaps its first process.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        if self.ended {
            return None;
        }
        self.ended = true;
        let group = pid(&self.leader);
        let mut below = Vec::new();
        if !self.is_over() {
            below = descendants(self.leader.id());
            kill_process_group(group, Signal::TERM).ok();
            let patience = Instant::now() + GRACE;
            while !self.is_over() && Instant::now() < patience {
                std::thread::sleep(PAUSE);
            }
        }
        kill_process_group(group, Signal::KILL).ok();
        below.iter().for_each(Held::end);
        self.mark.end_all();
        let status = self.leader.wait().ok();
        self.watchdog.kill().ok();
        self.watchdog.wait().ok();
        status
    }

    /// The error that says that it ended by itself. Ends whatever it left behind.
    pub(crate) fn ended_by_itself(&mut self) -> Error {
        let status = self.end().map_or_else(|| "an unknown status".to_owned(), |status| status.to_string());
        Error::Ended { command: self.command.clone(), status, output: self.settled_output() }
    }

    /// The last lines, after the threads that read the pipes had a moment to catch up.
    pub(crate) fn settled_output(&self) -> String {
        std::thread::sleep(PAUSE * 3);
        self.output.tail()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// What the watchdog runs: it waits for the end of its input, ends the group, and then whoever has the mark, until nobody has.
const WATCH: &str = r#"read -r _
kill -s KILL -- "-$1"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  found=
  for file in $(grep -lasF -- "$2" /proc/[0-9]*/environ 2>/dev/null); do
    process=${file#/proc/}
    kill -s KILL "${process%/environ}" && found=1
  done
  [ -n "$found" ] || exit 0
done
"#;

/// Starts the watchdog: a shell, so that it outlives this process however that ends. It does not have the mark itself.
fn watch(group: u32, mark: &Mark) -> std::io::Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", WATCH, "gatefold-watchdog", &group.to_string(), &mark.entry()])
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}
