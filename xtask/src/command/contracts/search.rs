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
    let searched = live::search(&scene, &policy, search).map_err(Failure::could_not_run)?;
    let contracts::Searched { properties, cases, found } = &searched;
    refuse_nothing(*properties, *cases)?;
    for found in found {
        console::print(&format!(
            "{}: `{}`: `{}` does not hold: {}\n  {}\n",
            found.scenario, found.property, found.law, found.failure, found.request
        ));
    }
    if args.save {
        save(root, &scene.change.head, found)?;
    }
    console::print(&told(&searched));
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Blocked })
}

/// A search that asked nothing has found nothing, which is no success.
fn refuse_nothing(properties: u64, cases: u64) -> Result<(), Failure> {
    match (properties, cases) {
        (0, _) => Err(Failure::usage(
            "no scenario file has a property, so nothing was asked; write one under `properties` in a file of \
             `contracts.scenarios`",
        )),
        (_, 0) => {
            Err(Failure::could_not_run("no request could be made of the properties, so nothing was asked"))
        }
        _ => Ok(()),
    }
}

fn told(searched: &contracts::Searched) -> String {
    let counted =
        |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "{} asked in {}: {} found that {} a law\n",
        counted(searched.properties, "property", "properties"),
        counted(searched.cases, "case", "cases"),
        counted(searched.found.len() as u64, "request", "requests"),
        if searched.found.len() == 1 { "breaks" } else { "break" },
    )
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
        output::save(root, path, &text)?;
        console::print(&format!("{path} written\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> contracts::Found {
        contracts::Found {
            scenario: "contracts/rank.yaml".to_owned(),
            property: "laws".to_owned(),
            law: "accepted",
            failure: "it was refused".to_owned(),
            request: serde_json::json!({ "limit": 1 }),
            path: "contracts/regressions/rank.yaml".to_owned(),
        }
    }

    #[test]
    fn what_is_found_first_makes_the_folder_it_is_saved_in() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let tree = Tree::from_memory([("contracts/rank.yaml", "")]);
        save(root.path(), &tree, &[found(), found()]).expect("it is saved");
        let path = root.path().join(found().path);
        let text = std::fs::read_to_string(path).expect("the file is there");
        assert_eq!(text.matches("property: \"laws\"").count(), 2, "{text}");
    }

    #[test]
    fn a_search_that_asked_nothing_is_no_success() {
        let check = |properties, cases| refuse_nothing(properties, cases).err().map(|failure| failure.exit);
        assert_eq!(check(0, 0), Some(Exit::Usage));
        assert_eq!(check(2, 0), Some(Exit::CouldNotRun));
        assert_eq!(check(2, 200), None);
    }

    #[test]
    fn no_cases_at_all_and_more_than_are_ever_made_are_wrong_usage() {
        use clap::Parser;
        let check = |cases: &str, is_taken: bool| {
            let line = ["cargo-xtask", "contracts", "search", "--cases", cases];
            assert_eq!(crate::cli::Cli::try_parse_from(line).is_ok(), is_taken, "{cases}");
        };
        check("0", false);
        check("1", true);
        check("100000", true);
        check("100001", false);
    }

    #[test]
    fn a_search_says_how_much_it_asked() {
        let check = |properties, cases, found, expected: &str| {
            assert_eq!(told(&contracts::Searched { properties, cases, found }), expected);
        };
        check(1, 1, vec![found()], "1 property asked in 1 case: 1 request found that breaks a law\n");
        check(3, 900, Vec::new(), "3 properties asked in 900 cases: 0 requests found that break a law\n");
    }
}
