//! A tree that the cache keeps is, after any edit, what reading it anew gives.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use gatefold_source::{Cache, Code, Item, Tree};

/// Everything that is known about the code, as text.
fn told(code: &Code) -> String {
    let item = |item: Item<'_>| format!("{:?} {} {}\n", item.kind(), item.name(), item.line());
    let items: String = code.names().items().map(item).collect();
    let links = || code.names().links().collect::<BTreeSet<_>>();
    format!(
        "{:?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{}\n{:#?}\n{items}\n{:?}",
        links(),
        code.files(),
        code.problems,
        code.names().references(),
        code.names().modules(),
        code.names().mounts(),
        code.names().unresolved(),
        code.workspace,
        links()
    )
}

fn meaning(code: &Code) -> Vec<String> {
    code.names().items().map(|item| format!("{:?} {}", item.kind(), item.path())).collect()
}

struct Workspace {
    folder: tempfile::TempDir,
    /// What names meant, by their mark.
    meant: Mutex<HashMap<[u8; 32], Vec<String>>>,
}

impl Workspace {
    fn new() -> Workspace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace { folder, meant: Mutex::default() };
        for (path, text) in FILES {
            workspace.write(path, text);
        }
        workspace
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn cache(&self) -> Cache {
        Cache::in_folder(&self.folder.path().join("cache"))
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("written");
    }

    fn tree(&self) -> Tree {
        let mut paths = Vec::new();
        list(&self.root(), &self.root(), &mut paths);
        Tree::from_disk(self.root(), paths)
    }

    #[track_caller]
    fn check(&self, what: &str) {
        let cold = Code::read(&self.tree(), &Cache::off());
        let warm = Code::read(&self.tree(), &self.cache());
        assert_eq!(told(&warm), told(&cold), "{what}");
        let mark = *warm.names().mark().expect("somebody keeps it");
        let meaning = meaning(&cold);
        let mut meant = self.meant.lock().expect("nobody fell over");
        assert_eq!(*meant.entry(mark).or_insert(meaning.clone()), meaning, "{what}");
        let looks = Code::read_for_looks(&self.tree(), &self.cache());
        let texts = |code: &Code| code.look_at_each(&|_| true, None, |file, _| file.text.clone());
        assert_eq!(texts(&looks), texts(&cold), "{what}");
    }

    fn kept(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        list(self.folder.path(), &self.folder.path().join("cache"), &mut paths);
        paths.iter().filter(|path| path.contains("tree-")).map(|path| self.folder.path().join(path)).collect()
    }
}

fn list(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => list(root, &path, paths),
            false => paths.push(path.strip_prefix(root).expect("below").to_str().expect("UTF-8").to_owned()),
        }
    }
    paths.sort();
}

const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"app\", \"low\"]\n"),
    (
        "app/Cargo.toml",
        "[package]\nname = \"app\"\nedition = \"2021\"\n[dependencies]\nlow = { path = \"../low\" }\n",
    ),
    ("low/Cargo.toml", "[package]\nname = \"low\"\nedition = \"2021\"\n"),
    (
        "app/src/lib.rs",
        "mod a;\nmod b;\npub use low::deep::*;\npub fn f() { b::g(); low::h::<crate::a::A>(); }\nmod inside { pub fn i() { super::b::g() } }\n",
    ),
    (
        "app/src/a.rs",
        "use crate::b as bee;\npub struct A(bee::B);\n#[cfg(test)]\nmod tests { use super::*; fn t() { bee::g(); crate::Thing::new(); } }\n",
    ),
    (
        "app/src/b.rs",
        "// @generated\npub struct B;\npub fn g() { std::thread::sleep(x); nowhere::at_all(); }\n",
    ),
    ("low/src/lib.rs", "pub mod deep;\npub fn h<T>() { deep::Thing::new(); }\n"),
    (
        "low/src/deep.rs",
        "pub struct Thing;\nimpl Thing { pub fn new() {} }\npub type Alias = std::collections::HashMap<u8, Thing>;\n",
    ),
    ("app/src/broken.rs", "fn (\n"),
];

#[test]
fn a_tree_is_kept_and_found_again() {
    let workspace = Workspace::new();
    workspace.check("what fills the cache");
    assert_eq!(workspace.kept().len(), 1, "one tree is kept");
    workspace.check("what reads the cache");
}

