//! `unstable-bucketing-hash`: finds assignment to experiments by a hash that changes.

use findings::{Finding, rule};
use syn::{Block, Expr, ExprCall, Ident};

use crate::calls::{path_calls, variable};
use crate::facts::type_name;
use crate::site::LOOK_BACK;
use crate::sorts::calls_in;
use crate::types::{first_argument, head};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A hash of `std`, `ahash`, `fxhash`, `rustc-hash`, `foldhash` or `gxhash` that deals out users or other units:
    /// in a function, type or module that is named for experiments, variants, cohorts or roll-outs; or for buckets,
    /// shards and assignment, where the function also speaks of a user, a device, a session or their like. A helper of
    /// the same file or type is looked into.
    ///
    /// Buckets of a hash table and shards of a cache in memory are left alone, whatever these hold: they live as long as
    /// the process. So are the hashers that a table is made with (`with_hasher`), and what says that it tells a version.
    ///
    /// ## Why it hurts
    /// `DefaultHasher` promises nothing about its values from one release of Rust to the next, `RandomState` and
    /// `ahash` start from another seed in each process, and the rest change with their crate, with the width of a
    /// pointer or with the byte order. The day the toolchain is raised, every viewer falls into another variant: running
    /// experiments are void, and the analyst learns of it from a metric that moved for no reason.
    ///
    /// ## Example
    /// ```bad
    /// use std::collections::hash_map::DefaultHasher as Digest;
    /// use std::hash::{BuildHasher, Hash, Hasher};
    ///
    /// fn variant_of(user_id: u64, salt: &str) -> usize {
    ///     let mut hasher = Digest::new(); //~
    ///     (salt, user_id).hash(&mut hasher);
    ///     (hasher.finish() % 100) as usize
    /// }
    ///
    /// struct Experiment {
    ///     arms: Vec<Arm>,
    /// }
    ///
    /// impl Experiment {
    ///     fn arm(&self, viewer: &str) -> &Arm {
    ///         let pick = || ahash::RandomState::with_seeds(1, 2, 3, 4).hash_one(viewer); //~
    ///         &self.arms[pick() as usize % self.arms.len()]
    ///     }
    /// }
    ///
    /// fn cohort(viewer: u64) -> u64 {
    ///     let mut hasher = <Digest as Default>::default(); //~
    ///     viewer.hash(&mut hasher);
    ///     hasher.finish() % 10
    /// }
    ///
    /// fn rollout(viewer: &str) -> u64 {
    ///     gxhash::gxhash64(viewer.as_bytes(), 7) % 100 //~
    /// }
    ///
    /// fn bucket(session: &Session) -> u64 {
    ///     digest(&session.id) % 1000 //~
    /// }
    ///
    /// fn digest(id: &str) -> u64 {
    ///     let mut hasher = Digest::default();
    ///     id.hash(&mut hasher);
    ///     hasher.finish()
    /// }
    ///
    /// impl Dealer {
    ///     fn cohort(&self, viewer: u64) -> u64 {
    ///         let built = std::hash::BuildHasherDefault::<Digest>::default(); //~
    ///         let first = built.hash_one(viewer) + Self::folded(viewer); //~
    ///         first + self.folded_too(viewer) //~
    ///     }
    ///
    ///     fn folded(unit: u64) -> u64 {
    ///         std::hash::RandomState::new().hash_one(unit)
    ///     }
    ///
    ///     fn folded_too(&self, unit: u64) -> u64 {
    ///         std::hash::RandomState::new().hash_one(unit)
    ///     }
    /// }
    ///
    /// mod rollout {
    ///     pub fn is_on(device: u64, percent: u64) -> bool {
    ///         matches!(<std::hash::DefaultHasher>::default(), hasher if fold(hasher, device) < percent) //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// A hash that is specified: SHA-256, or SipHash, xxHash or Murmur with a key that is written down; over a salt and
    /// the unit.
    ///
    /// ```good
    /// use std::collections::hash_map::{DefaultHasher, RandomState};
    /// use std::hash::{BuildHasher, Hasher};
    ///
    /// fn variant_of(user_id: u64, salt: &str) -> u64 {
    ///     xxhash_rust::xxh3::xxh3_64_with_seed(&user_id.to_le_bytes(), 7) % 100
    /// }
    ///
    /// struct Cache {
    ///     shards: Vec<Shard>,
    ///     state: RandomState,
    /// }
    ///
    /// impl Cache {
    ///     fn new() -> Self {
    ///         Cache { shards: Vec::new(), state: RandomState::new() }
    ///     }
    ///
    ///     fn shard(&self, key: &str) -> &Shard {
    ///         let mut hasher = DefaultHasher::new();
    ///         hasher.write(key.as_bytes());
    ///         &self.shards[hasher.finish() as usize % self.shards.len()]
    ///     }
    /// }
    ///
    /// struct VariantCache {
    ///     shards: Vec<Shard>,
    /// }
    ///
    /// impl VariantCache {
    ///     fn shard(&self, user_id: u64) -> &Shard {
    ///         let mut hasher = DefaultHasher::new();
    ///         hasher.write_u64(user_id);
    ///         &self.shards[hasher.finish() as usize % self.shards.len()]
    ///     }
    /// }
    ///
    /// struct Experiments {
    ///     overrides: HashMap<u64, u8, ahash::RandomState>,
    /// }
    ///
    /// impl Experiments {
    ///     fn new() -> Self {
    ///         Experiments { overrides: HashMap::with_hasher(ahash::RandomState::new()) }
    ///     }
    /// }
    ///
    /// fn cohort_sizes(users: &[u64]) -> usize {
    ///     let mut seen = HashSet::with_capacity_and_hasher(users.len(), std::hash::RandomState::new());
    ///     users.iter().filter(|user| seen.insert(**user)).count() + rollout_users(users)
    /// }
    ///
    /// fn rollout_users(users: &[u64]) -> usize {
    ///     table(users).len()
    /// }
    ///
    /// fn table(users: &[u64]) -> dashmap::DashMap<u64, u8, RandomState> {
    ///     dashmap::DashMap::with_hasher(RandomState::default())
    /// }
    ///
    /// fn variants_version(text: &str) -> u64 {
    ///     let mut hasher = DefaultHasher::new();
    ///     hasher.write(text.as_bytes());
    ///     hasher.finish()
    /// }
    ///
    /// fn fingerprint(user: &User) -> u64 {
    ///     digest(user)
    /// }
    ///
    /// fn digest(user: &User) -> u64 {
    ///     DefaultHasher::new().finish()
    /// }
    /// ```
    pub static UNSTABLE_BUCKETING_HASH = {
        id: "unstable-bucketing-hash",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds assignment to experiments by a hash that changes",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNSTABLE_BUCKETING_HASH, check: Check::Syntax(check) };

/// Types whose hashes change, by their last segment.
const HASHERS: &[&str] =
    &["DefaultHasher", "RandomState", "AHasher", "FxHasher", "FixedState", "FoldHasher", "GxHasher"];

/// Crates and modules that these types are of.
const ORIGINS: &[&str] = &["std", "core", "ahash", "fxhash", "rustc_hash", "foldhash", "gxhash", "hashbrown"];

/// Words of experiments.
const EXPERIMENTS: &[&str] = &[
    "experiment",
    "experiments",
    "variant",
    "variants",
    "treatment",
    "treatments",
    "cohort",
    "cohorts",
    "rollout",
    "rollouts",
    "holdout",
    "bucketing",
];

/// Words that experiments share with hash tables.
const SHARED: &[&str] = &["bucket", "buckets", "assign", "assigns", "assignment", "shard", "shards"];

/// Words of what is dealt out.
const UNITS: &[&str] = &[
    "user",
    "users",
    "viewer",
    "member",
    "account",
    "device",
    "visitor",
    "session",
    "unit",
    "subject",
    "customer",
    "experiment",
    "salt",
    "percent",
    "percentage",
];

/// Bytes of a helper that is looked into: one that hashes is short.
const HELPER: usize = 4096;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Call(call)
            if hashes_anew(call.expr, call.path.as_deref(), site) && !is_of_map(site) && deals_out(site) =>
        {
            report(call.expr, site, findings);
        }
        Node::Function(signature, block) if is_named_for_dealing(&signature.ident.to_string()) => {
            let paths = path_calls(block).into_iter().take(LOOK_BACK);
            let of_paths = paths.filter(|call| is_helper(function_of(call, site), site));
            let methods = calls_in(block).into_iter().take(LOOK_BACK);
            let of_self = methods.filter(|call| is_helper(method_of_self(call, site), site));
            let deals = || deals_out(site);
            of_paths.filter(|_| deals()).for_each(|call| report(call, site, findings));
            of_self.filter(|_| deals()).for_each(|call| report(call, site, findings));
        }
        _ => {}
    }
}

