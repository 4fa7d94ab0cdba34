//! The picture: what it shows of one tree and of a change, how it is folded, and how it is written.

use arch::picture::{By, Picture, SCHEMA_TEXT, Side, Status};
use findings::Finding;
use source::{Cache, Code};

use crate::notation::Held;

const LAYERS: &str = "\
arch:
  layers:
    - { name: services, members: [home, search], because: b }
    - { name: crates, members: [store, clock, words], because: b }

";

const CRATES: &str = "\
crate home -> store, clock
crate search -> store, words (dev)
crate store
crate clock
crate words
home/src/lib.rs | pub fn f() { store::open(); store::open(); }
search/src/lib.rs | pub use store::open;
store/src/lib.rs | pub fn open() {}
words/src/lib.rs | pub fn split() {}
";

/// The picture of head under its own policy, with the guard's findings.
pub(crate) fn picture(base: Option<&str>, head: &str, by: By) -> Picture {
    let held = Held::read(head);
    let policy = held.policy();
    let read = |held: &Held| Code::read(&held.tree(), &Cache::off());
    let (code, base) = (read(&held), base.map(|base| read(&Held::read(base))));
    let findings: Vec<Finding> = held.check().findings;
    let base = base.as_ref().map(|code| Side { code });
    Picture::of(Side { code: &code }, base, &policy, by, &findings).expect("a picture")
}

/// A picture in lines: `+ crates store (3)`, `a -> b: 1 code at a/src/lib.rs:1, against layer-broken`.
fn lines(picture: &Picture) -> Vec<String> {
    let sign = |status| match status {
        Status::Same => "",
        Status::Added => "+ ",
        Status::Removed => "- ",
    };
    let node = |node: &arch::picture::Node| {
        let layer = node.layer.map(|layer| format!("{} | ", picture.layers[layer])).unwrap_or_default();
        let many = if node.stands_for > 1 { format!(" ({})", node.stands_for) } else { String::new() };
        format!("{}{layer}{}{many}", sign(node.status), node.name)
    };
    let edge = |edge: &arch::picture::Edge| {
        let mut kinds = Vec::new();
        for (count, kind) in [(edge.manifest, "manifest"), (edge.code, "code"), (edge.test, "test")] {
            kinds.extend((count > 0).then(|| format!("{count} {kind}")));
        }
        let at = edge.first.as_ref().map(|(file, line)| format!(" at {file}:{line}")).unwrap_or_default();
        let against: String = edge.violates.iter().map(|rule| format!(", against {rule}")).collect();
        let (from, to) = (&picture.nodes[edge.from].name, &picture.nodes[edge.to].name);
        format!("{}{from} -> {to}: {}{at}{against}", sign(edge.status()), kinds.join(" "))
    };
    picture.nodes.iter().map(node).chain(picture.edges.iter().map(edge)).collect()
}

#[track_caller]
fn check(picture: &Picture, expect: &[&str]) {
    assert_eq!(lines(picture), expect);
}

fn with_layers(crates: &str) -> String {
    format!("{LAYERS}{crates}")
}

#[test]
fn crates_stand_in_their_layers_with_all_that_makes_them_use_each_other() {
    check(
        &picture(None, &with_layers(CRATES), By::Crate),
        &[
            "crates | clock",
            "services | home",
            "services | search",
            "crates | store",
            "crates | words",
            "home -> clock: 1 manifest at home/Cargo.toml:7",
            "home -> store: 1 manifest 2 code at home/src/lib.rs:1",
            "search -> store: 1 manifest 1 code at search/src/lib.rs:1",
            "search -> words: 1 test at search/Cargo.toml:8",
        ],
    );
}

#[test]
fn a_change_shows_what_came_and_what_went_and_what_it_breaks() {
    let head = CRATES
        .replace("crate home -> store, clock", "crate home -> store, search")
        .replace("crate clock\n", "crate words-more\n")
        .replace("home/src/lib.rs | pub fn f() {", "home/src/lib.rs | pub fn f() { search::own();")
        + "search/src/lib.rs | pub fn own() {}\n";
    let head = with_layers(&head).replace("[store, clock, words]", "[store, words, words-more]");
    let picture = picture(Some(&with_layers(CRATES)), &head, By::Crate);
    check(
        &picture.only_changes(),
        &[
            "- clock",
            "services | home",
            "services | search",
            "+ crates | words-more",
            "- home -> clock: 1 manifest at home/Cargo.toml:7",
            "+ home -> search: 1 manifest 1 code at home/src/lib.rs:1, against layer-broken",
        ],
    );
    let changes = picture.changes();
    assert_eq!(
        [changes.nodes_added, changes.nodes_removed, changes.edges_added, changes.edges_removed],
        [1; 4]
    );
}

