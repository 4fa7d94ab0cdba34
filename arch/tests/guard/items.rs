//! Rules about items: what public signatures show, what items have attached, and who implements what.

use crate::notation::{Held, check};

/// `domain` must not show `tonic`; `prost` is called `wire` there.
const HIDDEN: &str = "\
arch:
  leaks:
    wire: { members: [domain], crates: [tonic, prost], because: the domain knows no protocol }

crate domain -> tonic, prost as wire, helper
crate helper -> tonic
helper/src/lib.rs | pub struct Plain; pub type Answer<T> = Result<T, tonic::Status>; pub use tonic::Code; pub struct Boxed(pub tonic::Status);
domain/src/lib.rs | pub struct Own; mod hidden; pub trait Port {}
domain/src/hidden.rs | pub struct Inner;
";

#[test]
fn every_way_to_show_a_crate_is_found() {
    for way in [
        "pub fn f(s: tonic::Status) {} //~",
        "pub fn f() -> tonic::Status { todo!() } //~",
        "pub async fn f() -> Result<(), Box<tonic::Status>> { todo!() } //~",
        "pub fn f() -> impl Iterator<Item = tonic::Status> { todo!() } //~",
        "pub fn f(s: &mut dyn tonic::Service) {} //~",
        "pub fn f(s: impl FnOnce(&[tonic::Status; 3]) -> u8) {} //~",
        "pub fn f<T: tonic::Service>(t: T) {} //~",
        "pub fn f<T>(t: T) where Option<T>: Into<tonic::Status> {} //~",
        "pub fn f<T>() where T: for<'a> Fn(&'a tonic::Status) {} //~",
        "pub unsafe extern \"C\" fn f(s: *const tonic::Status) {} //~",
        "pub struct S { pub status: (u8, tonic::Status) } //~",
        "pub struct S(pub tonic::Status); //~",
        "pub struct S<T = tonic::Status>(T); //~",
        "pub struct S<T: tonic::Service>(T); //~",
        "pub struct S<T>(T) where T: tonic::Service; //~",
        "pub union U { pub status: std::mem::ManuallyDrop<tonic::Status> } //~",
        "pub enum E { A, B(tonic::Status) } //~",
        "pub enum E { A { status: tonic::Status } } //~",
        "pub type Alias = tonic::Status; //~",
        "pub type Alias<T> = Result<T, tonic::Status>; //~",
        "pub const C: Option<tonic::Code> = None; //~",
        "pub static S: fn(tonic::Status) = g; //~",
        "pub trait T: tonic::Service {} //~",
        "pub trait T { type A: tonic::Service; } //~",
        "pub trait T { type A: Iterator<Item = tonic::Status>; } //~",
        "pub trait T { const C: tonic::Code; } //~",
        "pub trait T { fn f(&self, s: tonic::Status); } //~",
        "pub trait T { fn f(&self) -> Self::A where Self::A: From<tonic::Status>; type A; } //~",
        "pub trait T<A = tonic::Status> {} //~",
        "impl Own { pub fn f(&self) -> tonic::Status { todo!() } } //~",
        "impl Own { pub const C: tonic::Code = tonic::Code::Ok; } //~",
        "impl From<tonic::Status> for Own { fn from(_: tonic::Status) -> Self { Own } } //~",
        "impl From<Own> for tonic::Status { fn from(_: Own) -> Self { todo!() } } //~",
        "impl Port for tonic::Status {} //~",
        "impl tonic::Service for Own {} //~",
        "impl Iterator for Own { type Item = tonic::Status; fn next(&mut self) -> Option<Self::Item> { None } } //~",
        "impl<T: tonic::Service> Port for Vec<T> {} //~",
        "impl<T: tonic::Service> Port for T {} //~",
        "impl<T: tonic::Service> Port for &Own where T: Copy {} //~",
        "impl Own<tonic::Status> { pub fn f(&self) {} } //~",
        "#[derive(wire::Message)] pub struct S; //~",
        "#[cfg_attr(feature = \"wire\", derive(wire::Message))] pub struct S; //~",
        "pub use tonic::Status; //~",
        "pub use tonic::{Code as Answer}; //~",
        "pub use tonic::*; //~",
        "pub use tonic as transport; //~",
        "pub extern crate tonic; //~",
        "pub extern crate tonic as t; //~",
        "pub use helper::Code; //~",
        "use wire::Message as M; pub fn f(_: M) {} //~",
        "use tonic as t; pub fn f() -> t::Status { todo!() } //~",
        "use tonic::*; pub fn f() -> Status { todo!() } //~",
        "type S = tonic::Status; pub fn f(_: S) {} //~",
        "type A = B; type B = (u8, tonic::Status); pub fn f(_: Option<A>) {} //~",
        "pub fn f() -> helper::Answer<()> { todo!() } //~",
        "use helper::Answer as R; pub fn f() -> R<u8> { todo!() } //~",
        "#[macro_export] macro_rules! fail { () => { tonic::Status::new() } } //~",
        "mod quiet { #[macro_export] macro_rules! fail { () => { $crate::__private::x; tonic::Code::Ok } } } //~",
        "#[cfg(feature = \"x\")] pub fn f(_: tonic::Status) {} //~",
        "cfg_rt! { pub fn f(_: tonic::Status) {} } //~",
        "pub mod a { pub mod b { pub fn f(_: tonic::Status) {} } } //~",
        "pub fn f(_: <wire::A as Port>::B) {} //~",
        "extern \"C\" { pub fn f(_: *mut tonic::Status); } //~",
    ] {
        check(HIDDEN, &format!("domain/src/lib.rs | {way}"), "leaked-crate");
    }
}

