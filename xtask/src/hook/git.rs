//! Git's own hooks: the static gate on what is staged, or on what is pushed, told to the person at the terminal.
//!
//! It blocks with 1, and only for what was looked at and found. What could not be looked at is said and passes: a hook on
//! somebody's machine is early, CI is the authority.

mod moved;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};

use findings::render::{self, HumanOptions};
use findings::{Exit, JudgedFinding, Outcome};
use source::{BaseRequest, Change, FileChange, Head, OpenError};

use super::{look, root};
use crate::console;
use crate::failure::Failure;
use crate::gate::{Judgement, judge_opened};
use crate::gated::{self, Moved};
use crate::scene::Ask;
use crate::surroundings::{self, process_env};
use crate::waiting::{LONG, awaited};

/// The most commits that one push is judged for; each costs as much as a gate.
const MOST_PUSHED: usize = 8;

/// The longest list of references that is read, in bytes.
const MAX_LIST: u64 = 1024 * 1024;

/// Answers one of git's hooks and gives back the status to end with: 1 blocks.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    let named = arguments.first().and_then(|name| name.to_str());
    // Git gives the push its remote; none is called so.
    if arguments.get(1).is_some_and(|argument| argument == "--help" || argument == "-h") {
        console::print(HELP);
        return 0;
    }
    let run: fn(&Path) -> bool = match named {
        Some("pre-commit") => pre_commit,
        Some("pre-push") => pre_push,
        Some("--help" | "-h" | "help") => {
            console::print(HELP);
            return 0;
        }
        other => {
            let other = other.unwrap_or("nothing").escape_debug();
            say(&format!(
                "git's hooks `pre-commit` and `pre-push` are known, not `{other}`; nothing was judged"
            ));
            return 0;
        }
    };
    let Ok(here) = std::env::current_dir() else {
        say("the current folder is gone; nothing was judged");
        return 0;
    };
    u8::from(in_time(&here, run))
}

/// Judges on a thread of its own. What git would wait for without end is said, and nothing else is waited for.
fn in_time(here: &Path, run: fn(&Path) -> bool) -> bool {
    let (send, receive) = mpsc::channel();
    let folder = here.to_owned();
    let judge = move || send.send(catch_unwind(AssertUnwindSafe(|| run(&folder))).ok());
    let worker = std::thread::Builder::new().spawn(judge);
    let judged = match worker.map(|_| receive.recv_timeout(LONG)) {
        Ok(Err(RecvTimeoutError::Timeout)) => match awaited(here) {
            Some(file) => return blocks_unjudged(&OpenError::Awaited(file).into()),
            None => receive.recv().ok().flatten(),
        },
        Ok(received) => received.ok().flatten(),
        Err(_) => None,
    };
    judged.unwrap_or_else(|| {
        say("a fault inside; nothing was judged");
        false
    })
}

const HELP: &str = "\
Judges what is about to be committed or pushed, for use in git's hooks. Findings go to standard error.

Usage: gatefold hook git pre-commit
       gatefold hook git pre-push [REMOTE] [URL] < REFS

  pre-commit   judges the index against the base of the branch, and blocks what it finds in files of this commit
  pre-push     judges each pushed commit against where it left the default branch; deleted branches are let through

Ends with 1 to block, else with 0: also where it could not look, which it says. `mode: observe` blocks nothing. Nothing is
built or run: `gatefold gate --tier live` and CI do that. `ci/git-hooks/` has the wiring, for lefthook and pre-commit, too.

Examples:
  gatefold hook git pre-commit
  echo \"refs/heads/x $(git rev-parse HEAD) refs/heads/x $(git rev-parse HEAD~1)\" | gatefold hook git pre-push
";

/// Judges what is staged. A merge is left to the push, since it brings what others did.
fn pre_commit(here: &Path) -> bool {
    if source::merge_is_open(here) {
        say("a merge is not judged when it is committed; the push and CI judge what came of it");
        return false;
    }
    let index = process_env("GIT_INDEX_FILE").map(PathBuf::from);
    let staged = |root: &Path, request: &BaseRequest| source::open_staged(root, request, index.as_deref());
    let mut blocks = false;
    let Gated { roots, top, moved } = gated(here, |root| staged(root, &BaseRequest::Default));
    // What this commit changes; in the first one that is everything.
    let head = BaseRequest::Revision("HEAD".to_owned());
    for root in &roots {
        let own = staged(root, &head).ok().map(|change| touched(root, &change, &roots));
        if own.as_ref().is_some_and(BTreeSet::is_empty) {
            continue;
        }
        blocks |= match judged(root, |ask| Ok(staged(&ask.root, &ask.base)?)) {
            Ok(judgement) => tell(judgement, "this commit", own.as_ref()),
            Err(failure) => blocks_unjudged(&failure),
        };
    }
    for moved in &moved {
        let own = staged(&top, &head).ok().map(|change| moved::touched(moved, &change, &top, &roots));
        if own.as_ref().is_some_and(BTreeSet::is_empty) {
            continue;
        }
        blocks |= match moved::judged(&top, moved, Head::Index(index.as_deref())) {
            Ok(judgement) => tell_moved(judgement, "this commit", own.as_ref(), moved),
            Err(failure) => blocks_unjudged(&failure),
        };
    }
    blocks
}

