//! The guard `lints`: what is known to hurt a latency-critical ranking service, found in the code as it is written.
//!
//! A rule is one file in `rules/` and a function over one node of the walk that all rules share. It sees names
//! resolved across the workspace and light types, never types as the compiler has them; what it cannot know it
//! does not report.
//!
//! Names come through imports, re-exports and globs, those of a block and what a module re-exports of another crate included; of
//! several globs of other crates the one that is known to have a name brings it, as far as `std` is concerned. The arms of a
//! `macro_rules!` are looked at where they are written, and once more where async code of the same file calls it. What is there
//! for tests is what cargo and `cfg(test)` keep to them, and doubles that nothing else refers to.

pub mod across;
mod always;
mod ambient;
pub mod asyncness;
pub mod blocking;
mod bound;
pub mod built;
pub mod calls;
pub mod census;
mod control;
mod deadlines;
pub mod delegated;
mod doubles;
mod elsewhere;
mod endpoints;
pub mod facts;
pub mod fallback;
mod few;
pub mod fixes;
pub mod flags;
pub mod flow;
mod handed;
mod hashes;
mod house;
mod kept;
mod kinds;
mod labels;
pub mod layers;
mod looked;
mod orders;
mod own;
mod owners;
mod place;
mod policy;
mod proof;
pub mod rpc;
pub mod rules;
mod safety;
mod said;
pub mod site;
pub mod sorts;
mod test_code;
pub mod texts;
pub mod ties;
mod timeouts;
pub mod types;
pub mod unordered;
mod walk;
pub mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use findings::{Checked, Finding, Rule};
use source::{Cache, Code, Names, Problem, ReadError, SourceFile, Tree};

use doubles::Doubles;
use house::House;
use kept::Keeper;
use looked::{Looked, rust, walked};

pub use across::{Across, AcrossCheck};
pub use control::control;
pub use flags::{Flags, FlagsCheck};
pub use house::{Each, HouseRule, Require, Sides, TestCode, Things, Vacant, is_gone, may_be_gone};
pub use layers::Layers;
pub use own::{check_own, check_own_with};
pub use policy::{Asked, Delegate, Policy, SECTION, house_rules};
pub use proof::{Expected, Proof, names_places, prove, vacant};
pub use rules::{LINTS, RULES};
pub use site::{Site, Step};
use walk::SyntaxChecks;
pub use walk::{Node, SyntaxCheck};

/// A rule with its check.
pub struct Lint {
    /// What it is called, and why it is there.
    pub rule: &'static Rule,
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Every node of the Rust code that is not there for tests.
    Syntax(SyntaxCheck),
    /// Every node of the Rust code that is there for tests.
    Tests(SyntaxCheck),
    /// Every node of both.
    Everywhere(SyntaxCheck),
    /// The text of every file, whatever language it is in.
    Text(TextCheck),
    /// The policy as it is written on the side that is looked at.
    Policy(PolicyCheck),
    /// Plain facts of all files: what one says of another.
    Across(AcrossCheck),
    /// What code reads of flags, where the policy says by what.
    Flags(FlagsCheck),
    /// What could not be read, and whether a target of the workspace compiles it.
    Problem(ProblemCheck),
}

/// A rule over text: path, text.
pub type TextCheck = fn(&str, &str, &mut Vec<Finding>);

/// A rule over the policy: the tree that it stands in, with its code.
pub type PolicyCheck = fn(&Tree, &Code, &mut Vec<Finding>);

/// A rule over what could not be read.
pub type ProblemCheck = fn(&Problem, bool) -> Option<Finding>;

