//! Reads public workspaces from their manifests and through `cargo metadata`, and shows where the two differ.
//!
//! `cargo run --release -p gatefold-source --example beside_cargo -- 'FOLDER/{}/repo'` expects each repository of
//! `beside_cargo.txt` as a git folder where `{}` stands for `owner+name`. Only manifests are unpacked: every other
//! file is an empty one, since cargo asks no more than whether it is there. No code is compiled or run.
//!
//! Where the two differ on purpose, in manifests that none of these repositories has:
//!
//! | manifest | cargo | the reader |
//! |---|---|---|
//! | keys of the nightly channel | refuses them on stable; asked as nightly here | reads them |
//! | a named test, bench or example without a file | refuses it when it is built | tells it |
//! | a package that depends on itself, by path | refuses it when it is resolved | tells it |
//! | members that are links, or lie in a submodule | follows them on the disk | tells them |
//! | a member that a pattern matches and that is the root of a workspace of its own | refuses it | passes it by |
//! | paths that lead out of the root | follows them | tells them and follows none |
//! | edition 2024, `default-features = false` over `workspace = true` | before RFC 3945 refused | as RFC 3945 |

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a tool that measures")]

#[path = "../tests/common/oracle.rs"]
mod oracle;

use std::path::Path;
use std::time::Instant;

use gatefold_source::{Tree, Workspace};
use git2::{ObjectType, Repository, TreeWalkMode};

fn main() {
    let place = std::env::args().nth(1).expect("where the repositories are, such as `FOLDER/{}/repo`");
    let list = include_str!("beside_cargo.txt");
    let named = list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let mut sums = [0usize; 4];
    for (name, revision) in named {
        let repository = place.replace("{}", &name.replace('/', "+"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let paths = unpack(&repository, revision, folder.path()).expect(name);
        let started = Instant::now();
        let workspace = Workspace::read(&Tree::from_disk(folder.path(), paths));
        let took = started.elapsed();
        let ours = oracle::ours(&workspace);
        match oracle::theirs(folder.path()) {
            Ok(theirs) => {
                let differences = oracle::differences(&ours, &theirs);
                let (members, facts) = (workspace.crates.len(), theirs.len());
                println!(
                    "{name} {revision:.9}: {members} members, {facts} facts, {} differences, {} problems, {took:.1?}",
                    differences.len(),
                    workspace.problems.len()
                );
                differences.iter().for_each(|difference| println!("    {difference}"));
                for (sum, more) in sums.iter_mut().zip([1, members, facts, differences.len()]) {
                    *sum += more;
                }
            }
            Err(reason) => println!("{name} {revision:.9}: cargo refuses it: {}", reason.trim()),
        }
        for problem in &workspace.problems {
            println!("    ! {}:{} {}", problem.path, problem.line.unwrap_or(0), problem.message);
        }
    }
    let [workspaces, members, facts, differences] = sums;
    println!("{workspaces} workspaces, {members} members, {facts} facts, {differences} differences");
}

/// Writes the files of a commit, all but manifests empty, and gives their paths. Links are left out.
fn unpack(repository: &str, revision: &str, folder: &Path) -> Result<Vec<String>, git2::Error> {
    let repository = Repository::open(repository)?;
    let tree = repository.revparse_single(revision)?.peel_to_tree()?;
    let mut paths = Vec::new();
    tree.walk(TreeWalkMode::PreOrder, |above, entry| {
        let path = entry.name().ok().map(|name| format!("{above}{name}"));
        let is_read = |path: &str| path.ends_with(".rs") || path.ends_with("Cargo.toml");
        let blob = entry.kind() == Some(ObjectType::Blob) && entry.filemode() != 0o120_000;
        if let Some(path) = path.filter(|path| blob && is_read(path)) {
            let content = match path.ends_with("Cargo.toml") {
                true => repository.find_blob(entry.id()).map(|blob| blob.content().to_vec()),
                false => Ok(Vec::new()),
            };
            let file = folder.join(&path);
            std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
            std::fs::write(&file, content.expect("a blob of the commit")).expect("a file");
            paths.push(path);
        }
        git2::TreeWalkResult::Ok
    })?;
    Ok(paths)
}
