//! What of house rules is refused, and which examples do not hold.

use super::read;
use crate::prove;

#[test]
fn what_makes_no_sense_is_refused_with_its_line_and_what_to_do() {
    let rest = "because: it is so, bad: [x]";
    let refused = |rule: &str, expected: &str| {
        let error = read(&format!("lints:\n  house:\n    {rule}\n")).expect_err(rule);
        assert!(error.starts_with("gatefold.yaml:3:"), "{error}");
        assert!(error.contains(expected), "{rule}\n{error}");
    };
    refused("Exit: { forbid: { calls: [a] }, because: b, bad: [x] }", "kebab-case");
    refused(&format!("a: {{ {rest} }}"), "names nothing");
    refused(&format!("a: {{ forbid: {{ calls: [] }}, {rest} }}"), "names nothing");
    refused(
        &format!("a: {{ forbid: {{ calls: [''] }}, {rest} }}"),
        "`lints.house.a.forbid.calls[0]`: it is empty",
    );
    refused(&format!("a: {{ forbid: {{ calls: ['f()'] }}, {rest} }}"), "expected names with `::`");
    refused(&format!("a: {{ forbid: {{ calls: ['**'] }}, {rest} }}"), "everything");
    refused("a: { forbid: { calls: [b] }, bad: [x] }", "has no `because`");
    refused("a: { forbid: { calls: [b] }, because: ' ', bad: [x] }", "has no `because`");
    refused("a: { forbid: { calls: [b] }, because: c }", "add `bad:`");
    refused("a: { forbid: { calls: [b] }, level: note, because: c }", "add `bad:`");
    refused("a: { forbid: { calls: [b] }, because: c, bad: [''] }", "is empty");
    refused(
        &format!("a: {{ forbid: {{ calls: [b] }}, within: ['src/['], {rest} }}"),
        "`lints.house.a.within[0]`",
    );
    refused(&format!("a: {{ forbid: {{ calls: [b] }}, within: [], {rest} }}"), "leave it out");
    let many = |count: usize| (0..count).map(|index| format!("c{index}")).collect::<Vec<_>>().join(", ");
    let all = format!("a: {{ forbid: {{ calls: [{}] }}, within: [{}], {rest} }}", many(600), many(401));
    refused(&all, "`lints.house.a`: it has 1001 patterns and places, more than 1000");
    let long = "b".repeat(201);
    let at = "`lints.house.a.within[1]`: an entry has 200 letters at most";
    refused(&format!("a: {{ forbid: {{ calls: [b] }}, within: [c, 'x/{long}['], {rest} }}"), at);
    refused(&format!("a: {{ forbid: {{ calls: [b], dependencies: [c] }}, {rest} }}"), "make two rules");
    refused(
        &format!(
            "a: {{ forbid: {{ calls: [b] }}, require: {{ each: file, has: {{ calls: [c] }} }}, {rest} }}"
        ),
        "make two rules",
    );
    refused(&format!("a: {{ require: {{ has: {{ calls: [c] }} }}, {rest} }}"), "each: function");
    refused(&format!("a: {{ require: {{ each: file }}, {rest} }}"), "nothing under `has`");
    refused(
        &format!("a: {{ require: {{ each: file, has: {{ dependencies: [c] }} }}, {rest} }}"),
        "only a package",
    );
    refused(
        &format!("a: {{ require: {{ each: package, has: {{ calls: [c] }} }}, {rest} }}"),
        "only a package",
    );
    refused(
        &format!("a: {{ require: {{ each: file, named: [b], has: {{ calls: [c] }} }}, {rest} }}"),
        "each: function",
    );
    refused(&format!("a: {{ forbids: {{ calls: [b] }}, {rest} }}"), "unknown key");
    refused(&format!("a: {{ forbid: {{ call: [b] }}, {rest} }}"), "unknown key");
    refused(&format!("a: {{ forbid: {{ calls: [b] }}, level: fatal, {rest} }}"), "fatal");
    let twice = "lints:\n  house:\n    a: { forbid: { calls: [b] }, because: c, bad: [x] }\n    a: {}\n";
    assert!(read(twice).expect_err("twice").contains("gatefold.yaml:4:"));
}

#[test]
fn an_example_is_held_to_its_marks() {
    let policy = |bad: &str, good: &str| {
        let text = format!(
            "lints:\n  house:\n    exit:\n      forbid: {{ calls: ['std::process::exit'] }}\n      within: [home]\n      because: c\n      \
             bad: ['{bad}']\n      good: ['{good}']\n"
        );
        let proofs = prove(&read(&text).expect("a policy")).expect("proofs");
        proofs.iter().map(|proof| proof.holds()).collect::<Vec<_>>()
    };
    assert_eq!(policy("fn f() { std::process::exit(1) }", "fn f() {}"), [true, true]);
    assert_eq!(
        policy("fn f() { std::process::abort() }", "fn f() { std::process::exit(1) }"),
        [false, false]
    );
    assert_eq!(policy("fn f( {", "fn f( {"), [false, false]);
    let marked = |text: &str| {
        prove(&read(&format!("lints:\n  house:\n    exit:\n      forbid: {{ calls: ['std::process::exit'] }}\n      because: c\n      bad:\n        - |\n{text}")).expect("a policy")).expect("proofs")[0].clone()
    };
    assert!(marked("          use std::process::exit;\n          fn f() { exit(1) } //~\n").holds());
    for module in
        ["pub use std::process::exit as bye;", "pub use std::process::*; pub use self::exit as bye;"]
    {
        let text = format!("          mod x {{ {module} }}\n          fn f() {{ x::bye(1) }} //~\n");
        assert!(marked(&text).holds(), "{module}");
    }
    let wrong = marked("          use std::process::exit; //~\n          fn f() { exit(1) }\n");
    assert_eq!((wrong.holds(), wrong.found), (false, Ok(vec![2])));
}

#[test]
fn examples_of_dependencies_are_manifests() {
    let text = "lints:\n  house:\n    openssl:\n      forbid: { dependencies: ['openssl*'] }\n      because: c\n      bad:\n        - |\n          \
                [dependencies]\n          openssl = '0.10' #~\n      good:\n        - |\n          [dev-dependencies]\n          openssl = \
                '0.10'\n";
    let proofs = prove(&read(text).expect("a policy")).expect("proofs");
    assert_eq!(proofs.iter().map(|proof| proof.holds()).collect::<Vec<_>>(), [true, true], "{proofs:?}");
}