/// Why the guard could not look.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy has a glob that is none.
    #[error("failed to read `lints.{0}` of the policy: {1}")]
    Glob(&'static str, #[source] globset::Error),
    /// The policy has a house rule that is none.
    #[error("failed to read `lints.house.{0}` of the policy: {1}")]
    House(String, String),
    /// A registry of flags cannot be read.
    #[error("failed to read `{0}`, which `lints.flags.registry` of the policy names: {1}")]
    Unread(String, #[source] ReadError),
    /// A registry of flags is none.
    #[error("failed to read a registry of flags: {0}")]
    Registry(#[from] ::policy::PolicyError),
}

impl From<house::Unfit> for Error {
    fn from(unfit: house::Unfit) -> Self {
        Error::House(unfit.rule, unfit.reason)
    }
}

/// Runs every rule over one side, all of which counts as added. With `only`, the files that it asks for are looked at
/// and no others, as hooks do, and what files say of each other is left to a look at all of them.
///
/// # Errors
/// Only where nothing could be looked at. A file that could not be read is a finding.
pub fn check(
    code: &Code,
    tree: &Tree,
    policy: &Policy,
    only: Option<&(dyn Fn(&str) -> bool + Sync)>,
) -> Result<Checked, Error> {
    check_change(code, None, tree, policy, only, &Cache::off())
}

/// What a change is compared with: what was there before is not added.
#[derive(Clone, Copy)]
pub struct Base<'b, 'c> {
    /// How to come by its code, which is only asked for where something has to be compared.
    pub code: &'b (dyn Fn() -> &'c Code + Sync),
    /// The commit that it is, and the judged folder of that, by which what is known of it can be kept: a commit stays as it
    /// is.
    pub commit: Option<(&'b str, &'b str)>,
}

/// Runs every rule over one side of a change, with what earlier runs found in files that nothing has changed for.
///
/// # Errors
/// As [`check`].
pub fn check_change(
    code: &Code,
    base: Option<Base<'_, '_>>,
    tree: &Tree,
    policy: &Policy,
    only: Option<&(dyn Fn(&str) -> bool + Sync)>,
    cache: &Cache,
) -> Result<Checked, Error> {
    let excluded = policy.excluded()?;
    let layers = policy.layers()?;
    let asked = |path: &str| only.is_none_or(|only| only(path)) && !excluded.is_match(path);
    let house = Arc::new(House::of(&policy.house, code)?);
    let mut checks = checks();
    checks.syntax.house = house.clone();
    checks.syntax.gathers = true;
    let rules: Vec<&'static Rule> = RULES.iter().copied().chain(house.rules()).collect();
    let doubles = Doubles::of(code, &|path| only.is_none_or(|only| only(path)));
    let keeper = Keeper::new(cache.notes("lints"), &rules, &layers, &house, &doubles);

    let mut counts = BTreeMap::new();
    let mut findings = Vec::new();
    let (walked, of_texts, kept) = std::thread::scope(|scope| {
        let of_texts = scope.spawn(|| texts(tree, &asked, &keeper));
        let kept = only.is_none().then(|| scope.spawn(|| across::kept(code)));
        let walked = match only {
            Some(_) => rust(code, &asked, &checks.syntax, &keeper, |_| None),
            None => rust(code, &asked, &checks.syntax, &keeper, |file| Some(across::of_text(file))),
        };
        (walked, joined(of_texts), kept.map(joined))
    });
    counts.insert("files", walked.len() as u64);
    let mut facts = Vec::new();
    let mut said = Vec::new();
    for (path, Looked { found, said: of_file, also }) in walked {
        findings.extend(found);
        said.push((path.clone(), of_file));
        facts.extend(also.flatten().map(|also| (path, also)));
    }
    said.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut findings = elsewhere::judged(findings, &said, code, &asked);
    let mut remarks = Vec::new();
    if let Some((kept, others)) = kept {
        let ambient: Vec<_> = said.iter().map(|(path, said)| (path.as_str(), &said.ambient)).collect();
        findings.extend(ambient::behind_calls(&ambient));
        // What files say takes much memory, and so does what is found across them.
        drop(ambient);
        drop(said);
        let files = across::of_side(code, &doubles, facts, (&kept, others));
        let of_base = |base: &Base<'_, '_>| across::of_base(base, &files, &kept, cache);
        let base = base.map(|base| move || of_base(&base));
        let base = base.as_ref().map(|base| base as &(dyn Fn() -> Vec<across::OfFile> + Sync));
        let all = Across { files: &files, code, asked: &asked, base };
        findings.extend(beside_each_other(&checks.across, &all));
        let registries = policy.registries()?;
        let judged = (&policy.flags, &registries, policy.today);
        let seen = flags::look(judged, &doubles, code, tree, &asked)?;
        checks.flags.iter().for_each(|check| seen.iter().for_each(|seen| check(seen, &mut findings)));
        remarks = policy.flags.unmet(&registries, seen.as_ref());
        kept.close();
    }
    let (read, found) = of_texts;
    counts.insert("texts", read);
    findings.extend(found);
    keeper.close();
    findings.extend(house::packages(&house, &code.workspace, &asked));
    // No policy excludes itself.
    if only.is_none_or(|only| only(::policy::POLICY_FILE)) {
        checks.policies.iter().for_each(|check| check(tree, code, &mut findings));
    }
    for problem in code.problems.iter().filter(|problem| asked(&problem.path)) {
        let orphan = code.files().iter().any(|file| file.path == problem.path && file.orphan);
        findings.extend(checks.problems.iter().filter_map(|check| check(problem, !orphan)));
    }
    Ok(Checked { findings: distinct(findings), counts, remarks, unresolved: None })
}

/// The findings of one text file by the rules over text.
pub fn check_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in checks().texts {
        check(path, text, &mut findings);
    }
    findings
}

