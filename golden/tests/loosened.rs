//! Comparators, redactions and filters of insta: which of them touch a ranking, and which do not.

mod common;

use common::{RANKINGS, REQUESTS, policy, recording, requests_text, rows};
use findings::Level;
use golden::check_static;
use source::{Change, Tree};

const TEST: &str = "services/queue/tests/queue.rs";

/// A workspace with the corpus of `queue` and these files.
fn tree(files: &[(&str, &str)]) -> Tree {
    let rows = rows("home/1 limit=2: t0042=0.9 t0077=0.25");
    let corpus = [
        (REQUESTS, requests_text(&rows)),
        (RANKINGS, recording(&rows).to_text()),
        ("Cargo.toml", "[workspace]\nmembers = [\"services/*\", \"crates/*\"]\n".to_owned()),
        ("services/queue/Cargo.toml", "[package]\nname = \"queue\"\n".to_owned()),
        ("services/cart/Cargo.toml", "[package]\nname = \"cart\"\n".to_owned()),
        ("crates/testkit/Cargo.toml", "[package]\nname = \"testkit\"\n".to_owned()),
    ];
    let files = files.iter().map(|(path, text)| (*path, (*text).to_owned()));
    Tree::from_memory(corpus.into_iter().chain(files))
}

fn found(base: Option<Tree>, head: Tree) -> Vec<String> {
    let checked = check_static(&Change::of_trees(base, head), &policy(""));
    let told = checked.findings.iter().map(|finding| {
        let level = if finding.level == Level::Error { "" } else { "?" };
        let line = finding.location.as_ref().unwrap().span.unwrap().line;
        format!("{line} {}{level}: {}", finding.rule.id, finding.message)
    });
    told.collect()
}

#[track_caller]
fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(found(None, tree(files)), expected);
}

/// One function of a test of the service.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let text = format!("#[test]\nfn a_test() {{\n{body}\n}}\n");
    check_files(&[(TEST, &text)], expected);
}

const LIST: &str = "snapshot-redacted: the redaction `.items` hides the ranked list of `queue`";

