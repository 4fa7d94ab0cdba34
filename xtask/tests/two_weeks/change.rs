//! What changes are made of, beside what a workspace can do by itself.

use std::fs;

use golden::Recording;

use crate::workspace::Workspace;

/// Adds text behind another, which must stand in the file exactly once.
pub(crate) fn after(it: &Workspace, path: &str, anchor: &str, added: &str) {
    it.replace(path, anchor, &format!("{anchor}{added}"));
}

/// Takes text out, which must stand in the file exactly once.
pub(crate) fn without(it: &Workspace, path: &str, gone: &str) {
    it.replace(path, gone, "");
}

/// Puts one text in the place of another, wherever it stands.
pub(crate) fn rename(it: &Workspace, path: &str, from: &str, to: &str) {
    let text = it.read(path);
    assert!(text.contains(from), "{path} has {from:?}");
    it.write(path, text.replace(from, to));
}

/// Adds an item at the end of the test module that ends the file.
pub(crate) fn add_test(it: &Workspace, path: &str, test: &str) {
    let text = it.read(path);
    let open = text.strip_suffix("}\n").expect("the module's end");
    it.write(path, format!("{open}\n{test}}}\n"));
}

/// Takes a test out of a file, and gives it back as it stood there.
pub(crate) fn cut_test(it: &Workspace, path: &str, name: &str) -> String {
    let text = it.read(path);
    let at = text.find(&format!("fn {name}(")).expect("the test");
    let start = text[..at].rfind("\n\n").expect("something stands before it") + 1;
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = " ".repeat(text[line..].len() - text[line..].trim_start_matches(' ').len());
    let close = format!("\n{indent}}}\n");
    let end = at + text[at..].find(&close).expect("its end") + close.len();
    it.write(path, format!("{}{}", &text[..start], text[end..].trim_start_matches('\n')));
    text[start..end].trim_start().to_owned()
}

/// Moves a file, with the folders that it needs.
pub(crate) fn move_file(it: &Workspace, from: &str, to: &str) {
    it.write(to, it.read(from));
    remove(it, from);
}

pub(crate) fn remove(it: &Workspace, path: &str) {
    fs::remove_file(it.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Changes recorded rankings, and writes them as `golden accept` would.
pub(crate) fn rerecord(it: &Workspace, path: &str, change: impl FnOnce(&mut Recording)) {
    let mut recording = Recording::parse(&it.read(path)).expect("recorded rankings");
    change(&mut recording);
    it.write(path, recording.to_text());
}

/// A model of the same features in other bytes, with its lock and its digest wherever that is written.
pub(crate) fn retrain(it: &Workspace, model: &str) {
    let artefact = it.root().join(format!("models/{model}.onnx"));
    let mut bytes = fs::read(&artefact).expect("a model");
    // `model_version: 2` of ONNX's `ModelProto`: of a field that stands twice the last value counts.
    bytes.extend([0x28, 2]);
    fs::write(&artefact, bytes).expect("a model");
    let before = locked_digest(it, model);
    let ran = it.run(&["contracts", "lock"]);
    assert_eq!(ran.status, 0, "{ran}");
    let after = locked_digest(it, model);
    for file in ["signature.yaml", "replay.jsonl"] {
        it.replace(&format!("models/{model}.{file}"), &before, &after);
    }
}

fn locked_digest(it: &Workspace, model: &str) -> String {
    let lock = it.read(&format!("models/{model}.features.lock"));
    lock.lines().find_map(|line| line.strip_prefix("sha256: ")).expect("a digest").to_owned()
}

/// Commits what was changed, with what it does to rankings.
pub(crate) fn declare(it: &Workspace, claim: &str) {
    it.commit(&format!("Rankings move\n\nIt was tried on a few of us.\n\nRanking-Intent: {claim}\n"));
}

/// Puts the two best items of this many rankings of a segment in each other's place, as a changed score would.
pub(crate) fn swap_in_segment(it: &Workspace, path: &str, segment: &str, many: usize) {
    rerecord(it, path, |recording| {
        let of_segment = recording.entries.iter_mut().filter(|entry| entry.segment == segment);
        let swappable = of_segment.filter(|entry| entry.ranking.items.len() > 1);
        let mut swapped = 0;
        for entry in swappable.take(many) {
            let items = &mut entry.ranking.items;
            let (best, second) = (items[0].id.clone(), items[1].id.clone());
            (items[0].id, items[1].id) = (second, best);
            swapped += 1;
        }
        assert_eq!(swapped, many, "{segment}");
    });
}

/// Reverts the merge of this title.
pub(crate) fn revert_merge(it: &Workspace, title: &str) {
    let found = it.git(&["log", "--format=%H %s", "--merges", "main"]);
    let line = found.lines().find(|line| line.split_once(' ').is_some_and(|(_, subject)| subject == title));
    let commit = line.unwrap_or_else(|| panic!("nothing merged is called {title:?}")).split(' ').next();
    it.git(&["revert", "--no-edit", "--mainline", "1", commit.expect("a commit")]);
}

/// Moves a package of the lock file to another version, with the checksum of what that holds.
pub(crate) fn bump(it: &Workspace, package: &str, version: &str) {
    let lock = it.read("Cargo.lock");
    let name = format!("name = \"{package}\"\n");
    let (before, rest) = lock.split_once(&name).expect("it is locked");
    let (entry, after) = rest.split_once("\n\n").expect("one entry behind the other");
    let moved: Vec<String> = entry.lines().map(|line| bumped(line, version)).collect();
    it.write("Cargo.lock", format!("{before}{name}{}\n\n{after}", moved.join("\n")));
}

fn bumped(line: &str, version: &str) -> String {
    match line.split_once(" = ") {
        Some(("version", _)) => format!("version = \"{version}\""),
        Some(("checksum", old)) => {
            format!("checksum = \"{}\"", old.trim_matches('"').chars().rev().collect::<String>())
        }
        _ => line.to_owned(),
    }
}

/// Formats every Rust file as rustfmt does with these settings.
pub(crate) fn format(it: &Workspace, settings: &str) {
    let files = it.git(&["ls-files", "*.rs"]);
    let mut rustfmt = it.command("rustfmt");
    rustfmt.current_dir(it.root()).args(["--edition", "2024", "--config", settings]).args(files.lines());
    // The one that finds the toolchain wants a home of its own.
    for name in ["HOME", "RUSTUP_HOME", "CARGO_HOME"] {
        if let Some(folder) = std::env::var_os(name) {
            rustfmt.env(name, folder);
        }
    }
    assert!(rustfmt.status().expect("rustfmt runs").success());
}
