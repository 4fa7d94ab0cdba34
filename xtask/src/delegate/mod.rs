//! What other tools are asked in the live tier, and told as findings of `lints`: clippy for its lints, cargo-deny for what
//! is known of dependencies. Both take the base's configuration. The base is asked only where head has findings.

mod clippy;
mod config;
pub(crate) mod deny;
mod packages;

use std::path::Path;
use std::time::Duration;

use findings::{Checked, Level, Rule};
use lints::Asked;
use lints::delegated::{self, DELEGATED};
use source::{Code, Tree};

use crate::answer::{Answer, with_section};
use crate::scene::Scene;
use crate::surroundings::{self, process_env};

/// How long a program may take to say its version.
const VERSION_WITHIN: Duration = Duration::from_secs(60);
/// The most that is read of what a tool writes, in bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// Asks the tools about head.
pub(crate) fn ask(scene: &Scene) -> Answer {
    if scene.head_code().workspace.crates.is_empty() {
        return Answer::NotAsked(Some("there is no Cargo package to look at".to_owned()));
    }
    with_section(scene, "lints", |policy: &lints::Policy| {
        let (clippy, deny) = (clippy::head(scene, policy), deny::head(scene, policy));
        let unasked = Answer::NotAsked(Some("neither clippy nor cargo-deny was asked".to_owned()));
        [("clippy", clippy), ("cargo-deny", deny)].into_iter().fold(unasked, |all, (tool, answer)| {
            all.and(match answer {
                Ok(Some(checked)) => Answer::Checked(checked),
                Ok(None) => Answer::NotAsked(None),
                Err(reason) => Answer::CouldNotRun(format!("{tool}: {reason}")),
            })
        })
    })
}

/// Asks the tools about the base, where head has findings of theirs. A base that cannot be asked, for instance because it
/// does not compile, is no reason to refuse a change: nothing is known of it then, and the report says so.
pub(crate) fn ask_at_base(scene: &Scene, base: &Tree, code: &Code) -> Answer {
    with_section(scene, "lints", |policy: &lints::Policy| {
        let mut all = Checked::default();
        let answers = [
            ("clippy", clippy::base(scene, policy, base, code)),
            ("cargo-deny", deny::base(scene, policy, base)),
        ];
        for (tool, answer) in answers {
            match answer {
                Ok(found) => all.findings.extend(found),
                Err(reason) => scene.delegated.remark(format!(
                    "{tool} could not look at the base, so that nothing of what it finds is known: {reason}"
                )),
            }
        }
        Answer::Checked(all)
    })
}

/// The level that the policy gives a rule; `None` where it switches the rule off.
fn level(scene: &Scene, rule: &Rule) -> Option<Level> {
    scene.settings.levels.get(rule.id).map_or(Some(rule.level), |set| set.level())
}

/// A tool that answers, with the version that it says it has.
struct Installed {
    tool: service::Tool,
    version: String,
}

/// Looks for a tool as the policy asks for it. `None` where it is not to be asked, or is not there and need not be: the
/// report says which.
///
/// # Errors
/// The policy requires it and it is not there.
fn installed(scene: &Scene, asked: Asked, program: &str, install: &str) -> Result<Option<Installed>, String> {
    if asked == Asked::Off {
        return Ok(None);
    }
    let missing = match find(&scene.ask.root, program) {
        Ok(found) => return Ok(Some(found)),
        Err(missing) => missing,
    };
    if asked == Asked::Required {
        return Err(format!("the policy requires it, and {missing}; install it with `{install}`"));
    }
    let count = DELEGATED.iter().copied().flatten().filter(|rule| is_of(rule, program)).count();
    scene.delegated.remark(format!(
        "`{program}` was not asked for its {count} rules: {missing}; install it with `{install}`"
    ));
    Ok(None)
}

fn is_of(rule: &Rule, program: &str) -> bool {
    match delegated::tool_of(rule) {
        Some(delegated::Tool::Clippy) => program == "cargo-clippy",
        Some(delegated::Tool::Deny) => program == "cargo-deny",
        None => false,
    }
}

/// A program on the search path that says its version, or what is wrong with it.
fn find(root: &Path, program: &str) -> Result<Installed, String> {
    let found = surroundings::tool(root, program, None, process_env("PATH"));
    let mut tool = found.ok_or_else(|| "it is not installed".to_owned())?;
    tool.environment = service::build_environment(surroundings::all());
    let said = tool.run(&["--version"], root, VERSION_WITHIN).map_err(|error| error.to_string())?;
    if said.status != Some(0) {
        let why = said.complaint.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
        return Err(format!("it does not say its version: {}", why.trim()));
    }
    let version = String::from_utf8_lossy(&said.output).trim().to_owned();
    Ok(Installed { tool, version })
}
