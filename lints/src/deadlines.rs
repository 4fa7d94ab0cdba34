//! Deadlines in other files than that of the client that they are for.
//!
//! Each file says where it makes clients without a timeout and what makes or holds them, where it sets deadlines and what
//! those may be for, and which functions hand on what others make. A finding lapses where some deadline is for what makes or
//! holds the client, or for what holds that in turn. Which request goes through which client, nobody knows. A function that
//! sets a deadline for what it is handed counts as what it calls: one around a future by its path, one on a builder by its name.

mod bounds;
mod holders;
mod own;
mod wrappers;

use std::collections::{HashMap, HashSet};

use findings::Finding;
use serde::{Deserialize, Serialize};
use syn::Expr;

use crate::across::{hash, settle};
use crate::calls::Call;
use crate::place::{Place, place, spanned};
use crate::rules::{GRPC_CHANNEL_WITHOUT_TIMEOUT, HTTP_CLIENT_WITHOUT_TIMEOUT, is_bounded_by_calls};
use crate::site::Site;
use crate::timeouts::{Deadline, deadline};
use crate::walk::Node;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    open: Vec<Open>,
    /// What deadlines may be for.
    bounds: Vec<(Kind, Id)>,
    /// What is made or held, and what hands it on.
    links: Vec<(Id, Id)>,
    /// Functions that set a deadline around what they are handed.
    wrappers: Vec<Id>,
    /// What is handed to functions that may be some of these.
    wrapped: Vec<(Id, Vec<Id>)>,
    /// Functions that set a timeout on a builder, by their names.
    setters: Vec<(Kind, Id)>,
}

/// A finding that may lapse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    kind: Kind,
    place: Place,
    /// What makes or holds the client.
    items: Vec<Id>,
    /// The names of functions that it went through.
    passed: Vec<Id>,
}

/// What a deadline is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
enum Kind {
    Http,
    Grpc,
    Any,
}

/// Something of the workspace by the hash of its canonical path.
type Id = u64;

/// How many holders stand between what makes a client and what a deadline is for.
const HOPS: usize = 2;

/// How many clients of a file are followed to what holds them.
const MOST_FOLLOWED: usize = 32;

/// Gathers what a file says while the walk is in it.
#[derive(Default)]
pub(crate) struct Gathered {
    said: Said,
    own: own::Own,
    followed: usize,
    /// The functions that were read for what their deadlines are for.
    read: HashSet<(Kind, Option<Place>)>,
}

impl Gathered {
    /// Looks at a node outside of tests, and at what was found there.
    pub(crate) fn see(&mut self, node: &Node<'_>, site: &Site<'_>, found: &[Finding]) {
        let (Node::Call(call) | Node::Handed(call)) = node else { return };
        for finding in found {
            let open = kind(finding).and_then(|kind| self.open(kind, finding, call, site));
            self.said.open.extend(open);
        }
        self.bound(call, site);
        self.link(call, site);
        self.said.setters.extend(wrappers::setters(call, site));
    }

    fn open(&mut self, kind: Kind, finding: &Finding, call: &Call<'_>, site: &Site<'_>) -> Option<Open> {
        let place = place(finding)?;
        // A connection that is waited for needs a deadline of its own.
        let would_do = kind != Kind::Grpc || is_bounded_by_calls(call, site);
        let items = if would_do { self.holders(call, site) } else { Vec::new() };
        Some(Open { kind, place, items, passed: wrappers::passed(call, site) })
    }

    fn holders(&mut self, call: &Call<'_>, site: &Site<'_>) -> Vec<Id> {
        self.followed += 1;
        let is_followed = self.followed <= MOST_FOLLOWED;
        self.own.ids(holders::of(call.expr, is_followed, site), site)
    }

    fn bound(&mut self, call: &Call<'_>, site: &Site<'_>) {
        let Some(deadline) = deadline(call.expr) else { return self.wrap(call, site) };
        let (kind, paths) = match deadline {
            Deadline::Around(around) => {
                self.said.wrappers.extend(wrappers::wrapper(around, site));
                (Kind::Any, bounds::within(around, site))
            }
            of_calls => {
                let kind = if matches!(of_calls, Deadline::Request) { Kind::Http } else { Kind::Grpc };
                let function =
                    site.function().map(|(signature, _)| spanned(site.file.span_of(&signature.ident)));
                if !self.read.insert((kind, function)) {
                    return;
                }
                (kind, bounds::of_function(site))
            }
        };
        let ids = self.own.ids(paths, site);
        self.said.bounds.extend(ids.into_iter().map(|id| (kind, id)));
    }

