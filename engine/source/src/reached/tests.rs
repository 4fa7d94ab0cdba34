use crate::reached::Reach;
use crate::{Cache, Code, Tree};

/// What becomes of the functions of the library, each as `name reach`, in the order of the file.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [("Cargo.toml", manifest)].into_iter().chain(files.iter().copied());
    let code = Code::read(&Tree::from_memory(files), &Cache::off());
    let reached = code.reached();
    let parts = code.parts(&|info| info.path == "src/lib.rs");
    let functions = parts.iter().filter(|part| part.is_function && !part.in_test);
    let told = functions.map(|part| {
        let reach: Option<Reach> = reached.of(&part.file, part.line, part.column);
        format!("{} {}", part.name, reach.map_or("none".to_owned(), |reach| format!("{reach:?}")))
    });
    told.collect()
}

#[track_caller]
fn check(library: &str, expected: &[&str]) {
    assert_eq!(told(&[("src/lib.rs", library)]), expected, "{library}");
}

#[test]
fn what_a_test_names_is_followed_over_functions_constants_and_macros() {
    check(
        "fn a() { b() }\nfn b() {}\nfn c() {}\n#[cfg(test)]\nmod tests { #[test] fn t() { super::a(); } }\n",
        &["a Surely", "b Surely", "c Never"],
    );
    check(
        "static ALL: &[fn()] = &[a];\nfn a() {}\nfn b() { for one in ALL { one() } }\n#[test]\nfn t() { b() }\n",
        &["a Surely", "b Surely"],
    );
    check(
        "macro_rules! m { ($e:expr) => { $crate::a($e) } }\npub fn a(_: u8) {}\nfn b() {}\n#[test]\nfn t() { m!(1) }\n",
        &["a Surely", "b Never"],
    );
    check("fn a() {}\nproptest! { #[test] fn t() { a() } }\n", &["a Perhaps"]);
    check(
        "fn a() -> u8 { 1 }\n#[test]\nfn t() { assert_eq!(format!(\"{}\", a()), \"1\"); }\n",
        &["a Surely"],
    );
    check("fn a() -> u8 { 1 }\n#[test]\nfn t() { let b = vec![2].map(a); }\n", &["a Surely"]);
}

#[test]
fn methods_are_followed_by_name_and_what_may_be_another_is_not_sure() {
    let two = "struct A; struct B;\nimpl A { fn f(&self) { self.g() } fn g(&self) {} }\nimpl B { fn f(&self) {} }\n";
    check(&format!("{two}#[test]\nfn t() {{ A.f() }}\n"), &["f Perhaps", "g Perhaps", "f Perhaps"]);
    check(&format!("{two}#[test]\nfn t() {{ A::f(&A) }}\n"), &["f Surely", "g Surely", "f Never"]);
    check(
        "struct A;\nimpl A { fn only(&self) {} fn other(&self) {} }\n#[test]\nfn t() { A.only() }\n",
        &["only Surely", "other Never"],
    );
}

#[test]
fn traits_lead_to_what_implements_them_and_foreign_ones_are_called_by_others() {
    check(
        "trait T { fn f(&self); }\nstruct A;\nimpl T for A { fn f(&self) { g() } }\nfn g() {}\n\
         #[test]\nfn t() { let all: Vec<Box<dyn T>> = vec![]; all[0].f() }\n",
        &["f Perhaps", "f Perhaps", "g Perhaps"],
    );
    check(
        "struct A;\nimpl std::fmt::Display for A { fn fmt(&self) {} }\nimpl Drop for A { fn drop(&mut self) { g() } }\n\
         fn g() {}\nfn main() {}\n",
        &["fmt Untold", "drop Untold", "g Never", "main Untold"],
    );
}

#[test]
fn tests_of_other_targets_count_and_benchmarks_and_examples_do_not() {
    let files = [
        ("src/lib.rs", "pub fn a() {}\npub fn b() {}\npub fn c() {}\n"),
        ("tests/it.rs", "use a::a;\n#[test]\nfn t() { a() }\n"),
        ("benches/it.rs", "fn main() { a::b() }\n"),
        ("examples/it.rs", "fn main() { a::c() }\n"),
    ];
    assert_eq!(told(&files), ["a Surely", "b Never", "c Never"]);
}
