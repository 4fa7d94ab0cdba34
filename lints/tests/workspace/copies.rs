//! Functions that are there already: what the names in them mean, and what another package can call.

use findings::{Finding, Level};
use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

/// A function that reads what `read` makes of it.
fn scores(name: &str, read: &str) -> String {
    format!(
        "pub fn {name}(input: &[u8], most: usize) -> Vec<f32> {{\n\
         let mut kept = Vec::with_capacity(most);\nfor part in input.chunks(4).take(most) {{\n\
         let entry = {read}(part);\nlet score = entry.score * 0.5;\n\
         if score.is_finite() && score > 0.0 && !entry.hidden {{\nkept.push(score / most as f32);\n\
         }} else {{\nkept.push(0.0);\n}}\n}}\nkept.sort_by(f32::total_cmp);\nkept.reverse();\n\
         kept.truncate(most);\nkept\n}}\n"
    )
}

/// What is told of copies in the files of head that those of base do not have.
fn copies<const N: usize>(base: Option<[(String, String); N]>, head: [(String, String); N]) -> Vec<Finding> {
    let cache = Cache::off();
    let after = Tree::from_memory(head);
    let code = Code::read(&after, &cache);
    let before = base.map(|base| Code::read(&Tree::from_memory(base), &cache));
    let of_base = || before.as_ref().expect("a base");
    let base = before.as_ref().map(|_| lints::Base { code: &of_base, commit: None });
    let checked = lints::check_change(&code, base, &after, &Policy::default(), None, &cache);
    let mut findings = checked.expect("the guard looks").findings;
    findings.retain(|finding| finding.rule.id == "duplicate-helper");
    findings
}

/// The levels of what is told of the copies in a package.
fn levels<const N: usize>(files: [(&str, &str); N]) -> Vec<&'static str> {
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    copies(None, files).iter().map(|finding| finding.level.name()).collect()
}

const MANIFEST: &str = "[package]\nname = \"ranker\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                        [dependencies]\nlog = \"1\"\nurl = \"2\"\n";

const LIB: &str = "mod a;\nmod b;\nmod one;\nmod two;\n";

const ENTRY: &str = "pub struct Entry { pub score: f32, pub hidden: bool }\n";

/// How `spread` of `b` is told of, which is `share` of `a` but for what stands before each and what each reads by.
#[track_caller]
fn check([a, b]: [(&str, &str); 2], expected: Option<Level>) {
    let one = format!("{}{}", a.0, scores("share", a.1));
    let other = format!("{}{}", b.0, scores("spread", b.1));
    let read = "pub fn parse(part: &[u8]) -> crate::Entry { todo(part) }\n\
                impl Entry { pub fn new(part: &[u8]) -> crate::Entry { todo(part) } }\n";
    let (first, second) = (
        format!("pub struct Entry(u8);\n{read}"),
        format!("pub struct Entry(u16);\n{}", read.replace("todo(part)", "other(part)")),
    );
    let lib = format!("{LIB}{ENTRY}");
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/a.rs", &one),
        ("src/b.rs", &other),
        ("src/lib.rs", &lib),
        ("src/one.rs", &first),
        ("src/two.rs", &second),
    ];
    let expected: Vec<&str> = expected.iter().map(|level| level.name()).collect();
    assert_eq!(levels(files), expected, "{one}\n{other}");
}

#[test]
fn the_same_words_with_another_meaning_are_another_function() {
    let own = "fn parse(part: &[u8]) -> crate::Entry { here(part, 1) }\n";
    let other = "fn parse(part: &[u8]) -> crate::Entry { there(part) }\n";
    for both in [
        [("use crate::one::parse;\n", "parse"), ("use crate::two::parse;\n", "parse")],
        [("use crate::one::Entry;\n", "Entry::new"), ("use crate::two::Entry;\n", "Entry::new")],
        [("use crate::one as read;\n", "read::parse"), ("use crate::two as read;\n", "read::parse")],
        [(own, "parse"), (other, "parse")],
        [(own, "self::parse"), (other, "self::parse")],
        [("use crate::one::parse;\n", "parse"), (other, "parse")],
        [("use log::parse;\n", "parse"), ("use url::parse;\n", "parse")],
        [("", "crate::one::parse"), ("", "crate::two::parse")],
    ] {
        check(both, None);
    }
}

