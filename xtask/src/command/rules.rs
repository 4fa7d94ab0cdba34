//! `rules`, `explain` and `docs`: what the rules say about themselves.

use std::path::{Path, PathBuf};

use findings::{Exit, Rule, catalogue};
use lints::census::Records;
use serde::Serialize;
use similar::TextDiff;

use crate::cli::{RulesArgs, RulesFormat};
use crate::console;
use crate::failure::Failure;
use crate::{house, surroundings};

/// Lists every rule.
pub(crate) fn list(args: &RulesArgs) -> Exit {
    console::print(&match args.format {
        RulesFormat::Human => format!("{}\n", catalogue::list(&house::rules()).trim_end()),
        RulesFormat::Json => json(&house::rules()),
    });
    Exit::Clean
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    tool: &'static str,
    rules: Vec<Listed>,
}

/// One rule, as it is before a policy alters it.
#[derive(Serialize)]
struct Listed {
    id: &'static str,
    guard: &'static str,
    group: &'static str,
    level: &'static str,
    summary: &'static str,
    /// Why no approval covers it; `null` where one does.
    unapprovable: Option<&'static str>,
}

/// `gatefold.rules/1`.
fn json(rules: &[&'static Rule]) -> String {
    let listed = |rule: &&'static Rule| Listed {
        id: rule.id,
        guard: rule.guard,
        group: rule.group,
        level: rule.level.name(),
        summary: rule.summary,
        unapprovable: rule.why_nobody_approves(),
    };
    let rules = rules.iter().map(listed).collect();
    let document = Document { schema: "gatefold.rules/1", tool: env!("CARGO_PKG_VERSION"), rules };
    let text = serde_json::to_string_pretty(&document).expect("texts can always be serialised");
    text + "\n"
}

/// Prints one rule, with commands as they are typed in the folder where that is asked.
pub(crate) fn explain(id: &str) -> Result<Exit, Failure> {
    let rules = house::rules();
    if let Some(rule) = rules.iter().find(|rule| rule.id == id) {
        let program = std::env::current_dir().map_or("gatefold", |here| surroundings::program(&here));
        console::print(&surroundings::called(&catalogue::explain(rule), program));
        return Ok(Exit::Clean);
    }
    let nearest = nearest(id, &rules).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(Failure::usage(format_args!("there is no rule `{id}`{nearest} (`rules` lists them all)")))
}

fn nearest(id: &str, rules: &[&'static Rule]) -> Option<&'static str> {
    let likeness = |rule: &Rule| TextDiff::from_chars(id, rule.id).ratio();
    let best =
        rules.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)).then_with(|| b.id.cmp(a.id)))?;
    (likeness(best) > 0.6).then_some(best.id)
}

/// Writes the generated references into the checkout of Gatefold, or compares them with what is there.
pub(crate) fn docs(start: &Path, check: bool) -> Result<Exit, Failure> {
    let checkout = checkout(start, "docs")?;
    let mut stale = Vec::new();
    for (file, wanted) in references(checkout)? {
        let path = checkout.join(&file);
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        if current == wanted {
            continue;
        }
        if check {
            console::print(&difference(&file, &current, &wanted));
        } else {
            std::fs::write(&path, &wanted).map_err(|error| {
                Failure::could_not_run(format_args!("failed to write `{}`: {error}", path.display()))
            })?;
            console::say(format_args!("wrote {}", file.display()));
        }
        stale.push(file);
    }
    if check && !stale.is_empty() {
        console::say("error: the references are out of date; run `cargo xtask docs`");
        return Ok(Exit::Blocked);
    }
    Ok(Exit::Clean)
}

/// The checkout of Gatefold around a folder.
pub(super) fn checkout<'a>(start: &'a Path, command: &str) -> Result<&'a Path, Failure> {
    start.ancestors().find(|folder| folder.join("engine/policy/Cargo.toml").is_file()).ok_or_else(|| {
        Failure::usage(format_args!("`{command}` works in a checkout of Gatefold, and this is none"))
    })
}

/// Every generated file of a checkout, with its text.
pub(crate) fn references(checkout: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files: Vec<(PathBuf, String)> = house::GUARDS
        .iter()
        .map(|guard| {
            (
                PathBuf::from(guard.folder).join("RULES.md"),
                catalogue::rules_md(guard.name, guard.promise, guard.rules),
            )
        })
        .collect();
    files.push((PathBuf::from("engine/policy/REFERENCE.md"), policy::reference(&house::SCHEMA)));
    files.push((PathBuf::from("golden/MEASURES.md"), golden::measures::reference()));
    let census = Records::read(&checkout.join("lints/census")).map_err(Failure::usage)?;
    files.push((PathBuf::from("lints/PRECISION.md"), lints::census::page(lints::RULES, &census)));
    Ok(files)
}

fn difference(file: &Path, current: &str, wanted: &str) -> String {
    let name = file.display().to_string();
    TextDiff::from_lines(current, wanted).unified_diff().context_radius(2).header(&name, &name).to_string()
}
