//! Flags over several files: whose registry counts, and what the policy may not say.

use policy::{Document, Schema, Today};
use source::{Cache, Code, Tree};

use crate::{Error, Flags, Policy, SECTION, check};

const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"home\", \"search\"]\n"),
    ("home/Cargo.toml", "[package]\nname = \"home\"\n"),
    ("home/src/lib.rs", "fn f() { param(\"own\", 1); param(\"other\", 1); param(\"common\", 1); }\n"),
    ("search/Cargo.toml", "[package]\nname = \"search\"\n"),
    (
        "search/src/lib.rs",
        "fn f() {\n    param(\"own\", 2);\n    param(\"other\", 1);\n    param(\"lost\", 1);\n}\n",
    ),
    ("home/flags.yaml", "[own]\n"),
];

fn policy(getters: &[&str]) -> Policy {
    let flags = Flags {
        getters: getters.iter().map(|getter| (*getter).to_owned()).collect(),
        registry: vec!["**/flags.yaml".to_owned()],
    };
    Policy { flags, today: Today::on("2026-11-21"), ..Policy::default() }
}

fn checked(more: &[(&str, &str)], policy: &Policy) -> Result<findings::Checked, Error> {
    let tree = Tree::from_memory(FILES.iter().chain(more).copied());
    check(&Code::read(&tree, &Cache::off()), &tree, policy, None)
}

fn found(more: &[(&str, &str)], policy: &Policy) -> Result<Vec<String>, Error> {
    let checked = checked(more, policy)?;
    let shown =
        |finding: findings::Finding| format!("{}: {}", finding.file().unwrap_or_default(), finding.message);
    Ok(checked.findings.into_iter().map(shown).collect())
}

#[test]
fn a_registry_beside_a_manifest_is_that_packages() {
    let more = [("config/flags.yaml", "[common]\n"), ("search/flags.yaml", "[other]\n")];
    let found = found(&more, &policy(&["param"])).expect("the guard looks");
    assert_eq!(
        found,
        [
            "search/src/lib.rs: `own` is `2` by default here, and `1` elsewhere",
            "home/src/lib.rs: no registry lists `other`, so that it is its default for all",
            "search/src/lib.rs: no registry lists `own`, so that it is its default for all",
            "search/src/lib.rs: no registry lists `lost`, so that it is its default for all",
        ]
    );
}

#[test]
fn what_the_policy_names_and_nothing_is_there_for_is_said() {
    let remarks = |getters: &[&str], registry: &[&str]| {
        let registry = registry.iter().map(|glob| (*glob).to_owned()).collect();
        let policy = Policy { flags: Flags { registry, ..policy(getters).flags }, ..policy(getters) };
        checked(&[], &policy).expect("the guard looks").remarks
    };
    let nobody = |getter: &str| {
        format!(
            "nothing outside of tests calls `{getter}` with a key that stands there, so that `lints.flags.getters` finds no \
             flag by it"
        )
    };
    let nowhere =
        "no file fits `config/*.yaml` of `lints.flags.registry`, so that it lists no flag".to_owned();
    let without =
        "`lints.flags.registry` is named without `lints.flags.getters`, so that no flag is judged".to_owned();
    assert_eq!(remarks(&["param"], &["**/flags.yaml"]), [""; 0]);
    assert_eq!(remarks(&["param", "parameter"], &["**/flags.yaml"]), [nobody("parameter")]);
    assert_eq!(remarks(&["param", "Flags::param"], &[]), [nobody("Flags::param")]);
    assert_eq!(remarks(&["parameter"], &["config/*.yaml"]), [nobody("parameter"), nowhere.clone()]);
    assert_eq!(remarks(&["param"], &["config/*.yaml", "**/flags.yaml"]), [nowhere]);
    assert_eq!(remarks(&[], &["**/flags.yaml"]), [without]);
    assert_eq!(remarks(&[], &[]), [""; 0]);
}

#[test]
fn an_empty_registry_lists_no_flag() {
    let found =
        found(&[("search/flags.yaml", "# none yet\n")], &policy(&["param"])).expect("the guard looks");
    let unlisted =
        found.iter().filter(|it| it.starts_with("search/") && it.contains("no registry lists")).count();
    assert_eq!(unlisted, 3, "{found:#?}");
}

#[test]
fn without_getters_nothing_is_read() {
    assert_eq!(found(&[("flags.yaml", "broken: [")], &policy(&[])).expect("the guard looks"), [""; 0]);
}

#[test]
fn a_registry_that_cannot_be_read_is_an_error() {
    for text in ["broken: [", "- { key: a, expires: soon }"] {
        assert!(
            matches!(found(&[("flags.yaml", text)], &policy(&["param"])), Err(Error::Registry(_))),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_getter_is_refused_with_its_place() {
    let read = |text: &str| {
        static SECTIONS: [policy::Section; 1] = [SECTION];
        Document::parse("gatefold.yaml", text, &Schema { sections: &SECTIONS })
    };
    read("lints: { flags: { getters: [param, parameters.get, \"Flags::bool\"] } }\n")
        .expect("it is a policy");
    for wrong in ["a b", "a.b.c", "a::", "", "get()"] {
        let error = read(&format!("lints:\n  flags:\n    getters:\n      - \"{wrong}\"\n")).expect_err(wrong);
        assert_eq!(error.line, Some(4), "{error}");
    }
    assert!(read("lints: { flags: { getter: [param] } }\n").is_err());
}

#[test]
fn a_key_in_a_constant_of_another_file_is_read() {
    let package = ("search/flags.yaml", "[]\n");
    let keys = "pub mod deep { pub const LATE: &str = super::EARLY; }\npub const EARLY: &str = concat!(\"la\", 't', \"e\");\n\
                pub struct Keys;\nimpl Keys { pub const OF_TYPE: &'static str = \"typed\"; }\n";
    let reads = "mod keys;\nuse keys::{deep, Keys as K};\nconst LATE: &str = \"own\";\nfn f(key: &str) {\n    \
                 param(deep::LATE, 1);\n    param(K::OF_TYPE, 1);\n    param(concat!(\"put\", \"-\", 1), 1);\n    \
                 param(crate::keys::MISSING, 1);\n    param(key, 1);\n}\n";
    let more = [package, ("search/src/lib.rs", reads), ("search/src/keys.rs", keys), ("home/src/lib.rs", "")];
    let found = found(&more, &policy(&["param"])).expect("the guard looks");
    let unlisted = ["late", "typed", "put-1"].map(|key| {
        format!("search/src/lib.rs: no registry lists `{key}`, so that it is its default for all")
    });
    assert_eq!(found, unlisted);
}
