//! `contracts search`: looks for requests that break a law where the gate does not look, and saves them.

use std::path::Path;

use findings::Exit;
use source::Tree;

use super::scene;
use crate::cli::SearchArgs;
use crate::failure::Failure;
use crate::surroundings::Env;
use crate::{console, live, output};

/// Asks the properties of head's scenario files of the services built from head. It judges nothing.
pub(super) fn run(root: &Path, args: &SearchArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let policy: contracts::Policy = scene.head_policy.section("contracts")?;
    let search = contracts::Search { seed: args.seed, cases: args.cases };
    let found = live::search(&scene, &policy, search).map_err(Failure::could_not_run)?;
    for found in &found {
        console::print(&format!(
            "{}: `{}`: `{}` does not hold: {}\n  {}\n",
            found.scenario, found.property, found.law, found.failure, found.request
        ));
    }
    if args.save {
        save(root, &scene.change.head, &found)?;
    }
    let word = if found.len() == 1 { "request" } else { "requests" };
    console::print(&format!("{} {word} found that break a law\n", found.len()));
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Blocked })
}

/// Adds what was found to the files beside the scenario files.
fn save(root: &Path, tree: &Tree, found: &[contracts::Found]) -> Result<(), Failure> {
    let mut files = std::collections::BTreeMap::new();
    for found in found {
        let text = files
            .entry(found.path.as_str())
            .or_insert_with(|| tree.text(&found.path).ok().map(|text| text.to_string()));
        *text = Some(found.saved(text.as_deref()));
    }
    for (path, text) in files {
        let text = text.unwrap_or_default();
        output::write(&root.join(path), &text)?;
        console::print(&format!("{path} written\n"));
    }
    Ok(())
}
