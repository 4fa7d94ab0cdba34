//! What functions read that no request says, such as the time, and which functions they call: a helper does not hide it from code
//! that ranks, in whatever file it stands.
//!
//! Each file says what its functions read and call, and which functions its code that ranks calls; who reaches what follows
//! from that alone. A helper is a free function or one of a type, by its path or of `self`, that is sync and gives something
//! back: what only logs decides no ranking. Constructors of what ranks may call what they like: of the hits of the census without
//! that, none was right.

use std::collections::{HashMap, VecDeque};

use findings::{Finding, Location, Span};
use quote::ToTokens;
use serde::{Deserialize, Serialize};
use syn::{Expr, ReturnType, Signature, Type};

use crate::calls::{Call, identifiers, variable};
use crate::facts::type_name;
use crate::handed::Ambient;
use crate::rules::AMBIENT;
use crate::site::{Site, Step};
use crate::walk::Node;
use crate::words::has_word;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    helpers: Vec<Helper>,
    asked: Vec<Asked>,
}

/// A function that others may call, outside of tests and of code that ranks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Helper {
    id: Id,
    name: Box<str>,
    /// Line, column, end line and end column of its name.
    place: (u32, u32, u32, u32),
    /// What it reads by itself: which of [`AMBIENT`], and the function that tells it.
    reads: Vec<(u8, Box<str>)>,
    calls: Vec<Id>,
}

/// A call in code that ranks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    id: Id,
    place: (u32, u32, u32, u32),
    /// The function as it is written, and the item around.
    facts: (Box<str>, Box<str>),
    /// Which of [`AMBIENT`] the code there may read.
    may: Vec<u8>,
}

/// A function by the hash of its canonical path.
type Id = u64;

/// How many helpers stand between code that ranks and what is read.
const DEPTH: u32 = 4;

/// Words of helpers whose answer decides no ranking, whatever they read: they log, wait, connect or keep.
const ELSEWHERE: &[&str] = &[
    "auth",
    "backoff",
    "cache",
    "cached",
    "deadline",
    "guid",
    "jitter",
    "log",
    "logger",
    "logging",
    "logs",
    "metric",
    "metrics",
    "nonce",
    "retries",
    "retry",
    "span",
    "stats",
    "telemetry",
    "timeout",
    "token",
    "trace",
    "tracing",
    "uuid",
];

/// Gathers what a file says while the walk is in it.
#[derive(Default)]
pub(crate) struct Gathered {
    said: Said,
    /// What each function is to others.
    of: HashMap<*const Signature, Of>,
}

#[derive(Clone, Copy)]
enum Of {
    /// One that ranks.
    Ranking,
    /// One that it may call.
    Helper(usize),
    Neither,
}

impl Gathered {
    /// Looks at a node outside of tests.
    pub(crate) fn see(&mut self, node: &Node<'_>, site: &Site<'_>) {
        match node {
            Node::Function(signature, _) => {
                let of = self.of(signature, site);
                // What a macro makes is gone behind it, and its place may be another's.
                self.of.insert(std::ptr::from_ref(*signature), of);
            }
            Node::Call(call) | Node::Handed(call) if !call.awaited => self.call(call, site),
            _ => {}
        }
    }

    fn of(&mut self, signature: &Signature, site: &Site<'_>) -> Of {
        if site.ranks() {
            return Of::Ranking;
        }
        match helper(signature, site) {
            Some(helper) => {
                self.said.helpers.push(helper);
                Of::Helper(self.said.helpers.len() - 1)
            }
            None => Of::Neither,
        }
    }

    fn call(&mut self, call: &Call<'_>, site: &Site<'_>) {
        let mut functions = site.steps.iter().rev().filter_map(|step| match step {
            Step::Function(signature, _) => self.of.get(&std::ptr::from_ref(*signature)).copied(),
            _ => None,
        });
        // A function within another one is called there, or nowhere.
        let within = functions.find(|of| !matches!(of, Of::Neither));
        match within {
            Some(Of::Helper(index)) => self.call_of_helper(index, call, site),
            Some(Of::Ranking) => self.said.asked.extend(asked(call, site)),
            _ if site.function().is_none() && site.ranks() => self.said.asked.extend(asked(call, site)),
            _ => {}
        }
    }

