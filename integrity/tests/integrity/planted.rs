//! Weakenings and honest changes planted into this repository's own files and those of the reference workspace: data
//! in `planted`, turned into the cases that [`check`](crate::changes::check) judges.
//!
//! `=== rule: title` begins a planting, in its plain form. `== and ..` is another surface of it that makes the edits of
//! the plain one as well; any other `== ..` stands for itself, and may name a rule of its own behind a colon. Edits follow: `@ PATH` opens a file (`@ PATH = SOURCE`
//! opens a copy of another, at a path where it would count), `- line` and `+ line` replace lines, which must stand
//! there once, whatever their indentation (`+` alone appends, or begins a file), `* ONE => OTHER` replaces every
//! occurrence in the file, `> PATH` moves it, `x` removes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use walkdir::WalkDir;

use crate::changes::{Case, Files, check};

#[test]
fn what_is_weakened_in_our_own_files_is_found_in_three_surface_variants_each() {
    let plantings = plantings("weakened");
    for planting in &plantings {
        let variants: Vec<&str> = planting.variants.iter().map(|variant| variant.name.as_str()).collect();
        assert_eq!(variants.len(), 3, "{}: {variants:?}", planting.title);
    }
    check(&plantings.iter().flat_map(Planting::cases).collect::<Vec<_>>());
    assert!(plantings.len() >= 60, "there are only {} planted weakenings", plantings.len());
}

#[test]
fn no_honest_change_of_our_own_files_is_blocked() {
    let plantings = plantings("honest");
    check(&plantings.iter().flat_map(Planting::cases).collect::<Vec<_>>());
    assert!(plantings.len() >= 40, "there are only {} honest changes", plantings.len());
}

struct Planting {
    title: String,
    variants: Vec<Variant>,
}

struct Variant {
    name: String,
    rule: String,
    edits: Vec<Edit>,
}

#[derive(Clone)]
enum Edit {
    Open { path: String, source: String },
    Replace { old: Vec<String>, new: Vec<String> },
    ReplaceAll { old: String, new: String },
    Move { path: String },
    Remove,
}

/// Where a workspace of ours lies, and its files at the base: what a comparison may look up beside what is edited.
struct Root {
    prefix: &'static str,
    files: BTreeMap<String, Arc<str>>,
}

static ROOTS: LazyLock<[Root; 2]> = LazyLock::new(|| [Root::read("templates/ranker/"), Root::read("")]);

impl Root {
    fn read(prefix: &'static str) -> Root {
        let folder = repository().join(prefix);
        let nested =
            |path: &Path| path.ends_with("target") || path.ends_with(".git") || path.ends_with("templates");
        let entries = WalkDir::new(&folder)
            .into_iter()
            .filter_entry(|entry| !nested(entry.path()) || entry.depth() == 0);
        let files = entries
            .map(|entry| entry.expect("a file of ours").into_path())
            .filter(|path| path.extension().is_some_and(|end| end == "rs") || path.ends_with("Cargo.toml"))
            .map(|path| {
                let name =
                    path.strip_prefix(&folder).expect("below").to_str().expect("UTF-8").replace('\\', "/");
                (name, read(&path))
            })
            .collect();
        Root { prefix, files }
    }

