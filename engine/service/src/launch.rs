//! Building a service, starting it, knowing its address, waiting until it serves.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::group::{Group, PAUSE};
use crate::{Error, health};

/// What a build needs of its surroundings, and nothing that could be a secret. `CARGO_TARGET_DIR` is not among it: the
/// policy names the program below the root.
const BUILD_VARIABLES: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "CARGO_HOME",
    "CARGO_NET_OFFLINE",
    "CARGO_HTTP_CAINFO",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];
/// What a running service needs of its surroundings.
const RUN_VARIABLES: &[&str] = &["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/// How to start a service.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The command. `{port}` and `{listen}` stand for a free port and `127.0.0.1:PORT`; without either of them the
    /// service must write a line `listening on ADDRESS` to standard output.
    pub argv: Vec<String>,
    /// The folder that it runs in; a command with a `/` is meant from here.
    pub directory: PathBuf,
    /// Its whole environment, but for the mark by which its descendants are found; see [`run_environment`].
    pub environment: Vec<(String, String)>,
    /// How long it may take until its gRPC health service answers SERVING.
    pub ready_within: Duration,
}

/// How to build a service.
#[derive(Clone, Debug)]
pub struct Build {
    /// The command.
    pub argv: Vec<String>,
    /// The folder that it runs in.
    pub directory: PathBuf,
    /// Its whole environment, but for that mark; see [`build_environment`].
    pub environment: Vec<(String, String)>,
    /// How long it may take.
    pub within: Duration,
}

impl Build {
    /// Runs the build to its end and gives back what it wrote. A build that fails or takes too long is an error that
    /// carries its last lines.
    pub fn run(&self) -> Result<String, Error> {
        let mut group = Group::start(&self.argv, &self.directory, &self.environment)?;
        let deadline = Instant::now() + self.within;
        while !group.is_over() {
            if Instant::now() >= deadline {
                group.end();
                return Err(Error::TooSlow {
                    command: group.command().to_owned(),
                    within: self.within,
                    output: group.settled_output(),
                });
            }
            std::thread::sleep(PAUSE);
        }
        match group.end() {
            Some(status) if status.success() => {
                group.settled_output();
                Ok(group.output().text())
            }
            status => Err(Error::Ended {
                command: group.command().to_owned(),
                status: status.map_or_else(|| "an unknown status".to_owned(), |status| status.to_string()),
                output: group.settled_output(),
            }),
        }
    }
}

/// A service that serves. Dropping it ends it and every process of its group, and on Linux those that left the group for
/// a session of their own; should this process be killed, a watchdog does it.
pub struct Running {
    group: Group,
    address: SocketAddr,
}

impl Running {
    /// Starts a service and waits until its gRPC health service answers SERVING. Whatever goes wrong, nothing is left
    /// running.
    pub fn start(launch: &Launch) -> Result<Running, Error> {
        let deadline = Instant::now() + launch.ready_within;
        let (argv, given) = hand_over_address(&launch.argv)?;
        let mut group = Group::start(&argv, &launch.directory, &launch.environment)?;
        let address = match given {
            Some(address) => address,
            None => named_address(&mut group, launch.ready_within, deadline)?,
        };
        if !address.ip().is_loopback() {
            group.end();
            return Err(Error::NotLoopback { command: group.command().to_owned(), address });
        }
        wait_until_serving(&mut group, address, launch.ready_within, deadline)?;
        Ok(Running { group, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has written so far, its last 64 KiB.
    pub fn output(&self) -> String {
        self.group.output().text()
    }

    /// The last lines of what it has written so far.
    pub fn last_output(&self) -> String {
        self.group.settled_output()
    }

    /// An error if the service has ended by itself.
    pub fn check_alive(&mut self) -> Result<(), Error> {
        if self.group.is_over() { Err(self.group.ended_by_itself()) } else { Ok(()) }
    }

    /// Ends it: SIGTERM, then SIGKILL to the group.
    pub fn stop(mut self) {
        self.group.end();
    }
}

/// Of all variables, those that a build needs.
pub fn build_environment(all: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    only(BUILD_VARIABLES, all)
}

/// Of all variables, those that a running service needs.
pub fn run_environment(all: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    only(RUN_VARIABLES, all)
}

fn only(names: &[&str], all: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    all.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect()
}

/// Replaces `{port}` and `{listen}`. The port was free a moment ago; a service that chooses its own and names it
/// leaves no such gap.
fn hand_over_address(argv: &[String]) -> Result<(Vec<String>, Option<SocketAddr>), Error> {
    if !argv.iter().any(|word| word.contains("{port}") || word.contains("{listen}")) {
        return Ok((argv.to_vec(), None));
    }
    let address =
        TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).map_err(|error| {
            Error::NotStarted { command: argv.join(" "), reason: format!("no free port: {error}") }
        })?;
    let argv = argv
        .iter()
        .map(|word| {
            word.replace("{port}", &address.port().to_string()).replace("{listen}", &address.to_string())
        })
        .collect();
    Ok((argv, Some(address)))
}

fn named_address(group: &mut Group, within: Duration, deadline: Instant) -> Result<SocketAddr, Error> {
    loop {
        if let Some(address) = group.output().address() {
            return Ok(address);
        }
        check_starting(
            group,
            within,
            deadline,
            "it wrote no line `listening on ADDRESS` to standard output",
        )?;
        std::thread::sleep(PAUSE);
    }
}

fn wait_until_serving(
    group: &mut Group,
    address: SocketAddr,
    within: Duration,
    deadline: Instant,
) -> Result<(), Error> {
    let mut probe = health::Probe::of(address)?;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let missing = match probe.ask(left.clamp(TO_ANSWER, Duration::from_secs(1)))? {
            health::State::Serving => return Ok(()),
            health::State::Not(missing) => missing,
        };
        check_starting(group, within, deadline, &missing)?;
        std::thread::sleep(PAUSE);
    }
}

/// The least that a service has to answer whether it is ready: the last answer is what its failure is told by.
const TO_ANSWER: Duration = Duration::from_millis(250);

/// Waits until whatever runs at an address serves; otherwise says what is missing.
pub(crate) fn wait_for_address(address: SocketAddr, within: Duration) -> Result<(), String> {
    let deadline = Instant::now() + within;
    let mut probe = health::Probe::of(address).map_err(|error| error.to_string())?;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let asked = probe.ask(left.clamp(TO_ANSWER, Duration::from_secs(1)));
        let missing = match asked.map_err(|error| error.to_string())? {
            health::State::Serving => return Ok(()),
            health::State::Not(missing) => missing,
        };
        if Instant::now() >= deadline {
            return Err(format!("it was not ready within {within:?}: {missing}"));
        }
        std::thread::sleep(PAUSE);
    }
}

/// Whether a service that is not ready yet may still become so.
fn check_starting(
    group: &mut Group,
    within: Duration,
    deadline: Instant,
    missing: &str,
) -> Result<(), Error> {
    if group.is_over() {
        return Err(group.ended_by_itself());
    }
    if Instant::now() < deadline {
        return Ok(());
    }
    group.end();
    Err(Error::NotReady {
        command: group.command().to_owned(),
        within,
        missing: missing.to_owned(),
        output: group.settled_output(),
    })
}