fn report(node: &impl quote::ToTokens, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let message = "this hash changes with the process or the toolchain, and with it who is dealt what";
    findings.push(
        site.finding(&UNSTABLE_BUCKETING_HASH, node, message)
            .help("hash a salt and the unit by something specified, such as SHA-256 or xxHash"),
    );
}

/// Whether the function of this path makes a hasher, or hashes, in a way that changes.
fn changes(path: &str) -> bool {
    let mut segments = path.split("::");
    let is_of = segments.next().is_some_and(|first| ORIGINS.contains(&first));
    let hashes = ["fxhash::hash", "gxhash::gxhash"].iter().any(|function| path.starts_with(function));
    is_of && (segments.any(|part| HASHERS.contains(&part)) || hashes)
}

/// The same of a call, also of `BuildHasherDefault::<DefaultHasher>::default()`.
fn hashes_anew(call: &Expr, path: Option<&str>, site: &Site<'_>) -> bool {
    let is_built = || {
        let Expr::Call(call) = call else { return false };
        let Expr::Path(function) = &*call.func else { return false };
        let owner = function.path.segments.iter().rev().nth(1).and_then(first_argument);
        owner.and_then(|hasher| head(hasher, site)).is_some_and(|hasher| changes(&hasher))
    };
    path.is_some_and(|path| {
        changes(path) || path.starts_with("std::hash::BuildHasherDefault::") && is_built()
    })
}

