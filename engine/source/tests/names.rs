//! `resolve` gives the canonical path of what a path means, or says that it does not know.

mod common;

use std::fmt::Write as _;

use common::read;
use gatefold_source::{Cache, Code, Names, Scope, SourceFile, parse};
use syn::visit::{self, Visit};

const MANIFEST: &str = "== Cargo.toml
    [package]
    name = \"my-app\"
    edition = \"2021\"
    [dependencies]
    tokio = \"1\"
    other = { package = \"real-name\", version = \"1\" }
";

fn code(text: &str) -> Code {
    read(text, &Cache::off())
}

/// What every call in a file means: the calls of functions and macros, by line.
struct Calls<'a> {
    names: &'a Names,
    file: &'a SourceFile,
    scope: Scope,
    found: Vec<String>,
}

impl Calls<'_> {
    fn add(&mut self, line: u32, meaning: Option<String>) {
        self.found.push(format!("{line} {}", meaning.as_deref().unwrap_or("?")));
    }

    fn within(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        visit(self);
        self.scope = outer;
    }
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within(self.scope.enter(block), |calls| visit::visit_block(calls, block));
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.within(self.scope.enter_module(module), |calls| visit::visit_item_mod(calls, module));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            let meaning = self.names.resolve(self.file, &self.scope, &path.path);
            self.add(self.file.span_of(call).line, meaning);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let meaning = self.names.resolve_macro(self.file, &self.scope, &mac.path);
        self.add(self.file.span_of(mac).line, meaning);
    }
}

fn calls(names: &Names, file: &SourceFile) -> Vec<String> {
    let mut calls = Calls { names, file, scope: Scope::of(file), found: Vec::new() };
    calls.visit_file(&file.ast);
    calls.found
}

/// The meanings of the calls in `src/lib.rs`.
fn check(text: &str, meanings: &[&str]) {
    let code = code(&format!("{MANIFEST}== src/lib.rs\n{text}"));
    let found = code.each_file(&|file| file.path == "src/lib.rs", &|file| calls(code.names(), file));
    assert_eq!(found[0].1, meanings, "{text}");
}

#[test]
fn the_standard_library_has_one_name() {
    check(
        "use std::thread::{self, sleep as nap};
        use core::mem;
        extern crate alloc;
        fn f() {
            thread::sleep(x);
            nap(x);
            mem::take(x);
            alloc::vec::Vec::new();
            Vec::new();
            std::collections::hash_map::HashMap::new();
            Some(1);
            String::from(x);
            drop(x);
            f64::max(x);
        }",
        &[
            "5 std::thread::sleep",
            "6 std::thread::sleep",
            "7 std::mem::take",
            "8 std::vec::Vec::new",
            "9 std::vec::Vec::new",
            "10 std::collections::HashMap::new",
            "11 std::option::Option::Some",
            "12 std::string::String::from",
            "13 std::mem::drop",
            "14 f64::max",
        ],
    );
}

#[test]
fn dependencies_are_named_by_their_package() {
    check(
        "use tokio::sync::mpsc::{self, unbounded_channel as open};
        use tokio as t;
        use other::thing;
        fn f() {
            mpsc::channel(1);
            open();
            t::spawn(x);
            thing();
            other::thing();
            ::tokio::spawn(x);
            unknown::thing();
            unknown();
        }",
        &[
            "5 tokio::sync::mpsc::channel",
            "6 tokio::sync::mpsc::unbounded_channel",
            "7 tokio::spawn",
            "8 real_name::thing",
            "9 real_name::thing",
            "10 tokio::spawn",
            "11 ?",
            "12 ?",
        ],
    );
}

#[test]
fn blocks_have_names_of_their_own() {
    check(
        "use std::thread::sleep;
        fn f() {
            sleep(x);
            {
                use tokio::time::sleep;
                sleep(x);
                { sleep(x); }
            }
            sleep(x);
            { fn sleep() {} sleep(); }
            { use tokio::time as t; use t::sleep as s; s(x); }
        }",
        &[
            "3 std::thread::sleep",
            "6 tokio::time::sleep",
            "7 tokio::time::sleep",
            "9 std::thread::sleep",
            "10 ?",
            "11 tokio::time::sleep",
        ],
    );
}

#[test]
fn modules_see_their_own_names_and_what_they_import() {
    check(
        "use std::thread::sleep;
        fn helper() {}
        mod a {
            fn f() { sleep(x); super::helper(); helper(); inner::g(); self::inner::g(); }
            pub mod inner { pub fn g() { super::super::a::f(); crate::a::inner::g(); } }
        }
        mod b { use super::*; fn f() { sleep(x); helper(); a::inner::g(); } }",
        &[
            "4 ?",
            "4 my_app::helper",
            "4 ?",
            "4 my_app::a::inner::g",
            "4 my_app::a::inner::g",
            "5 my_app::a::f",
            "5 my_app::a::inner::g",
            "7 std::thread::sleep",
            "7 my_app::helper",
            "7 my_app::a::inner::g",
        ],
    );
}

#[test]
fn types_and_variants_are_paths() {
    check(
        "mod a { pub enum E { One(u8) } pub struct S; pub type Alias = std::thread::Builder; }
        use a::{E, S};
        use E::*;
        fn f() { E::One(1); One(1); S::new(); a::Alias::new(); Self::x(); }
        fn g<T>() { T::x(); }",
        &[
            "4 my_app::a::E::One",
            "4 my_app::a::E::One",
            "4 my_app::a::S::new",
            "4 std::thread::Builder::new",
            "4 ?",
            "5 ?",
        ],
    );
}