#[test]
fn what_a_re_export_brings_out_is_public() {
    for (library, hidden) in [
        ("pub use hidden::S;", "pub struct S(pub tonic::Status); //~"),
        ("pub use hidden::S as Shown;", "pub struct S(pub tonic::Status); //~"),
        ("pub use hidden::*;", "pub fn f(_: tonic::Status) {} //~"),
        ("pub use hidden::*;", "pub use tonic::Status; //~"),
        ("pub use hidden as shown;", "pub enum S { A(tonic::Status) } //~"),
        ("pub use hidden::E;", "pub enum E { A(tonic::Status) } //~"),
        (
            "pub mod api { pub use crate::hidden::deep::S; }",
            "pub mod deep { pub struct S; impl S { pub fn f(_: tonic::Status) {} } } //~",
        ),
        ("pub type Shown = hidden::S;", "pub struct S(pub tonic::Status); //~"),
        ("mod more { pub use crate::hidden::S; } pub use more::S;", "pub struct S(pub tonic::Status); //~"),
        ("pub use hidden::T;", "pub trait T { fn f(_: tonic::Status); } //~"),
    ] {
        let case = format!("domain/src/lib.rs | {library}\ndomain/src/hidden.rs | {hidden}");
        check(HIDDEN, &case, "leaked-crate");
    }
}

