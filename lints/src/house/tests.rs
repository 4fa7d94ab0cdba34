//! House rules over small workspaces: what they find, and where.

mod refused;
mod renamed;

use std::collections::BTreeMap;

use findings::Finding;
use policy::{Document, POLICY_FILE, Schema, Section};
use source::{Cache, Code, Tree};

use crate::{Policy, SECTION, check};

const MANIFEST: &str = "[package]\nname = \"home\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n\
                        redis = \"1\"\ntokio = \"1\"\nspans = { package = \"tracing\", version = \"0.1\" }\n";

fn read(text: &str) -> Result<Policy, String> {
    static SECTIONS: &[Section] = &[SECTION];
    let document = Document::parse(POLICY_FILE, text, &Schema { sections: SECTIONS });
    document.and_then(|document| document.section("lints")).map_err(|error| error.to_string())
}

/// A policy with one rule, called `rule`.
fn with(rule: &str) -> String {
    format!("lints:\n  house:\n    rule: {{ {rule}, because: it is so, bad: [x] }}\n")
}

fn found(policy: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let policy = read(policy).expect("a policy");
    let tree = Tree::from_memory(files.iter().copied());
    let code = Code::read(&tree, &Cache::off());
    let found = check(&code, &tree, &policy, None).expect("the guard looks").findings;
    found.into_iter().filter(|finding| finding.rule.group == "house").collect()
}

fn line(finding: &Finding) -> u32 {
    finding.location.as_ref().and_then(|place| place.span).map_or(0, |span| span.line)
}

/// The lines of `src/lib.rs` on which one rule finds something.
#[track_caller]
fn finds(rule: &str, text: &str, expected: &[u32]) {
    let mut lines: Vec<u32> =
        found(&with(rule), &[("Cargo.toml", MANIFEST), ("src/lib.rs", text)]).iter().map(line).collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines, expected, "{rule}\n{text}");
}

/// The lines that end in `//~` and no others.
#[track_caller]
fn marked(rule: &str, text: &str) {
    let (plain, lines) = findings::unmarked(text.lines());
    finds(rule, &plain, &lines);
}

#[test]
fn a_call_is_known_behind_every_name() {
    let rule = "forbid: { calls: ['std::process::exit'] }";
    for text in [
        "fn f() { std::process::exit(1) } //~",
        "use std::process::exit as bye;\nfn f() { bye(1) } //~",
        "use std::process;\nfn f() { process::exit(1) } //~",
        "use std::process::*;\nfn f() { exit(1) } //~",
        "mod own { pub use std::process::exit as leave; }\nfn f() { own::leave(1) } //~",
        "mod own { pub use std::process::*; }\nfn f() { own::exit(1) } //~",
        "fn f() { use std::process::exit; exit(1) } //~",
        "fn f() { let leave = std::process::exit; //~\n leave(1) }",
        "fn f(codes: Vec<i32>) { codes.into_iter().for_each(|code| std::process::exit(code)) } //~",
        "fn f() { code().map(std::process::exit); } //~",
        "fn f() { tokio::select! { _ = stop() => std::process::exit(1), } } //~",
        "fn f() { log::info!(\"{}\", std::process::exit(1)) } //~",
        "fn f() { fn inner() { std::process::exit(1) } } //~",
        "fn exit(code: i32) {}\nfn f() { exit(1) }",
        "use std::process::exit;\nfn f(exit: fn(i32)) { exit(1) }",
        "use std::process::exit;\nfn f() { let exit = |_| (); exit(1) }",
        "#[cfg(test)]\nmod tests { fn f() { std::process::exit(1) } }",
    ] {
        marked(rule, text);
    }
    marked("forbid: { calls: ['core::mem::*'] }", "fn f(a: A) { std::mem::forget(a) } //~");
    marked("forbid: { calls: [exit] }", "use std::process as p;\nfn f() { p::exit(1) } //~");
    marked(
        "forbid: { calls: ['std::process::exit'] }, tests: judged",
        "#[test]\nfn f() { std::process::exit(1) } //~",
    );
}

