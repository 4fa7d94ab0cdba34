//! What the top level may say, and how what is wrong is told.

use findings::rule;

use super::*;
use crate::{POLICY_FILE, Schema};

rule! {
    /// Only for tests.
    static SAMPLE = { id: "sample", guard: "lints", group: "tests", level: Error, summary: "finds samples" };
}
rule! {
    /// Only for tests.
    static WEAKENED = { id: "weakened", guard: "integrity", group: "tests", level: Error, summary: "finds weakenings" };
}

static SCHEMA: Schema = Schema { sections: &[] };

fn read(text: &str) -> Result<Settings, String> {
    let read = || {
        let document = Document::parse(POLICY_FILE, text, &SCHEMA)?;
        Settings::check(&document, &[&SAMPLE, &WEAKENED], "0.1.0")?;
        Settings::read(&document)
    };
    read().map_err(|error: PolicyError| error.to_string())
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(read(text).expect_err("must be refused"), format!("gatefold.yaml:{expected}"));
}

#[test]
fn an_empty_policy_has_the_defaults() {
    for text in ["", "# nothing\n", "mode:\nexclude:\n", "{}"] {
        let settings = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!((settings.mode, settings.revert_window_days), (Mode::Enforce, 90));
        assert!(settings.exclude.is_empty() && settings.levels.is_empty() && settings.approvals.is_none());
    }
    assert_eq!(Settings::read(&Document::empty()).map(|settings| settings.mode), Ok(Mode::Enforce));
}

