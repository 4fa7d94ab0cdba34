//! What stands between a test and the harness at head that did not at the base.

use findings::Span;

use crate::conditions::Conditions;
use crate::declared::What;
use crate::evidence::short;
use crate::facts::Function;
use crate::reach::Link;
use crate::rust::At;
use crate::switches::has_word;

/// One thing that keeps a test from running.
pub(crate) struct Obstacle {
    /// What to say after the name of the test; of what stands on the way to its file, a sentence of its own.
    pub(crate) what: String,
    pub(crate) place: Place,
    /// Whether no build runs the test at all.
    pub(crate) is_never: bool,
}

/// Where it stands.
pub(crate) enum Place {
    /// On the test, or on a module around it within the file.
    Here(Span),
    /// On the file, or on a module above it.
    Way { file: String, line: u32 },
}

/// What is new between a test and the harness.
pub(crate) fn of(conditions: &Conditions<'_>, base: At<'_>, head: At<'_>) -> Vec<Obstacle> {
    let mut found = Vec::new();
    ignored(conditions, base, head, &mut found);
    gates(conditions, base, head, &mut found);
    switches(conditions, base, head, &mut found);
    makers(base, head, &mut found);
    leaves(base.function, head.function, &mut found);
    found
}

fn ignored(conditions: &Conditions<'_>, base: At<'_>, head: At<'_>, found: &mut Vec<Obstacle>) {
    let always = |side: At<'_>| match &side.function.ignored {
        None => false,
        Some(None) => true,
        Some(Some(when)) => conditions.always(&head.side.path, when),
    };
    let span = head.function.span;
    let (what, is_never) = match (&base.function.ignored, &head.function.ignored) {
        (_, None) => return,
        _ if always(head) => {
            if always(base) {
                return;
            }
            ("is ignored".to_owned(), true)
        }
        (None, Some(Some(when))) => (format!("is ignored where `{}`", short(when)), false),
        _ => return,
    };
    found.push(Obstacle { what, place: Place::Here(span), is_never });
}

/// Conditions of compilation: each that is new, where all together let no build through, or fewer than before.
fn gates(conditions: &Conditions<'_>, base: At<'_>, head: At<'_>, found: &mut Vec<Obstacle>) {
    let (before, after) = (predicates(base), predicates(head));
    let new = |predicate: &str| !before.contains(&predicate);
    let own = head.function.gates.iter().filter(|gate| new(&gate.predicate));
    let mut added: Vec<(&str, Place, Option<&Link>)> = Vec::new();
    for gate in own {
        added.push((&gate.predicate, Place::Here(gate.span), None));
    }
    for link in &head.side.way.links {
        if let What::Cfg(predicate) = &link.condition.what
            && new(predicate)
        {
            let place = Place::Way { file: link.file.clone(), line: link.condition.line };
            added.push((predicate, place, Some(link)));
        }
    }
    if added.is_empty() {
        return;
    }
    let path = &head.side.path;
    let never =
        conditions.never(path, after.iter().copied()) && !conditions.never(path, before.iter().copied());
    let fewer = |predicate: &str| !conditions.always(path, predicate);
    let alone = |predicate: &str| conditions.never(path, [predicate]);
    // Where one condition is enough, the others need not be named.
    let one_is_enough = added.iter().any(|(predicate, ..)| alone(predicate));
    for (predicate, place, link) in added {
        if !fewer(predicate) {
            continue;
        }
        let is_never = never && (!one_is_enough || alone(predicate));
        let words = if is_never { "is never compiled" } else { "is compiled only" };
        let cfg = format!("`cfg({})`", short(predicate));
        let what = match link {
            None => format!("{words}: {cfg}"),
            Some(Link { module: Some(module), .. }) => format!("module `{module}` {words}: {cfg}"),
            Some(_) => format!("this file {words}: {cfg}"),
        };
        found.push(Obstacle { what, place, is_never });
    }
}

