//! Every Rust file is known: where it belongs, what kind it is, or that no target reaches it.

mod common;

use common::read;
use gatefold_source::{Cache, Code, FileInfo, ItemKind, Known, ProblemKind, Tree};

const LIBRARY: &str = "== Cargo.toml
    [package]
    name = \"app\"
    edition = \"2021\"
    == src/lib.rs
";

fn code(text: &str) -> Code {
    read(text, &Cache::off())
}

/// The files of a workspace, as `path: target module (marks)`, without the root file of the library.
fn check(text: &str, files: &[&str], problems: &[&str]) {
    let code = code(&format!("{LIBRARY}{text}"));
    let shown: Vec<String> =
        code.files().iter().map(show).filter(|line| line != "src/lib.rs: Library").collect();
    assert_eq!(shown, files, "{text}");
    let said: Vec<String> = code
        .problems
        .iter()
        .map(|problem| {
            assert!(matches!(problem.kind, ProblemKind::MissingModule | ProblemKind::Unparsable));
            format!("{}:{}: {}", problem.path, problem.line.unwrap_or(0), problem.message)
        })
        .collect();
    assert_eq!(said, problems, "{text}");
}

fn show(file: &FileInfo) -> String {
    let mut line = format!("{}:", file.path);
    match &file.place {
        Some(place) => {
            line.push_str(&format!(" {:?}", place.target));
            if !place.module.is_empty() {
                line.push_str(&format!(" {}", place.module.join("::")));
            }
            if place.test {
                line.push_str(" (test)");
            }
        }
        None => line.push_str(" orphan"),
    }
    for (mark, set) in [("foreign", file.foreign), ("generated", file.generated)] {
        if set {
            line.push_str(&format!(" ({mark})"));
        }
    }
    line
}

#[test]
fn modules_are_followed_into_their_files() {
    check(
        "mod a; mod b; pub(crate) mod r#async;
        == src/a.rs
        mod inner;
        mod inline { mod deep; }
        == src/a/inner.rs
        == src/a/inline/deep.rs
        == src/b/mod.rs
        mod beside;
        == src/b/beside.rs
        mod below;
        == src/b/beside/below.rs
        == src/async.rs",
        &[
            "src/a.rs: Library a",
            "src/a/inline/deep.rs: Library a::inline::deep",
            "src/a/inner.rs: Library a::inner",
            "src/async.rs: Library async",
            "src/b/beside.rs: Library b::beside",
            "src/b/beside/below.rs: Library b::beside::below",
            "src/b/mod.rs: Library b",
        ],
        &[],
    );
}