#[test]
fn a_file_that_was_just_written_means_what_it_means_in_a_tree_that_is_read_anew() {
    let check = |path: &str, text: String| {
        let workspace = Workspace::new();
        workspace.check("what fills the cache");
        workspace.write(path, &text);
        let of_file = |code: &Code| -> Vec<String> {
            let own = code.names().references().iter().filter(|reference| &*reference.file == path);
            own.map(|reference| format!("{reference:?}")).collect()
        };
        let few = of_file(&Code::read_for_few_files(&workspace.tree(), &workspace.cache()));
        let anew = of_file(&Code::read(&workspace.tree(), &Cache::off()));
        assert!(few == anew && !anew.is_empty(), "{path}: {text}\n{few:#?}\n{anew:#?}");
    };
    let before = |path: &str| {
        let file = FILES.iter().find(|(known, _)| *known == path);
        file.map(|(_, text)| (*text).to_owned()).unwrap_or_default()
    };
    for (path, more) in [
        ("app/src/a.rs", "use std::thread::sleep as nap; fn n() { nap(1); }"),
        ("app/src/a.rs", "use crate::b::B; fn n() { B::new(); }"),
        ("app/src/a.rs", "use super::*; fn n() { Thing::new(); f(); }"),
        ("app/src/a.rs", "extern crate low as under; fn n() { under::h(); }"),
        ("app/src/b.rs", "pub fn more() { low::deep::Alias::new(); }"),
        ("app/src/b.rs", "struct low; fn n() { low::h(); }"),
        ("low/src/lib.rs", "pub use deep::Thing as Other; fn n() { Other::new(); nowhere::is(); }"),
        ("low/src/deep.rs", "macro_rules! m { () => { crate::h() } } fn n() { m!(); }"),
        ("low/src/deep.rs", "enum Kind { Thing } fn n() { Kind::Thing; crate::h(); }"),
    ] {
        check(path, format!("{}{more}\n", before(path)));
    }
    // What is imported no more is not seen any longer.
    check("app/src/a.rs", before("app/src/a.rs").replace("use crate::b as bee", "use low::deep as bee"));
    check("app/src/lib.rs", before("app/src/lib.rs").replace("pub use low::deep::*", "use b::*"));
}

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.roll(all.len())]
    }
}

const SOURCES: [&str; 6] = [
    "app/src/lib.rs",
    "app/src/a.rs",
    "app/src/b.rs",
    "low/src/lib.rs",
    "low/src/deep.rs",
    "app/src/broken.rs",
];

const CALLS: [&str; 10] = [
    "b::g()",
    "crate::b::g()",
    "low::h()",
    "std::process::exit(1)",
    "let g = Thing::new()",
    "d::Thing::new()",
    "B::new()",
    "f()",
    "nowhere::is()",
    "println!(\"{}\", low::deep::Alias::new())",
];

/// The text with a call at the beginning of the first body that is one.
fn into_a_body(text: &str, call: &str) -> String {
    text.replacen("() { ", &format!("() {{ {call}; "), 1)
}

/// One edit, of the kinds that people make.
fn edit(workspace: &Workspace, dice: &mut Dice) -> String {
    let path = dice.pick(&SOURCES);
    let read = |path: &str| std::fs::read_to_string(workspace.root().join(path)).unwrap_or_default();
    let put = |text: String| workspace.write(path, &text);
    match dice.roll(12) {
        0 | 1 => {
            let call = dice.pick(&CALLS);
            put(into_a_body(&read(path), call));
            format!("`{call}` in a body in {path}")
        }
        2 => {
            put(format!("// a line more\n{}", read(path)));
            format!("a comment before everything in {path}")
        }
        3 => {
            put(read(path).replacen("{ ", "{\n    // moved down\n    ", 1));
            format!("a body moved down in {path}")
        }
        4 => {
            let (import, call) = [
                ("use crate::b::B;", "B::new()"),
                ("pub use crate::*;", "Thing::new()"),
                ("use low::deep as d;", "d::Thing::new()"),
                ("use super::*;", "f()"),
            ][dice.roll(4)];
            // On the first line, so that nothing else moves.
            put(format!("{import} {}", into_a_body(&read(path), call)));
            format!("`{import}` and `{call}` in {path}")
        }
        5 => {
            let item = dice.pick(&[
                "pub struct B;",
                "pub mod low { pub fn h() {} }",
                "macro_rules! m { () => { crate::b::g() } }",
                "enum E { B, Thing }",
            ]);
            put(format!("{}{item}\n", read(path)));
            format!("`{item}` in {path}")
        }
        6 => {
            put(FILES
                .iter()
                .find(|(known, _)| *known == path)
                .map(|(_, text)| (*text).to_owned())
                .unwrap_or_default());
            format!("{path} as it was")
        }
        7 => {
            // It may be gone already.
            let _ = std::fs::remove_file(workspace.root().join(path));
            format!("{path} is gone")
        }
        8 => {
            let text = read("app/src/b.rs");
            let _ = std::fs::remove_file(workspace.root().join("app/src/b.rs"));
            workspace.write("app/src/b/mod.rs", &text);
            workspace.write("app/src/b/below.rs", "pub fn below() { super::g(); }\n");
            "b is a folder".to_owned()
        }
        9 => {
            let name = dice.pick(&["low", "deep-down"]);
            workspace.write(
                "app/Cargo.toml",
                &FILES[1].1.replace("low = {", &format!("{name} = {{ package = \"low\",")),
            );
            format!("the dependency is called `{name}`")
        }
        10 => {
            let edition = dice.pick(&["2015", "2018", "2024"]);
            workspace.write("low/Cargo.toml", &FILES[2].1.replace("2021", edition));
            format!("edition {edition}")
        }
        _ => {
            put(read(path));
            format!("{path} is written as it is")
        }
    }
}