#[test]
fn what_nobody_outside_can_name_is_no_leak() {
    for innocent in [
        "pub fn f() { let s: tonic::Status = todo!(); }",
        "pub fn f() -> u8 { tonic::Status::code() }",
        "fn f(_: tonic::Status) {}",
        "pub(crate) fn f(_: tonic::Status) {}",
        "pub(super) fn f(_: tonic::Status) {}",
        "pub struct S { status: tonic::Status, pub(crate) code: tonic::Code }",
        "pub struct S(tonic::Status);",
        "enum E { A(tonic::Status) }",
        "trait T { fn f(_: tonic::Status); }",
        "type Alias = tonic::Status;",
        "impl Own { fn f(_: tonic::Status) {} pub(crate) fn g(_: tonic::Status) {} }",
        "struct Private; impl Private { pub fn f(_: tonic::Status) {} }",
        "mod quiet { pub fn f(_: tonic::Status) {} pub struct S(pub tonic::Status); }",
        "mod quiet { pub use tonic::Status; }",
        "pub mod loud { pub(crate) mod quiet { pub fn f(_: tonic::Status) {} } }",
        "mod quiet { pub struct S; impl S { pub fn f(_: tonic::Status) {} } } pub(crate) use quiet::S;",
        "use tonic::Status; pub(crate) use tonic::Code;",
        "#[cfg(test)] pub fn f(_: tonic::Status) {}",
        "#[cfg(test)] pub mod tests { pub use tonic::Status; }",
        "macro_rules! fail { () => { tonic::Status::new() } }",
        "struct Kept<T>(T); impl<T> Iterator for Kept<T> where T: tonic::Service { type Item = u8; fn next(&mut self) -> Option<u8> { None } }",
        "struct Iter; impl Iterator for Iter { type Item = tonic::Status; fn next(&mut self) -> Option<Self::Item> { None } }",
        "pub fn f<tonic>(_: tonic) {}",
        "pub mod tonic { pub struct Status; } pub fn f(_: tonic::Status) {}",
        "pub fn f(_: helper::Boxed, _: helper::Plain) {}",
        "pub const N: usize = tonic::LIMIT; pub static S: [u8; tonic::LIMIT] = [];",
        "/// See [`tonic::Status`].\ndomain/src/lib.rs | pub fn f(_: &str) {}",
        "#[derive(Clone)] pub struct S; impl std::fmt::Debug for S {}",
        "struct Quiet; #[derive(wire::Message)] struct Message;",
        "struct Private; impl tonic::Service for Private {}",
        "struct Quiet; impl From<tonic::Status> for Quiet { fn from(_: tonic::Status) -> Self { Quiet } }",
        "mod quiet { pub enum E { A } } impl wire::Message for quiet::E {}",
        "pub struct S<'a, const N: usize, T: Clone + 'a>(pub [&'a T; N]);",
    ] {
        check(HIDDEN, &format!("domain/src/lib.rs | {innocent}"), "leaked-crate");
    }
}

#[test]
fn a_module_is_held_where_the_policy_says_so() {
    let world = |beyond: &str| {
        format!(
            "arch:\n  leaks:\n    wire: {{ members: [\"app::domain\", \"app::main::model\"], crates: [tonic]{beyond}, because: b }}\n\n\
             crate app -> tonic\n\
             app/src/lib.rs | mod domain; pub mod edge; pub use domain::Shown;\n\
             app/src/main.rs | mod model; fn main() {{}}\n\
             app/src/edge.rs | pub fn f(_: tonic::Status) {{}}\n"
        )
    };
    let crate_only = "app/src/domain.rs | pub struct Shown(pub tonic::Status); //~\n\
                      app/src/domain.rs | pub struct Kept(pub tonic::Status);\n\
                      app/src/model.rs | pub fn f(_: tonic::Status) {}";
    check(&world(""), crate_only, "leaked-crate");
    let member = "app/src/domain.rs | pub struct Shown(pub tonic::Status); //~\n\
                  app/src/domain.rs | pub(crate) struct Kept(pub(crate) tonic::Status); //~\n\
                  app/src/domain.rs | struct Private(pub tonic::Status); mod deep { pub fn f(_: tonic::Status) {} }\n\
                  app/src/model.rs | pub fn f(_: tonic::Status) {} //~";
    check(&world(", beyond: member"), member, "leaked-crate");
}

#[test]
fn a_leak_says_who_shows_what_how_and_by_which_name_it_is_public() {
    let written = Held::read(&format!(
        "{HIDDEN}domain/src/lib.rs | pub use hidden::Refused as Error;\n\
         domain/src/hidden.rs | pub struct Refused {{ pub why: tonic::Status, pub code: tonic::Code }}\n"
    ));
    let finding = written.check().findings.into_iter().find(|finding| finding.rule.id == "leaked-crate");
    let finding = finding.expect("it is found");
    assert_eq!(finding.message, "`domain::hidden::Refused` shows `tonic::Status` in its field `why`");
    let notes: Vec<_> = finding.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "it can be named from outside as `domain::Error`",
            "and 1 more place where it shows `tonic`",
            "because the domain knows no protocol (`arch.leaks.wire`)",
        ]
    );
    assert_eq!(
        finding.help.as_deref(),
        Some("show a type of your own, and convert where `tonic` is at home")
    );
    let place = finding.notes[0].location.as_ref().expect("the re-export has a place");
    assert_eq!(place.file, "domain/src/lib.rs");
}

