//! Crates that public signatures show although they must not.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use findings::{Finding, rule};
use source::{Exposed, Item, ItemKind, Named, Position, Route, TargetKind, Tree, Visibility};

use crate::evidence::{and_more, of_path, reasoned};
use crate::map::Map;
use crate::path::{Pattern, is_below, join};
use crate::policy::{Border, Entry};
use crate::{Error, Leaks, Policy};

rule! {
    /// Crates that the policy keeps out of sight, in what others can see of a crate or a module: in fields, variants,
    /// parameters and results, in bounds, where clauses and the defaults of generic parameters, in traits with what they
    /// have, in aliases, in what an exported macro writes, in derives and in re-exports. An alias of the workspace hides
    /// nothing. Only what can be named from outside counts: what is `pub` on the whole way, or what a `pub use` brings out. The
    /// header of a trait implementation counts for types of other crates, too: it binds whoever uses the two crates.
    ///
    /// Syntax does not see what a procedural macro writes, what `impl Trait` hides, and where a type that nobody can name
    /// gets to as a value.
    ///
    /// ## Why it hurts
    /// Whoever calls the crate has to use the same version of the other one, and every upgrade of it breaks all callers at
    /// once. A domain whose errors are made of `tonic::Status` is tested with a network library and cannot answer anybody
    /// else.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   leaks:
    ///     wire: { members: [domain], crates: [tonic, sqlx], because: the domain knows no protocol }
    ///
    /// crate domain -> tonic, sqlx as db
    /// domain/src/lib.rs | mod error;
    /// domain/src/lib.rs | pub use error::Refused;
    /// domain/src/lib.rs | pub use tonic::Code; //~
    /// domain/src/lib.rs | pub struct Order { pub row: db::Row, id: u64 } //~
    /// domain/src/lib.rs | impl Order { pub async fn load(pool: &db::Pool) -> Option<Order> { None } } //~
    /// domain/src/error.rs | pub struct Refused;
    /// domain/src/error.rs | type Answer<T> = Result<T, tonic::Status>;
    /// domain/src/error.rs | impl Refused { pub fn explain(&self) -> Answer<String> { todo!() } } //~
    /// domain/src/error.rs | impl From<tonic::Status> for Refused { fn from(_: tonic::Status) -> Self { Refused } } //~
    /// ```
    ///
    /// ## Instead
    /// Speak of types of your own, and convert where the other crate is at home.
    /// ```good
    /// arch:
    ///   leaks:
    ///     wire: { members: [domain], crates: [tonic, sqlx], because: the domain knows no protocol }
    ///
    /// crate domain -> tonic, sqlx as db
    /// domain/src/lib.rs | mod row;
    /// domain/src/lib.rs | pub struct Order { row: db::Row, pub id: u64 }
    /// domain/src/lib.rs | pub(crate) fn ask(channel: &tonic::Channel) -> Order { todo!() }
    /// domain/src/row.rs | pub fn read(row: db::Row) -> u64 { 1 }
    /// ```
    pub static LEAKED_CRATE = {
        id: "leaked-crate",
        guard: "arch",
        group: "items",
        level: Error,
        summary: "finds crates that public signatures show although they must not",
    };
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let own = if policy.leaks.is_empty() { HashSet::new() } else { own_types(map) };
    for (name, rule) in &policy.leaks {
        let members = policy.patterns(&rule.members)?;
        let hidden = Pattern::read_all(&rule.crates)?;
        let borders = borders(map, rule, &members);
        let mut leaks = Leaked { map, members, hidden, own: &own, found: BTreeMap::new() };
        for (place, item) in map.items() {
            for border in borders.iter().filter(|border| border.holds(map, place, &item)) {
                leaks.item(border, place, &item);
            }
        }
        borders.iter().for_each(|border| leaks.reexports(border));
        let entry = Entry::named("leaks", name, rule);
        findings.extend(leaks.found.into_iter().map(|(key, leak)| told(&entry, &key, &leak, tree)));
    }
    Ok(findings)
}