#[test]
fn a_method_is_known_by_its_name_and_where_the_code_says_it_by_its_type() {
    let by_name = "forbid: { calls: ['.unwrap'] }";
    marked(by_name, "fn f(a: A) { a.first().unwrap(); //~\n a.unwrap_or(1); }");
    marked(
        by_name,
        "fn f(a: Option<u8>) { Option::unwrap(a); //~\n a.map(Option::unwrap); //~\n <Option<u8>>::unwrap(a); } //~",
    );
    marked(by_name, "fn f(a: A) { assert_eq!(a.unwrap(), 1) } //~");
    marked(by_name, "fn unwrap() {}\nfn f() { unwrap(); crate::unwrap() }");
    let by_type = "forbid: { calls: ['redis::Client::get'] }";
    marked(
        by_type,
        "use redis::Client as Store;\nfn f(store: &Store, map: Map) { store.get(1); //~\n map.get(1); }",
    );
    marked(
        by_type,
        "fn f() { let store = redis::Client::new(); store.get(1); //~\n redis::Client::get(&store, 1) } //~",
    );
}

#[test]
fn a_path_is_found_wherever_code_names_it() {
    let rule = "forbid: { paths: [redis] }";
    marked(
        rule,
        "use redis::Client as Store; //~\nuse std::{fmt, io};\nstruct A { store: Store } //~\nfn f(a: &redis::Client) -> \
         Vec<redis::Value> { //~\n let b: Box<dyn Fn(Store)>; //~\n redis::pipe!() //~\n}\n#[derive(redis::FromValue)] \
         //~\nstruct B;\nimpl redis::Read for B {} //~\nfn redis_like() {}\n",
    );
    marked(rule, "#[cfg(test)]\nuse redis::Client;\n#[cfg(test)]\nstruct A(redis::Client);\n");
    marked("forbid: { paths: ['redis::aio::*'] }", "use redis::{aio::{self, Connection}, Client}; //~\n");
}

#[test]
fn a_macro_is_known_by_its_path() {
    for pattern in ["println!", "std::println", "'std::print*'"] {
        marked(
            &format!("forbid: {{ macros: [{pattern}] }}"),
            "fn f() { println!(\"a\"); //~\n std::println!(); //~\n eprintln!() }",
        );
    }
    marked(
        "forbid: { macros: ['tracing::info'] }",
        "use spans::info as say;\nfn f() { say!(\"a\"); //~\n spans::info!(\"a\"); //~\n log::info!() }",
    );
    marked("forbid: { macros: [dbg] }", "fn f() { vec![dbg!(1)]; } //~");
}

#[test]
fn an_attribute_is_known_by_name_path_and_argument() {
    let one = |text: &str| format!("forbid: {{ attributes: ['{text}'] }}");
    marked(
        &one("#[allow(dead_code)]"),
        "#[allow(unused, dead_code)] //~\nfn f() {}\n#[allow(unused)]\nfn g() {}\n",
    );
    marked(&one("allow(clippy::*)"), "#[allow(clippy::unwrap_used, reason = \"x\")] //~\nfn f() {}\n");
    marked(&one("allow"), "#![allow(dead_code)] //~\n");
    marked(
        &one("no_mangle"),
        "#[unsafe(no_mangle)] //~\nfn f() {}\n#[cfg_attr(unix, unsafe(no_mangle))] //~\nfn g() {}\n",
    );
    marked(&one("allow(dead_code)"), "#[cfg_attr(feature = \"a\", allow(dead_code))] //~\nfn f() {}\n");
    marked(
        &one("tokio::main"),
        "use tokio::main as start;\n#[tokio::main] //~\nasync fn main() {}\n#[start] //~\nasync fn other() {}\n",
    );
    marked(&one("instrument"), "#[spans::instrument(skip(a))] //~\nfn f(a: A) {}\n");
    marked(
        &one("derive(std::fmt::Debug)"),
        "#[derive(Clone, Debug)] //~\nstruct A;\n#[derive(Clone)]\nstruct B;\n",
    );
    marked(&one("must_use"), "trait A {\n #[must_use] //~\n fn f(&self) -> u8;\n}\n");
}

#[test]
fn functions_lack_what_is_required_of_them() {
    let rule =
        "require: { each: function, named: ['*Handler::*'], has: { attributes: ['tracing::instrument'] } }";
    marked(
        rule,
        "use spans::instrument;\nstruct HomeHandler;\nimpl HomeHandler {\n #[instrument]\n fn a(&self) {}\n fn b(&self) {} //~\n \
         #[spans::instrument(skip_all)]\n fn c(&self) {\n #[instrument]\n fn inner() {}\n }\n fn d(&self) { //~\n #[instrument]\n \
         fn inner() {}\n }\n}\nimpl Handler for Other {\n fn e(&self) {} //~\n}\nimpl Handlers for Other {\n fn h(&self) {}\n}\nimpl RpcHandler for Other {\n fn g(&self) {} //~\n}\n\
         fn free() {}\n#[cfg(test)]\nimpl HomeHandler {\n fn t(&self) {}\n}\n",
    );
    let call = "require: { each: function, named: ['handle*'], has: { calls: ['auth::check', '.check'], macros: [authorised] } }";
    marked(
        call,
        "fn handle_a() { auth::check() }\nfn handle_b(g: Guard) { let f = || g.check(); f() }\nfn handle_c() { authorised!() }\n\
         fn handle_d() {} //~\nfn other() {}\nfn handle_e() { fn auth() {} } //~\nfn handle_f() { try_join!(auth::check()) }\n",
    );
}

