//! Macros, attributes, and what nobody can read.

use crate::{MANIFEST, check, code};

#[test]
fn paths_in_macro_arguments_are_references() {
    check("fn f() {\nformat!(\"{}\",\ncrate::infra::open());\n}", "app::infra::open", &[3]);
    check("thread_local! { static A: crate::infra::Db = x(); }", "app::infra::Db", &[1]);
}

#[test]
fn whoever_calls_a_macro_names_what_its_body_names() {
    check("fn f() { crate::make!(); }", "app::infra::Db", &[1]);
    check("fn f() {\nmake!();\nmake!();\n}", "app::infra::Db", &[2]);
    check("use crate::make as m;\nfn f() { m!(); }", "app::infra::Db", &[2]);
    check("fn f() { vec![\nmake!()]; }", "app::infra::Db", &[2]);
    check("fn f() { local!(); }\n", "app::infra::Db", &[]);
    // The body is read where the call stands, but for `$crate`.
    check(
        "macro_rules! own { () => { crate::infra::open() } }\nfn f() { own!() }",
        "app::infra::open",
        &[1, 2],
    );
    // One macro through another, of this crate and of another.
    check("fn f() { outer!() }", "app::infra::Db", &[1]);
    check("fn f() { infra_crate::connect!() }", "infra_crate::db::open", &[1]);
    check("use renamed::connect;\nfn f() { connect!() }", "infra_crate::db::open", &[2]);
    check("#[macro_use]\nextern crate infra_crate;", "infra_crate", &[2]);
    check("fn f() { crate::facade::again!() }", "infra_crate::db::open", &[1]);
    // A `use` in the body, with a group.
    check("fn f() { imports!() }", "app::infra", &[1, 1]);
}

#[test]
fn macros_of_a_module_are_seen_below_and_by_macro_use_above() {
    let library = |text: &str| -> Vec<String> {
        let code = code(&format!(
            "== Cargo.toml\n[package]\nname = \"a\"\nedition = \"2021\"\n== src/lib.rs\n{text}"
        ));
        let named =
            code.names().references().iter().filter(|reference| &*reference.canonical == "a::far::go");
        named.map(|reference| reference.module.join("::")).collect()
    };
    let far = "mod far { pub fn go() {} }\n";
    let body = "macro_rules! m { () => { $crate::far::go() } }";
    assert_eq!(library(&format!("{far}{body}\nmod b {{ mod c {{ fn f() {{ m!() }} }} }}")), ["", "b::c"]);
    assert_eq!(
        library(&format!("{far}#[macro_use] mod a {{ {body} }} mod b {{ fn f() {{ m!() }} }}")),
        ["a", "b"]
    );
    assert_eq!(library(&format!("{far}mod a {{ {body} }} mod b {{ fn f() {{ m!() }} }}")), ["a"]);
    let passed = format!(
        "{far}mod a {{ {body} pub(crate) use m; }} mod b {{ use crate::a::m as n; fn f() {{ n!() }} }}"
    );
    assert_eq!(library(&passed), ["a", "b"]);
    let circle =
        "macro_rules! one { () => { two!(); } }\nmacro_rules! two { () => { one!(); $crate::far::go() } }";
    assert_eq!(library(&format!("{far}{circle}\nmod b {{ fn f() {{ one!() }} }}")), ["", "b"]);
}

#[test]
fn attributes_name_what_they_derive_and_what_stands_in_their_arguments() {
    check("#[derive(Clone, crate::infra::Derived)]\nstruct S;", "app::infra::Derived", &[1]);
    check("#[crate::infra::traced]\nfn f() {}", "app::infra::traced", &[1]);
    check("#[serde(with = \"crate::infra::inner\")]\nstruct S;", "app::infra::inner", &[1]);
    check("struct S { #[serde(default = \"crate::infra::open\")]\nx: u8 }", "app::infra::open", &[1]);
    check("#[serde(from = \"Vec<crate::infra::Db>\")]\nstruct S;", "app::infra::Db", &[1]);
    check("#[arg(value_parser = crate::infra::open)]\nstruct S;", "app::infra::open", &[1]);
    check(
        "#[cfg_attr(feature = \"extra\", derive(crate::infra::Derived))]\nstruct S;",
        "app::infra::Derived",
        &[1],
    );
    check("#[crate::infra::traced]\nmod inner {}", "app::infra::traced", &[1]);
    for text in [
        "#[doc = \"crate::infra::Db\"]\nstruct S;",
        "/// See [`crate::infra::Db`] and crate::infra::open().\nstruct S;",
        "#[deprecated(note = \"crate::infra::Db\")]\nstruct S;",
        "#[error(\"crate::infra::Db failed\")]\nstruct S;",
        "#[serde(rename = \"crate::infra::Db\")]\nstruct S;",
        "#[arg(long, help = \"see crate::infra::Db\")]\nstruct S;",
        "#[tracing(fields = \"of crate::infra::Db\")]\nstruct S;",
        "#[cfg_attr(test, derive(crate::infra::Derived))]\nstruct S;",
        "struct S { #[make] x: u8 }",
    ] {
        let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n{text}"));
        let mut named =
            code.names().references().iter().filter(|it| &*it.file == "app/src/domain.rs" && !it.in_test);
        assert_eq!(named.next(), None, "{text}");
    }
}