/// What is public, and to whom.
struct Line<'m> {
    /// The crate or module whose public signatures are read, by its place.
    place: Arc<str>,
    /// The module that it is.
    module: usize,
    least: Visibility,
    exposed: Exposed<'m>,
}

impl Line<'_> {
    /// Whether an item lies within, in the same target.
    fn holds(&self, map: &Map<'_>, place: &str, item: &Item<'_>) -> bool {
        let modules = map.names.modules();
        let same = item.module().is_some_and(|module| {
            let (one, other) = (&modules[module], &modules[self.module]);
            (one.krate, one.target) == (other.krate, other.target)
        });
        same && is_below(place, &self.place)
    }
}

/// Beyond which modules it is public what members have: the roots of libraries, and the members themselves.
fn borders<'m>(map: &'m Map<'_>, rule: &Leaks, members: &[Pattern]) -> Vec<Line<'m>> {
    let mut lines = Vec::new();
    for (module, it) in map.names.modules().iter().enumerate() {
        let Some(place) = map.by_module[module].as_ref().filter(|_| !it.test) else { continue };
        let is_library = it.parent.is_none() && it.target == TargetKind::Library;
        let named = members.iter().any(|member| member.names(place));
        let least = match rule.beyond {
            _ if is_library && (named || rule.beyond == Border::Crate) => Visibility::Public,
            Border::Member if named && it.parent.is_some() => Visibility::Crate,
            _ => continue,
        };
        if members
            .iter()
            .any(|member| member.may_be_in(&map.workspace.crates[it.krate.unwrap_or_default()].name))
        {
            let exposed = map.names.exposed(module, least);
            lines.push(Line { place: place.clone(), module, least, exposed });
        }
    }
    lines
}

/// The paths of all types and traits of the workspace.
fn own_types(map: &Map<'_>) -> HashSet<String> {
    let types = [ItemKind::Struct, ItemKind::Enum, ItemKind::Union, ItemKind::Trait];
    map.names.items().filter(|item| types.contains(&item.kind())).map(|item| item.path()).collect()
}

/// Who shows what: the item, and the path that is hidden.
type Key = (String, String);

/// The first place where an item shows something.
struct Leak {
    file: Arc<str>,
    line: u32,
    column: u32,
    canonical: String,
    how: String,
    route: Option<Route>,
    more: usize,
}

struct Leaked<'m> {
    map: &'m Map<'m>,
    members: Vec<Pattern>,
    hidden: Vec<Pattern>,
    /// Every type and trait of the workspace, by its path.
    own: &'m HashSet<String>,
    found: BTreeMap<Key, Leak>,
}

impl Leaked<'_> {
    fn is_member(&self, place: &str) -> bool {
        self.members.iter().any(|member| member.covers(place).is_some())
    }

    /// The hidden path that another lies in, and that one, as it is meant.
    fn hides<'c>(&self, canonical: &'c [String]) -> Option<(&'c str, &'c str)> {
        canonical.iter().find_map(|path| {
            let hidden = self.hidden.iter().find_map(|pattern| pattern.covers(path))?;
            Some((hidden, path.as_str()))
        })
    }

    fn item(&mut self, border: &Line<'_>, place: &str, item: &Item<'_>) {
        if !self.is_member(place) {
            return;
        }
        let is_impl = item.kind() == ItemKind::Implementation;
        let of_trait = is_impl && item.implemented().is_some();
        let route = if is_impl { border.exposed.route_of_subject(item) } else { border.exposed.route(item) };
        if route.is_none() && (!of_trait || self.is_for_own_type(item)) {
            return;
        }
        let name = name(place, item);
        for named in item.named().filter(|named| named.visibility >= border.least) {
            // What another crate's type has by a trait that nobody can name is seen by nobody.
            if route.is_none() && named.position == Position::Associated {
                continue;
            }
            let at = (item.file().clone(), named.line, named.column);
            self.add(&name, route.as_ref(), &named.canonical, at, || how(&named, item));
        }
        for attribute in item.attributes().filter(|attribute| attribute.derived && route.is_some()) {
            let at = (item.file().clone(), attribute.line, attribute.column);
            self.add(&name, route.as_ref(), &[attribute.canonical], at, || "by deriving it".to_owned());
        }
    }

    /// Whether an implementation is for a type that the workspace has.
    fn is_for_own_type(&self, implementation: &Item<'_>) -> bool {
        let subject = implementation.named().find(|named| named.position == Position::Subject);
        subject.is_some_and(|subject| subject.canonical.first().is_some_and(|path| self.own.contains(path)))
    }

    fn reexports(&mut self, border: &Line<'_>) {
        for reexport in &border.exposed.reexports {
            let place = reexport.module.and_then(|module| self.map.by_module[module].clone());
            let Some(place) = place.filter(|place| self.is_member(place) && is_below(place, &border.place))
            else {
                continue;
            };
            let at = (reexport.file.clone(), reexport.line, reexport.column);
            self.add(&place, None, &reexport.canonical, at, || "by re-exporting it".to_owned());
        }
    }

    fn add(
        &mut self,
        item: &str,
        route: Option<&Route>,
        canonical: &[String],
        (file, line, column): (Arc<str>, u32, u32),
        how: impl FnOnce() -> String,
    ) {
        let Some((hidden, path)) = self.hides(canonical) else { return };
        let key = (item.to_owned(), hidden.to_owned());
        match self.found.entry(key) {
            std::collections::btree_map::Entry::Occupied(mut known) => {
                let leak = known.get_mut();
                // A file in two targets is read twice.
                leak.more += usize::from((&leak.file, leak.line, leak.column) != (&file, line, column));
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                let (canonical, route, how) = (path.to_owned(), route.cloned(), how());
                free.insert(Leak { file, line, column, canonical, how, route, more: 0 });
            }
        }
    }
}