/// A rule about attributes over `app::config`, with other keys.
fn attributes(keys: &str) -> String {
    format!(
        "arch:\n  attributes:\n    x: {{ members: [\"app::config\"], {keys}, because: b }}\n\ncrate app -> serde, tracing\napp/src/other.rs | pub struct Other;\n"
    )
}

#[test]
fn required_attributes_are_missed_by_kind_name_result_and_attribute() {
    let strict = "items: [struct, enum], having: ['derive(serde::Deserialize)'], require: ['serde(deny_unknown_fields)']";
    let named = "items: [struct], named: ['*Config'], require: ['derive(Debug)', non_exhaustive]";
    let used = "items: [fn], visibility: pub, returning: ['std::result::Result', 'app::config::Token'], require: [must_use]";
    for (keys, case) in [
        (strict, "use serde::Deserialize; #[derive(Deserialize)] pub struct A; //~"),
        (strict, "use serde::{Deserialize as D}; #[derive(Clone, D)] enum A {} //~"),
        (strict, "#[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)] pub struct A;"),
        (
            strict,
            "#[derive(serde::Deserialize)] #[serde(rename = \"deny_unknown_fields\")] pub struct A; //~",
        ),
        (
            strict,
            "#[derive(serde::Deserialize)] #[cfg_attr(x, serde(deny_unknown_fields))] pub struct A; //~",
        ),
        (
            strict,
            "#[cfg_attr(x, derive(serde::Deserialize))] #[cfg_attr(x, serde(deny_unknown_fields))] pub struct A;",
        ),
        (strict, "#[cfg_attr(x, derive(serde::Deserialize))] #[serde(deny_unknown_fields)] pub struct A;"),
        (
            strict,
            "#[derive(serde::Serialize)] pub struct A; pub struct Deserialize; #[derive(crate::config::Deserialize)] pub struct B;",
        ),
        (strict, "pub mod inner { #[derive(serde::Deserialize)] pub struct A; } //~"),
        (strict, "fn f() { #[derive(serde::Deserialize)] struct A; } //~"),
        (strict, "cfg_rt! { #[derive(serde::Deserialize)] struct A; } //~"),
        (strict, "#[cfg(a)] #[derive(serde::Deserialize)] struct A; //~"),
        (strict, "#[cfg(test)] mod tests { #[derive(serde::Deserialize)] struct A; }"),
        (
            named,
            "#[derive(Debug)] #[non_exhaustive] pub struct HomeConfig; pub struct Limits; pub enum Config {}",
        ),
        (named, "#[non_exhaustive] #[derive(std::fmt::Debug)] pub struct Config<T>(T);"),
        (named, "#[derive(Debug)] pub struct HomeConfig; //~"),
        (used, "pub fn f() -> Result<(), u8> { Ok(()) } //~"),
        (
            used,
            "pub type R = std::io::Result<()>; pub fn f() -> Option<Result<(), u8>> { None } fn g() -> Result<(), u8> { Ok(()) }",
        ),
        (used, "#[must_use = \"it is lost\"] pub fn f() -> Result<(), u8> { Ok(()) }"),
        (used, "pub struct Token; impl Token { pub fn new() -> Self { Token } } //~"),
        (
            used,
            "pub struct Token; impl Token { #[must_use] pub fn new() -> Self { Token } fn old() -> Self { Token } }",
        ),
        (used, "pub struct Token; impl Default for Token { fn default() -> Self { Token } }"),
        (used, "pub struct Token; pub trait Make { fn make(&self) -> &Token; } //~"),
        (used, "pub struct Token; trait Make { fn make(&self) -> Token; }"),
    ] {
        check(&attributes(keys), &format!("app/src/config.rs | {case}"), "missing-attribute");
    }
}

