//! The modules of a workspace, and which of them refer to which.

mod common;

use common::read;
use gatefold_source::{Cache, Code};

const MANIFEST: &str = "== Cargo.toml
    [package]
    name = \"my-app\"
    edition = \"2021\"
";

fn code(text: &str) -> Code {
    read(text, &Cache::off())
}

#[test]
fn modules_are_listed_with_their_files_and_lines() {
    let code = code(&format!(
        "{MANIFEST}== src/lib.rs\nmod a;\nmod b {{\n#[cfg(test)]\nmod c {{}}\n}}\n== src/a.rs\n== src/main.rs\n== tests/t.rs\n"
    ));
    let shown: Vec<String> = code
        .names()
        .modules()
        .iter()
        .map(|module| {
            let test = if module.test { " test" } else { "" };
            format!("{:?} {} {}:{}{test}", module.target, module.canonical, module.file, module.line)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Library my_app src/lib.rs:1",
            "Library my_app::b src/lib.rs:2",
            "Library my_app::b::c src/lib.rs:4 test",
            "Library my_app::a src/a.rs:1",
            "Binary my_app src/main.rs:1",
            "Test t tests/t.rs:1 test",
        ]
    );
}

#[test]
fn links_are_the_references_of_code_that_is_not_there_for_tests() {
    let code = code(&format!(
        "{MANIFEST}== src/lib.rs
            pub mod a; pub mod b; pub mod c;
            #[macro_export] macro_rules! m {{ () => {{ $crate::c::f() }}; }}
        == src/a.rs
            use crate::b::f; fn g() {{ f(); crate::m!(); other::h(); }}
        == src/b.rs
            pub fn f() {{}} #[cfg(test)] mod tests {{ use crate::c::f; fn g() {{ f(); super::super::a::g(); }} }}
        == src/c.rs
            pub fn f() {{ crate::b::f() }}
        "
    ));
    let names = code.names();
    let module = |index: usize| names.modules()[index].canonical.to_string();
    let mut links: Vec<_> =
        names.links().map(|(from, to)| format!("{} {}", module(from), module(to))).collect();
    links.sort();
    let mut expected: Vec<_> = names.references().iter().filter(|reference| !reference.in_test).collect();
    expected.sort();
    let expected = expected.iter().filter_map(|reference| Some((reference.from, reference.to?)));
    let mut expected: Vec<_> =
        expected.map(|(from, to)| format!("{} {}", module(from), module(to))).collect();
    expected.sort();
    expected.dedup();
    assert_eq!(links, expected);
    let of_a = ["my_app::a my_app", "my_app::a my_app::b", "my_app::a my_app::c"];
    assert_eq!(links, [&["my_app my_app::c"][..], &of_a, &["my_app::c my_app::b"]].concat());
    // Once all references are known, the links are read from them.
    assert_eq!(names.links().count(), links.len());
}