/// Whether the hasher is that of a table in memory: `HashMap::with_hasher(RandomState::new())`.
fn is_of_map(site: &Site<'_>) -> bool {
    matches!(site.steps.last(), Some(Step::Expr(Expr::Call(made))) if makes_map(made))
}

fn makes_map(made: &ExprCall) -> bool {
    let Expr::Path(function) = &*made.func else { return false };
    let name = function.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    name.starts_with("with_") && has_word(&name, &["hasher"])
}

/// The body of the function of the same file that is called: `digest(id)`, `Self::digest(id)`.
fn function_of<'a>(call: &ExprCall, site: &Site<'a>) -> Option<&'a Block> {
    if let Some(name) = variable(&call.func) {
        return site.local_function(&name.to_string()).map(|(_, body)| body);
    }
    let Expr::Path(function) = &*call.func else { return None };
    let segments = &function.path.segments;
    (segments.len() == 2 && segments[0].ident == "Self").then(|| own(&segments[1].ident, site))?
}

/// The body of the method that is called on `self`.
fn method_of_self<'a>(call: &Expr, site: &Site<'a>) -> Option<&'a Block> {
    let Expr::MethodCall(call) = call else { return None };
    variable(&call.receiver).filter(|receiver| *receiver == "self").and_then(|_| own(&call.method, site))
}

/// What the type around has by a name.
fn own<'a>(name: &Ident, site: &Site<'a>) -> Option<&'a Block> {
    let owner = type_name(&site.impl_block()?.self_ty)?;
    site.facts.method_with_body(&owner, &name.to_string()).map(|(_, body)| body)
}

/// Whether a function makes such a hasher.
fn is_helper(body: Option<&Block>, site: &Site<'_>) -> bool {
    let Some(body) = body else { return false };
    let bytes = body.brace_token.span.join().byte_range();
    let hashes = |inner: &ExprCall| match &*inner.func {
        Expr::Path(function) => {
            let path = site.resolve_function(function);
            path.is_some_and(|path| changes(&path))
        }
        _ => false,
    };
    let calls = path_calls(body);
    let in_map = |inner: &ExprCall| {
        let is_inner = |arg: &Expr| matches!(arg, Expr::Call(arg) if std::ptr::eq(arg, inner));
        calls.iter().any(|made| makes_map(made) && made.args.iter().any(is_inner))
    };
    bytes.len() <= HELPER && calls.iter().any(|call| hashes(call) && !in_map(call))
}

/// Whether the function around deals units out, by its name and those of what it stands in.
fn deals_out(site: &Site<'_>) -> bool {
    let names = names(site);
    let named = |list: &[&str]| names.iter().any(|name| has_word(name, list));
    let own = site.function().map(|(signature, _)| signature.ident.to_string()).unwrap_or_default();
    // `VariantCache::shard` deals out locks.
    let spreads = named(&["cache", "caches", "interner"])
        && !has_word(&own, EXPERIMENTS)
        && !has_word(&own, &["assign", "assigns", "assignment"]);
    let is_version = has_word(&own, &["version", "etag", "checksum"]);
    !spreads && !is_version && (named(EXPERIMENTS) || (named(SHARED) && site.flow().speaks_of(UNITS)))
}

fn is_named_for_dealing(name: &str) -> bool {
    has_word(name, EXPERIMENTS) || has_word(name, SHARED)
}

/// The names of the functions, types and modules around, and that of the file.
fn names(site: &Site<'_>) -> Vec<String> {
    let path = site.file.path.strip_suffix(".rs").unwrap_or(&site.file.path);
    let file = path.rsplit('/').find(|part| !matches!(*part, "mod" | "lib" | "main" | "src"));
    let around = site.item();
    around
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .chain(file)
        .map(str::to_owned)
        .collect()
}