/// Judges every commit that the list on standard input pushes.
fn pre_push(here: &Path) -> bool {
    let mut list = String::new();
    if std::io::stdin().lock().take(MAX_LIST).read_to_string(&mut list).is_err() {
        say("failed to read what is pushed; nothing was judged");
        return false;
    }
    let pushed = pushed(&list);
    if pushed.len() > MOST_PUSHED {
        let left_out = pushed.len() - MOST_PUSHED;
        say(&format!("{left_out} of {} pushed commits are not judged here; CI judges them", pushed.len()));
    }
    let mut blocks = false;
    for (name, commit) in pushed.into_iter().take(MOST_PUSHED) {
        let name = format!("`{name}`");
        let open = |root: &Path| source::open_range(root, &BaseRequest::Default, &commit);
        let Gated { roots, top, moved } = gated(here, open);
        for root in &roots {
            blocks |= match judged(root, |ask| Ok(source::open_range(&ask.root, &ask.base, &commit)?)) {
                Ok(judgement) if has_left_the_default_branch(&judgement) => tell(judgement, &name, None),
                Ok(_) => false,
                Err(failure) => blocks_unjudged(&failure),
            };
        }
        for moved in &moved {
            blocks |= match moved::judged(&top, moved, Head::Commit(&commit)) {
                Ok(judgement) if has_left_the_default_branch(&judgement) => {
                    tell_moved(judgement, &name, moved.asked().as_ref(), moved)
                }
                Ok(_) => false,
                Err(failure) => blocks_unjudged(&failure),
            };
        }
    }
    blocks
}

/// What is judged.
struct Gated {
    roots: Vec<PathBuf>,
    top: PathBuf,
    /// What the base has in a gated folder, and head elsewhere or nowhere.
    moved: Vec<Moved>,
}

/// What is judged, by the change that the first root opens.
fn gated(here: &Path, open: impl Fn(&Path) -> Result<Change, OpenError>) -> Gated {
    let mut roots = root::outermost(here, None);
    let top = gated::top(roots.first().map_or(here, PathBuf::as_path)).unwrap_or(here).to_owned();
    let change = open(roots.first().unwrap_or(&top)).ok();
    let moved = change.as_ref().map_or_else(Vec::new, |change| gated::moved(&top, change));
    if let Some(change) = change {
        roots = root::of_change(roots, &top, &change);
    }
    roots.retain(|root| !moved.iter().any(|moved| moved.is_whole && top.join(&moved.to) == *root));
    Gated { roots: root::with_listed(&roots), top, moved }
}

/// The commits that a push brings, each once and with the first name that it has there.
fn pushed(list: &str) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut pushed = Vec::new();
    for line in list.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(_), Some(commit), Some(there), Some(had)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        // A row of zeros is no commit: the branch is deleted.
        let is_commit =
            commit.bytes().all(|byte| byte.is_ascii_hexdigit()) && !commit.bytes().all(|byte| byte == b'0');
        if is_commit && commit != had && seen.insert(commit.to_owned()) {
            let name = there.strip_prefix("refs/heads/").unwrap_or(there);
            pushed.push((name.to_owned(), commit.to_owned()));
        }
    }
    pushed
}

/// A commit that the default branch has is compared with the one before it, which says nothing of this push.
fn has_left_the_default_branch(judgement: &Judgement) -> bool {
    judgement.report.base.chosen != "first parent"
}

fn judged(root: &Path, open: impl FnOnce(&Ask) -> Result<Change, Failure>) -> Result<Judgement, Failure> {
    judge_opened(look::ask(root).map_err(Failure::could_not_run)?, open)
}

/// Without a verdict only a policy that is invalid blocks, which is the change's own fault.
fn blocks_unjudged(failure: &Failure) -> bool {
    let is_invalid = failure.message.contains(policy::POLICY_FILE) && matches!(failure.exit, Exit::Usage);
    say(&match is_invalid {
        true => failure.message.clone(),
        false => format!("could not look: {}; nothing was judged", failure.message),
    });
    is_invalid
}