/// The findings of one Rust file by the rules over syntax; none where the file is generated or a build script.
pub fn check_file(file: &SourceFile, names: &Names, layers: &Layers) -> Vec<Finding> {
    walked(file, file.is_test(), &names.asking(&file.path), layers, &checks().syntax).0
}

/// Reads every text once; gives the number of those read, and what is found in them. A file that is not text, or large data, is none of these
/// rules' business, and one that Rust code needs is a problem of the code already.
fn texts(tree: &Tree, asked: &(dyn Fn(&str) -> bool + Sync), keeper: &Keeper<'_>) -> (u64, Vec<Finding>) {
    let mut read = 0;
    let mut findings = Vec::new();
    let paths: Vec<&str> = tree.paths().filter(|path| asked(path)).collect();
    let check = |path: &str| tree.text(path).map(|text| check_text(path, &text));
    for (path, found) in paths.iter().zip(keeper.of_texts(tree, &paths, check)) {
        match found {
            Ok(found) => {
                read += 1;
                findings.extend(found);
            }
            Err(error @ ReadError::TooLarge { .. }) if is_read_by_people(path) => {
                let problem = Problem::of_read(path, &error);
                findings.extend(checks().problems.iter().filter_map(|check| check(&problem, true)));
            }
            Err(_) => {}
        }
    }
    (read, findings)
}

/// What rules across files find, each on a thread of its own.
fn beside_each_other(checks: &[AcrossCheck], all: &Across<'_>) -> Vec<Finding> {
    let ask = |check: &AcrossCheck| {
        let mut found = Vec::new();
        check(all, &mut found);
        found
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = checks.iter().map(|check| scope.spawn(move || ask(check))).collect();
        asked.into_iter().flat_map(joined).collect()
    })
}

/// What a thread gives. A panic goes on in the caller.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Files that are prose, configuration or contracts, by their extension: too large to be read, they are suspicious.
fn is_read_by_people(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "md" | "toml" | "proto" | "yaml" | "yml" | "sh")
}

#[derive(Default)]
struct Checks {
    syntax: SyntaxChecks,
    texts: Vec<TextCheck>,
    across: Vec<AcrossCheck>,
    policies: Vec<PolicyCheck>,
    flags: Vec<FlagsCheck>,
    problems: Vec<ProblemCheck>,
}

/// The checks of the registry by what they look at.
fn checks() -> Checks {
    sorted(LINTS)
}

fn sorted(lints: &[&Lint]) -> Checks {
    let mut checks = Checks::default();
    for lint in lints {
        match lint.check {
            Check::Syntax(check) => checks.syntax.code.push(check),
            Check::Tests(check) => checks.syntax.tests.push(check),
            Check::Everywhere(check) => {
                checks.syntax.code.push(check);
                checks.syntax.tests.push(check);
            }
            Check::Text(check) => checks.texts.push(check),
            Check::Across(check) => checks.across.push(check),
            Check::Policy(check) => checks.policies.push(check),
            Check::Flags(check) => checks.flags.push(check),
            Check::Problem(check) => checks.problems.push(check),
        }
    }
    checks
}

/// A comparator that two sorts share is found twice and told once.
fn distinct(findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen = std::collections::BTreeSet::new();
    findings.into_iter().filter(|finding| seen.insert((finding.rule.id, finding.location.clone()))).collect()
}
