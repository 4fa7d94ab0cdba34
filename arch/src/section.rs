//! The section `arch` as the policy's reader knows it: its keys, which way they loosen, and what is refused.

use std::collections::BTreeMap;

use ::policy::{Direction, Document, Key, PolicyError, Section};

use crate::path::Pattern;
use crate::policy::layer_named;
use crate::{Error, Layer, Policy};

/// The section's keys and what is refused in it.
pub static SECTION: Section = Section { name: "arch", keys: KEYS, check };

const MEMBERS: &str = "list of patterns of crates or modules";
const MEMBERS_OR_LAYERS: &str = "list of patterns of crates or modules, or of `layer:NAME`";

const KEYS: &[Key] = &[
    Key::new(
        "layers",
        "list of layers, highest first",
        "[]",
        Direction::Order,
        "What may use what: a layer may use the layers below it. Crates and modules are held to it by their manifests \
         and by every path in their code, whatever alias or re-export it is written through.",
    ),
    // A layer that goes takes its rules with it, and one that comes may let through what was forbidden.
    Key::new("layers[]", "layer", "none", Direction::AnyChangeLoosens, "One layer."),
    Key::new("layers[].name", "name", "none", Direction::Free, "What findings call it."),
    Key::new(
        "layers[].members[]",
        MEMBERS,
        "none",
        Direction::Joins,
        "What is in the layer: packages by their names (`gatefold-*`), or modules (`app::domain`) with everything \
         below them. `app::self` is what the root module of `app` holds itself, and `app::main` is what \
         `src/main.rs` holds. `*` stands for part of one name, `**` for any number of names. Nothing is in two layers.",
    ),
    Key::new(
        "layers[].because",
        "text",
        "none",
        Direction::Free,
        "Why it stands where it stands. Findings say it.",
    ),
    Key::new(
        "layers[].instead",
        "text",
        "none",
        Direction::Free,
        "What to do instead of breaking it. Findings say it.",
    ),
    Key::new(
        "layers[].closed",
        "true or false",
        "false",
        Direction::FalseLoosens,
        "Whether the layer may use the next layer below it and no other.",
    ),
    Key::new(
        "layers[].siblings",
        "`independent` or `free`",
        "independent",
        Direction::Words(&["independent", "free"]),
        "Whether the members of the layer may use each other.",
    ),
    Key::new(
        "exhaustive",
        "true or false",
        "true",
        Direction::FalseLoosens,
        "Where there are layers: whether every crate must be in one, and every module of a crate that is placed module \
         by module.",
    ),
    Key::new(
        "acyclic.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates and modules whose modules must not use each other in circles. Circles of crates are found without it.",
    ),
    Key::new(
        "acyclic.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "The crates, or modules, whose modules right below are looked at. `layer:services` stands for the members of the \
         layer `services`.",
    ),
    Key::new("acyclic.*.because", "text", "none", Direction::Free, "Why. Findings say it."),
    Key::new("acyclic.*.instead", "text", "none", Direction::Free, "What to do instead. Findings say it."),
    Key::new(
        "forbidden.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Paths that only some may name, or nobody.",
    ),
    Key::new(
        "forbidden.*.paths[]",
        "list of patterns of paths",
        "none",
        Direction::MoreTightens,
        "Crates, modules or items by their canonical paths (`redb`, `std::process::exit`), each with everything below \
         it. Where a whole crate is forbidden, a package that may not name it may not depend on it either.",
    ),
    Key::new(
        "forbidden.*.only_in[]",
        MEMBERS_OR_LAYERS,
        "[]",
        Direction::MoreLoosens,
        "Who may name them. Without it, nobody may. `layer:services` stands for the members of the layer `services`: a \
         crate that joins the layer may, too, without an approval of its own.",
    ),
    Key::new("forbidden.*.because", "text", "none", Direction::Free, "Why. Findings say it."),
    Key::new("forbidden.*.instead", "text", "none", Direction::Free, "What to do instead. Findings say it."),
    Key::new(
        "tests",
        "`judged` or `free`",
        "free",
        Direction::Words(&["judged", "free"]),
        "Whether code that is only there for tests is held to the rules: `cfg(test)`, `tests/`, `benches/`, `examples/` \
         and dev-dependencies.",
    ),
    Key::new(
        "dev_cycles",
        "`judged` or `free`",
        "free",
        Direction::Words(&["judged", "free"]),
        "Whether crates that use each other in circles through dev-dependencies are found, which Cargo allows.",
    ),
];

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    let mut names = BTreeMap::new();
    let mut places = BTreeMap::new();
    for (index, layer) in policy.layers.iter().enumerate() {
        let at = |key: &str| format!("arch.layers[{index}].{key}");
        if layer.name.trim().is_empty() {
            return Err(document.error_at(&at("name"), "a layer has a name"));
        }
        if names.insert(layer.name.as_str(), index).is_some() {
            return Err(document.error_at(&at("name"), "another layer has this name"));
        }
        said(document, &at("because"), Some(&layer.because))?;
        said(document, &at("instead"), layer.instead.as_ref())?;
        listed(document, &at("members"), &layer.members)?;
        patterns(document, &at("members"), &layer.members, &[])?;
        for (item, member) in layer.members.iter().enumerate() {
            if let Some(other) = places.insert(member.as_str(), &layer.name) {
                let message = format!("it is a member of `{other}` already");
                return Err(document.error_at(&format!("{}[{item}]", at("members")), message));
            }
        }
    }
    for (name, rule) in &policy.acyclic {
        let at = |key: &str| format!("arch.acyclic[\"{name}\"].{key}");
        said(document, &at("because"), Some(&rule.because))?;
        said(document, &at("instead"), rule.instead.as_ref())?;
        listed(document, &at("members"), &rule.members)?;
        patterns(document, &at("members"), &rule.members, &policy.layers)?;
    }
    for (name, rule) in &policy.forbidden {
        let at = |key: &str| format!("arch.forbidden[\"{name}\"].{key}");
        said(document, &at("because"), Some(&rule.because))?;
        said(document, &at("instead"), rule.instead.as_ref())?;
        listed(document, &at("paths"), &rule.paths)?;
        patterns(document, &at("paths"), &rule.paths, &[])?;
        patterns(document, &at("only_in"), &rule.only_in, &policy.layers)?;
    }
    Ok(())
}

fn said(document: &Document, at: &str, text: Option<&String>) -> Result<(), PolicyError> {
    match text {
        Some(text) if text.trim().is_empty() => Err(document.error_at(at, "it says nothing")),
        _ => Ok(()),
    }
}

fn listed(document: &Document, at: &str, list: &[String]) -> Result<(), PolicyError> {
    match list {
        [] => Err(document.error_at(at, "the list is empty, so that the rule could never fire")),
        _ => Ok(()),
    }
}

/// Refuses what is no pattern, and `layer:NAME` for a layer that is none of these.
fn patterns(document: &Document, at: &str, list: &[String], layers: &[Layer]) -> Result<(), PolicyError> {
    for (index, text) in list.iter().enumerate() {
        let wrong = |reason: &str| Err(document.error_at(&format!("{at}[{index}]"), reason));
        match (layer_named(text), Pattern::read(text)) {
            (Some(name), _) if layers.iter().any(|layer| layer.name == name) => {}
            (Some(name), _) if !layers.is_empty() => return wrong(&format!("there is no layer `{name}`")),
            (_, Err(Error::Pattern { reason, .. })) => return wrong(&reason),
            _ => {}
        }
    }
    Ok(())
}