#[test]
fn a_redaction_of_the_list_is_found_however_it_is_written() {
    let list = format!("3 {LIST}");
    check(r#"insta::assert_json_snapshot!(page, {".items" => "[items]"});"#, &[&list]);
    check(
        r#"insta::assert_yaml_snapshot!("name", page, { ".at" => "[t]", ".items" => insta::sorted_redaction() });"#,
        &[&list],
    );
    check(r##"settings.add_redaction(r#".items"#, "[items]");"##, &[&list]);
    check(r#"settings.add_dynamic_redaction(".items", |value, _| value);"#, &[&list]);
    check(r#"settings.sort_selector(".items");"#, &[&list]);
    check(r#"settings.set_redactions(vec![(".at", "[t]".into()), (".items", "[items]".into())]);"#, &[&list]);
    check(r#"insta::with_settings!({redactions => vec![(".items", "[i]".into())]}, { f() });"#, &[&list]);
    check(r#"let hidden = ".items"; settings.add_redaction(hidden, "[items]");"#, &[&list]);
    check_files(
        &[(TEST, "const HIDDEN: &str = \".items\";\nfn f(s: &mut S) { s.add_redaction(HIDDEN, \"x\"); }")],
        &[&format!("2 {LIST}")],
    );
    check_files(
        &[(
            TEST,
            "use insta::assert_json_snapshot as snap_it;\nfn f() { snap_it!(page, {\".items\" => 1}); }",
        )],
        &[&format!("2 {LIST}")],
    );
    check_files(
        &[(
            TEST,
            "macro_rules! snap {\n ($x:expr) => { insta::assert_json_snapshot!($x, {\".items\" => 1}) };\n}",
        )],
        &[&format!("2 {LIST}")],
    );
}

#[test]
fn ids_and_scores_are_part_of_the_ranking() {
    check(
        r#"insta::assert_json_snapshot!(page, {".items[].score" => insta::rounded_redaction(3)});"#,
        &["3 snapshot-redacted: the redaction `.items[].score` hides the scores of `queue`"],
    );
    check(
        r#"insta::assert_json_snapshot!(page.entries, {"[].trackId" => "[id]"});"#,
        &["3 snapshot-redacted: the redaction `[].trackId` hides the ids of `queue`"],
    );
}

#[test]
fn what_is_not_sure_is_a_warning_unless_the_assertion_speaks_of_a_ranking() {
    check(
        r#"insta::assert_json_snapshot!(list, {"[]" => "[x]"});"#,
        &["3 snapshot-redacted?: the redaction `[]` may hide the ranked list of `queue`"],
    );
    check(
        r#"insta::assert_json_snapshot!(ranked_list, {"[]" => "[x]"});"#,
        &["3 snapshot-redacted: the redaction `[]` hides the ranked list of `queue`"],
    );
    check(
        r#"let page = client.rank(request); insta::assert_json_snapshot!(page, {".*" => "[x]"});"#,
        &["3 snapshot-redacted: the redaction `.*` hides the ranked list of `queue`"],
    );
}

#[test]
fn times_ids_of_requests_and_versions_are_silent() {
    for harmless in [
        r#"insta::assert_json_snapshot!(ranked, {".at" => "[t]", ".request_id" => "[uuid]", ".version" => "[v]"});"#,
        r#"insta::assert_json_snapshot!(ranked, {".items[].fetched_at" => "[t]", ".id" => "[uuid]"});"#,
        r#"insta::assert_json_snapshot!(ranked, @r"{}");"#,
        r#"insta::assert_snapshot!("name", text);"#,
        r#"insta::with_settings!({filters => vec![(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "[t]")]}, { assert_snapshot!(ranked) });"#,
        r#"settings.add_filter(r"[0-9a-f]{8}-[0-9a-f-]{27}", "[uuid]"); insta::assert_debug_snapshot!(ranked);"#,
        r#"settings.add_filter(r"\d+", "[n]"); insta::assert_snapshot!(help);"#,
        r#"settings.set_snapshot_path("golden"); settings.add_redaction(".timing", "[ms]");"#,
        r#"snapshot!(json_text!(list, { "[]" => "[x]" })); assert!(match x { ".items" => true, _ => false });"#,
        r#"let items: Vec<_> = all.iter().filter(|x| x.0 > 3).collect();"#,
    ] {
        check(harmless, &[]);
    }
}

#[test]
fn a_filter_is_judged_by_what_it_matches_of_the_recording() {
    for (pattern, what) in [
        (r"\d+\.\d+", "rewrites ids or scores"),
        ("t[0-9]+", "rewrites ids or scores"),
        (r"(?s).*", "rewrites ids or scores"),
        (r#""score": .*"#, "rewrites ids or scores"),
    ] {
        let message = format!("3 snapshot-redacted: the filter `{pattern}` {what} of `queue`");
        check(
            &format!(r##"s.add_filter(r#"{pattern}"#, "x"); insta::assert_json_snapshot!(ranked);"##),
            &[&message],
        );
        check(
            &format!(
                r##"with_settings!({{filters => [(r#"{pattern}"#, "x")]}}, {{ assert_snapshot!(ranked) }});"##
            ),
            &[&message],
        );
    }
    check(
        r#"s.add_filter(r"(?P<a", "x"); insta::assert_json_snapshot!(ranked);"#,
        &["3 snapshot-redacted?: the filter `(?P<a` may rewrite ids or scores of `queue`"],
    );
}

#[test]
fn a_comparator_is_sure_where_a_ranking_is_asserted() {
    let sure = "snapshot-comparator: a comparator decides whether a ranking of `queue` is the recorded one";
    check(
        "s.set_comparator(Box::new(Any)); insta::assert_json_snapshot!(page.items);",
        &[&format!("3 {sure}")],
    );
    check(
        "insta::with_settings!({description => \"x\", comparator => Box::new(Any)}, { assert_snapshot!(rank()) });",
        &[&format!("3 {sure}")],
    );
    check(
        "s.set_comparator(Box::new(Pixels)); insta::assert_binary_snapshot!(\".png\", logo);",
        &["3 snapshot-comparator?: a comparator may decide whether a ranking of `queue` is the recorded one"],
    );
}

#[test]
fn settings_of_a_helper_are_followed_to_the_tests_that_call_it() {
    let helper = "pub fn lenient() -> S {\n let mut s = insta::Settings::new();\n s.set_comparator(Box::new(Any));\n s\n}";
    let between = "pub fn page() -> S { lenient() }";
    let test = "#[test]\nfn the_page_is_ranked() { page().bind(|| insta::assert_json_snapshot!(answer)) }";
    let sure = "3 snapshot-comparator: a comparator decides whether a ranking of `queue` is the recorded one";
    let in_service = "services/queue/tests/common/mod.rs";
    // What calls a helper stands in a file of insta too.
    let between = format!("use insta::assert_json_snapshot;\n{between}");
    check_files(&[(in_service, helper), ("services/queue/tests/page.rs", &between), (TEST, test)], &[sure]);
    check_files(
        &[("crates/testkit/src/lib.rs", helper), ("services/queue/tests/page.rs", &between), (TEST, test)],
        &[sure],
    );
    check_files(&[("crates/testkit/src/lib.rs", helper)], &[]);
}

#[test]
fn tests_of_packages_without_a_corpus_are_silent() {
    let all = r#"fn f() { s.set_comparator(x); assert_json_snapshot!(ranked, {".items" => 1}); s.add_filter(".*", "x"); }"#;
    check_files(&[("services/cart/tests/cart.rs", all)], &[]);
}

#[test]
fn only_what_the_base_has_not_is_told() {
    let text =
        |extra: &str| format!("fn f() {{\n assert_json_snapshot!(x, {{\".items\" => 1}});\n{extra}\n}}");
    let side = |path: &str, extra: &str| tree(&[(path, &text(extra))]);
    assert_eq!(found(Some(side(TEST, "")), side(TEST, "g();")), [""; 0]);
    assert_eq!(found(Some(side(TEST, "")), side("services/queue/tests/other.rs", "")), [""; 0], "moved");
    let more = "assert_yaml_snapshot!(y, {\".items\" => 1});";
    assert_eq!(found(Some(side(TEST, "")), side(TEST, more)).len(), 1);
}

#[test]
fn hostile_code_is_read_in_time_and_says_nothing() {
    let deep = format!(
        "fn f() {{ {}1{} }} // set_comparator",
        "assert_x_snapshot!(".repeat(5_000),
        ")".repeat(5_000)
    );
    check_files(&[(TEST, &deep)], &[]);
    let many: String =
        (0..5_000).map(|n| format!("fn f{n}() {{ s.set_comparator(f{}()); }}\n", n + 1)).collect();
    assert_eq!(found(None, tree(&[(TEST, &many)])).len(), 5_000);
}
