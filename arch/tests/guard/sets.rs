//! Completeness: what is asked of every one of a kind, with odd names, empty files and stale exceptions.

use crate::honest_changes::said;
use crate::notation::{check, read_policy};

/// Services have a proto, a runbook and an owner.
const WORLD: &str = "\
arch:
  complete:
    services:
      each: services/{service}/Cargo.toml
      has: [\"protos/**/{service}*.proto\", \"services/{service}/runbook.md\"]
      lines: [{ file: CODEOWNERS, says: \"/services/{service}/ @*\" }]
      because: somebody is called at night

services/home/Cargo.toml | # home
services/home/runbook.md | # Runbook
protos/ranking/v1/home.proto | syntax = \"proto3\";
CODEOWNERS | /services/home/ @ranking
";

#[test]
fn a_complete_set_is_quiet_and_what_lacks_something_is_told_once_for_each() {
    check(WORLD, "", "incomplete-set");
    let case = "\
services/night-owl/Cargo.toml | # package //~
protos/night_owl_v2.proto | syntax = \"proto3\";
CODEOWNERS | /services/night_owl/ @ranking
services/other/README.md | no service
";
    check(WORLD, case, "incomplete-set");
    let messages: Vec<String> = said(&format!("{WORLD}services/owl/Cargo.toml | # package\n"))
        .into_iter()
        .map(|(rule, message)| format!("{rule}: {message}"))
        .collect();
    assert_eq!(
        messages,
        [
            "incomplete-set: `owl` has no `protos/**/owl*.proto`",
            "incomplete-set: `owl` has no `services/owl/runbook.md`",
            "incomplete-set: no line of `CODEOWNERS` says `/services/owl/ @*`",
        ]
    );
}

#[test]
fn a_file_with_nothing_in_it_is_none() {
    let empty = WORLD.replace("runbook.md | # Runbook", "runbook.md |");
    let messages: Vec<String> = said(&empty).into_iter().map(|(_, message)| message).collect();
    assert_eq!(messages, ["`services/home/runbook.md` of `home` has nothing in it"]);
}

#[test]
fn an_exception_holds_while_something_is_missing_and_is_stale_when_it_is_there() {
    let except = |of: &str, lacks: &str| {
        let exception = format!("      except: [{{ of: {of}, lacks: '{lacks}', because: it is a probe }}]\n");
        let world = WORLD.replace("      because: somebody", &format!("{exception}      because: somebody"));
        said(&format!(
            "{world}services/probe/Cargo.toml | # a probe\nservices/probe/runbook.md | # Runbook\n"
        ))
        .into_iter()
        .map(|(rule, message)| format!("{rule}: {message}"))
        .collect::<Vec<_>>()
    };
    let line = "incomplete-set: no line of `CODEOWNERS` says `/services/probe/ @*`";
    let proto = "incomplete-set: `probe` has no `protos/**/probe*.proto`";
    let stale = |of: &str| {
        format!("stale-exception: the exception for `{of}` in `arch.complete.services` excepts nothing")
    };
    assert_eq!(except("probe", "protos/**/{service}*.proto"), [line]);
    assert_eq!(except("probe", "CODEOWNERS"), [proto]);
    assert_eq!(except("probe", "services/{service}/runbook.md"), [proto, line, &stale("probe")]);
    assert_eq!(except("gone", "CODEOWNERS"), [proto, line, &stale("gone")]);
}

#[test]
fn a_kind_of_which_there_is_nothing_is_told_where_it_stands() {
    let typed = WORLD.replace("each: services/", "each: service/");
    let findings = crate::notation::Held::read(&typed).check().findings;
    let told: Vec<_> = findings
        .iter()
        .map(|finding| {
            let line = finding.location.as_ref().and_then(|place| place.span).map(|span| span.line);
            (finding.rule.id, line, finding.message.as_str())
        })
        .collect();
    let message = "`service/{service}/Cargo.toml` in `arch.complete.services.each` matches no file";
    assert_eq!(told, [("vacuous-rule", Some(4), message)]);
}

#[test]
fn what_asks_for_nothing_or_for_what_was_not_captured_is_refused() {
    for (rule, part) in [
        ("each: 'a/{b}', has: []", "could never fire"),
        ("each: 'a/*', has: [x]", "captures nothing"),
        ("each: 'a/{b}', has: ['x/{c}']", "captures no `c`"),
        ("each: 'a/{b}', has: ['x/[a-z]']", "stand for something"),
        ("each: 'a/{b}', has: ['../x']", "from the root on"),
        ("each: 'a/{b}', lines: [{ file: 'x/*', says: y }]", "it is one file"),
        ("each: 'a/{b}', lines: [{ file: x, says: '*' }]", "every line says it"),
        ("each: 'a/{b}', lines: [{ file: x, says: '{d}' }]", "captures no `d`"),
        ("each: 'a/{b}', has: [x], except: [{ of: c, lacks: y, because: z }]", "asks for it"),
        ("each: 'a/{b}', has: [x], except: [{ of: c, lacks: x, because: ' ' }]", "says nothing"),
    ] {
        let text = format!("arch:\n  complete:\n    e: {{ {rule}, because: b }}\n");
        let error = read_policy(&text).expect_err(&text);
        assert!(error.starts_with("gatefold.yaml:3:") && error.contains(part), "{text}: {error}");
    }
}