#[test]
fn one_tree_twice_has_changed_in_nothing() {
    let same = picture(Some(&with_layers(CRATES)), &with_layers(CRATES), By::Module);
    assert!(same.changes().none());
    check(&same.only_changes(), &[]);
}

#[test]
fn what_is_only_left_to_tests_is_gone() {
    let head = with_layers(&CRATES.replace("crate home -> store, clock", "crate home -> store, clock (dev)"));
    let picture = picture(Some(&with_layers(CRATES)), &head, By::Crate);
    check(
        &picture.only_changes(),
        &["crates | clock", "services | home", "- home -> clock: 1 manifest at home/Cargo.toml:7"],
    );
}

#[test]
fn a_circle_and_a_forbidden_way_are_marked_all_along() {
    let circle = "\
arch:
  acyclic:
    modules: { members: [app], because: b }

crate app
app/src/a/mod.rs | mod deep; use crate::b::B; pub struct A;
app/src/a/deep.rs | use crate::b::B;
app/src/b.rs | use crate::c::C; pub struct B;
app/src/c.rs | pub struct C; pub fn f(_: crate::a::A) {}
app/src/d.rs | use crate::c::C;
";
    let picture = picture(None, circle, By::Module);
    let broken: Vec<String> = lines(&picture).into_iter().filter(|line| line.contains("against")).collect();
    assert_eq!(
        broken,
        [
            "app::a -> app::b: 1 code at app/src/a/mod.rs:1, against dependency-cycle",
            "app::a::deep -> app::b: 1 code at app/src/a/deep.rs:1, against dependency-cycle",
            "app::b -> app::c: 1 code at app/src/b.rs:1, against dependency-cycle",
            "app::c -> app::a: 1 code at app/src/c.rs:1, against dependency-cycle",
        ]
    );
    let way = "\
arch:
  edges:
    pure: { from: [a], to: [c], reach: any, because: b }

crate a -> b
crate b -> c
crate c
crate d -> c
";
    check(
        &self::picture(None, way, By::Crate),
        &[
            "a",
            "b",
            "c",
            "d",
            "a -> b: 1 manifest at a/Cargo.toml:6, against forbidden-edge",
            "b -> c: 1 manifest at b/Cargo.toml:6, against forbidden-edge",
            "d -> c: 1 manifest at d/Cargo.toml:6",
        ],
    );
}

/// A crate of many modules, of which `hub` is used by every other.
pub(crate) fn many(modules: usize) -> String {
    let mut text =
        "crate app -> side\ncrate side\nside/src/lib.rs | pub struct S;\napp/src/hub.rs | pub struct H;\n"
            .to_owned();
    for module in 0..modules {
        text.push_str(&format!("app/src/m{module:03}.rs | use crate::hub::H;\n"));
    }
    text
}

#[test]
fn what_did_not_change_is_folded_before_what_did() {
    let (base, mut head) = (many(30), many(30));
    head.push_str("app/src/m007.rs | use side::S;\napp/src/n.rs | use crate::hub::H;\n");
    let picture = picture(Some(&base), &head, By::Module);
    check(
        &picture.folded(5),
        &[
            "app (30)",
            "app::hub",
            "app::m007",
            "+ app::n",
            "side",
            "app -> app::hub: 29 code at app/src/m000.rs:1",
            "app::m007 -> app::hub: 1 code at app/src/m007.rs:1",
            "+ app::m007 -> side: 1 code at app/src/m007.rs:2",
            "+ app::n -> app::hub: 1 code at app/src/n.rs:1",
        ],
    );
    for limit in 1..40 {
        let folded = picture.folded(limit);
        assert!(folded.nodes.len() <= limit, "{limit}: {:?}", lines(&folded));
        assert_eq!(folded.nodes.iter().map(|node| node.stands_for).sum::<usize>(), picture.nodes.len());
        let all: usize = folded.nodes.iter().map(|node| node.added).sum();
        assert_eq!(all, 1, "what came is counted wherever it is folded");
    }
}

#[test]
fn crates_of_one_layer_are_folded_into_one_that_says_so() {
    let folded = picture(None, &with_layers(CRATES), By::Crate).folded(4);
    let names: Vec<&str> = folded.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["clock", "home and 1 other crate of services", "store", "words"]);
}