#[test]
fn files_and_packages_lack_what_is_required_of_them() {
    let policy =
        with("require: { each: file, has: { attributes: ['forbid(unsafe_code)'] } }, within: ['**/lib.rs']");
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\n[dependencies]\ntelemetry = \"1\"\n"),
        ("a/src/lib.rs", "#![forbid(unsafe_code)]\nmod other;\n"),
        ("a/src/other.rs", ""),
        (
            "b/Cargo.toml",
            "[package]\nname = \"b\"\nversion = \"0.1.0\"\n[dev-dependencies]\ntelemetry = \"1\"\n",
        ),
        ("b/src/lib.rs", "\n"),
    ];
    let told = |policy: &str| -> Vec<String> {
        found(policy, &files)
            .iter()
            .map(|found| format!("{}: {}", found.file().unwrap_or_default(), found.message))
            .collect()
    };
    assert_eq!(
        told(&policy),
        ["b/src/lib.rs: the file has no `forbid(unsafe_code)`, which this house requires"]
    );
    let policy = with("require: { each: package, has: { dependencies: [telemetry] } }");
    assert_eq!(
        told(&policy),
        ["b/Cargo.toml: `b` does not depend on `telemetry`, which this house requires"]
    );
    let policy = with("require: { each: package, has: { dev_dependencies: ['tele*'] } }, within: [a]");
    assert_eq!(told(&policy), ["a/Cargo.toml: `a` does not depend on `tele*`, which this house requires"]);
}

#[test]
fn dependencies_are_told_apart_by_their_tables() {
    let manifest = "[package]\nname = \"home\"\nversion = \"0.1.0\"\n[dependencies]\nopenssl-sys = \"1\"\nsecret = { package = \
                    \"openssl\", version = \"1\" }\n[dev-dependencies]\nopenssl = \"1\"\n[build-dependencies]\nopenssl = \
                    \"1\"\n[target.'cfg(unix)'.dependencies]\nopenssl-probe = \"1\"\n";
    let lines = |key: &str, more: &str| {
        let policy = with(&format!("forbid: {{ {key}: ['openssl*'] }}{more}"));
        let mut lines: Vec<u32> =
            found(&policy, &[("Cargo.toml", manifest), ("src/lib.rs", "")]).iter().map(line).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(lines("dependencies", ""), [5, 6, 12]);
    assert_eq!(lines("dev_dependencies", ""), [8]);
    assert_eq!(lines("build_dependencies", ""), [10]);
    assert_eq!(lines("dependencies", ", within: [other]"), [0; 0]);
    assert_eq!(lines("dependencies", ", except: ['Cargo.*']"), [0; 0]);
}

#[test]
fn a_rule_holds_within_crates_modules_and_files_and_not_where_it_is_excepted() {
    let call = "fn f() { std::process::exit(1) }\n";
    let root = format!("mod stages;\nmod inner {{ {call} }}\n{call}");
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"now-playing\", \"tools\"]\n"),
        ("now-playing/Cargo.toml", "[package]\nname = \"now-playing\"\nversion = \"0.1.0\"\n"),
        ("now-playing/src/lib.rs", root.as_str()),
        ("now-playing/src/stages.rs", call),
        ("tools/Cargo.toml", "[package]\nname = \"tools\"\nversion = \"0.1.0\"\n"),
        ("tools/src/lib.rs", call),
    ];
    let places = |place: &str| -> String {
        let policy = with(&format!("forbid: {{ calls: ['std::process::exit'] }}{place}"));
        let mut found: Vec<String> = found(&policy, &files)
            .iter()
            .map(|finding| format!("{}:{}", &finding.file().unwrap_or_default()[..1], finding.facts[1]))
            .collect();
        found.sort();
        found.join(" ")
    };
    assert_eq!(places(""), "n:f n:f n:inner::f t:f");
    assert_eq!(places(", within: [now-playing]"), "n:f n:f n:inner::f");
    assert_eq!(places(", within: ['now_playing::inner', tools]"), "n:inner::f t:f");
    assert_eq!(places(", within: ['**/stages.rs']"), "n:f");
    assert_eq!(
        places(", within: ['now-*'], except: ['now-playing::inner', 'now-playing/src/stages.rs']"),
        "n:f"
    );
    assert_eq!(places(", except: ['**']"), "");
}