    fn call_of_helper(&mut self, index: usize, call: &Call<'_>, site: &Site<'_>) {
        let helper = &mut self.said.helpers[index];
        if site.tells() {
            return;
        }
        match AMBIENT.iter().zip(0..).find(|(ambient, _)| (ambient.is_read)(call)) {
            Some((ambient, _)) if (ambient.may)(site) => {}
            Some((_, kind)) => {
                let read = call.path.clone().unwrap_or_else(|| call.name.to_string());
                helper.reads.push((kind, read.into()));
            }
            None => {
                let id = called(call, site).filter(|id| !helper.calls.contains(id));
                helper.calls.extend(id);
            }
        }
    }

    /// What the file says, without helpers that say nothing.
    pub(crate) fn said(mut self) -> Said {
        self.said.helpers.retain(|helper| !(helper.reads.is_empty() && helper.calls.is_empty()));
        self.said.helpers.shrink_to_fit();
        self.said
    }
}

fn helper(signature: &Signature, site: &Site<'_>) -> Option<Helper> {
    let answers = matches!(&signature.output, ReturnType::Type(_, ty) if !is_unit(ty));
    if !answers || signature.asyncness.is_some() {
        return None;
    }
    let around = site.steps.iter().rev().skip(1).find(|step| !matches!(step, Step::Attributes(_)));
    let path = match around {
        Some(Step::Impl(item)) if item.trait_.is_some() => return None,
        Some(Step::Impl(_)) => site.of_own_type(&signature.ident)?,
        Some(Step::Trait(_)) => return None,
        _ => site.resolve(&signature.ident.clone().into())?,
    };
    let item = site.item();
    let file = site.file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
    if item.split("::").chain([file]).any(|name| has_word(name, ELSEWHERE)) {
        return None;
    }
    let (reads, calls) = (Vec::new(), Vec::new());
    Some(Helper { id: id(&path), name: item.into(), place: place(&signature.ident, site), reads, calls })
}

fn asked(call: &Call<'_>, site: &Site<'_>) -> Option<Asked> {
    let id = called(call, site).filter(|_| !site.tells() && !makes_its_own(site))?;
    let written = match call.expr {
        Expr::Call(written) => written.func.to_token_stream(),
        Expr::MethodCall(written) => written.method.to_token_stream(),
        other => other.to_token_stream(),
    };
    let may = AMBIENT.iter().zip(0..).filter(|(ambient, _)| (ambient.may)(site)).map(|(_, kind)| kind);
    Some(Asked {
        id,
        place: place(call.expr, site),
        facts: (written.to_string().into(), site.item().into()),
        may: may.collect(),
    })
}

/// Whether a function makes a value of the type around, so that it runs before anything is ranked; a closure in it may run
/// later.
fn makes_its_own(site: &Site<'_>) -> bool {
    let (Some((signature, _)), Some(item)) = (site.function(), site.impl_block()) else { return false };
    let own = type_name(&item.self_ty);
    let is_own = |name: &syn::Ident| name == "Self" || own.as_ref().is_some_and(|own| name == own);
    let mut around = site.steps.iter().rev().take_while(|step| !matches!(step, Step::Function(..)));
    signature.receiver().is_none()
        && identifiers(&signature.output).iter().any(is_own)
        && !around.any(|step| matches!(step, Step::Expr(Expr::Closure(_))))
}

/// The function of the workspace that a call may call: by its path, or a method of `self`.
fn called(call: &Call<'_>, site: &Site<'_>) -> Option<Id> {
    let path = match call.expr {
        Expr::MethodCall(written) if variable(&written.receiver).is_some_and(|it| it == "self") => {
            site.of_own_type(call.name)?
        }
        Expr::Call(written) => match &*written.func {
            Expr::Path(function) if function.path.segments.first()?.ident == "Self" => {
                site.of_own_type(call.name)?
            }
            _ => call.path.clone()?,
        },
        _ => call.path.clone()?,
    };
    let is_function = call.name.to_string().starts_with(|first: char| !first.is_uppercase());
    (is_function && !path.starts_with("std::")).then(|| id(&path))
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(unit) if unit.elems.is_empty()) || matches!(ty, Type::Never(_))
}