#[test]
fn the_focus_shows_one_place_with_what_it_touches() {
    let picture = picture(None, &with_layers(CRATES), By::Crate);
    let around = picture.around("home").expect("it is there");
    assert_eq!(lines(&around)[..3], ["crates | clock", "services | home", "crates | store"]);
    assert_eq!(around.edges.len(), 2);
    assert!(picture.around("hom").is_none());
    assert_eq!(picture.like("hom"), ["home"]);
}

#[test]
fn mermaid_is_written_as_it_is_drawn() {
    let head = CRATES.replace("crate home -> store, clock", "crate home -> store, search");
    let picture = picture(Some(&with_layers(CRATES)), &with_layers(&head), By::Crate);
    let expect = "\
%% 4 crates and 2 edges between them; crates: +0 −0, edges: +1 −1; 1 edge against the policy
flowchart TD
  subgraph l0 [\"services\"]
    n1[\"home\"]
    n2[\"search\"]
  end
  subgraph l1 [\"crates\"]
    n0[\"clock\"]
  end
  n1 -.->|\"−\"| n0
  n1 ==>|\"+ ✗\"| n2
  l0 ~~~ l1
  linkStyle 1 stroke:#2da44e,stroke-width:5px
  linkStyle 0 stroke:#d1242f,stroke-width:2px
";
    assert_eq!(picture.only_changes().mermaid(), expect.replace("4 crates", "3 crates"));
}

#[test]
fn json_keeps_to_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA_TEXT).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let head = CRATES.replace("crate home -> store, clock", "crate home -> store, search");
    for by in [By::Crate, By::Module] {
        for picture in [
            picture(None, &with_layers(CRATES), by),
            picture(Some(&with_layers(CRATES)), &with_layers(&head), by),
            picture(Some(&many(9)), &many(12), by).folded(3),
        ] {
            let json: serde_json::Value = serde_json::from_str(&picture.json()).expect("JSON");
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}\n{json:#}");
            assert_eq!(json["nodes"].as_array().map(Vec::len), Some(picture.nodes.len()));
        }
    }
}

#[test]
fn two_drawings_of_one_tree_are_the_same_bytes() {
    let (base, head) = (many(30), many(60));
    let draw = || {
        let picture = picture(Some(&base), &head, By::Module).folded(40);
        [picture.svg(), picture.mermaid(), picture.json()]
    };
    let first = draw();
    for _ in 0..8 {
        assert_eq!(draw(), first);
    }
}

#[test]
fn names_are_never_markup() {
    let evil = "x\\\"]; click n0 <script>alert(1)</script> %%{init: {}}%% end #quot; `a`\\n::: -->";
    let text = with_layers(CRATES).replace("name: services", &format!("name: \"{evil}\""));
    let picture = picture(None, &text, By::Crate);
    let svg = picture.svg();
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{svg}");
    let mermaid = picture.mermaid();
    let named: Vec<&str> = mermaid.lines().filter(|line| line.contains("alert")).collect();
    assert_eq!(
        named,
        [
            "  subgraph l0 [\"x#34;#93;#59; click n0 #60;script#62;alert#40;1#41;#60;/script#62; #37;#37;#123;init: #123;#125;#125;#37;#37; end #35;quot#59; #96;a#96;#9226;::: --#62;\"]"
        ]
    );
    assert!(serde_json::from_str::<serde_json::Value>(&picture.json()).is_ok());
}

#[test]
fn a_large_picture_stays_within_what_platforms_draw() {
    let mut text = String::new();
    for krate in 0..60 {
        let others: Vec<String> =
            (krate + 1..60).map(|other| format!("crate-with-a-long-name-{other:03}")).collect();
        text.push_str(&format!("crate crate-with-a-long-name-{krate:03} -> {}\n", others.join(", ")));
    }
    let all = picture(Some("crate crate-with-a-long-name-059\n"), &text, By::Crate);
    assert_eq!(all.edges.len(), 1770);
    let mermaid = all.mermaid();
    let links = mermaid.lines().filter(|line| line.contains(" -->") || line.contains("~~~")).count();
    assert!(links <= 500 && mermaid.chars().count() < 50_000, "{links}");
    assert!(mermaid.contains("left out for want of room"), "{}", mermaid.lines().next().unwrap_or_default());
}

#[test]
fn a_tree_without_anything_has_an_empty_picture() {
    let empty = picture(None, "Cargo.toml | [workspace]\n", By::Module);
    check(&empty, &[]);
    assert!(empty.folded(0).svg().ends_with("</svg>\n"));
    assert!(empty.mermaid().contains("flowchart TD"));
}