#[test]
fn the_same_meaning_is_the_same_function_however_it_is_imported() {
    let plain = ("use crate::one::parse;\n", "parse");
    for other in [
        plain,
        ("", "crate::one::parse"),
        ("", "super::one::parse"),
        ("use crate::one;\n", "one::parse"),
        ("use crate::one::parse as read;\n", "read"),
        ("use crate::one::*;\n", "parse"),
        ("pub use super::one::{self as kit};\n", "kit::parse"),
    ] {
        check([plain, other], Some(Level::Error));
        check([other, plain], Some(Level::Error));
    }
}

#[test]
fn what_a_function_imports_itself_is_an_import() {
    let inner = scores("share", "parse").replacen("let mut", "use crate::one::parse;\nlet mut", 1);
    let plain = format!("use crate::one::parse;\n{}", scores("spread", "parse"));
    let renamed =
        scores("spread", "read").replacen("let mut", "use crate::two::{parse as read};\nlet mut", 1);
    let files = |a: &str, b: &str| {
        levels([
            ("Cargo.toml", MANIFEST),
            ("src/a.rs", a),
            ("src/b.rs", b),
            ("src/lib.rs", LIB),
            ("src/one.rs", "pub fn parse() {}\n"),
            ("src/two.rs", "pub fn parse(part: &[u8]) {}\n"),
        ])
    };
    assert_eq!(files(&inner, &plain), ["error"]);
    assert!(files(&inner, &renamed).is_empty());
}

#[test]
fn where_a_name_is_not_known_to_mean_the_same_the_copy_is_advice() {
    let own = "fn parse(part: &[u8]) -> crate::Entry {\n    here(part, 1)\n}\n";
    // As two copies of a file have it.
    check([(own, "parse"), (own, "parse")], Some(Level::Warning));
    check([(own, "self::parse"), (own, "parse")], Some(Level::Warning));
    // Either crate may have it.
    let globs = "use log::*;\nuse url::*;\n";
    check([(globs, "parse"), (globs, "parse")], Some(Level::Warning));
    // Whatever brings it, a macro perhaps.
    check([("", "parse"), ("", "parse")], Some(Level::Warning));
}

#[test]
fn what_a_condition_decides_to_be_there_has_no_copies() {
    let modules = |condition: &str| {
        let body = scores("share", "parse");
        format!(
            "use x::parse;\n{condition}mod unix {{ use super::parse;\n{body} }}\n{condition}mod windows {{ use super::parse;\n{body} }}\n"
        )
    };
    for (condition, count) in [("", 1), ("#[cfg(unix)] ", 0)] {
        let lib = modules(condition);
        let found = levels([("Cargo.toml", MANIFEST), ("src/lib.rs", &lib)]);
        assert_eq!(found.len(), count, "{condition}");
    }
}

#[test]
fn files_of_which_a_condition_chooses_one_have_no_copies() {
    let body = format!("use x::parse;\n{}", scores("share", "parse"));
    for (unix, windows, count) in [
        ("mod unix;", "mod windows;", 1),
        ("#[cfg(unix)] mod unix;", "mod windows;", 1),
        ("#[cfg(unix)] mod unix;", "#[cfg(not(unix))] mod windows;", 0),
        ("#[cfg(feature = \"extra\")] mod unix;", "#[cfg(feature = \"extra\")] mod windows;", 1),
        ("#[cfg(unix)] mod own { pub mod unix; }", "#[cfg(not(unix))] mod windows;", 0),
    ] {
        let lib = format!("{unix}\n{windows}\n");
        let first = if unix.contains("own") { "src/own/unix.rs" } else { "src/unix.rs" };
        let files =
            [("Cargo.toml", MANIFEST), ("src/lib.rs", &lib), (first, &body), ("src/windows/mod.rs", &body)];
        assert_eq!(levels(files).len(), count, "{lib}");
    }
}

const ROOT: &str = "[workspace]\nmembers = [\"home\", \"search\", \"shared\"]\n\
                    [workspace.dependencies]\nshared = { path = \"shared\" }\n";

