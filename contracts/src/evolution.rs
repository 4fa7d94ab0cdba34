//! The static tier: head's protos against the base's.

use std::collections::BTreeMap;

use findings::{Checked, Finding, Location};
use service::{ProtoError, Protos, compile, roots};
use source::{Change, Tree};

use crate::asked::{Asked, of_buf};
use crate::breach::Sides;
use crate::cause::by_cause;
use crate::finding::{finding, with_evidence};
use crate::rules::unreadable_base_proto::UNREADABLE_BASE_PROTO;
use crate::rules::unreadable_proto::UNREADABLE_PROTO;
use crate::scenario::{self, read_head};
use crate::surface::Surface;
use crate::{Error, Policy};

/// How many findings carry the base's line and a witness. Nobody reads more, and a hostile proto has as many as it likes.
const EVIDENCED: usize = 100;

/// Compares head's protos with the base's. Without a base it only looks whether head's compile.
pub fn check_static(change: &Change, policy: &Policy) -> Result<Checked, Error> {
    let (head, base) = std::thread::scope(|scope| {
        let head = scope.spawn(|| Side::of(&change.head, &policy.protos));
        let base = change.base.as_ref().map(|tree| (tree, Side::of(tree, &policy.protos)));
        // A panic of the compiler is the caller's to report, from wherever it comes.
        (head.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), base)
    });
    for root in &head.roots {
        let empty = |side: &Side<'_>| !side.has_protos_below(root);
        if !policy.protos.is_empty() && empty(&head) && base.as_ref().is_none_or(|(_, base)| empty(base)) {
            return Err(Error::EmptyRoot(root.clone()));
        }
    }
    let mut checked = Checked::default();
    checked.findings.extend(head.protos.errors.iter().map(unreadable));
    checked.counts = BTreeMap::from([("protos", head.protos.paths.len() as u64)]);
    let outside = head.outside();
    if outside > 0 {
        checked.counts.insert("protos outside the roots", outside);
    }
    let scenarios = read_head(change, policy)?;
    checked.counts.insert("scenario files", scenarios.len() as u64);
    checked.findings.extend(scenario::misfits(&scenarios, &head.protos));
    if let Some((tree, base)) = base {
        let asked = match policy.breaking.category {
            Some(category) => Asked::Category(category),
            None => {
                let (asked, findings) = of_buf(tree, &change.head);
                checked.findings.extend(findings);
                asked
            }
        };
        checked.findings.extend(compare(tree, &base.protos, &head.protos, &asked));
        checked.findings.extend(uncompared(&base.protos, &head.protos));
    }
    Ok(checked)
}

/// The protos of one side, and where they were looked for.
struct Side<'a> {
    tree: &'a Tree,
    roots: Vec<String>,
    protos: Protos,
}

impl<'a> Side<'a> {
    fn of(tree: &'a Tree, configured: &[String]) -> Side<'a> {
        let roots = roots(tree, configured);
        let protos = compile(tree, &roots);
        Side { tree, roots, protos }
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.tree.paths().filter(|path| path.ends_with(".proto"))
    }

    fn has_protos_below(&self, root: &str) -> bool {
        self.all().any(|path| is_below(path, root))
    }

    fn outside(&self) -> u64 {
        self.all().filter(|path| !self.roots.iter().any(|root| is_below(path, root))).count() as u64
    }
}

fn is_below(path: &str, root: &str) -> bool {
    root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

fn compare(base: &Tree, old: &Protos, new: &Protos, asked: &Asked) -> Vec<Finding> {
    let sides = sides(old, new, asked.category());
    let breaches = asked.breaches(&sides);
    let causes = by_cause(&sides, breaches);
    let findings = causes.iter().enumerate().map(|(index, (cause, breaches))| {
        let finding = finding(&sides, cause, breaches);
        if index < EVIDENCED { with_evidence(finding, &sides, base, cause) } else { finding }
    });
    findings.collect()
}

/// Both surfaces, less what does not compile at head: what cannot be read is not gone.
pub(crate) fn sides(old: &Protos, new: &Protos, category: crate::Category) -> Sides {
    let mut old = old.clone();
    let unread: Vec<&String> =
        new.errors.iter().flat_map(|error| error.dependents.iter().chain([&error.name])).collect();
    old.paths.retain(|name, _| !unread.contains(&name));
    Sides { old: Surface::of(&old), new: Surface::of(new), category }
}

fn unreadable(error: &ProtoError) -> Finding {
    let finding = Finding::new(
        &UNREADABLE_PROTO,
        place(&error.path, error.line, error.column),
        format!("the proto does not compile: {}", quoted(&error.message)),
    )
    .fact(&error.message);
    let finding = if error.message.contains("editions") {
        finding.help("write `syntax = \"proto3\";`, or keep the file out of `contracts.protos`")
    } else {
        finding.help("repair it")
    };
    not_looked_at(finding, &error.dependents)
}

/// What the base could not say, for every file that head has: a change of it was compared with nothing.
fn uncompared(base: &Protos, head: &Protos) -> Vec<Finding> {
    let both = |error: &&ProtoError| head.paths.contains_key(&error.name);
    base.errors
        .iter()
        .filter(both)
        .map(|error| {
            let place = place(&head.paths[&error.name], Some(1), Some(1));
            let finding = Finding::new(
                &UNREADABLE_BASE_PROTO,
                place,
                format!(
                    "the base's version does not compile, so nothing was compared: {}",
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