#[test]
fn a_full_policy_is_read() {
    let text = "\
gatefold: \">=0.1, <2\"
mode: observe
observe: [lints]
required: [integrity]
approvals: owners
user_presence: true
exclude_authors: true
approvers:
  rankings:
    rules: [sample]
    guards: [lints]
    files: [\"services/*/golden/**\"]
    by: [\"*@ranking.example.org\", ann]
    because: they answer for them
exclude: [\"gen/**\", \"*.pb.rs\"]
levels: {sample: off, weakened: note}
self_exceptable: [sample]
workspaces: [templates/ranker]
protected: [\"ci/**\"]
revert_window_days: 30
";
    let settings = read(text).expect("a good policy");
    assert_eq!((settings.mode, settings.approvals), (Mode::Observe, Some(Vouching::Owners)));
    assert_eq!(settings.levels["sample"], LevelSetting::Off);
    assert!(settings.exclude_authors && settings.user_presence);
    assert_eq!(settings.approvers["rankings"].by, ["*@ranking.example.org", "ann"]);
    assert!(settings.approvers["rankings"].globs().is_match("services/home/golden/rankings.jsonl"));
    let excluded = settings.excluded();
    for (path, expected) in
        [("gen/a/b.rs", true), ("a.pb.rs", true), ("src/a.pb.rs", false), ("gen.rs", false)]
    {
        assert_eq!(excluded.is_match(path), expected, "{path}");
    }
    assert!(settings.protected_files().is_match("ci/github/x.yml"));
}

#[test]
fn what_makes_no_sense_is_told_with_its_place() {
    refused(
        "gatefold: \">=0.2\"\n",
        "1:11: failed to read `gatefold`: it asks for >=0.2, and this is gatefold 0.1.0",
    );
    refused(
        "gatefold: new\n",
        "1:11: failed to read `gatefold`: `new` is no version requirement: unexpected character 'n' while parsing major version number",
    );
    refused(
        "gatefold: 0.1\n",
        "1:11: failed to read `gatefold`: expected a text, found `0.1`; write it in quotes",
    );
    refused(
        "mode: observ\n",
        "1:7: failed to read `mode`: unknown variant `observ`, expected `enforce` or `observe`; did you mean `observe`?",
    );
    refused(
        "mode: relaxed\n",
        "1:7: failed to read `mode`: unknown variant `relaxed`, expected `enforce` or `observe`",
    );
    refused(
        "levels:\n  sampel: off\n",
        "2:11: failed to read `levels.sampel`: there is no rule `sampel`; did you mean `sample`?",
    );
    refused(
        "levels:\n  sample: fatal\n",
        "2:11: failed to read `levels.sample`: unknown variant `fatal`, expected one of `off`, `note`, `warning`, `error`",
    );
    refused(
        "self_exceptable:\n  - sample\n  - weakened\n",
        "3:5: failed to read `self_exceptable[1]`: `weakened` takes no exception in code",
    );
    refused(
        "observe: [lint]\n",
        "1:11: failed to read `observe[0]`: there is no guard `lint`; did you mean `lints`?",
    );
    refused(
        "required: [lint]\n",
        "1:12: failed to read `required[0]`: there is no guard `lint`; did you mean `lints`?",
    );
    refused(
        "exclude: [\"a[\"]\n",
        "1:11: failed to read `exclude[0]`: unclosed character class; missing ']'",
    );
    for (text, expected) in [
        (
            "A b: {}",
            "1:13: failed to read `approvers.A b`: expected a name in kebab-case, which is that of a folder",
        ),
        ("a: {rules: [x]}", "1:25: failed to read `approvers.a.rules[0]`: there is no rule `x`"),
        ("a: {guards: [x]}", "1:26: failed to read `approvers.a.guards[0]`: there is no guard `x`"),
        (
            "a: {files: ['[']}",
            "1:25: failed to read `approvers.a.files[0]`: unclosed character class; missing ']'",
        ),
        (
            "a: {by: ['!b']}",
            "1:22: failed to read `approvers.a.by[0]`: expected one name in plain ASCII, without `!` and `,`",
        ),
        (
            "a: {by: ['b,c']}",
            "1:22: failed to read `approvers.a.by[0]`: expected one name in plain ASCII, without `!` and `,`",
        ),
        (
            "a: {by: ['аnn']}",
            "1:22: failed to read `approvers.a.by[0]`: expected one name in plain ASCII, without `!` and `,`",
        ),
        (
            "a: {by: [b]}",
            "1:13: failed to read `approvers.a`: without `rules`, `guards` and `files`, no finding is of this kind",
        ),
        (
            "a: {guards: [lints], by: []}",
            "1:13: failed to read `approvers.a`: `by` names nobody, so that nobody could approve what is of this kind",
        ),
    ] {
        refused(&format!("approvers: {{{text}}}\n"), expected);
    }
    let asked_by_the_forge = "approvals: owners\napprovers: {a: {guards: [lints]}}\n";
    assert_eq!(read(asked_by_the_forge).map(|settings| settings.approvers.len()), Ok(1));
    refused(
        "workspaces: [../x]\n",
        "1:14: failed to read `workspaces[0]`: expected a folder below the root, with `/`",
    );
    refused(
        "revert_window_days: -1\n",
        "1:21: failed to read `revert_window_days`: invalid value: integer `-1`, expected u32",
    );
}

#[test]
fn keys_that_there_are_not_are_refused() {
    refused(
        "exlude: []\n",
        "1:1: failed to read `exlude`: unknown key; expected `approvals`, `approvers`, `exclude`, `exclude_authors`, `gatefold`, `levels`, `mode`, `observe`, `protected`, `required`, `revert_window_days`, `self_exceptable`, `user_presence`, `workspaces`; did you mean `exclude`?",
    );
    refused(
        "mode: {a: b}\n",
        "1:7: failed to read `mode`: a map does not stand here; expected `enforce` or `observe`",
    );
    refused(
        "exclude: {a: b}\n",
        "1:10: failed to read `exclude`: a map does not stand here; expected a list: `[..]`, or a line `- ..` for each item",
    );
    refused(
        "mode: [enforce]\n",
        "1:7: failed to read `mode`: a list does not stand here; expected `enforce` or `observe`",
    );
    refused(
        "exclude: gen\n",
        "1:10: failed to read `exclude`: a single value does not stand here; expected a list: `[..]`, or a line `- ..` for each item",
    );
    refused(
        "levels: [untied-sort]\n",
        "1:9: failed to read `levels`: a list does not stand here; expected a map whose keys are names: `NAME: ..`",
    );
    refused(
        "exclude: [[gen]]\n",
        "1:11: failed to read `exclude[0]`: a list does not stand here; expected a text",
    );
    refused(
        "- a\n",
        "1:1: failed to read the file: a list does not stand here; expected a map with the keys `approvals`, `approvers`, `exclude`, `exclude_authors`, `gatefold`, `levels`, `mode`, `observe`, `protected`, `required`, `revert_window_days`, `self_exceptable`, `user_presence`, `workspaces`",
    );
}

#[test]
fn what_an_upgrade_took_away_does_not_bar_the_way() {
    let text = "mode: observe\ngone:\n  a: 1\nexclude: [a, {b: c}, d]\nlevels: {gone-rule: off}\n";
    let (document, left_out) = Document::parse_base(POLICY_FILE, text, &SCHEMA).expect("readable");
    let settings = Settings::read(&document).expect("what is left makes sense");
    assert_eq!((settings.mode, settings.exclude), (Mode::Observe, vec!["a".to_owned(), "d".to_owned()]));
    assert_eq!(left_out.len(), 2, "{left_out:?}");
}
