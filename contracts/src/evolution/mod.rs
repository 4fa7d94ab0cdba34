//! Head's protos against the base's.

mod editions;
mod lossy;
mod side;

use std::collections::{BTreeMap, BTreeSet};

use findings::{Checked, Finding, Location};
use service::{ProtoError, Protos};
use source::Change;

use crate::asked::{Asked, of_buf};
use crate::breach::Sides;
use crate::cause::by_cause;
use crate::consumers::Users;
use crate::element::Element;
use crate::finding::{finding, with_evidence};
use crate::rules::unreadable_base_proto::UNREADABLE_BASE_PROTO;
use crate::rules::unreadable_proto::UNREADABLE_PROTO;
use crate::surface::Surface;
use crate::{Error, Lossy, Policy};

use side::Side;
pub use side::compile_protos;
pub(crate) use side::{Compiled, compile_whole};

/// How many findings carry the base's line and a witness. Nobody reads more, and a hostile proto has as many as it likes.
const EVIDENCED: usize = 100;

/// How many of the folders a finding lists in which imports are looked for.
const ROOTS: usize = 8;

/// Compares head's protos with the base's. Without a base it only says whether head's compile. Gives also what broke.
///
/// # Errors
/// What the caller named has nothing in common with head.
pub(crate) fn check(
    change: &Change,
    compiled: &Compiled<'_>,
    policy: &Policy,
    users: &Users<'_, '_>,
) -> Result<(Checked, BTreeSet<Element>), Error> {
    let mut broken = BTreeSet::new();
    let head = &compiled.head;
    let mut checked = Checked::default();
    let (old, new): (Vec<_>, Vec<_>) =
        head.protos.errors.iter().partition(|error| compiled.is_old(change, error));
    checked.findings.extend(new.into_iter().map(|error| unreadable(error, &change.head, policy)));
    checked.counts = BTreeMap::from([("protos", head.protos.paths.len() as u64)]);
    let outside = head.outside();
    if outside > 0 {
        checked.counts.insert("protos outside the roots", outside);
    }
    if !old.is_empty() {
        checked.counts.insert("protos not looked at", old.len() as u64);
    }
    if let Some(base) = &compiled.base {
        let asked = match policy.breaking.category {
            Some(category) => Asked::Category(category),
            None => {
                // What is deployed has no say in how it may change; the base has.
                let judge =
                    if compiled.is_named { change.base.as_ref().unwrap_or(head.tree) } else { base.tree };
                let (asked, findings) = of_buf(judge, head.tree);
                checked.findings.extend(findings);
                asked
            }
        };
        let (findings, found) = compare(base, &head.protos, &asked, policy.breaking.lossy, users);
        if compiled.is_named {
            if findings.is_empty() && !base.shares_names_with(&head.protos) {
                return Err(Error::NothingInCommon);
            }
            checked.counts.insert("protos compared", base.in_common_with(&head.protos));
        }
        checked.findings.extend(findings);
        broken = found;
        checked.findings.extend(uncompared(change, &base.protos, &head.protos));
    }
    Ok((checked, broken))
}

fn compare(
    base: &Side<'_>,
    new: &Protos,
    asked: &Asked,
    lossy: Lossy,
    users: &Users<'_, '_>,
) -> (Vec<Finding>, BTreeSet<Element>) {
    let old = &base.protos;
    if old.paths.is_empty() {
        return (Vec::new(), BTreeSet::new());
    }
    let sides = sides(old, new, asked.category());
    let mut breaches = asked.breaches(&sides);
    let declared = users.declared(&old.pool);
    breaches.extend(declared.removed(&sides, &breaches));
    if lossy == Lossy::Block {
        breaches.extend(lossy::find(&sides, asked, &breaches));
    }
    if breaches.is_empty() {
        return (Vec::new(), BTreeSet::new());
    }
    // What code uses may be among what is left out of the base.
    let whole = (base.is_partial && users.have_code()).then(|| base.whole());
    let known = users.all(whole.as_ref().map_or(&old.pool, |whole| &whole.pool));
    if users.unread_may_go {
        breaches.retain(|breach| !known.is_unread(&sides, breach));
    }
    let broken = breaches.iter().map(|breach| breach.element.clone()).collect();
    let causes = by_cause(&sides, breaches);
    let findings = causes.iter().enumerate().map(|(index, (cause, breaches))| {
        let finding = finding(&sides, cause, breaches);
        match index < EVIDENCED {
            true => known.name_users(with_evidence(finding, &sides, base.tree, cause), &sides, cause),
            false => finding,
        }
    });
    (findings.collect(), broken)
}