fn id(path: &str) -> Id {
    crate::across::hash(path)
}

fn place(node: &impl ToTokens, site: &Site<'_>) -> (u32, u32, u32, u32) {
    let Span { line, column, end_line, end_column } = site.file.span_of(node);
    (line, column, end_line, end_column)
}

fn location(path: &str, (line, column, end_line, end_column): (u32, u32, u32, u32)) -> Location {
    Location::at(path, Span { line, column, end_line, end_column })
}

/// What code that ranks reads through helpers, given what each file says.
pub(crate) fn behind_calls(files: &[(&str, &Said)]) -> Vec<Finding> {
    let mut helpers: HashMap<Id, (&str, &Helper)> = HashMap::new();
    let mut callers: HashMap<Id, Vec<Id>> = HashMap::new();
    for (path, helper) in files.iter().flat_map(|(path, said)| said.helpers.iter().map(move |it| (path, it)))
    {
        helpers.entry(helper.id).or_insert((path, helper));
        helper.calls.iter().for_each(|called| callers.entry(*called).or_default().push(helper.id));
    }
    let mut found = Vec::new();
    for (ambient, kind) in AMBIENT.iter().zip(0..) {
        let ways = ways(kind, &helpers, &callers);
        for (path, asked) in files.iter().flat_map(|(path, said)| said.asked.iter().map(move |it| (path, it)))
        {
            if ways.contains_key(&asked.id) && !asked.may.contains(&kind) {
                found.push(finding(ambient, kind, (path, asked), &helpers, &ways));
            }
        }
    }
    found
}

/// The helpers that end at something of a kind, each with the one that it calls for it; none where it reads it itself.
fn ways(
    kind: u8,
    helpers: &HashMap<Id, (&str, &Helper)>,
    callers: &HashMap<Id, Vec<Id>>,
) -> HashMap<Id, Option<Id>> {
    let reads = |helper: &Helper| helper.reads.iter().any(|(read, _)| *read == kind);
    let mut first: Vec<Id> = helpers.values().filter(|(_, it)| reads(it)).map(|(_, it)| it.id).collect();
    first.sort_unstable();
    let mut ways: HashMap<Id, Option<Id>> = first.iter().map(|id| (*id, None)).collect();
    let mut open: VecDeque<(Id, u32)> = first.into_iter().map(|id| (id, 1)).collect();
    while let Some((called, depth)) = open.pop_front() {
        for caller in callers.get(&called).into_iter().flatten().filter(|_| depth < DEPTH) {
            if !ways.contains_key(caller) {
                ways.insert(*caller, Some(called));
                open.push_back((*caller, depth + 1));
            }
        }
    }
    ways
}

fn finding(
    ambient: &Ambient,
    kind: u8,
    (path, asked): (&str, &Asked),
    helpers: &HashMap<Id, (&str, &Helper)>,
    ways: &HashMap<Id, Option<Id>>,
) -> Finding {
    let chain: Vec<(&str, &Helper)> =
        std::iter::successors(Some(asked.id), |id| ways.get(id).copied().flatten())
            .filter_map(|id| helpers.get(&id).copied())
            .collect();
    let read = chain.last().and_then(|(_, last)| last.reads.iter().find(|(read, _)| *read == kind));
    let read = read.map_or("", |(_, read)| read);
    let name = |helper: &Helper| helper.name.rsplit("::").next().unwrap_or_default().to_owned();
    let first = chain.first().map(|(_, first)| name(first)).unwrap_or_default();
    let verb = if chain.len() > 1 { "ends at" } else { "calls" };
    let message = format!("`{first}` {verb} `{read}`, which {}", ambient.effect);
    let (text, item) = &asked.facts;
    let found = Finding::new(ambient.rule, location(path, asked.place), message).help(ambient.help);
    let found = found.fact(text).fact(item);
    let next = chain.iter().skip(1).map(|(_, next)| name(next)).chain([read.to_owned()]);
    chain.iter().zip(next).fold(found, |found, ((path, helper), next)| {
        found.note_at(location(path, helper.place), format!("`{}` calls `{next}`", helper.name))
    })
}
