//! `fix`: applies the repairs that findings bring.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use findings::{Exit, Finding, Status};
use lints::fixes::{self, Because, Left, Repaired};
use similar::TextDiff;
use source::{Cache, Code, Tree};

use super::gate;
use crate::cli::FixArgs;
use crate::console;
use crate::failure::{Failure, why_not_written};
use crate::gate::judge;
use crate::surroundings::Env;

/// Judges the change, and repairs what the lints have a fix for.
pub(crate) fn run(args: &FixArgs, root: &Path, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge(gate::asked_against(root, &["lints".to_owned()], &args.against, env)?)?;
    let open: Vec<&Finding> = judgement
        .report
        .findings
        .iter()
        .filter(|judged| judged.status == Status::New && judged.finding.fix.is_some())
        .map(|judged| &judged.finding)
        .collect();
    let policy: lints::Policy = judgement.scene.effective.section("lints")?;
    let text = texts(&judgement.scene.change.head);
    let findings = again(&text, &policy, &open)?;

    let said = |file: &str| text.text(file).ok().map(|text| text.to_string());
    let repairs = fixes::repairs(&findings, &said, args.even_unsafe);
    let mut exit = Exit::Clean;
    for repaired in &repairs.files {
        if args.dry_run {
            console::print(&difference(repaired));
        } else if let Err(why) = write(root, repaired) {
            console::say(format_args!("error: `{}` stays as it is: {why}", repaired.file));
            exit = Exit::CouldNotRun;
        } else {
            console::say(format_args!("{}: {} fixed", repaired.file, repaired.repaired));
        }
    }
    repairs.left.iter().for_each(tell);
    if repairs.files.is_empty() && repairs.left.is_empty() {
        console::say("there is nothing that a fix is known for");
    }
    Ok(exit)
}

/// The Rust code of a tree as it is now, held fast: positions of repairs are positions in it.
fn texts(tree: &Tree) -> Tree {
    let is_read = |path: &&str| path.ends_with(".rs") || path.ends_with("Cargo.toml");
    let read = |path: &str| Some((path.to_owned(), tree.read(path).ok()?));
    Tree::from_memory(tree.paths().filter(is_read).filter_map(read))
}

/// The findings that are open, made anew over texts that no longer change. Only their files are looked at: what several files
/// say of each other has no fix.
fn again(text: &Tree, policy: &lints::Policy, open: &[&Finding]) -> Result<Vec<Finding>, Failure> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let code = Code::read(text, &Cache::off());
    let files: BTreeSet<&str> = open.iter().filter_map(|finding| finding.file()).collect();
    let fingerprints: BTreeSet<String> = open.iter().map(|finding| finding.fingerprint()).collect();
    let is_asked = |path: &str| files.contains(path);
    let looked = lints::check(&code, text, policy, Some(&is_asked)).map_err(Failure::could_not_run)?;
    let mut findings = looked.findings;
    findings.retain(|finding| fingerprints.contains(&finding.fingerprint()));
    findings.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(findings)
}

/// Writes a repaired file in the place of the one that it was made from, whole or not at all.
fn write(root: &Path, repaired: &Repaired) -> Result<(), String> {
    let path = root.join(&repaired.file);
    let failed = |error: std::io::Error| why_not_written(&error);
    let found = path.symlink_metadata().map_err(failed)?;
    if !found.is_file() {
        return Err("it is a link".to_owned());
    }
    let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(root)).map_err(failed)?;
    new.write_all(repaired.after.as_bytes()).map_err(failed)?;
    new.as_file().set_permissions(found.permissions()).map_err(failed)?;
    if std::fs::read(&path).map_err(failed)? != repaired.before.as_bytes() {
        return Err("it was changed while this ran; run it again".to_owned());
    }
    new.persist(&path).map(drop).map_err(|error| failed(error.error))
}

fn difference(Repaired { file, before, after, .. }: &Repaired) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(file, file).to_string()
}

fn tell(Left { finding, because }: &Left<'_>) {
    let span = finding.location.as_ref().and_then(|location| location.span);
    let (file, line) = (finding.file().unwrap_or_default(), span.map_or(0, |span| span.line));
    let why = match because {
        Because::Unsafe => "its fix must be read first; `--unsafe` applies it",
        Because::Overlaps => "its fix overlaps one that comes first; run it again",
        Because::Misplaced => "its fix does not fit the file",
        Because::Breaks => "with its fix the file would not parse",
    };
    console::say(format_args!("{file}:{line}: {}: {why}", finding.rule.id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_since_it_was_read_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let check = |now: &str, before: &str, written: bool| {
            std::fs::write(folder.path().join("a.rs"), now).expect("a file");
            let (file, before) = ("a.rs".to_owned(), before.to_owned());
            let repaired = Repaired { file, before, after: "fn g() {}\n".to_owned(), repaired: 1 };
            assert_eq!(write(folder.path(), &repaired).is_ok(), written);
            let text = std::fs::read_to_string(folder.path().join("a.rs")).expect("a file");
            assert_eq!(text, if written { "fn g() {}\n" } else { now });
            assert_eq!(folder.path().read_dir().expect("a folder").count(), 1, "nothing is left beside it");
        };
        check("fn f() {}\n", "fn f() {}\n", true);
        check("fn f() { other() }\n", "fn f() {}\n", false);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_written_through_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.rs"), "old").expect("a file");
        std::fs::set_permissions(path("a.rs"), PermissionsExt::from_mode(0o755)).expect("it is ours");
        std::os::unix::fs::symlink(path("a.rs"), path("b.rs")).expect("a link");
        let repaired = |file: &str| {
            let (file, before, after) = (file.to_owned(), "old".to_owned(), "new".to_owned());
            Repaired { file, before, after, repaired: 1 }
        };
        assert!(write(folder.path(), &repaired("b.rs")).is_err());
        write(folder.path(), &repaired("a.rs")).expect("it is written");
        let mode = std::fs::metadata(path("a.rs")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }
}