fn manifest(name: &str, dependencies: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{dependencies}")
}

/// What the libraries of `home`, `search` and `shared` say.
type Libraries<'l> = [&'l str; 3];

/// What is told of copies, by their file, given what `home` depends on.
#[track_caller]
fn check_packages(
    dependencies: &str,
    base: Option<Libraries<'_>>,
    head: Libraries<'_>,
    expected: &[(&str, &str)],
) {
    let manifests = [manifest("home", dependencies), manifest("search", ""), manifest("shared", "")];
    let files = |[home, search, shared]: Libraries<'_>| {
        let files = [
            ("Cargo.toml", ROOT),
            ("home/Cargo.toml", &manifests[0]),
            ("home/src/lib.rs", home),
            ("search/Cargo.toml", &manifests[1]),
            ("search/src/lib.rs", search),
            ("shared/Cargo.toml", &manifests[2]),
            ("shared/src/lib.rs", shared),
        ];
        files.map(|(path, text)| (path.to_owned(), text.to_owned()))
    };
    let told = copies(base.map(files), files(head));
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|told| (told.file().unwrap_or_default(), told.help.as_deref().unwrap_or_default()))
        .collect();
    let help = |call: &str| format!("call `{call}` instead: the package depends on the one that has it");
    let expected: Vec<(&str, String)> = expected.iter().map(|(file, call)| (*file, help(call))).collect();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(file, help)| (*file, help.as_str())).collect();
    assert_eq!(told, expected);
}

const SHARED: &str = "[dependencies]\nshared.workspace = true\n";

#[test]
fn a_copy_of_what_a_dependency_has_is_told_with_how_to_call_it() {
    let (copy, own) = (scores("spread", "f32::of"), scores("share", "f32::of"));
    let below = |module: &str, root: &str| format!("{module} mod text {{\n{own}}}\n{root}");
    for (dependencies, shared, call) in [
        (SHARED, own.clone(), "shared::share"),
        ("[dependencies]\nkit = { path = \"../shared\", package = \"shared\" }\n", own.clone(), "kit::share"),
        (SHARED, below("pub", ""), "shared::text::share"),
        (SHARED, below("", "pub use text::share as part;\n"), "shared::part"),
    ] {
        check_packages(dependencies, None, [&copy, "", &shared], &[("home/src/lib.rs", call)]);
        check_packages(
            dependencies,
            Some(["", "", &shared]),
            [&copy, "", &shared],
            &[("home/src/lib.rs", call)],
        );
    }
}

#[test]
fn what_cannot_be_called_from_a_package_is_not_told_there() {
    let (copy, own) = (scores("spread", "f32::of"), scores("share", "f32::of"));
    let private = own.replacen("pub fn", "pub(crate) fn", 1);
    let below = format!("mod text {{\n{own}}}\n");
    check_packages(SHARED, None, [&copy, "", &private], &[]);
    check_packages(SHARED, None, [&copy, "", &below], &[]);
    // Services do not depend on each other.
    check_packages(SHARED, None, [&copy, &own, ""], &[]);
    check_packages("", None, [&copy, "", &own], &[]);
    for dependencies in [
        "[dev-dependencies]\nshared.workspace = true\n",
        "[build-dependencies]\nshared.workspace = true\n",
        "[dependencies]\nshared = { path = \"../shared\", optional = true }\n",
        "[target.'cfg(unix)'.dependencies]\nshared = { path = \"../shared\" }\n",
    ] {
        check_packages(dependencies, None, [&copy, "", &own], &[]);
    }
}

#[test]
fn a_copy_that_was_there_or_moved_to_its_package_is_none_that_the_change_adds() {
    let (copy, own) = (scores("spread", "f32::of"), scores("share", "f32::of"));
    check_packages(SHARED, Some([&copy, "", &own]), [&copy, "", &own], &[]);
    check_packages(SHARED, Some(["", &copy, &own]), [&copy, "", &own], &[]);
    // On its way to where both can call it.
    check_packages(SHARED, Some([&copy, "", ""]), [&copy, "", &own], &[]);
}