/// The name of an item, with its place and what is around it, to stand between backticks.
fn name(place: &str, item: &Item<'_>) -> String {
    let of_trait = || {
        let written = item.implemented()?.written;
        Some(written.rsplit("::").next().unwrap_or_default().to_owned())
    };
    match (item.kind(), item.outer()) {
        (ItemKind::Implementation, _) => match of_trait() {
            Some(name) => format!("impl {name} for {}` in `{place}", item.name()),
            None => format!("impl {}` in `{place}", item.name()),
        },
        (_, Some(outer)) => join(&join(place, outer.name()), item.name()),
        (_, None) => join(place, item.name()),
    }
}

/// How an item shows a path.
fn how(named: &Named, item: &Item<'_>) -> String {
    let part = named.part.as_ref();
    let of = |noun: &str| match part {
        Some(part) => format!("in its {noun} `{part}`"),
        None => format!("in a {noun}"),
    };
    match named.position {
        Position::Field if item.kind() == ItemKind::Enum => of("variant"),
        Position::Field => of("field"),
        Position::Parameter => of("parameter"),
        Position::Returned => "in what it gives back".to_owned(),
        Position::Bound => "in a bound".to_owned(),
        Position::Supertrait => "as a trait above it".to_owned(),
        Position::Type => "in its type".to_owned(),
        Position::Aliased => "as what it stands for".to_owned(),
        Position::Associated => of("associated type"),
        Position::Trait => "by implementing it".to_owned(),
        Position::Subject | Position::Header => "in its header".to_owned(),
        Position::Expansion => "in what it writes for others".to_owned(),
    }
}

fn told(rule: &Entry<'_>, (item, hidden): &Key, leak: &Leak, tree: &Tree) -> Finding {
    let message = format!("`{item}` shows `{}` {}", leak.canonical, leak.how);
    let mut finding = Finding::new(&LEAKED_CRATE, of_path(&leak.file, leak.line, leak.column, tree), message);
    if let Some(route) = &leak.route {
        let text = format!("it can be named from outside as `{}`", route.path);
        finding = match &route.through {
            Some((file, line, column)) => finding.note_at(of_path(file, *line, *column, tree), text),
            None => finding.note(text),
        };
    }
    if let Some(more) = and_more(leak.more, "place") {
        finding = finding.note(format!("{more} where it shows `{hidden}`"));
    }
    let help = format!("show a type of your own, and convert where `{hidden}` is at home");
    reasoned(finding, rule, help).fact(item).fact(hidden)
}