/// Both surfaces, less what does not compile at head: what cannot be read is not gone.
pub(crate) fn sides(old: &Protos, new: &Protos, category: crate::Category) -> Sides {
    let mut old = old.clone();
    let unread: Vec<&String> =
        new.errors.iter().flat_map(|error| error.dependents.iter().chain([&error.name])).collect();
    // A file whose package cannot be read has another name than it had.
    let is_unread = |name: &String, path: &String| {
        unread.contains(&name) || new.errors.iter().any(|error| error.path == *path)
    };
    old.paths.retain(|name, path| !is_unread(name, path));
    let mut new = new.clone();
    let (was, is) = (old.clone(), new.clone());
    take_for_own(&mut old, &is);
    take_for_own(&mut new, &was);
    Sides { old: Surface::of(&old), new: Surface::of(&new), category }
}

/// Well-known files that come with the compiler count as a side's own where it uses them and the other side brings its own:
/// messages of the one are read as those of the other.
fn take_for_own(side: &mut Protos, other: &Protos) {
    let brought = other.paths.iter().filter(|(name, _)| name.starts_with("google/protobuf/"));
    for (name, path) in brought {
        if side.pool.get_file_by_name(name).is_some() {
            side.paths.entry(name.clone()).or_insert_with(|| path.clone());
        }
    }
}

fn unreadable(error: &ProtoError, tree: &source::Tree, policy: &Policy) -> Finding {
    let finding = Finding::new(
        &UNREADABLE_PROTO,
        place(&error.path, error.line, error.column),
        format!("the proto does not compile: {}", quoted(&error.message)),
    )
    .fact(&error.message);
    let finding = if error.message.starts_with("the import `") && error.message.ends_with("` is not found") {
        let roots = service::roots(tree, &policy.protos);
        let shown = |root: &String| if root.is_empty() { "`.`".to_owned() } else { format!("`{root}`") };
        let listed: Vec<String> = roots.iter().take(ROOTS).map(shown).collect();
        let more = if roots.len() > ROOTS { " and more" } else { "" };
        finding
            .help(
                "commit the file below one of the folders, or below one of its own (`third_party`) that \
                 `contracts.protos` then lists beside the others",
            )
            .note(format!("imports are looked for in the tree alone, below {}{more}", listed.join(", ")))
    } else {
        finding.help("repair it")
    };
    not_looked_at(finding, &error.dependents)
}

/// What the base could not say: a change of it was compared with nothing. What head cannot say of the same file is told as
/// head's.
fn uncompared(change: &Change, base: &Protos, head: &Protos) -> Vec<Finding> {
    let paths: BTreeSet<&str> = head.paths.values().map(String::as_str).collect();
    // A file that could not be read has no package, and so another name than it has once it can.
    let at_head = |error: &ProtoError| {
        let renamed = || change.files.iter().find(|file| file.from.as_ref() == Some(&error.path));
        let moved = || paths.get(renamed()?.path.as_str()).copied();
        let by_name = || head.paths.get(&error.name).map(String::as_str);
        paths.get(error.path.as_str()).copied().or_else(by_name).or_else(moved)
    };
    let is_told = |error: &&ProtoError| head.errors.iter().any(|told| told.path == error.path);
    base.errors
        .iter()
        .filter(|error| !is_told(error))
        .map(|error| {
            let at_head = at_head(error);
            let place = match at_head {
                Some(path) => place(path, Some(1), Some(1)),
                None => Location::file(&error.path),
            };
            let gone = if at_head.is_none() { ", and head does not have it" } else { "" };
            let finding = Finding::new(
                &UNREADABLE_BASE_PROTO,
                place,
                format!(
                    "the base's version does not compile{gone}, so nothing was compared: {}",
                    quoted(&error.message)
                ),
            )
            .help("compare the file by hand")
            .fact(&error.message);
            not_looked_at(finding, &error.dependents)
        })
        .collect()
}

fn not_looked_at(finding: Finding, dependents: &[String]) -> Finding {
    if dependents.is_empty() {
        return finding;
    }
    finding.note(format!("not looked at either, because they import it: `{}`", dependents.join("`, `")))
}

fn place(path: &str, line: Option<u32>, column: Option<u32>) -> Location {
    match line.zip(column) {
        Some((line, column)) => Location::point(path, line, column),
        None => Location::file(path),
    }
}

/// The compiler's words with our quotation marks.
fn quoted(message: &str) -> String {
    let message = message.trim_end_matches('.');
    if message.contains('`') { message.to_owned() } else { message.replace('\'', "`") }
}
