//! Files that are taken in, and code that is compiled sometimes.

use crate::{MANIFEST, check, code};

#[test]
fn what_is_compiled_sometimes_is_a_reference() {
    check("#[cfg(feature = \"extra\")]\nuse crate::infra::Db;", "app::infra::Db", &[2]);
    check("#[cfg(test)]\nmod tests {\nuse crate::infra::Db;\n}", "app::infra::Db", &[3]);
    check("cfg_extra! {\nuse crate::infra::Db;\n}", "app::infra::Db", &[2]);
    check(
        "cfg_if! { if #[cfg(a)] {\nuse crate::infra::Db;\n} else {\nuse crate::infra::open;\n} }",
        "app::infra",
        &[2, 4],
    );
}

#[test]
fn what_cfg_test_stands_on_is_for_tests() {
    for text in [
        "#[cfg(test)] use crate::infra::Db;",
        "#[cfg(test)] struct S(crate::infra::Db);",
        "#[cfg(test)] const N: usize = crate::infra::LIMIT;",
        "#[cfg(test)] type T = crate::infra::Db;",
        "#[cfg(test)] enum E { A(crate::infra::Db) }",
        "#[cfg(test)] macro_rules! m { () => { crate::infra::open() } }",
        "#[cfg(test)] trait T { fn f(_: crate::infra::Db); }",
        "struct S { #[cfg(test)] db: crate::infra::Db }",
        "enum E { #[cfg(test)] A(crate::infra::Db) }",
        "fn f() { #[cfg(test)] crate::infra::open(); }",
        "fn f() { #[cfg(test)] let x = crate::infra::open(); }",
        "fn f() { #[cfg(test)] { crate::infra::open(); } }",
        "fn f() { match x { #[cfg(test)] 1 => crate::infra::open(), _ => {} } }",
        "fn f(#[cfg(test)] db: crate::infra::Db) {}",
        "impl S { #[cfg(test)] const N: usize = crate::infra::LIMIT; }",
    ] {
        let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n{text}"));
        let found: Vec<bool> = code
            .names()
            .references()
            .iter()
            .filter(|it| &*it.file == "app/src/domain.rs")
            .map(|it| it.in_test)
            .collect();
        assert_eq!(found, [true], "{text}");
    }
}

#[test]
fn what_a_build_script_writes_has_the_name_of_its_package() {
    let named = "generated::home::v1::Request";
    check("pub mod pb { tonic::include_proto!(\"home.v1\"); }\nfn f(_: pb::Request) {}", named, &[2]);
    check(
        "pub mod pb { include!(concat!(env!(\"OUT_DIR\"), \"/home.v1.rs\")); }\nfn f(_: pb::Request) {}",
        named,
        &[2],
    );
    check("pub mod pb { tonic::include_proto!(\"home.v1\"); }\nuse pb::*;\nfn f(_: Request) {}", named, &[3]);
    check("pub mod pb { tonic::include_proto!(\"home.v1\"); }\nuse pb::Request;", named, &[2]);
    check(
        "pub mod pb { tonic::include_proto!(\"home.v1\"); }\nuse pb::Request;",
        "app::domain::pb::Request",
        &[2],
    );
    check("mod pb {\ntonic::include_proto!(\"home.v1\");\n}", "generated::home::v1", &[2]);
}

#[test]
fn files_that_expressions_include_are_read() {
    let part = "\n== app/src/part.in\nlet x = 1;\ncrate::infra::open()";
    let items = "\n== app/src/part.in\nfn g() {}\nfn h() { crate::infra::open() }";
    for part in [part, items] {
        let code =
            code(&format!("{MANIFEST}\n== app/src/domain.rs\nfn f() {{ include!(\"part.in\") }}{part}"));
        assert_eq!(code.problems, []);
        let reference = code.names().references().iter().find(|it| &*it.file == "app/src/part.in");
        let reference = reference.expect("a reference in the included file");
        assert_eq!(
            (&*reference.canonical, reference.line, reference.module.join("::").as_str()),
            ("app::infra::open", 2, "domain")
        );
    }
}

#[test]
fn an_include_by_another_name_is_an_include() {
    for include in [
        "use std::include as take; take!(\"part.in\");",
        "wrap!(\"part.rs\");",
        "include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src\", \"/part.in\"));",
        "include!(concat!(\"par\", \"t.in\"));",
    ] {
        let file = if include.contains("wrap") { "part.rs" } else { "part.in" };
        let text =
            format!("{MANIFEST}\n== app/src/domain.rs\n{include}\n== app/src/{file}\nuse crate::infra::Db;");
        let code = code(&text);
        let found = code
            .names()
            .references()
            .iter()
            .any(|it| it.file.ends_with(file) && it.module.join("::") == "domain");
        assert!(found, "{include}: {:?}", code.files());
    }
}

#[test]
fn a_file_that_is_two_modules_is_there_for_each() {
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n#[path = \"infra.rs\"]\nmod mine;\n"));
    let modules: Vec<&str> = code
        .names()
        .modules()
        .iter()
        .filter(|module| &*module.file == "app/src/infra.rs" && module.line == 1)
        .map(|module| &*module.canonical)
        .collect();
    assert_eq!(modules, ["app::infra", "app::domain::mine"]);
}

#[test]
fn an_included_file_is_part_of_the_module() {
    let domain = "include!(\"part.in\");\n== app/src/part.in\nuse crate::infra::Db;\n";
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n{domain}"));
    let reference = code.names().references().iter().find(|reference| &*reference.file == "app/src/part.in");
    let reference = reference.expect("a reference in the included file");
    assert_eq!((&*reference.canonical, &*reference.module), ("app::infra::Db", &["domain".to_owned()][..]));
}

#[test]
fn a_file_that_only_tests_have_is_for_tests() {
    let code = code(&format!(
        "{MANIFEST}
        == app/src/domain.rs
        #[cfg_attr(test, path = \"fake.rs\")] mod clock;
        == app/src/domain/clock.rs
        pub fn now() {{}}
        == app/src/fake.rs
        use crate::infra::Db;"
    ));
    assert_eq!(code.problems, []);
    let in_tests =
        |file: &str| code.names().modules().iter().find(|it| it.file.ends_with(file)).map(|it| it.test);
    assert_eq!((in_tests("fake.rs"), in_tests("clock.rs")), (Some(true), Some(false)));
}