/// Conditions that were there and that the change lets no build meet any more, by what it switches on or off.
fn switches(conditions: &Conditions<'_>, base: At<'_>, head: At<'_>, found: &mut Vec<Obstacle>) {
    let (before, after) = (predicates(base), predicates(head));
    if after.is_empty() || after.iter().any(|predicate| !before.contains(predicate)) {
        return;
    }
    let Some((switches, is_never)) = conditions.switched_off(&head.side.path, &after) else { return };
    let names: Vec<String> = switches.iter().map(|switch| format!("`{}`", short(switch.name()))).collect();
    let how = if switches[0].is_on { "is switched on now" } else { "is no longer switched on" };
    let words = if is_never { "is never compiled" } else { "is no longer compiled by default" };
    let what = format!("{words}: {} {how}", names.join(", "));
    let has = |predicate: &str| switches.iter().any(|switch| has_word(predicate, switch.name()));
    let link =
        head.side.way.links.iter().find(|link| matches!(&link.condition.what, What::Cfg(cfg) if has(cfg)));
    let own = head.function.gates.iter().find(|gate| has(&gate.predicate));
    let (what, place) = match (own, link) {
        (None, Some(link)) => {
            let place = Place::Way { file: link.file.clone(), line: link.condition.line };
            let whose =
                link.module.as_ref().map_or("this file".to_owned(), |module| format!("module `{module}`"));
            (format!("{whose} {what}"), place)
        }
        (gate, _) => (what, Place::Here(gate.map_or(head.function.span, |gate| gate.span))),
    };
    found.push(Obstacle { what, place, is_never });
}

/// Macros that are handed the module that the test is in, and an attribute that is nobody's harness.
fn makers(base: At<'_>, head: At<'_>, found: &mut Vec<Obstacle>) {
    let before = |name: &str| {
        base.side.way.links.iter().any(|link| link.condition.what == What::Macro(name.to_owned()))
    };
    for link in &head.side.way.links {
        if let What::Macro(name) = &link.condition.what
            && !before(name)
            && !["cfg_if", "cfg_match", "cfg_select"].contains(&name.as_str())
        {
            let is_never = head.side.empty_macros.contains(name);
            let end = if is_never { ", which makes nothing of it" } else { "" };
            let module = link.module.as_deref().unwrap_or_default();
            let what = format!("module `{module}` is handed to `{name}!`{end}");
            let place = Place::Way { file: link.file.clone(), line: link.condition.line };
            found.push(Obstacle { what, place, is_never });
        }
    }
    if let (Some(before), Some(now)) = (&base.function.harness, &head.function.harness)
        && before != now
        && !is_known_harness(now)
    {
        let what = format!(
            "is made a test by `#[{}]`, no longer by `#[{}]`",
            now.replace(' ', ""),
            before.replace(' ', "")
        );
        found.push(Obstacle { what, place: Place::Here(head.function.span), is_never: false });
    }
}

/// Attributes of which it is known that they run the test.
fn is_known_harness(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "test",
        "tokio::test",
        "async_std::test",
        "actix_rt::test",
        "actix_web::test",
        "rstest",
        "rstest::rstest",
        "test_log::test",
        "tracing_test::traced_test",
        "traced_test",
        "sqlx::test",
        "gtest",
        "googletest::test",
        "quickcheck",
        "wasm_bindgen_test",
        "serial_test::serial",
        "turmoil::test",
        "madsim::test",
        "test_case",
        "test_case::test_case",
    ];
    KNOWN.contains(&name.replace(' ', "").as_str())
}

/// Ways out of the body before its end.
fn leaves(base: &Function, head: &Function, found: &mut Vec<Obstacle>) {
    let before: Vec<_> = base.leaves.iter().map(|leave| &leave.condition).collect();
    for leave in head.leaves.iter().filter(|leave| !before.contains(&&leave.condition)) {
        let (what, is_never) = match &leave.condition {
            None => ("returns before its end".to_owned(), true),
            Some(condition) => {
                let platform = ["cfg !", "target_", "miri", "windows", "unix"]
                    .iter()
                    .any(|word| condition.contains(word));
                (format!("returns early if `{}`", short(condition)), !platform)
            }
        };
        found.push(Obstacle { what, place: Place::Here(leave.span), is_never });
    }
}

/// Every condition on a test, those on the way to its file included.
fn predicates<'a>(at: At<'a>) -> Vec<&'a str> {
    let own = at.function.gates.iter().map(|gate| gate.predicate.as_str());
    let way = at.side.way.links.iter().filter_map(|link| match &link.condition.what {
        What::Cfg(predicate) => Some(predicate.as_str()),
        What::Macro(_) => None,
    });
    own.chain(way).collect()
}