#[test]
fn forbidden_attributes_are_found_whatever_they_are_called() {
    let derive = "items: [struct, enum, union], forbid: ['derive(serde::Deserialize)', 'serde(default)']";
    let traced = "items: [fn], forbid: ['tracing::instrument', 'inline(always)']";
    for (keys, case) in [
        (derive, "#[derive(serde::Deserialize)] struct A; //~"),
        (derive, "use serde as s; #[derive(s::Deserialize)] struct A; //~"),
        (derive, "#[cfg_attr(a, cfg_attr(b, derive(Clone, serde::Deserialize)))] struct A; //~"),
        (derive, "#[derive(Clone)] #[serde(default = \"x\")] struct A; //~"),
        (derive, "#[derive(serde::Serialize)] struct A; struct B { #[serde(default)] b: u8 }"),
        (derive, "#[derive(serde::Deserialize)] pub fn odd() {}"),
        (traced, "use tracing::instrument as seen; #[seen(skip_all)] pub fn f() {} //~"),
        (traced, "pub struct S; impl S { #[tracing::instrument] fn f(&self) {} } //~"),
        (traced, "pub trait T { #[inline(always)] fn f(&self) {} } //~"),
        (traced, "#[inline] pub fn f() {} mod instrument {} #[must_use] fn g() -> u8 { 1 }"),
    ] {
        check(&attributes(keys), &format!("app/src/config.rs | {case}"), "forbidden-attribute");
    }
}

/// Only `stages` may have hydrators, and only `store` may copy `serde::Serialize`.
const PARTS: &str = "\
arch:
  implementations:
    hydrators: { traits: ['pipeline::Hydrator'], only_in: [stages], because: they stand together }
    shown: { traits: ['serde::Serialize'], only_in: [store], because: what is stored is decided there }

crate pipeline
crate stages -> pipeline
crate home -> pipeline, serde
crate store -> serde
pipeline/src/lib.rs | mod hydrator; pub use hydrator::Hydrator; pub trait Filter {}
pipeline/src/hydrator.rs | pub trait Hydrator<Q = ()> { fn f(&self) {} } impl<T: Hydrator + ?Sized> Hydrator for Box<T> {}
stages/src/lib.rs | pub struct Plays; impl pipeline::Hydrator for Plays {}
";

#[test]
fn an_implementation_is_found_whatever_the_trait_is_called() {
    for case in [
        "pub struct S; impl pipeline::Hydrator for S {} //~",
        "use pipeline::*; struct S; impl Hydrator<u8> for S {} //~",
        "use pipeline::Hydrator as Filter; impl<T> Filter for Vec<T> {} //~",
        "pub mod a { pub use pipeline::Hydrator as H; } struct S; impl a::H for S {} //~",
        "use pipeline as p; mod deep { struct S; impl super::p::Hydrator for &S {} } //~",
        "fn f() { struct S; impl pipeline::Hydrator for S {} } //~",
        "#[cfg(feature = \"x\")] impl pipeline::Hydrator for u8 {} //~",
        "cfg_rt! { impl pipeline::Hydrator for u8 {} } //~",
        "unsafe impl pipeline::Hydrator for u8 {} //~",
        "#[derive(serde::Serialize)] struct S; //~",
        "impl serde::Serialize for u8 {} //~",
        "struct S; impl pipeline::Filter for S {}",
        "trait Hydrator {} struct S; impl Hydrator for S {} impl S { fn hydrate(&self) {} }",
        "fn f(_: &dyn pipeline::Hydrator) {} struct S<T: pipeline::Hydrator>(T);",
        "#[cfg(test)] mod tests { struct S; impl pipeline::Hydrator for S {} }",
        "#[derive(serde::Deserialize)] struct S;",
    ] {
        check(PARTS, &format!("home/src/lib.rs | {case}"), "misplaced-implementation");
    }
    check(PARTS, "store/src/lib.rs | #[derive(serde::Serialize)] struct S;", "misplaced-implementation");
    check(PARTS, "pipeline/src/lib.rs | impl Hydrator for u8 {} //~", "misplaced-implementation");
}