    /// Notes what is handed to a function of the workspace that may set a deadline around it.
    fn wrap(&mut self, call: &Call<'_>, site: &Site<'_>) {
        let (by, futures) = match (call.expr, &call.path) {
            (Expr::MethodCall(handed), _) if wrappers::may_wrap(&handed.method.to_string()) => {
                (wrappers::named(&handed.method.to_string()), handed.args.iter().collect())
            }
            (Expr::Call(written), Some(path)) if wrappers::may_wrap(path) && self.own.has(path, site) => {
                (hash(path), bounds::futures(written, site))
            }
            _ => return,
        };
        let ids = self.own.ids(bounds::makers(&futures, site), site);
        self.said.wrapped.push((by, ids));
    }

    /// Notes who hands on what a function of the workspace makes: a future, if it is async that calls it, or a client.
    fn link(&mut self, call: &Call<'_>, site: &Site<'_>) {
        let Some(path) = &call.path else { return };
        let is_async = site.function().is_some_and(|(signature, _)| signature.asyncness.is_some());
        let gives_client = holders::may_give_client(path);
        if !(is_async || gives_client) || !self.own.has(path, site) {
            return;
        }
        let mut by = Vec::new();
        if is_async {
            by.extend(own::function(site).map(|path| hash(&path)));
        }
        if gives_client && holders::gives_client(call, site) {
            by.extend(self.holders(call, site));
        }
        let id = hash(path);
        self.said.links.extend(by.into_iter().filter(|by| *by != id).map(|by| (id, by)));
    }

    /// What the file says, each thing once.
    pub(crate) fn said(mut self) -> Said {
        let Said { open, bounds, links, wrappers, wrapped, setters } = &mut self.said;
        open.shrink_to_fit();
        settle(bounds);
        settle(links);
        settle(wrappers);
        settle(wrapped);
        settle(setters);
        self.said
    }
}

/// What was found to have no deadline.
fn kind(finding: &Finding) -> Option<Kind> {
    match finding.rule.id {
        id if id == HTTP_CLIENT_WITHOUT_TIMEOUT.id => Some(Kind::Http),
        id if id == GRPC_CHANNEL_WITHOUT_TIMEOUT.id => Some(Kind::Grpc),
        _ => None,
    }
}

/// Findings that lapse.
#[derive(Default)]
pub(crate) struct Lapsed<'s>(HashSet<(&'s str, &'static str, Place)>);

impl Lapsed<'_> {
    pub(crate) fn has(&self, finding: &Finding) -> bool {
        let file = finding.file().unwrap_or_default();
        place(finding).is_some_and(|place| self.0.contains(&(file, finding.rule.id, place)))
    }
}

impl Said {
    /// Whether a finding of the file may lapse.
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }
}

/// The findings that lapse, given what each file says, and each struct of the workspace with the paths in the type of a
/// field.
pub(crate) fn lapsed<'s>(files: &[(&'s str, &Said)], held: &[(String, Vec<String>)]) -> Lapsed<'s> {
    let all = || files.iter().map(|(_, said)| said);
    let wrappers: HashSet<Id> = all().flat_map(|said| said.wrappers.iter().copied()).collect();
    let setters: HashSet<(Kind, Id)> = all().flat_map(|said| said.setters.iter().copied()).collect();
    let wrapped = all().flat_map(|said| &said.wrapped).filter(|(by, _)| wrappers.contains(by));
    let wrapped = wrapped.flat_map(|(_, ids)| ids.iter().map(|id| (Kind::Any, *id)));
    let bounds: HashSet<(Kind, Id)> =
        all().flat_map(|said| said.bounds.iter().copied()).chain(wrapped).collect();
    let mut by: HashMap<Id, Vec<Id>> = HashMap::new();
    for (item, holder) in files.iter().flat_map(|(_, said)| &said.links) {
        by.entry(*item).or_default().push(*holder);
    }
    for (holder, types) in held {
        types.iter().for_each(|ty| by.entry(hash(ty)).or_default().push(hash(holder)));
    }
    let is_bounded = |open: &Open| {
        if open.passed.iter().any(|name| setters.contains(&(open.kind, *name))) {
            return true;
        }
        let mut near = open.items.clone();
        for hop in 0..=HOPS {
            if near.iter().any(|id| bounds.contains(&(open.kind, *id)) || bounds.contains(&(Kind::Any, *id)))
            {
                return true;
            }
            if hop < HOPS {
                near = near.iter().filter_map(|id| by.get(id)).flatten().copied().collect();
                near.sort_unstable();
                near.dedup();
            }
        }
        false
    };
    let rule = |kind| match kind {
        Kind::Grpc => GRPC_CHANNEL_WITHOUT_TIMEOUT.id,
        _ => HTTP_CLIENT_WITHOUT_TIMEOUT.id,
    };
    let open = files.iter().flat_map(|(path, said)| said.open.iter().map(move |open| (*path, open)));
    let open = open.filter(|(_, open)| is_bounded(open));
    Lapsed(open.map(|(path, open)| (path, rule(open.kind), open.place)).collect())
}