    fn of(path: &str) -> &'static Root {
        ROOTS.iter().find(|root| path.starts_with(root.prefix)).expect("the last has no prefix")
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> Arc<str> {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into()
}

impl Planting {
    fn cases(&self) -> impl Iterator<Item = Case> {
        self.variants.iter().map(|variant| {
            let title = format!("{} ({})", self.title, variant.name);
            let (base, head) = carry_out(&title, &variant.edits);
            Case { title, rule: variant.rule.clone(), base, head }
        })
    }
}

/// Both sides of a change, as files seen from the root of the workspace that it is made in.
fn carry_out(title: &str, edits: &[Edit]) -> (Files, Files) {
    let Some(Edit::Open { path, .. }) = edits.first() else { panic!("{title}: no file is opened") };
    let root = Root::of(path);
    let policy = root.prefix.to_owned() + "gatefold.yaml";
    let mut base = root.files.clone();
    base.insert("gatefold.yaml".to_owned(), ours(&read(&repository().join(policy))));
    let mut head = base.clone();
    let mut open = String::new();
    for edit in edits {
        let fail = |why: &str| -> ! { panic!("{title}: {open}: {why}") };
        match edit {
            Edit::Open { path, source } => {
                open = path.strip_prefix(root.prefix).unwrap_or(path).to_owned();
                let source = repository().join(source);
                if source.exists() && !head.contains_key(&open) {
                    let text = read(&source);
                    base.insert(open.clone(), text.clone());
                    head.insert(open.clone(), text);
                }
            }
            Edit::Replace { old, new } => {
                let text = head.get(&open).cloned().unwrap_or_default();
                match replaced(&text, old, new) {
                    Ok(text) => head.insert(open.clone(), text.into()),
                    Err(count) => fail(&format!("it has the lines {count} times: {old:#?}")),
                };
            }
            Edit::ReplaceAll { old, new } => {
                let text = head.get(&open).cloned().unwrap_or_default();
                if !text.contains(old.as_str()) {
                    fail(&format!("it has no `{old}`"));
                }
                head.insert(open.clone(), text.replace(old.as_str(), new).into());
            }
            Edit::Move { path } => {
                let Some(text) = head.remove(&open) else { fail("it is not there") };
                open = path.strip_prefix(root.prefix).unwrap_or(path).to_owned();
                head.insert(open.clone(), text);
            }
            Edit::Remove => {
                head.remove(&open).unwrap_or_else(|| fail("it is not there"));
            }
        }
    }
    (base.into_iter().collect(), head.into_iter().collect())
}

/// Of a policy, what this guard's tests know: the sections of other guards are left out.
fn ours(policy: &str) -> Arc<str> {
    let mut kept = String::new();
    let mut ours = true;
    for line in policy.lines() {
        if let Some((key, _)) =
            line.split_once(':').filter(|_| line.starts_with(|first: char| first.is_alphabetic()))
        {
            ours = !["lints", "arch", "contracts", "golden", "services"].contains(&key);
        }
        if ours {
            kept += line;
            kept.push('\n');
        }
    }
    kept.into()
}

/// The text with some of its lines replaced, whatever their indentation; how often they stand there if not once.
fn replaced(text: &str, old: &[String], new: &[String]) -> Result<String, usize> {
    let lines: Vec<&str> = text.lines().collect();
    if old.is_empty() {
        return Ok(text.to_owned() + &new.join("\n") + "\n");
    }
    let found: Vec<usize> = (0..(lines.len() + 1).saturating_sub(old.len()))
        .filter(|&at| lines[at..].iter().zip(old).all(|(line, old)| line.trim() == old.trim()))
        .collect();
    let &[at] = found.as_slice() else { return Err(found.len()) };
    let indent: String = lines[at].chars().take_while(|letter| letter.is_whitespace()).collect();
    let new = new.iter().map(|line| format!("{indent}{line}"));
    let before = lines[..at].iter().map(|line| (*line).to_owned());
    let after = lines[at + old.len()..].iter().map(|line| (*line).to_owned());
    Ok(before.chain(new).chain(after).map(|line| line + "\n").collect())
}

/// The plantings of a folder.
fn plantings(folder: &str) -> Vec<Planting> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planted").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| parse(&read(file))).collect()
}

fn parse(text: &str) -> Vec<Planting> {
    let mut plantings: Vec<Planting> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("=== ") {
            let (rule, title) = rest.split_once(": ").expect("a rule and a title");
            let plain = Variant { name: "plain".to_owned(), rule: rule.to_owned(), edits: Vec::new() };
            plantings.push(Planting { title: title.to_owned(), variants: vec![plain] });
            continue;
        }
        let Some(planting) = plantings.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("== ") {
            let plain = &planting.variants[0];
            let (name, rule) = name.split_once(": ").unwrap_or((name, &plain.rule));
            let edits = if name.starts_with("and ") { plain.edits.clone() } else { Vec::new() };
            planting.variants.push(Variant { name: name.to_owned(), rule: rule.to_owned(), edits });
            continue;
        }
        let edits = &mut planting.variants.last_mut().expect("the plain one").edits;
        let (sign, rest) = line.split_at(line.len().min(1));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match sign {
            "@" => {
                let (path, source) = rest.split_once(" = ").unwrap_or((rest, rest));
                edits.push(Edit::Open { path: path.to_owned(), source: source.to_owned() });
            }
            "-" => match edits.last_mut() {
                Some(Edit::Replace { old, new }) if new.is_empty() => old.push(rest.to_owned()),
                _ => edits.push(Edit::Replace { old: vec![rest.to_owned()], new: Vec::new() }),
            },
            "+" => match edits.last_mut() {
                Some(Edit::Replace { new, .. }) => new.push(rest.to_owned()),
                _ => edits.push(Edit::Replace { old: Vec::new(), new: vec![rest.to_owned()] }),
            },
            "*" => {
                let (old, new) = rest.split_once(" => ").expect("what is replaced, and by what");
                edits.push(Edit::ReplaceAll { old: old.to_owned(), new: new.to_owned() });
            }
            ">" => edits.push(Edit::Move { path: rest.to_owned() }),
            "x" => edits.push(Edit::Remove),
            "" => {}
            _ => panic!("`{line}` is no edit"),
        }
    }
    plantings
}