#[test]
fn macros_are_not_modules() {
    check(
        "mod vec { pub fn f() {} }
        use tokio::select;
        macro_rules! own { () => {} }
        fn f() { vec![1]; println!(); select! {} tokio::join!(); own!(); unknown!(); }",
        &["3 ?", "4 std::vec", "4 std::println", "4 tokio::select", "4 tokio::join", "4 my_app::own", "4 ?"],
    );
}

#[test]
fn the_one_glob_of_another_crate_is_asked_last() {
    check(
        "use tokio::time::*;
        use std::thread::sleep as nap;
        fn f() { sleep(x); nap(x); Vec::new(); Instant::now(); println!(); pause!(); }",
        &[
            "3 tokio::time::sleep",
            "3 std::thread::sleep",
            "3 std::vec::Vec::new",
            "3 tokio::time::Instant::now",
            "3 std::println",
            "3 tokio::time::pause",
        ],
    );
}

#[test]
fn a_glob_that_a_module_re_exports_gives_the_names_that_the_module_lacks() {
    check(
        "mod clock { pub use std::time::*; pub struct Duration; }
        mod again { pub use crate::clock; pub use super::clock::SystemTime as Wall; }
        mod hidden { use std::time::*; }
        mod written { include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\")); }
        mod both { pub use std::time::*; pub use tokio::task::*; }
        use clock::Instant;
        fn f() { clock::Instant::now(); clock::Duration::now(); again::clock::SystemTime::now(); again::Wall::now(); }
        fn g() { Instant::now(); hidden::Instant::now(); written::Instant::now(); }
        fn h() { both::Instant::now(); both::spawn(); }
        fn i() { use clock::*; SystemTime::now(); Duration::now(); }
        mod user { use crate::clock::*; fn f() { UNIX_EPOCH(); } }",
        &[
            "4 std::include",
            "7 std::time::Instant::now",
            "7 my_app::clock::Duration::now",
            "7 std::time::SystemTime::now",
            "7 std::time::SystemTime::now",
            "8 std::time::Instant::now",
            "8 my_app::hidden::Instant::now",
            "8 my_app::written::Instant::now",
            "9 std::time::Instant::now",
            "9 my_app::both::spawn",
            "10 std::time::SystemTime::now",
            "10 my_app::clock::Duration::now",
            "11 std::time::UNIX_EPOCH",
        ],
    );
}

#[test]
fn names_of_other_files_and_conditional_modules_are_found() {
    check(
        "mod a; mod b;
        #[cfg(unix)] mod sys { pub fn f() {} }
        #[cfg(windows)] #[path = \"win.rs\"] mod sys;
        use b::*;
        fn f() { a::go(); renamed(); sys::f(); sys::only_windows(); }
        == src/a.rs
        pub fn go() {}
        pub use crate::b::stop as renamed_once;
        == src/b.rs
        pub fn stop() {}
        pub use crate::a::renamed_once as renamed;
        == src/win.rs
        pub fn only_windows() {}",
        &["5 my_app::a::go", "5 my_app::b::stop", "5 my_app::sys::f", "5 my_app::sys::only_windows"],
    );
}

#[test]
fn edition_2015_imports_from_the_root() {
    let text = "== Cargo.toml\n[package]\nname = \"old\"\n[dependencies]\nlibc = \"0\"\n== src/lib.rs
        extern crate libc as c;
        mod a { pub fn go() {} }
        mod b { use a::go; use c::exit; fn f() { go(); exit(1); ::a::go(); ::c::exit(1); } }";
    let code = code(text);
    let found = code.each_file(&|_| true, &|file| calls(code.names(), file));
    assert_eq!(found[0].1, ["3 old::a::go", "3 libc::exit", "3 old::a::go", "3 libc::exit"]);
}

#[test]
fn a_file_without_a_workspace_has_its_own_imports() {
    let text = "use tokio::time::sleep; use std::thread as t; fn f() { sleep(x); t::spawn(x); x(); tokio::spawn(x); Vec::new(); }";
    let meanings =
        ["1 tokio::time::sleep", "1 std::thread::spawn", "1 ?", "1 tokio::spawn", "1 std::vec::Vec::new"];
    // Read with others, and parsed alone.
    let code = code(&format!("== scripts/x.rs\n{text}"));
    let found = code.each_file(&|_| true, &|file| calls(code.names(), file));
    assert_eq!(found[0].1, meanings);
    let file = parse("x.rs", text).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!(calls(&Names::default(), &file), meanings);
}

#[test]
fn circles_of_imports_and_globs_end() {
    check(
        "mod a { pub use crate::b::*; pub use crate::b::x as y; }
        mod b { pub use crate::a::*; pub use crate::a::y as x; pub fn real() {} }
        use a::*;
        use self::me as me;
        type Loop = Loop;
        fn f() { real(); x(); y(); me(); Loop::new(); }",
        &["6 my_app::b::real", "6 my_app::b::x", "6 my_app::b::x", "6 my_app::me", "6 ?"],
    );
}

#[test]
fn a_chain_of_ten_thousand_re_exports_is_followed() {
    let mut text = String::new();
    for index in (1..10_000).rev() {
        writeln!(text, "mod m{index} {{ pub use super::m{}::*; }}", index - 1).expect("a String takes all");
    }
    text.push_str("mod m0 { pub fn end() {} }\nfn f() { m9999::end(); }");
    check(&text, &["10001 my_app::m0::end"]);
}

#[test]
fn paths_that_nothing_binds_are_counted() {
    let code = code(&format!(
        "{MANIFEST}== src/lib.rs\nuse nowhere::a; fn f() {{ what::b(); a::c(); std::d(); e(); }}"
    ));
    assert_eq!(code.names().unresolved(), 3);
}
