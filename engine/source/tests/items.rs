//! What is declared, who can see it, and what its signature names.

use gatefold_source::{Cache, Code, ItemKind, Names, Tree, Visibility};

const MANIFEST: &str = "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\ntonic = \"1\"\nserde = \"1\"\n\
                        wire = { package = \"prost\", version = \"1\" }\n";

fn read(library: &str) -> Code {
    Code::read(&Tree::from_memory([("Cargo.toml", MANIFEST), ("src/lib.rs", library)]), &Cache::off())
}

fn root(names: &Names, path: &str) -> usize {
    names.modules().iter().position(|module| &*module.canonical == path).expect("the module is there")
}

/// What of a library other crates can name: `route` of an item, ` = ` and what its signature names of other crates.
#[track_caller]
fn check(library: &str, wanted: &[&str]) {
    check_beyond(library, "app", Visibility::Public, wanted);
}

#[track_caller]
fn check_beyond(library: &str, border: &str, least: Visibility, wanted: &[&str]) {
    let code = read(library);
    let names = code.names();
    let exposed = names.exposed(root(names, border), least);
    let mut found = Vec::new();
    for item in names.items() {
        let Some(route) = exposed.route(&item) else { continue };
        let named: Vec<String> = item
            .named()
            .filter(|named| named.visibility >= least)
            .flat_map(|named| named.canonical)
            .filter(|path| !path.starts_with("std::") && !path.starts_with("app"))
            .collect();
        found.push(format!("{} = {}", route.path, named.join(", ")).trim_end().to_owned());
    }
    for reexport in &exposed.reexports {
        let named: Vec<&String> = reexport.canonical.iter().filter(|path| !path.starts_with("app")).collect();
        if !named.is_empty() {
            found.push(format!("{} -> {}", reexport.path, reexport.canonical.join(", ")));
        }
    }
    assert_eq!(found, wanted, "{library}");
}

#[test]
fn what_other_crates_can_name_is_public_on_the_whole_way() {
    check(
        "pub struct A; struct B; pub(crate) struct C; pub mod m { pub struct D; mod n { pub struct E; } }",
        &["app::A =", "app::m =", "app::m::D ="],
    );
    check("mod m { pub struct A; pub struct B; } pub use m::A as Shown;", &["app::Shown ="]);
    check(
        "mod m { pub struct A; struct B; pub mod n { pub fn f() {} } } pub use m::*;",
        &["app::A =", "app::n =", "app::n::f ="],
    );
    check("mod m { pub enum E { A(tonic::Status) } } pub use m::E;", &["app::E = tonic::Status"]);
    check("mod m { pub struct A; } pub(crate) use m::A;", &[]);
    check("mod m { struct A; pub type B = A; }", &[]);
    check(
        "mod m { pub struct A; impl A { pub fn f() -> tonic::Status {} fn g() {} } } pub use m::A;",
        &["app::A =", "app::A::f = tonic::Status"],
    );
    check("#[cfg(test)] pub mod m { pub struct A; }", &[]);
    check(
        "mod m { #[macro_export] macro_rules! go { () => { $crate::x::Y; tonic::Status::ok() } } }",
        &["app::go = tonic::Status::ok"],
    );
    check(
        "mod a { pub use crate::b::*; } mod b { pub use crate::a::*; pub struct S; } pub use a::*;",
        &["app::S ="],
    );
}

#[test]
fn a_signature_names_what_stands_in_it_and_what_aliases_mention() {
    check(
        "pub fn f<T: tonic::Code>(a: &[wire::Message]) -> Result<T, Box<tonic::Status>> { serde::go() }",
        &["app::f = tonic::Code, prost::Message, tonic::Status"],
    );
    check(
        "pub struct S<T = tonic::Status> { pub a: T, b: serde::A, pub(crate) c: serde::B }",
        &["app::S = tonic::Status"],
    );
    check("pub struct S(pub serde::A, serde::B) where serde::C: Copy;", &["app::S = serde::C, serde::A"]);
    check(
        "pub trait T: serde::A { type B: serde::C; const D: serde::E; fn f(&self) -> impl serde::F; }",
        &["app::T = serde::A, serde::C, serde::E", "app::T::f = serde::F"],
    );
    check(
        "pub static A: &dyn serde::B = &1; pub const C: [serde::D; serde::E] = [];",
        &["app::A = serde::B", "app::C = serde::D"],
    );
    check("type R<T> = Result<T, tonic::Status>; pub fn f() -> R<()> {}", &["app::f = tonic::Status"]);
    check("type P = (u8, tonic::Status); pub fn f(p: P) {}", &["app::f = tonic::Status"]);
    check("use tonic::Status as S; pub fn f(p: S) {}", &["app::f = tonic::Status"]);
    check("pub fn f<tonic>(p: tonic) {}", &["app::f ="]);
    check(
        "pub fn f(p: impl Fn(<wire::A as wire::B>::C) -> dyn serde::D) {}",
        &["app::f = prost::A, prost::B, serde::D"],
    );
}

