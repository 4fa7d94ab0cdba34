//! The services that promises are asked of, each started once.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DescriptorPool;
use service::Session;
use source::Change;

use crate::{Error, Policy};

/// A service that is to be started, or called where it runs.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its name in the policy's `services`.
    pub target: &'a str,
    /// The protos that requests and answers are read by.
    pub pool: &'a DescriptorPool,
}

/// Starts a service, or finds it at its address. Dropping the session ends what was started.
pub type Start<'a> = dyn FnMut(&Wanted<'_>) -> Result<Session, String> + 'a;

/// What promises are asked with.
pub(crate) struct Stage<'a> {
    /// Both trees.
    pub(crate) change: &'a Change,
    #[expect(dead_code, reason = "kinds of promises have keys of their own")]
    pub(crate) policy: &'a Policy,
    /// Head's protos.
    pub(crate) pool: &'a DescriptorPool,
    start: &'a mut Start<'a>,
    running: BTreeMap<String, Session>,
    /// Every service that was asked for, whether it still runs or not.
    asked: BTreeSet<String>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        change: &'a Change,
        policy: &'a Policy,
        pool: &'a DescriptorPool,
        start: &'a mut Start<'a>,
    ) -> Stage<'a> {
        Stage { change, policy, pool, start, running: BTreeMap::new(), asked: BTreeSet::new() }
    }

    /// The session of a service, which is started at the first call.
    pub(crate) fn session(&mut self, target: &str) -> Result<&mut Session, Error> {
        if !self.running.contains_key(target) {
            let session = self.another(target)?;
            self.asked.insert(target.to_owned());
            self.running.insert(target.to_owned(), session);
        }
        Ok(self.running.get_mut(target).expect("it was started above"))
    }

    /// The services that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.iter().cloned().collect()
    }

    /// Ends a service, so that the next who asks finds one that was just started.
    pub(crate) fn end(&mut self, target: &str) {
        self.running.remove(target);
    }

    /// One more session of a service, of which nobody else asks anything.
    pub(crate) fn another(&mut self, target: &str) -> Result<Session, Error> {
        (self.start)(&Wanted { target, pool: self.pool })
            .map_err(|reason| Error::NotStarted { target: target.to_owned(), reason })
    }
}
