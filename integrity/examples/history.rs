//! Runs the guard over the latest ordinary commits of a repository and shows what it says of each.
//!
//! `cargo run --release -p gatefold-integrity --example history -- REPOSITORY COUNT [backwards]`; the repository may be
//! bare. Nothing of it is executed or written. A false alarm shows here first; `backwards` judges the undoing of each
//! commit, so that a test that was added is one that is deleted, and a miss shows.

#![expect(clippy::print_stdout, reason = "this is a program for people")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use findings::{BaseInfo, Level};
use gatefold_integrity::{self as integrity, Policies, Policy, RULES};
use git2::{ObjectType, Oid, Repository, Sort, TreeWalkMode, TreeWalkResult};
use policy::{Document, Schema};
use source::{Change, Tree};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which repository?")?;
    let count: usize = arguments.next().ok_or("how many commits?")?.parse()?;
    let backwards = arguments.next().is_some_and(|word| word == "backwards");
    let repository = Repository::open(path)?;
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME)?;
    walk.push_head()?;

    let mut tally = Tally::default();
    for id in walk {
        let commit = repository.find_commit(id?)?;
        if commit.parent_count() != 1 {
            continue;
        }
        let (before, after) = (commit.parent(0)?.tree_id(), commit.tree_id());
        let (before, after) = if backwards { (after, before) } else { (before, after) };
        let change = change(&repository, before, after)?;
        if change.files.is_empty() {
            continue;
        }
        let title = commit.summary().unwrap_or_default().unwrap_or_default().to_owned();
        tally.judge(&change, &commit.id().to_string()[..10], &title)?;
        if tally.commits == count {
            break;
        }
    }
    tally.show();
    Ok(())
}

#[derive(Default)]
struct Tally {
    commits: usize,
    blocked: usize,
    by_rule: BTreeMap<&'static str, usize>,
    longest: Duration,
}

impl Tally {
    fn judge(&mut self, change: &Change, commit: &str, title: &str) -> Result<(), Failure> {
        let empty = Document::empty();
        let schema = Schema { sections: &[] };
        let policies = Policies {
            base: &empty,
            head: &empty,
            schema: &schema,
            rules: RULES,
            spoke_of_nothing: &|_| false,
        };
        let start = Instant::now();
        let findings =
            integrity::check(change, &policies, &Policy::default())?.map(|checked| checked.findings);
        self.longest = self.longest.max(start.elapsed());
        self.commits += 1;
        let findings = findings.unwrap_or_default();
        let mut rules: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.iter().for_each(|rule| *self.by_rule.entry(rule).or_default() += 1);
        self.blocked += usize::from(findings.iter().any(|finding| finding.level == Level::Error));
        if !findings.is_empty() {
            println!("== {commit} {title}");
        }
        for finding in findings {
            println!(
                "   {} [{}] {}: {}",
                finding.level.name(),
                finding.rule.id,
                finding.file().unwrap_or_default(),
                finding.message
            );
            for note in finding.notes.iter().filter(|_| finding.level == Level::Error) {
                println!("        {}", note.text.replace('\n', "\n        "));
            }
        }
        Ok(())
    }

    fn show(&self) {
        println!("{} commits, {} blocked, the longest took {:?}", self.commits, self.blocked, self.longest);
        for (rule, count) in &self.by_rule {
            println!("{count:>5} {rule}");
        }
    }
}

/// The change between two trees of a repository, in memory. Only what differs, and what a comparison may look up
/// beside it (Rust code, manifests), is read.
fn change(repository: &Repository, base: Oid, head: Oid) -> Result<Change, Failure> {
    let (base, head) = (files(repository, base)?, files(repository, head)?);
    let same = |path: &str| base.contains_key(path) && base.get(path) == head.get(path);
    let read = |side: &BTreeMap<String, Oid>| -> Result<Tree, git2::Error> {
        let needed = side.iter().filter(|(path, _)| !same(path) || is_asked_for(path));
        let read = needed.map(|(path, id)| Ok((path.clone(), repository.find_blob(*id)?.content().to_vec())));
        Ok(Tree::from_memory(read.collect::<Result<Vec<_>, git2::Error>>()?))
    };
    let change = Change::of_trees(Some(read(&base)?), read(&head)?);
    Ok(Change { base_info: BaseInfo { commit: None, chosen: "parent".to_owned() }, ..change })
}

/// What is read though it does not differ: code, manifests, and what may name or start a script.
fn is_asked_for(path: &str) -> bool {
    [".rs", ".toml"].iter().any(|end| path.ends_with(end))
        || [".github/", ".ci/", "ci/", ".gitlab", ".claude/"].iter().any(|start| path.starts_with(start))
        || path.ends_with("CODEOWNERS")
        || ["Makefile", "justfile"].contains(&path)
}

fn files(repository: &Repository, tree: Oid) -> Result<BTreeMap<String, Oid>, git2::Error> {
    let mut files = BTreeMap::new();
    repository.find_tree(tree)?.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if let (Ok(name), Some(ObjectType::Blob)) = (entry.name(), entry.kind()) {
            files.insert(format!("{folder}{name}"), entry.id());
        }
        TreeWalkResult::Ok
    })?;
    Ok(files)
}