#[test]
fn reexports_say_what_they_bring_out() {
    let library =
        "pub use tonic::Status; pub extern crate serde; pub mod m { pub use wire::*; } use tonic::Code;";
    let brought = ["app::Status -> tonic::Status", "app::serde -> serde", "app::m -> prost"];
    check(library, &["app::m =", brought[0], brought[1], brought[2]]);
}

#[test]
fn beyond_a_module_is_what_the_rest_of_its_crate_sees() {
    let library = "mod domain { pub(crate) struct A { pub(crate) a: tonic::A, pub(super) b: tonic::B } pub(self) struct B; \
                   mod inner { pub(crate) struct C; } }";
    check_beyond(library, "app::domain", Visibility::Crate, &["app::domain::A = tonic::A"]);
    check_beyond(library, "app::domain", Visibility::Public, &[]);
}

#[test]
fn attributes_are_read_behind_conditions_and_resolved() {
    let code = read(
        "use serde::Serialize as S; #[derive(S, Debug, serde::Deserialize)] #[must_use = \"x\"] \
         #[cfg_attr(feature = \"a\", serde(deny_unknown_fields, rename = \"b, c\"))] \
         #[cfg_attr(x, cfg_attr(y, derive(wire::Message)))] pub struct A;",
    );
    let found: Vec<String> = code
        .names()
        .items()
        .flat_map(|item| item.attributes())
        .map(|it| {
            let kind = if it.derived { "derive " } else { "" };
            let condition = it.condition.map(|text| format!(" if {text}")).unwrap_or_default();
            format!("{kind}{}({}){condition}", it.canonical, it.arguments.join(" & "))
        })
        .collect();
    assert_eq!(
        found,
        [
            "derive serde::Serialize()",
            "derive std::fmt::Debug()",
            "derive serde::Deserialize()",
            "must_use(\"x\")",
            "serde(deny_unknown_fields & rename=\"b, c\") if feature=\"a\"",
            "derive prost::Message() if all(x,y)",
        ]
    );
}

#[test]
fn no_glob_brings_what_every_crate_has() {
    let code = read("use tonic::codegen::*; #[derive(Debug, Hash, Clone, Message)] pub struct A;");
    let items: Vec<_> = code.names().items().collect();
    let found: Vec<String> =
        items.iter().flat_map(|item| item.attributes()).map(|attribute| attribute.canonical).collect();
    let glob = "tonic::codegen::Message";
    assert_eq!(found, ["std::fmt::Debug", "std::hash::Hash", "std::clone::Clone", glob]);
}

#[test]
fn implementations_say_of_what_for_what_and_what_they_name() {
    let code = read(
        "mod m { pub trait T<A> { fn f(); } } use m::T as U; pub struct S; impl U<tonic::A> for Box<S> { fn f() {} } \
                     impl S { pub fn new() -> Self {} }",
    );
    let items: Vec<_> = code.names().items().collect();
    let implemented = items.iter().filter_map(|item| Some(item.implemented()?.canonical));
    assert_eq!(implemented.collect::<Vec<_>>(), [["app::m::T"]]);
    let gives: Vec<_> = items.iter().flat_map(|item| item.gives()).collect();
    assert_eq!(gives, ["app::S"]);
    let functions = items.iter().filter(|item| item.kind() == ItemKind::Function).map(|item| item.path());
    assert_eq!(functions.collect::<Vec<_>>(), ["app::m::T::f", "std::boxed::Box::f", "app::S::new"]);
}

#[test]
fn a_path_from_outside_is_found_behind_reexports() {
    let code = read("mod m { pub struct A; } pub use m::A; pub mod n { pub use crate::m::A as B; }");
    let canonical = |path| code.names().canonical(path);
    assert_eq!(canonical("app::A").as_deref(), Some("app::m::A"));
    assert_eq!(canonical("app::n::B").as_deref(), Some("app::m::A"));
    assert_eq!((canonical("app::C"), canonical("tonic::Status")), (None, None));
}