/// The paths that a change touches below a root, and outside of all roots, as findings name them; old names included.
fn touched(root: &Path, change: &Change, roots: &[PathBuf]) -> BTreeSet<String> {
    let paths = |files: &[FileChange]| -> BTreeSet<String> {
        files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.from)).cloned().collect()
    };
    let mut touched = paths(&change.files);
    if let Some(wider) = &change.repository {
        let depth = Path::new(&wider.prefix).components().count();
        let top = change.top(root);
        let is_outside = |path: &String| !roots.iter().any(|root| top.join(path).starts_with(root));
        let outside = paths(&wider.files).into_iter().filter(is_outside);
        touched.extend(outside.map(|path| format!("{}{path}", "../".repeat(depth))));
    }
    touched
}

/// Tells what is found, and whether it blocks: of a commit, only what lies in its own files.
fn tell(mut judgement: Judgement, what: &str, own: Option<&BTreeSet<String>>) -> bool {
    for run in judgement.report.guards.iter().filter(|run| run.outcome == Outcome::CouldNotRun) {
        say(&format!("{} could not look: {}", run.guard, run.reason.as_deref().unwrap_or("no reason given")));
    }
    let is_own = |judged: &JudgedFinding| match (own, judged.finding.file()) {
        (Some(own), Some(file)) => own.contains(file),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let root = &judgement.scene.ask.root;
    let program = surroundings::program(root);
    // Git starts its hooks at the top.
    let gate = look::command(root, gated::top(root).unwrap_or(root));
    let all = judgement.report.blocking().count();
    judgement.report.findings.retain(|judged| judged.blocks() && is_own(judged));
    let found = judgement.report.findings.len();
    if all > found {
        say(&format!("{} that earlier commits bring: `{gate}` shows them", findings(all - found)));
    }
    if found == 0 {
        return false;
    }
    if !judgement.scene.prefix().is_empty() {
        say(&format!("in `{}`:", judgement.scene.prefix()));
    }
    let env = &process_env;
    let options = HumanOptions {
        color: surroundings::colour(env, &std::io::stderr()),
        width: surroundings::width(env),
        all: false,
        times: false,
        program,
    };
    let head = &judgement.scene.change.head;
    let shown = render::excerpts(&judgement.report, &|file| head.text(file).ok(), &options);
    console::say(shown.trim_end());
    if judgement.report.observe {
        say(&format!("{} would block {what}; the policy only observes", findings(found)));
        return false;
    }
    say(&format!(
        "{} {} {what}: `{}` lists what a person may approve. Nothing was built or run here",
        findings(found),
        if found == 1 { "blocks" } else { "block" },
        gate.replacen(" gate", " approve", 1)
    ));
    judgement.report.exit() != Exit::Clean
}

/// The same of what was moved.
fn tell_moved(judgement: Judgement, what: &str, own: Option<&BTreeSet<String>>, moved: &Moved) -> bool {
    let blocks = tell(judgement, what, own);
    if blocks {
        say(&gated::told(moved, SEEN_HERE));
    }
    blocks
}

/// Who sees what becomes of a gated folder, as a person is told who commits or pushes.
const SEEN_HERE: &str = "`gate` alone does not see that: commit or push again to verify.";

fn findings(count: usize) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

fn say(text: &str) {
    console::say(format_args!("gatefold: {text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, expected: &[(&str, &str)]) {
        let found = pushed(list);
        let found: Vec<(&str, &str)> = found.iter().map(|(name, commit)| (&**name, &**commit)).collect();
        assert_eq!(found, expected, "{list}");
    }

    #[test]
    fn a_push_brings_each_commit_once_and_deletes_none() {
        let (a, b, none) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        check("", &[]);
        check(&format!("refs/heads/x {a} refs/heads/y {b}\n"), &[("y", &a)]);
        check(&format!("(delete) {none} refs/heads/x {a}\n"), &[]);
        check(&format!("refs/heads/x {a} refs/heads/x {a}\n"), &[]);
        check(
            &format!(
                "refs/heads/x {a} refs/heads/x {none}\nrefs/tags/v1 {a} refs/tags/v1 {none}\nHEAD {b} refs/for/main {a}"
            ),
            &[("x", &a), ("refs/for/main", &b)],
        );
        check("garbage\nrefs/heads/x --upload-pack=x refs/heads/x y\n", &[]);
    }
}
