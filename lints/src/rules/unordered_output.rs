//! Output whose order is that of a hash map, outside code that ranks.

use findings::{Finding, rule};

use crate::unordered::{found, is_of_ranking};
use crate::{Check, Lint, Node, Site};

rule! {
    /// What `unordered-iteration` finds in code that ranks, elsewhere: the order of a hash map or hash set that reaches a
    /// list that is returned, a text, or what `take` or `truncate` cuts off.
    ///
    /// It only informs: in published crates three in five of such lists are read by nobody in order, or sorted by the
    /// caller. A method of `&self` that hands out what a field holds is a view, whose order is up to the caller, and is
    /// left alone.
    ///
    /// ## Why it hurts
    /// The order of a hash map differs from process to process. What is built from it differs from run to run: texts that
    /// are compared, caches that are keyed by them, tests that expect them, pages that are cut off.
    ///
    /// ## Example
    /// ```bad
    /// use std::collections::HashMap as Map;
    ///
    /// fn tasks(jobs: Map<JobId, Job>) -> Vec<Task> {
    ///     let mut tasks = Vec::new();
    ///     for job in jobs.values() { //~
    ///         tasks.push(job.task());
    ///     }
    ///     tasks
    /// }
    ///
    /// fn header(tags: &std::collections::HashMap<String, String>) -> String {
    ///     let pairs = || tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&"); //~
    ///     pairs()
    /// }
    ///
    /// fn some(ids: ahash::AHashSet<u64>) -> Result<Vec<u64>, Error> {
    ///     Ok(vec![ids.into_iter().take(3).collect::<Vec<_>>()].concat()) //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Sort, by something that is unique; or keep the data in a `BTreeMap` or in a list with an index beside it.
    ///
    /// ```good
    /// use std::collections::{BTreeMap, HashMap};
    ///
    /// fn tasks(jobs: BTreeMap<JobId, Job>) -> Vec<Task> {
    ///     jobs.values().map(Job::task).collect()
    /// }
    ///
    /// struct Store {
    ///     jobs: RwLock<HashMap<JobId, Job>>,
    /// }
    ///
    /// impl Store {
    ///     fn state(&self) -> Vec<Job> {
    ///         let jobs = self.jobs.read();
    ///         jobs.values().cloned().collect()
    ///     }
    ///
    ///     fn names(&self) -> Vec<String> {
    ///         let mut names = Vec::new();
    ///         for job in self.jobs.read().values() {
    ///             names.push(job.name());
    ///         }
    ///         names
    ///     }
    /// }
    ///
    /// fn duplicated(fields: HashMap<String, Field>) -> Result<(), Invalid> {
    ///     let error = fields.keys().cloned().collect::<Vec<_>>().join(", ");
    ///     Err(Invalid { error })
    /// }
    /// ```
    pub static UNORDERED_OUTPUT = {
        id: "unordered-output",
        guard: "lints",
        group: "determinism",
        level: Note,
        summary: "finds hash maps and sets whose order reaches other output",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNORDERED_OUTPUT, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    findings.extend(found(&UNORDERED_OUTPUT, node, site).filter(|_| !is_of_ranking(node, site)));
}