#[test]
fn paths_of_modules_are_followed_as_rustc_does() {
    check(
        "#[path = \"other.rs\"] mod a;
        mod b;
        #[path = \"folder\"] mod c { mod d; #[path = \"e_file.rs\"] mod e; }
        #[cfg_attr(unix, path = \"unix.rs\")] #[cfg_attr(windows, path = \"windows.rs\")] mod system;
        == src/other.rs
        mod below;
        == src/below.rs
        == src/b.rs
        #[path = \"b_part.rs\"] mod part;
        mod inline { #[path = \"x.rs\"] mod x; }
        == src/b_part.rs
        == src/b/inline/x.rs
        == src/folder/d.rs
        == src/folder/e_file.rs
        == src/unix.rs
        == src/windows.rs",
        &[
            "src/b.rs: Library b",
            "src/b/inline/x.rs: Library b::inline::x",
            "src/b_part.rs: Library b::part",
            "src/below.rs: Library a::below",
            "src/folder/d.rs: Library c::d",
            "src/folder/e_file.rs: Library c::e",
            "src/other.rs: Library a",
            "src/unix.rs: Library system",
            "src/windows.rs: Library system",
        ],
        &[],
    );
}

#[test]
fn modules_in_macros_are_followed() {
    check(
        "cfg_rt! { mod a; }
        cfg_if::cfg_if! { if #[cfg(unix)] { mod b; } else if #[cfg(windows)] { mod c; } else { cfg_rt! { mod d; } } }
        cfg_rt! { mod generated_later; }
        == src/a.rs
        == src/b.rs
        == src/c.rs
        == src/d.rs",
        &["src/a.rs: Library a", "src/b.rs: Library b", "src/c.rs: Library c", "src/d.rs: Library d"],
        &[],
    );
}

#[test]
fn tests_are_known_as_such() {
    check(
        "mod a;
        #[cfg(test)] mod tests;
        #[cfg(all(test, feature = \"x\"))] mod more { mod inner; }
        #[cfg(any(test, feature = \"x\"))] mod shared;
        #[cfg(not(test))] mod real;
        == src/a.rs
        #[cfg(test)]
        mod tests;
        == src/a/tests.rs
        mod helper;
        == src/a/tests/helper.rs
        == src/tests.rs
        == src/more/inner.rs
        == src/shared.rs
        == src/real.rs
        == tests/all.rs
        mod common;
        == tests/common/mod.rs
        == benches/fast.rs
        == examples/show.rs
        == build.rs
        == src/main.rs
        mod a;
        == src/bin/tool.rs",
        &[
            "benches/fast.rs: Bench",
            "build.rs: BuildScript",
            "examples/show.rs: Example",
            "src/a.rs: Library a",
            "src/a/tests.rs: Library a::tests (test)",
            "src/a/tests/helper.rs: Library a::tests::helper (test)",
            "src/bin/tool.rs: Binary",
            "src/main.rs: Binary",
            "src/more/inner.rs: Library more::inner (test)",
            "src/real.rs: Library real",
            "src/shared.rs: Library shared",
            "src/tests.rs: Library tests (test)",
            "tests/all.rs: Test",
            "tests/common/mod.rs: Test common",
        ],
        &[],
    );
}

#[test]
fn files_that_nobody_reaches_are_orphans() {
    check(
        "mod a;
        == src/a.rs
        == src/forgotten.rs
        == scripts/run.rs
        mod part;
        == scripts/part.rs
        == other/Cargo.toml
        [package]
        name = \"other\"
        == other/src/lib.rs",
        &[
            "other/src/lib.rs: orphan (foreign)",
            "scripts/part.rs: orphan",
            "scripts/run.rs: orphan",
            "src/a.rs: Library a",
            "src/forgotten.rs: orphan",
        ],
        &[],
    );
}

#[test]
fn generated_files_are_known_by_their_header() {
    check(
        "mod a; mod b; mod c;
        == src/a.rs
        // This file is @generated by prost-build.
        == src/b.rs
        //! Text.

        /* Code generated by a tool. DO NOT EDIT. */
        == src/c.rs
        fn f() {}
        // not @generated",
        &["src/a.rs: Library a (generated)", "src/b.rs: Library b (generated)", "src/c.rs: Library c"],
        &[],
    );
}

#[test]
fn included_files_belong_to_who_includes_them() {
    check(
        "include!(\"items.rs\");
        include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/data/more.rs\"));
        include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));
        const TABLE: [u8; 2] = include!(\"table.rs\");
        == src/items.rs
        mod below;
        == src/below.rs
        == data/more.rs
        == src/table.rs
        [1, 2]",
        &[
            "data/more.rs: Library",
            "src/below.rs: Library below",
            "src/items.rs: Library",
            "src/table.rs: Library",
        ],
        &[],
    );
}

#[test]
fn what_is_missing_or_not_rust_is_told_and_the_rest_is_read() {
    check(
        "mod a;
        mod gone;
        #[cfg(feature = \"x\")] mod perhaps;
        == src/a.rs
        fn f( {}
        == src/b.rs
        struct",
        &["src/a.rs: Library a", "src/b.rs: orphan"],
        &[
            "src/a.rs:1: this is not a sequence of Rust tokens",
            "src/b.rs:1: unexpected end of input, expected identifier",
            "src/lib.rs:2: the module `gone` has no file",
        ],
    );
}

#[test]
fn modules_in_a_circle_end() {
    check(
        "#[path = \"a.rs\"] mod a;
        == src/a.rs
        #[path = \"b.rs\"] mod b;
        == src/b.rs
        #[path = \"a.rs\"] mod a;
        #[path = \"lib.rs\"] mod l;",
        &["src/a.rs: Library a", "src/b.rs: Library a::b"],
        &["src/b.rs:1: `src/a.rs` is a module of itself", "src/b.rs:2: `src/lib.rs` is a module of itself"],
    );
}

#[test]
fn files_that_mount_each_other_over_and_over_end() {
    let mut text = String::from("#[path = \"m0.rs\"] mod a; #[path = \"m0.rs\"] mod b;\n");
    for index in 0..40 {
        let next = index + 1;
        text.push_str(&format!(
            "== src/m{index}.rs\n#[path = \"m{next}.rs\"] mod a;\n#[path = \"m{next}.rs\"] mod b;\n"
        ));
    }
    text.push_str("== src/m40.rs\n");
    let code = code(&format!("{LIBRARY}{text}"));
    assert!(code.names().modules().len() < 2_000);
    assert!(code.problems.iter().any(|problem| problem.message.contains("too often")));
}

#[test]
fn every_file_that_parses_is_visited_with_its_place() {
    let code = code(&format!("{LIBRARY}mod a;\n== src/a.rs\nfn f() {{}}\n== src/broken.rs\nfn\n== x.rs\n"));
    let visited = code.each_file(&|file| file.path != "x.rs", &|file| {
        (file.ast.items.len(), file.place.as_ref().map(|place| place.module.join("::")))
    });
    assert_eq!(
        visited,
        [
            ("src/a.rs".to_owned(), (1, Some("a".to_owned()))),
            ("src/lib.rs".to_owned(), (1, Some(String::new())))
        ]
    );
}

#[test]
fn of_very_many_files_as_much_is_known_as_of_a_few() {
    let broken = 4_321;
    let text = |module: usize| match module {
        module if module == broken => "fn f( {".to_owned(),
        module => format!("pub struct S{module};\n"),
    };
    let lib: String = (0..5_000).map(|module| format!("mod m{module};\n")).collect();
    let files = (0..5_000).map(|module| (format!("src/m{module}.rs"), text(module)));
    let manifest = ("Cargo.toml".to_owned(), "[package]\nname = \"app\"".to_owned());
    let tree = Tree::from_memory(files.chain([manifest, ("src/lib.rs".to_owned(), lib)]));
    for code in [Code::read(&tree, &Cache::off()), Code::read_for_looks(&tree, &Cache::off())] {
        let problems: Vec<&str> = code.problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(problems, ["src/m4321.rs"]);
        let structs = code.names().items().filter(|item| item.kind() == ItemKind::Struct);
        assert_eq!(structs.count(), 4_999);
    }
}

#[test]
#[should_panic(expected = "a rule fell over")]
fn a_panic_in_a_visit_reaches_the_caller() {
    code(LIBRARY).each_file(&|_| true, &|_| panic!("a rule fell over"));
}

/// What a look sees of each file: how many items, and in which module.
type Seen = Vec<(String, (usize, String))>;

/// What looks see of files that changed after they were read for them.
fn looked_at(comment: &str) -> (Code, Seen) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("written");
    std::fs::create_dir(folder.path().join("src")).expect("made");
    write("Cargo.toml", "[package]\nname = \"app\"\nedition = \"2021\"\n");
    write("src/lib.rs", "mod a; mod b; mod c; mod d;");
    let modules = ["a", "b", "c", "d"].map(|module| format!("src/{module}.rs"));
    modules.iter().for_each(|path| write(path, &format!("// {comment}\nfn f() {{}}\n")));
    let mut paths = vec!["Cargo.toml".to_owned(), "src/lib.rs".to_owned()];
    paths.extend(modules.iter().cloned());
    let code = Code::read_for_looks(&Tree::from_disk(folder.path(), paths), &Cache::off());
    modules.iter().for_each(|path| write(path, "fn f() {}\nfn g() {}\n"));
    let seen = look(&code, None);
    assert_eq!(look(&code, None).iter().filter(|(_, (items, _))| *items == 2).count(), 4);
    (code, seen)
}

fn look(code: &Code, known: Option<Known<'_, (usize, String)>>) -> Seen {
    code.look_at_each(&|file| file.path != "src/lib.rs", known, |file, _| {
        let module = file.place.as_ref().map_or_else(String::new, |place| place.module.join("::"));
        (file.ast.items.len(), module)
    })
}

#[test]
fn what_was_read_for_looks_is_seen_once_as_it_was_read() {
    let (code, seen) = looked_at("short");
    let as_read = |module: &str| (format!("src/{module}.rs"), (1, module.to_owned()));
    assert_eq!(seen, ["a", "b", "c", "d"].map(as_read));
    // Nobody looks at what is known; the others went with their folder.
    let known = |file: &FileInfo| (file.path == "src/b.rs").then(|| (9, String::new()));
    assert_eq!(look(&code, Some(&known)), [("src/b.rs".to_owned(), (9, String::new()))]);
}

#[test]
fn no_more_trees_are_kept_than_memory_is_meant_for() {
    let (_, seen) = looked_at(&"long ".repeat(1_000_000));
    let modules: Vec<&str> = seen.iter().map(|(_, (_, module))| module.as_str()).collect();
    assert_eq!(modules, ["a", "b", "c", "d"]);
    let kept = seen.iter().filter(|(_, (items, _))| *items == 1).count();
    assert_eq!(kept, 2);
}

#[test]
#[should_panic(expected = "a rule fell over")]
fn a_panic_in_a_look_reaches_the_caller() {
    let tree = Tree::from_memory([("Cargo.toml", "[package]\nname = \"app\""), ("src/lib.rs", "fn f() {}")]);
    let code = Code::read_for_looks(&tree, &Cache::off());
    code.look_at_each(&|_| true, None, |_, _| -> () { panic!("a rule fell over") });
}
