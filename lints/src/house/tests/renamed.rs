//! Places of a rule that have another name at head.

use policy::{Document, POLICY_FILE, Schema};
use source::{Cache, Change, Code, Tree};

use crate::house::gone::{Sides, is_gone};
use crate::{Policy, SECTION};

static SECTIONS: [policy::Section; 1] = [SECTION];
const SCHEMA: Schema = Schema { sections: &SECTIONS };

const HOME: (&str, &str) = ("home/Cargo.toml", "[package]\nname = \"home\"\n");
const ROOT: (&str, &str) = ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n");
const CODE: (&str, &str) = ("home/src/lib.rs", "pub fn rank() { std::process::exit(1) }\n");

/// What loosens between two rules, and is not just another name.
#[track_caller]
fn check(base: (&str, &[(&str, &str)]), head: (&str, &[(&str, &str)]), expected: &[&str]) {
    let side = |(places, files): (&str, &[(&str, &str)])| {
        let text = format!(
            "lints: {{ house: {{ exit: {{ forbid: {{ calls: [a] }}, because: b, bad: [x], {places} }} }} }}\n"
        );
        let document = Document::parse(POLICY_FILE, &text, &SCHEMA).expect("it is a policy");
        let tree = Tree::from_memory([ROOT].iter().chain(files).copied());
        (
            document.section::<Policy>("lints").expect("a section"),
            Code::read(&tree, &Cache::off()),
            document,
            tree,
        )
    };
    let (before, after) = (side(base), side(head));
    let change = Change::of_trees(Some(before.3), after.3);
    let sides =
        Sides { change: &change, base: (&before.0.house, &before.1), head: (&after.0.house, &after.1) };
    let loosens = policy::loosenings(&before.2, &after.2, &SCHEMA, &[]);
    let left = loosens.iter().filter(|difference| !is_gone(&sides, difference));
    assert_eq!(left.map(|difference| difference.path.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn a_crate_that_is_renamed_in_the_change_keeps_its_rule() {
    let renamed = ("home/Cargo.toml", "[package]\nname = \"homepage\"\n");
    let (base, head) = ([HOME, CODE], [renamed, CODE]);
    check(("within: [home]", &base), ("within: [homepage]", &head), &[]);
    check(("except: [home]", &base), ("except: [homepage]", &head), &[]);
    check(("within: [home]", &base), ("within: [other]", &head), &["lints.house.exit.within[]"]);
    check(("within: [home]", &base), ("within: [homepage]", &base), &["lints.house.exit.within[]"]);
    check(("except: [other]", &base), ("except: [homepage]", &head), &["lints.house.exit.except[]"]);
}

#[test]
fn a_crate_whose_folder_moves_keeps_its_rule() {
    let moved = [("start/Cargo.toml", "[package]\nname = \"start\"\n"), ("start/src/lib.rs", CODE.1)];
    check(("within: ['home/**']", &[HOME, CODE]), ("within: ['start/**']", &moved), &[]);
    check(
        ("within: ['home/**']", &[HOME, CODE]),
        ("within: ['begin/**']", &moved),
        &["lints.house.exit.within[]"],
    );
}

#[test]
fn a_wider_rule_is_stricter_and_a_narrower_exception_too() {
    let files = [HOME, CODE];
    let same =
        |before: &str, after: &str, expected: &[&str]| check((before, &files), (after, &files), expected);
    same("within: [home]", "", &[]);
    same("within: [home]", "within: ['**']", &[]);
    same("within: ['home::stages', other]", "within: [home, other, third]", &[]);
    same("except: [home]", "except: ['home::stages']", &[]);
    same("within: [home]", "within: ['home::stages']", &["lints.house.exit.within[]"]);
    same("", "within: [home]", &["lints.house.exit.within[]"]);
    same("except: ['home::stages']", "except: [home]", &["lints.house.exit.except[]"]);
}