#[test]
fn after_any_edit_a_kept_tree_is_what_reading_anew_gives() {
    for seed in 0..6 {
        let workspace = Workspace::new();
        let mut dice = Dice(seed);
        let mut done = Vec::new();
        for _ in 0..30 {
            // Sometimes several edits come between two runs.
            for _ in 0..=dice.roll(2) {
                done.push(edit(&workspace, &mut dice));
            }
            workspace.check(&format!("seed {seed}: {done:#?}"));
        }
    }
}

#[test]
fn an_edit_within_a_body_reads_one_file_and_keeps_the_tree() {
    let workspace = Workspace::new();
    workspace.check("what fills the cache");
    let kept = workspace.kept();
    let date = |file: &PathBuf| file.metadata().and_then(|it| it.modified()).expect("a date");
    let before = date(&kept[0]);
    workspace.write("app/src/a.rs", &FILES[4].1.replace("bee::g();", "bee::g(); std::process::exit(2);"));
    workspace.check("another body");
    assert_eq!(workspace.kept(), kept);
    assert_eq!(date(&kept[0]), before, "what is kept still holds");
    assert_eq!(workspace.meant.lock().expect("nobody fell over").len(), 1, "and names mean what they meant");
    workspace.write("app/src/a.rs", &FILES[4].1.replace("pub struct A", "pub struct Other; pub struct A"));
    workspace.check("another item");
    assert_eq!(workspace.meant.lock().expect("nobody fell over").len(), 2, "which names may mean");
    assert_ne!(date(&kept[0]), before, "the tree is kept anew");
}

#[test]
fn a_file_of_the_same_length_and_date_is_not_taken_for_the_old_one() {
    let workspace = Workspace::new();
    let file = workspace.root().join("app/src/b.rs");
    std::thread::sleep(std::time::Duration::from_millis(3_100));
    workspace.check("what fills the cache, with stamps that count");
    let date = file.metadata().and_then(|it| it.modified()).expect("a date");
    workspace.write("app/src/b.rs", &FILES[5].1.replace("thread::sleep(x)", "process::exit(x)"));
    std::fs::File::options()
        .append(true)
        .open(&file)
        .and_then(|it| it.set_modified(date))
        .expect("a date set");
    workspace.check("an edit whose date was put back");
}

#[test]
fn a_kept_tree_that_is_broken_or_made_up_is_not_believed() {
    let workspace = Workspace::new();
    workspace.check("what fills the cache");
    let file = workspace.kept().remove(0);
    let whole = std::fs::read(&file).expect("the kept tree");
    for place in (0..whole.len()).step_by(97) {
        let mut broken = whole.clone();
        broken[place] ^= 0x55;
        std::fs::write(&file, &broken).expect("written");
        workspace.check(&format!("byte {place}"));
    }
    for length in [0, 7, 39, 41, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).expect("written");
        workspace.check(&format!("cut to {length}"));
    }
    std::fs::write(&file, [&whole[..], &whole[..]].concat()).expect("written");
    workspace.check("twice in a row");
}

#[test]
fn a_kept_tree_with_a_right_hash_and_wrong_numbers_ends_no_run() {
    let workspace = Workspace::new();
    workspace.check("what fills the cache");
    let file = workspace.kept().remove(0);
    let whole = std::fs::read(&file).expect("the kept tree");
    let mut at = 0;
    while at < whole.len() {
        let length = u64::from_le_bytes(whole[at..at + 8].try_into().expect("eight bytes"));
        let (first, end) = (at + 40, at + 40 + usize::try_from(length).expect("a length"));
        for place in (first..end).step_by(11) {
            let mut made_up = whole.clone();
            made_up[place] = made_up[place].wrapping_add(0x41);
            let hash = blake3::hash(&made_up[first..end]);
            made_up[at + 8..at + 40].copy_from_slice(hash.as_bytes());
            std::fs::write(&file, &made_up).expect("written");
            // Whoever can write the cache can make it say anything, but not end the run.
            told(&Code::read(&workspace.tree(), &workspace.cache()));
        }
        at = end;
    }
}

#[test]
fn runs_beside_each_other_do_not_disturb_each_other() {
    let workspace = Workspace::new();
    let cold = told(&Code::read(&workspace.tree(), &Cache::off()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..8 {
                    assert_eq!(told(&Code::read(&workspace.tree(), &workspace.cache())), cold);
                }
            });
        }
    });
    assert_eq!(workspace.kept().len(), 1);
}