#[test]
fn a_pattern_may_name_a_re_export_of_the_workspace() {
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"store\", \"home\"]\n"),
        ("store/Cargo.toml", "[package]\nname = \"store\"\nversion = \"0.1.0\"\n"),
        ("store/src/lib.rs", "mod deep;\npub use deep::{Store, open};\n"),
        (
            "store/src/deep.rs",
            "pub struct Store;\nimpl Store { pub fn new() -> Self { Store } }\npub fn open() {}\n",
        ),
        (
            "home/Cargo.toml",
            "[package]\nname = \"home\"\nversion = \"0.1.0\"\n[dependencies]\nstore = { path = \"../store\" }\n",
        ),
        ("home/src/lib.rs", "fn f() { store::open() }\nfn g() { store::Store::new() }\n"),
    ];
    for (pattern, lines) in [("store::open", [1]), ("store::deep::open", [1]), ("store::Store::new", [2])] {
        let found = found(&with(&format!("forbid: {{ calls: ['{pattern}'] }}")), &files);
        assert_eq!(found.iter().map(line).collect::<Vec<_>>(), lines, "{pattern}");
    }
}

#[test]
fn findings_say_why_and_what_instead() {
    let policy = "lints:\n  house:\n    exit: { forbid: { calls: ['std::process::exit'] }, level: note, because: a service shuts down in \
                  order, instead: give back an error, bad: [x] }\n";
    let found = found(policy, &[("src/lib.rs", "fn f() { std::process::exit(1) }")]);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!(finding.rule.id, "exit");
    assert_eq!(finding.level, findings::Level::Note);
    assert_eq!(finding.message, "calls `std::process::exit`, which this house forbids here");
    assert_eq!(finding.help.as_deref(), Some("give back an error"));
    assert_eq!(finding.notes[0].text, "because a service shuts down in order (`lints.house.exit`)");
    findings::testing::check_message(finding);
}

#[test]
fn an_edited_rule_never_answers_with_what_another_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("src")).expect("a folder");
    std::fs::write(root.join("Cargo.toml"), MANIFEST).expect("a file");
    std::fs::write(root.join("src/lib.rs"), "pub fn f() { std::process::exit(1) }\n").expect("a file");
    let program = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let found = |calls: &str, level: &str| {
        let policy =
            read(&with(&format!("forbid: {{ calls: [{calls}] }}, level: {level}"))).expect("a policy");
        let cache = Cache::in_folder(&folder.path().join("cache")).judged_by(&program);
        let change = source::open(&root, &source::BaseRequest::None, &source::Surroundings::default())
            .expect("a tree");
        let code = Code::read(&change.head, &cache);
        let found =
            crate::check_change(&code, None, &change.head, &policy, None, &cache).expect("the guard looks");
        let of_house = found.findings.iter().filter(|finding| finding.rule.group == "house");
        of_house.map(|finding| finding.level.name()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("'std::process::abort'", "error"), "");
    assert_eq!(found("'std::process::exit'", "error"), "error");
    assert_eq!(found("'std::process::exit'", "error"), "error");
    assert_eq!(found("'std::process::exit'", "note"), "note");
    assert_eq!(found("'std::process::abort'", "note"), "");
}

#[test]
fn hundreds_of_rules_each_find_their_own() {
    let mut rules = String::from("lints:\n  house:\n");
    for index in 0..400 {
        rules.push_str(&format!(
            "    rule-{index}: {{ forbid: {{ calls: ['a{index}::*::f', 'b::f{index}'], attributes: ['c{index}'] }}, within: \
             ['home::m{index}::**', 'src/*/f{index}.rs', '**'], because: it is so, bad: [x] }}\n"
        ));
    }
    let text = (0..400)
        .map(|index| format!("fn g{index}() {{ b::f{index}(); a{index}::x::f() }}\n"))
        .collect::<String>();
    let found = found(&rules, &[("Cargo.toml", MANIFEST), ("src/lib.rs", &text)]);
    assert_eq!(found.len(), 800);
    let by_rule = found.iter().fold(BTreeMap::new(), |mut all, finding| {
        *all.entry(finding.rule.id).or_insert(0) += 1;
        all
    });
    assert!(by_rule.len() == 400 && by_rule.values().all(|count| *count == 2));
}