#[test]
fn what_nobody_can_read_is_counted() {
    let count = |text: &str| code(&format!("{MANIFEST}\n== app/src/domain.rs\n{text}")).names().unresolved();
    let before = count("");
    assert_eq!(count("include!(\"gone.rs\");"), before + 1);
    assert_eq!(count("include!(env!(\"SOMEWHERE\"));"), before + 1);
    assert_eq!(count("include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));"), before);
    assert_eq!(count("macro_rules! m { ($x:ident) => { crate::$x::open() } }"), before + 1);
    assert_eq!(count("macro_rules! m { ($x:ident) => { $x::open() } }"), before);
    assert_eq!(count("#[rstest] #[case::first(1)] fn f() {}"), before);
    assert_eq!(count("#[derive(nowhere::Derived)] struct S;"), before + 1);
}

#[test]
fn calls_of_macros_that_bring_names_are_counted() {
    let count = |text: &str| code(&format!("{MANIFEST}\n== app/src/domain.rs\n{text}")).names().unresolved();
    let before = count("");
    let body = |arms: &str| format!("macro_rules! m {{ {arms} }}");
    for arms in [
        "() => { pub use crate::infra as x; }",
        "() => {}; ($a:ident) => { mod $a { pub use crate::infra::Db; } }",
        "($($t:ty),*) => { $(pub type X = $t;)* }",
        "() => ( extern crate std as x; );",
    ] {
        assert_eq!(count(&body(arms)), before, "{arms}");
        assert_eq!(count(&format!("{}\nm!();", body(arms))), before + 1, "{arms}");
    }
    for arms in [
        "() => { impl T for S { type X = u8; fn f() { use std::fmt; } } }",
        "($use:ident) => { fn $use() {} }",
        "() => { extern \"C\" { fn f(); } }",
        "(use) => { fn f() {} }",
    ] {
        assert_eq!(count(&format!("{}\nm!();", body(arms))), before, "{arms}");
    }
}

/// A macro crate has the crate that it writes for as a dev-dependency, so that it can name it in `quote!` only.
#[test]
fn what_only_tests_depend_on_is_named_elsewhere() {
    let code = code(&format!(
        "{MANIFEST}
        == app/src/domain.rs
        == infra-crate/Cargo.toml
        [package]
        name = \"infra-crate\"
        edition = \"2021\"
        [dependencies]
        quote = \"1\"
        both = {{ package = \"app\", path = \"../app\" }}
        [dev-dependencies]
        app = {{ path = \"../app\" }}
        both = {{ package = \"app\", path = \"../app\" }}
        == infra-crate/src/lib.rs
        pub mod db {{ pub struct Db; pub fn open() {{}} }}
        #[macro_export]
        macro_rules! connect {{ () => {{ $crate::db::open() }} }}
        fn written() {{ quote::quote! {{ ::app::infra::open() }} }}
        fn compiled() {{ both::infra::open() }}
        fn shadowed() {{ use crate::db as app; app::open() }}"
    ));
    let found = code.names().references().iter().filter(|reference| reference.canonical.ends_with("::open"));
    let found: Vec<(u32, &str, bool)> = found
        .filter(|reference| &*reference.file == "infra-crate/src/lib.rs")
        .map(|reference| (reference.line, &*reference.canonical, reference.in_test))
        .collect();
    assert_eq!(
        found,
        [
            (3, "infra_crate::db::open", false),
            (4, "app::infra::open", true),
            (5, "app::infra::open", false),
            (6, "infra_crate::db::open", false)
        ]
    );
}

#[test]
fn a_derive_is_what_its_crate_shows_and_not_what_it_imports() {
    let code = code(&format!(
        "{MANIFEST}
        == app/src/domain.rs
        use infra_crate::Derived;
        #[derive(infra_crate::Derived)] struct S;
        == infra-crate/src/lib.rs
        mod kinds {{ pub enum Kind {{ Derived }} }}
        use kinds::Kind::Derived;
        #[proc_macro_derive(Derived, attributes(help))]
        pub fn derive(input: TokenStream) -> TokenStream {{ input }}"
    ));
    let named = code.names().references().iter().filter(|it| &*it.file == "app/src/domain.rs");
    let named: Vec<&str> = named.map(|reference| &*reference.canonical).collect();
    assert_eq!(named, ["infra_crate::Derived", "infra_crate::Derived"]);
}

#[test]
fn macros_that_call_each_other_over_and_over_end_and_say_so() {
    let library = |macros: usize, modules: usize| {
        let mut text = String::from(
            "== Cargo.toml\n[package]\nname = \"a\"\nedition = \"2021\"\n== src/lib.rs\npub fn go() {}\n",
        );
        for index in 0..macros {
            let next = (index + 1) % macros;
            text.push_str(&format!("macro_rules! m{index} {{ () => {{ m{next}!(); $crate::go() }} }}\n"));
        }
        for index in 0..modules {
            text.push_str(&format!("mod n{index} {{ fn f() {{ m0!() }} }}\n"));
        }
        code(&text)
    };
    let code = library(1_000, 100);
    assert!(!code.names().gave_up());
    // A thousand paths are one reference for each module that names them.
    let named =
        code.names().references().iter().filter(|it| &*it.canonical == "a::go" && !it.module.is_empty());
    assert_eq!(named.count(), 100);
    assert!(library(1_500, 1_500).names().gave_up());
}
