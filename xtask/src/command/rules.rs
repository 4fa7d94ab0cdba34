//! `rules`, `explain` and `docs`: what the rules say about themselves.

mod examples;

use std::path::{Path, PathBuf};

use findings::{Exit, Level, Rule, catalogue};
use lints::census::Records;
use policy::{Document, POLICY_FILE, Settings};
use serde::Serialize;
use similar::TextDiff;

use crate::cli::{RulesAction, RulesArgs, RulesFormat};
use crate::console;
use crate::failure::Failure;
use crate::house;
use crate::surroundings::{self, Env};

/// How to come by the root; there may be none, where no policy says anything.
type Root<'r> = &'r dyn Fn() -> Result<PathBuf, Failure>;

/// Lists every rule, or runs the examples of those that the policy declares.
pub(crate) fn run(args: &RulesArgs, root: Root<'_>, env: Env<'_>) -> Result<Exit, Failure> {
    if let Some(RulesAction::Test(told)) = &args.action {
        return examples::run(&root()?, told.format, env);
    }
    let rules = house::rules_with(&[&policy_around(root)?]);
    console::print(&match args.told.format {
        RulesFormat::Human => format!("{}\n", catalogue::list(&rules).trim_end()),
        RulesFormat::Json => json(&rules),
    });
    Ok(Exit::Clean)
}

/// The policy of the root, if there is one.
fn policy_around(root: Root<'_>) -> Result<Document, Failure> {
    root().map_or_else(|_| Ok(Document::empty()), |root| policy_in(&root))
}

/// The policy in a folder; none where there is no such file.
fn policy_in(root: &Path) -> Result<Document, Failure> {
    let file = root.join(POLICY_FILE);
    let failed = |error| Failure::usage(format_args!("failed to read `{}`: {error}", file.display()));
    let document = match std::fs::metadata(&file) {
        Ok(found) if found.len() > policy::MAX_BYTES as u64 => {
            return Err(Failure::usage(format_args!("`{POLICY_FILE}` is larger than a policy may be")));
        }
        Ok(_) => {
            Document::parse(POLICY_FILE, &source::read_regular_text(&file).map_err(failed)?, &house::SCHEMA)?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Document::empty(),
        Err(error) => return Err(failed(error)),
    };
    house::refuse_taken(&document)?;
    Ok(document)
}

#[derive(Serialize)]
struct Catalogue {
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
    let document = Catalogue { schema: "gatefold.rules/1", tool: env!("CARGO_PKG_VERSION"), rules };
    let text = serde_json::to_string_pretty(&document).expect("texts can always be serialised");
    text + "\n"
}

/// Prints one rule, with commands as they are typed in this folder. Those in code are explained whatever the policy is
/// like.
pub(crate) fn explain(id: &str, root: Root<'_>) -> Result<Exit, Failure> {
    let named = |rules: &[&'static Rule]| rules.iter().copied().find(|rule| rule.id == id);
    let rules = match named(&house::rules()) {
        Some(rule) => vec![rule],
        None => house::rules_with(&[&policy_around(root)?]),
    };
    if let Some(rule) = named(&rules) {
        let program = std::env::current_dir().map_or("gatefold", |here| surroundings::program(&here));
        let text = catalogue::explain(rule) + &of_exceptions(rule, root);
        console::print(&surroundings::called(&text, program));
        return Ok(Exit::Clean);
    }
    if id.contains('.') {
        return Err(Failure::usage(format_args!(
            "`{id}` is no rule's id: it names an entry of gatefold.yaml, which says there why it stands (`because`); `arch \
             --self-test` shows what each one says to its example"
        )));
    }
    let meant = policy::did_you_mean(id, rules.iter().map(|rule| rule.id));
    Err(Failure::usage(format_args!("there is no rule `{id}`{meant} (`rules` lists them all)")))
}

/// When a new exception of a rule in the code counts, by the policy around; nothing of a rule that takes none.
fn of_exceptions(rule: &Rule, root: Root<'_>) -> String {
    if !policy::takes_exceptions(rule) {
        return String::new();
    }
    let settings =
        policy_around(root).ok().and_then(|policy| Settings::read(&policy).ok()).unwrap_or_default();
    let level = match settings.levels.get(rule.id) {
        Some(level) => level.level(),
        None => Some(rule.level),
    };
    let is_own = settings.self_exceptable.iter().any(|id| id == rule.id);
    let when = match level == Some(Level::Error) && !is_own {
        true => {
            "only once a person has approved it (`cargo xtask approve` lists what waits, each with its command)"
        }
        false => "at once",
    };
    format!(
        "\nA new exception in the code, `gatefold: allow({}): REASON` in a comment, counts {when}.\n",
        rule.id
    )
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
            let rules: Vec<&Rule> = guard.all().collect();
            (
                PathBuf::from(guard.folder).join("RULES.md"),
                catalogue::rules_md(guard.name, guard.promise, &rules),
            )
        })
        .collect();
    files.push((PathBuf::from("engine/policy/REFERENCE.md"), policy::reference(&house::SCHEMA)));
    files.push((PathBuf::from("golden/MEASURES.md"), golden::measures::reference()));
    let census = Records::read(&checkout.join("lints/census")).map_err(Failure::usage)?;
    files.push((PathBuf::from("lints/PRECISION.md"), lints::census::page(lints::RULES, &census)));
    let folders: Vec<(&str, &Rule)> =
        house::GUARDS.iter().flat_map(|guard| guard.all().map(|rule| (guard.folder, rule))).collect();
    let catalogue = lints::census::catalogue_page(&folders, &census).map_err(Failure::usage)?;
    files.push((PathBuf::from("lints/CATALOGUE.md"), catalogue));
    Ok(files)
}

fn difference(file: &Path, current: &str, wanted: &str) -> String {
    let name = file.display().to_string();
    TextDiff::from_lines(current, wanted).unified_diff().context_radius(2).header(&name, &name).to_string()
}
