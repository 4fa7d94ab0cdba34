//! `golden mutate`: small faults in the code that ranks, each seen by the corpus or not.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use findings::{Exit, Tier, digest};
use golden::mutants::{Asked, Excused, Mutant, Outcome, Source, Tried, catalogue, code_of, try_all};
use source::{ReadError, Tree};

use crate::cli::{MutateArgs, MutateFormat};
use crate::command::gate::cache;
use crate::console;
use crate::failure::Failure;
use crate::mutate::{Copy, Report, counted, human, json, listed, outcome, survivor};
use crate::scene::{Ask, Scene};
use crate::surroundings::{self, Env};

/// Tries mutants. Ends with 1 where one survives without an excuse, an excuse is stale, or too few are seen.
pub(crate) fn run(root: &Path, args: &MutateArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = Scene::open(Ask {
        root: root.to_owned(),
        base: source::BaseRequest::None,
        head: None,
        surroundings: source::Surroundings::default(),
        tier: Tier::Live,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: true,
        against: None,
        cache: cache(None, root, env)?,
        today: surroundings::today(),
    })?;
    let policy: golden::Policy = scene.head_policy.section("golden")?;
    let tree = &scene.change.head;
    let plans =
        services(&policy, args)?.into_iter().map(|service| Plan::of(tree, &policy, service, &args.only));
    let plans: Vec<Plan> = plans.collect::<Result<_, _>>()?;
    if args.list {
        plans.iter().for_each(|plan| console::print(&listed(&plan.mutants)));
        return Ok(Exit::Clean);
    }
    let temporary =
        tempfile::Builder::new().prefix("gatefold-mutants-").tempdir().map_err(Failure::could_not_run)?;
    let folder =
        args.build_dir.clone().or_else(|| kept(root, env)).unwrap_or_else(|| temporary.path().to_owned());
    let contracts: contracts::Policy = scene.head_policy.section("contracts")?;
    let protos = contracts::compile_protos(tree, &contracts, &scene.outside());
    let within = Duration::from_secs(args.timeout);
    let mut copy = Copy::of(tree, &folder, scene.head_policy.section("services")?, protos, within)?;
    let mut reports = Vec::with_capacity(plans.len());
    for plan in plans {
        let report = plan.carry_out(&mut copy, tree, &policy, args.format)?;
        match args.format {
            MutateFormat::Human => console::print(&human(&report)),
            MutateFormat::JsonLines => console::print(&format!("{}\n", counted(&report, args.minimum))),
            MutateFormat::Json => {}
        }
        reports.push(report);
    }
    if args.format == MutateFormat::Json {
        console::print(&format!("{}\n", json(&reports, args.minimum)));
    }
    Ok(if reports.iter().all(|report| report.is_good(args.minimum)) { Exit::Clean } else { Exit::Blocked })
}

/// The services to look at.
fn services<'a>(policy: &'a golden::Policy, args: &'a MutateArgs) -> Result<BTreeSet<&'a str>, Failure> {
    let all: BTreeSet<&str> = policy.corpora.iter().map(|corpus| corpus.service.as_str()).collect();
    match &args.service {
        Some(name) if !all.contains(name.as_str()) => {
            Err(Failure::usage(format_args!("no corpus of the policy belongs to `{name}`")))
        }
        Some(name) => Ok(BTreeSet::from([name.as_str()])),
        None if all.is_empty() => Err(Failure::usage("the policy names no corpora under `golden`")),
        None => Ok(all),
    }
}

/// Where builds are kept from run to run; nowhere in CI.
fn kept(root: &Path, env: Env<'_>) -> Option<PathBuf> {
    let name = digest(root.as_os_str().as_encoded_bytes());
    Some(surroundings::cache_folder(env, None)?.join("mutants").join(&name[..16]))
}

/// What is to be tried of one service.
struct Plan {
    service: String,
    sources: Vec<Source>,
    /// All mutants, which the file of excuses is held against.
    all: Vec<Mutant>,
    /// Those that are tried.
    mutants: Vec<Mutant>,
    excused: Excused,
}

impl Plan {
    fn of(tree: &Tree, policy: &golden::Policy, service: &str, only: &[String]) -> Result<Plan, Failure> {
        let sources = code_of(tree, service, policy.code_of(service)).map_err(Failure::usage)?;
        let all = catalogue(&sources).map_err(Failure::could_not_run)?;
        let wanted = |mutant: &&Mutant| {
            only.is_empty()
                || only.iter().any(|only| {
                    *only == mutant.id
                        || only == mutant.operator
                        || mutant
                            .file
                            .strip_prefix(only.trim_end_matches('/'))
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        let mutants: Vec<Mutant> = all.iter().filter(wanted).cloned().collect();
        if mutants.is_empty() {
            return Err(Failure::usage(format_args!(
                "`{service}` has no such mutant; see `golden mutate --list`"
            )));
        }
        let path = policy.excused(service);
        let excused = match tree.text(&path) {
            Ok(text) => Excused::parse(&path, &text)?,
            Err(ReadError::Missing(_)) => Excused::default(),
            Err(error) => return Err(Failure::could_not_run(error)),
        };
        Ok(Plan { service: service.to_owned(), sources, all, mutants, excused })
    }

    /// Tries the mutants, and says what became of each as soon as it is known.
    fn carry_out(
        self,
        copy: &mut Copy,
        tree: &Tree,
        policy: &golden::Policy,
        format: MutateFormat,
    ) -> Result<Report, Failure> {
        let corpora = Asked::of(tree, policy, &self.service).map_err(Failure::could_not_run)?;
        copy.turn_to(&self.service);
        let mut progress = Progress::of(&self);
        progress.say("building and asking it without a mutant");
        let mut told = |tried: &Tried| {
            match format {
                MutateFormat::Human => console::print(&survivor(tried, &self.excused, &self.sources)),
                MutateFormat::JsonLines => {
                    console::print(&format!("{}\n", outcome(tried, &self.excused, &self.sources)));
                }
                MutateFormat::Json => {}
            }
            progress.tell(tried);
        };
        let tried = try_all(copy, &corpora, &self.sources, &self.mutants, &mut told);
        let tried = tried.map_err(Failure::could_not_run)?;
        let faults = self.excused.faults(&self.all, &tried);
        Ok(Report { service: self.service, sources: self.sources, tried, excused: self.excused, faults })
    }
}

/// How far it is, on a terminal.
struct Progress {
    service: String,
    all: usize,
    done: usize,
    unseen: usize,
    begun: Option<Instant>,
    terminal: bool,
}

impl Progress {
    fn of(plan: &Plan) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Progress {
            service: plan.service.clone(),
            all: plan.mutants.len(),
            done: 0,
            unseen: 0,
            begun: None,
            terminal,
        }
    }

    fn say(&self, what: &str) {
        if self.terminal {
            console::say(format_args!("{}: {what} ..", self.service));
        }
    }

    fn tell(&mut self, tried: &Tried) {
        // The first mutant's time is not known: the build without one was among it.
        let begun = *self.begun.get_or_insert_with(Instant::now);
        self.done += 1;
        self.unseen += usize::from(tried.outcome == Outcome::Unseen);
        let left = match self.done {
            1 => String::new(),
            done => {
                let each = begun.elapsed() / u32::try_from(done - 1).unwrap_or(u32::MAX);
                let left = each * u32::try_from(self.all - done).unwrap_or(u32::MAX);
                format!(", about {} min left", left.as_secs().div_ceil(60))
            }
        };
        self.say(&format!("{} of {} mutants tried, {} not seen{left}", self.done, self.all, self.unseen));
    }
}
