//! The services of a workspace: each built at most once, started as often as asked for, and asked.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};

use crate::{Answer, Circumstances, Client, Error, Running, Services};

/// How long a service that broke a connection is watched for whether it ended.
const AFTERMATH: Duration = Duration::from_millis(300);

/// Builds and starts the services of one root.
#[derive(Debug)]
pub struct Workshop {
    root: PathBuf,
    services: Services,
    build: Vec<(String, String)>,
    run: Vec<(String, String)>,
    built: BTreeSet<String>,
}

impl Workshop {
    /// For the services of a root. The environments are the whole of what builds and services are given; see
    /// [`build_environment`](crate::build_environment) and [`run_environment`](crate::run_environment).
    pub fn new(
        root: impl Into<PathBuf>,
        services: Services,
        build: Vec<(String, String)>,
        run: Vec<(String, String)>,
    ) -> Workshop {
        Workshop { root: root.into(), services, build, run, built: BTreeSet::new() }
    }

    /// Builds a service unless that was done, and starts it.
    pub fn start(
        &mut self,
        name: &str,
        pool: DescriptorPool,
        circumstances: &Circumstances,
    ) -> Result<Session, Error> {
        let service =
            self.services.0.get(name).ok_or_else(|| Error::NoSuchService { name: name.to_owned() })?;
        let mut launch = service.launch(&self.root, self.run.clone());
        launch.argv = circumstances.hand_over(&launch.argv)?;
        if !self.built.contains(name) {
            if let Some(build) = service.build(&self.root, self.build.clone()) {
                build.run()?;
            }
            self.built.insert(name.to_owned());
        }
        let running = Running::start(&launch)?;
        let client = Client::connect(running.address(), pool)?;
        Ok(Session { client, running })
    }
}

/// A service that was started, and a client of it. Dropping it ends the service.
pub struct Session {
    client: Client,
    running: Running,
}

impl Session {
    /// Calls a unary method with proto JSON; see [`Client::call`]. An error also if the service ended over the call.
    pub fn call(
        &mut self,
        rpc: &str,
        request: serde_json::Value,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let answer = self.client.call(rpc, request, deadline, metadata)?;
        self.survived(answer)
    }

    /// Calls a unary method with a message that was read before.
    pub fn call_message(
        &mut self,
        method: &MethodDescriptor,
        request: DynamicMessage,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let answer = self.client.call_message(method, request, deadline, metadata)?;
        self.survived(answer)
    }

    /// The service itself.
    pub fn running(&self) -> &Running {
        &self.running
    }

    fn survived(&mut self, answer: Answer) -> Result<Answer, Error> {
        if answer.unsent.is_some() {
            let patience = Instant::now() + AFTERMATH;
            while Instant::now() < patience {
                self.running.check_alive()?;
                std::thread::sleep(crate::group::PAUSE);
            }
        }
        Ok(answer)
    }
}
