//! What code says of the types of fields, functions and constants is told to other files with canonical names.

mod common;

use common::read;
use gatefold_source::{Cache, Code};

const FILES: &str = "== Cargo.toml
    [package]
    name = \"my-app\"
    edition = \"2024\"
    [dependencies]
    clap = \"4\"
    rpc = { package = \"tonic\", version = \"0.14\" }
== src/lib.rs
    mod model;
    mod scorer;
== src/scorer.rs
== src/model.rs
    use std::collections::{HashMap as Map, BTreeMap};
    use std::sync::Arc;
    pub type Index = Map<u64, f32>;
    pub struct Seen<'a, T> {
        by_track: &'a Map<u64, Vec<Track>>,
        index: Index,
        pub score: f32,
        count: u64,
        other: T,
        made: fn() -> u8,
        kept: [Arc<dyn Store + Send>; 2],
        pair: (Self, r#type::X),
    }
    pub struct Pair(u8, Track);
    pub struct Track;
    pub trait Store { fn all(&self) -> Option<&Map<u64, Track>>; }
    impl<'a, T> Seen<'a, T> {
        pub fn new() -> Self { todo!() }
        pub async fn load(&self) -> Result<Box<Self>, Error> { todo!() }
        pub fn inner(&self) -> T { todo!() }
        pub const BEST: Track = Track;
    }
    mod inner { impl super::Pair { fn first(&self) -> super::Track { todo!() } } }
    pub fn weights() -> impl Iterator<Item = u8> { todo!() }
    pub fn ordered() -> BTreeMap<u64, rpc::Status> { todo!() }
    pub fn nothing() {}
    pub static ALL: std::sync::LazyLock<Map<u64, f64>> = todo!();
    #[cfg(unix)]
    pub fn either() -> Track { Track }
    #[cfg(not(unix))]
    pub fn either() -> Index { todo!() }
    #[cfg(test)]
    pub fn of_test() -> Track { Track }
";

fn check(asked: fn(&gatefold_source::Asking<'_>, &str) -> Option<String>, expected: &[(&str, Option<&str>)]) {
    let code = read(FILES, &Cache::off());
    let asking = code.names().asking("src/scorer.rs");
    for (path, type_of) in expected {
        assert_eq!(asked(&asking, path).as_deref(), *type_of, "{path}");
    }
}

#[test]
fn fields_have_the_types_that_their_struct_says() {
    let field = |asking: &gatefold_source::Asking<'_>, path: &str| {
        let (owner, field) = path.rsplit_once("::").expect("a field of something");
        asking.field(owner, field)
    };
    check(
        field,
        &[
            (
                "my_app::model::Seen::by_track",
                Some("::std::collections::HashMap<u64,::std::vec::Vec<::my_app::model::Track,>,>"),
            ),
            ("my_app::model::Seen::index", Some("::std::collections::HashMap")),
            ("my_app::model::Seen::score", Some("f32")),
            ("my_app::model::Seen::kept", Some("[::std::sync::Arc<::my_app::model::Store,>]")),
            ("my_app::model::Pair::1", Some("::my_app::model::Track")),
            // What tells nobody anything, what only the compiler knows, and what is not there.
            ("my_app::model::Seen::count", None),
            ("my_app::model::Seen::other", None),
            ("my_app::model::Seen::made", None),
            ("my_app::model::Seen::none", None),
            ("my_app::scorer::Seen::score", None),
            ("other::model::Seen::score", None),
        ],
    );
}

#[test]
fn functions_and_constants_have_the_types_that_they_say() {
    let ordered = "::std::collections::BTreeMap<u64,::tonic::Status,>";
    let all = "::std::sync::LazyLock<::std::collections::HashMap<u64,f64,>,>";
    let stored = "::std::option::Option<::std::collections::HashMap<u64,::my_app::model::Track,>,>";
    check(
        |asking, path| asking.value(path),
        &[
            ("my_app::model::ordered", Some(ordered)),
            ("my_app::model::ALL", Some(all)),
            ("my_app::model::Seen::new", Some("::my_app::model::Seen")),
            (
                "my_app::model::Seen::load",
                Some("::std::result::Result<::std::boxed::Box<::my_app::model::Seen,>,Error,>"),
            ),
            ("my_app::model::Seen::BEST", Some("::my_app::model::Track")),
            ("my_app::model::Pair::first", Some("::my_app::model::Track")),
            ("my_app::model::Store::all", Some(stored)),
            ("my_app::model::Seen::inner", None),
            ("my_app::model::weights", None),
            ("my_app::model::nothing", None),
            ("my_app::model::either", None),
            ("my_app::model::of_test", None),
            ("my_app::model::Seen::score", None),
        ],
    );
}

#[test]
fn a_file_knows_what_its_crate_depends_on() {
    let code = read(FILES, &Cache::off());
    let asking = code.names().asking("src/scorer.rs");
    let depends: Vec<bool> = ["clap", "tonic", "rpc", "axum"].map(|it| asking.depends_on(it)).into();
    assert_eq!(depends, [true, true, false, false]);
    assert!(!code.names().asking("elsewhere.rs").depends_on("clap"));
}

#[test]
fn answers_that_are_kept_are_others_once_a_type_is_another() {
    let ask = |code: &Code| {
        let asking = code.names().asking("src/scorer.rs");
        asking.field("my_app::model::Seen", "by_track");
        asking.value("my_app::model::ordered");
        asking.depends_on("axum");
        asking.kept().expect("they can be kept")
    };
    let kept = ask(&read(FILES, &Cache::off()));
    for (was, becomes, holds) in [
        ("count: u64", "count: u32", true),
        ("pub fn nothing() {}", "pub fn nothing() { more(); }", true),
        ("by_track: &'a Map<", "by_track: &'a BTreeMap<", false),
        ("HashMap as Map, BTreeMap}", "BTreeMap as Map, BTreeMap}", false),
        ("fn ordered() -> BTreeMap<u64,", "fn ordered() -> BTreeMap<u32,", false),
        ("clap = \"4\"", "clap = \"4\"\naxum = \"0.8\"", false),
    ] {
        assert!(FILES.contains(was), "{was}");
        let code = read(&FILES.replace(was, becomes), &Cache::off());
        assert_eq!(code.names().answer_as_kept("src/scorer.rs", &kept), holds, "{becomes}");
    }
}

#[test]
fn an_attribute_of_an_alias_is_no_part_of_what_it_means() {
    let text = "== Cargo.toml\n[package]\nname = \"app\"\n== src/lib.rs\n#[my(T::y)] pub type T = u8;\n#[my(B::x)] type A = u8;\n#[my(A::x)] type B = u8;\n";
    assert_eq!(read(text, &Cache::off()).problems, []);
}
