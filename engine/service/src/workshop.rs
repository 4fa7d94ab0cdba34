//! The services of a workspace: each built at most once, started as often as asked for, and asked.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};

use crate::dependencies::mark;
use crate::launch::wait_for_address;
use crate::{Answer, Circumstances, Client, Error, Running, Service, Services, StandIn};

/// How long a service that broke a connection is watched for whether it ended.
const AFTERMATH: Duration = Duration::from_millis(300);
/// How long a service at an address may take to accept a connection.
const ACCEPTS_WITHIN: Duration = Duration::from_secs(2);

/// Builds and starts the services of one root.
#[derive(Debug)]
pub struct Workshop {
    root: PathBuf,
    services: Services,
    build: Vec<(String, String)>,
    run: Vec<(String, String)>,
    built: BTreeSet<String>,
    places: BTreeMap<String, String>,
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
        Workshop { root: root.into(), services, build, run, built: BTreeSet::new(), places: BTreeMap::new() }
    }

    /// Says in errors where commands stand, by `services.NAME.build` and `services.NAME.run`.
    #[must_use]
    pub fn placed(self, places: BTreeMap<String, String>) -> Workshop {
        Workshop { places, ..self }
    }

    /// Builds a service unless that was done, and starts it; or waits until the one at the policy's address serves. What
    /// it depends on is started before it, and a stand-in before each.
    pub fn start(
        &mut self,
        name: &str,
        pool: DescriptorPool,
        circumstances: &Circumstances,
    ) -> Result<Session, Error> {
        let service =
            self.services.0.get(name).ok_or_else(|| Error::NoSuchService { name: name.to_owned() })?;
        if let Some(address) = &service.address {
            return Session::of_policy(address, service, pool);
        }
        let mut launch = service.launch(&self.root, self.run.clone());
        launch.argv = circumstances.hand_over(&launch.argv)?;
        let build = service.build(&self.root, self.build.clone());
        // Policy refuses services that depend on each other in a circle.
        let mut dependencies = BTreeMap::new();
        for (dependency, real) in service.dependencies.clone() {
            let real = self.start(&real, pool.clone(), circumstances)?;
            let stand_in = StandIn::before(real.address())?;
            let (mark, address) = (mark(&dependency), stand_in.address().to_string());
            for word in &mut launch.argv {
                *word = word.replace(&mark, &address);
            }
            dependencies.insert(dependency, Dependency { stand_in, _real: real });
        }
        if !self.built.contains(name) {
            if let Some(build) = build {
                build.run().map_err(|error| self.of_policy(name, "build", error))?;
            }
            self.built.insert(name.to_owned());
        }
        let running = Running::start(&launch).map_err(|error| self.of_policy(name, "run", error))?;
        let client = Client::connect(running.address(), pool)?;
        Ok(Session { client, running: Some(running), dependencies })
    }

    fn of_policy(&self, name: &str, key: &'static str, error: Error) -> Error {
        let place = self.places.get(&format!("services.{name}.{key}"));
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        Error::OfPolicy { place, name: name.to_owned(), key, error: Box::new(error) }
    }
}

/// A service that was started or that runs somewhere, and a client of it. Dropping it ends a service that was started.
pub struct Session {
    client: Client,
    running: Option<Running>,
    /// Ended after the service that calls them.
    dependencies: BTreeMap<String, Dependency>,
}

/// Something that a service depends on, behind a stand-in.
struct Dependency {
    stand_in: StandIn,
    _real: Session,
}

impl Session {
    /// The service at an address on loopback, which somebody else starts and ends.
    ///
    /// # Errors
    /// Where the address lies elsewhere, or no client can be set up. Nothing is called yet.
    pub fn at(address: SocketAddr, pool: DescriptorPool) -> Result<Session, Error> {
        Ok(Session { client: Client::connect(address, pool)?, running: None, dependencies: BTreeMap::new() })
    }

    /// The service at an address of the policy, once it serves.
    fn of_policy(text: &str, service: &Service, pool: DescriptorPool) -> Result<Session, Error> {
        let failed = |reason: String| Error::NotReached { address: text.to_owned(), reason };
        let found = text.to_socket_addrs().map_err(|error| failed(error.to_string()))?;
        let found: Vec<SocketAddr> = found.collect();
        let address = found.iter().find(|address| address.ip().is_loopback()).or_else(|| found.first());
        let address = *address.ok_or_else(|| failed("it names nothing".to_owned()))?;
        let client = match address.ip().is_loopback() {
            true => Client::connect(address, pool)?,
            false if service.remote => Client::remote(address, pool)?,
            false => return Err(failed("it is not a loopback address, and `remote` is not set".to_owned())),
        };
        wait_for_address(address, service.ready_within.0).map_err(failed)?;
        Ok(Session { client, running: None, dependencies: BTreeMap::new() })
    }

    /// Where the service listens.
    pub fn address(&self) -> SocketAddr {
        self.client.address()
    }

    /// What stands before something that the service depends on, by its name in the policy.
    pub fn dependency(&self, name: &str) -> Option<&StandIn> {
        self.dependencies.get(name).map(|dependency| &dependency.stand_in)
    }

    /// The client, for calls after which it does not matter whether the service ended.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

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

    /// Calls a method of any kind; see [`Client::call_messages`].
    pub fn call_messages(
        &mut self,
        method: &MethodDescriptor,
        requests: Vec<DynamicMessage>,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let answer = self.client.call_messages(method, requests, deadline, metadata)?;
        self.survived(answer)
    }

    /// The service itself, if it was started here.
    pub fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    /// Watches a while whether the service ends over what was just asked of it.
    ///
    /// # Errors
    /// Where a service that was started has ended, or one at an address takes no connections any more.
    pub fn check_survived(&mut self) -> Result<(), Error> {
        let patience = Instant::now() + AFTERMATH;
        while let Some(running) = self.running.as_mut().filter(|_| Instant::now() < patience) {
            running.check_alive()?;
            std::thread::sleep(crate::group::PAUSE);
        }
        if self.running.is_none() {
            let address = self.address();
            TcpStream::connect_timeout(&address, ACCEPTS_WITHIN).map_err(|error| Error::NotReached {
                address: address.to_string(),
                reason: error.to_string(),
            })?;
        }
        Ok(())
    }

    fn survived(&mut self, answer: Answer) -> Result<Answer, Error> {
        if answer.unsent.is_some() {
            self.check_survived()?;
        }
        Ok(answer)
    }
}
