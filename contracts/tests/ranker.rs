//! The reference workspace's own service, built and asked what its scenario files say.

#![cfg(unix)]

use std::path::{Path, PathBuf};

use contracts::{Policy, SECTION, Wanted, check_live, check_static};
use policy::{Document, Schema, Section};
use service::{Circumstances, Services, Workshop, build_environment, run_environment};
use source::{Change, Tree};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker")
}

/// The files that the guard reads.
fn tree() -> Tree {
    let mut paths = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() && ["target", "var"].iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root()).expect("it lies below the root");
                paths.push(below.to_str().expect("its name is text").to_owned());
            }
        }
    }
    Tree::from_disk(root(), paths)
}

fn read<T: serde::de::DeserializeOwned + Default>(section: &str) -> T {
    static SECTIONS: &[Section] = &[SECTION, service::SECTION];
    let text = std::fs::read_to_string(root().join("gatefold.yaml")).expect("the workspace has a policy");
    // The other guards' sections are theirs to read.
    let (document, _) = Document::parse_base("gatefold.yaml", &text, &Schema { sections: SECTIONS })
        .expect("the policy can be read");
    document.section(section).expect("the section can be read")
}

#[test]
fn the_protos_and_scenarios_of_the_reference_workspace_are_in_order() {
    let policy: Policy = read(SECTION.name);
    let checked =
        check_static(&Change::of_trees(Some(tree()), tree()), &policy).expect("it can be looked at");
    assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    assert!(checked.counts["protos"] >= 2 && checked.counts["scenario files"] >= 1, "{:?}", checked.counts);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn the_service_of_the_reference_workspace_keeps_its_promises() {
    if std::env::var_os("GATEFOLD_LIVE").is_none() {
        eprintln!("skipped: GATEFOLD_LIVE is not set, so that no service is built");
        return;
    }
    let services: Services = read(service::SECTION.name);
    let policy: Policy = read(SECTION.name);
    let circumstances = Circumstances { clock: policy.clock.clone(), seed: policy.seed };
    let mut workshop = Workshop::new(
        root(),
        services,
        build_environment(std::env::vars()),
        run_environment(std::env::vars()),
    );
    let change = Change::of_trees(None, tree());
    let mut start = |wanted: &Wanted| {
        let session = workshop.start(wanted.target, wanted.pool.clone(), &circumstances);
        session.map_err(|error| error.to_string())
    };
    let checked = check_live(&change, &policy, &mut start);
    let checked = checked.unwrap_or_else(|error| panic!("{error}"));
    assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    assert!(checked.counts["scenarios"] >= 10);
}
