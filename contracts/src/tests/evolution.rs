//! Changes of protos, honest and not, as findings.

use findings::{Finding, Location};
use source::{Change, Tree};

use crate::{Breaking, Category, Error, Policy, check_static};

const HEAD: &str = "syntax = \"proto3\";\npackage p.v1;\n";

pub(super) fn run(old: Option<&[(&str, &str)]>, new: &[(&str, &str)], policy: &Policy) -> Vec<Finding> {
    let tree = |files: &[(&str, &str)]| {
        Tree::from_memory(
            files.iter().map(|(name, text)| (format!("protos/{name}"), format!("{HEAD}{text}"))),
        )
    };
    let change = Change::of_trees(old.map(tree), tree(new));
    check_static(&change, policy).expect("it can be looked at").findings
}

/// One file on both sides, and the findings as `line: rule: message`.
fn check(old: &str, new: &str, expected: &[&str]) -> Vec<Finding> {
    let findings = run(Some(&[("a.proto", old)]), &[("a.proto", new)], &Policy::default());
    let shown = |finding: &Finding| {
        let line = finding.location.as_ref().and_then(|place| place.span).map_or(0, |span| span.line);
        format!("{line}: {}: {}", finding.rule.id, finding.message)
    };
    assert_eq!(findings.iter().map(shown).collect::<Vec<_>>(), expected, "{old}\nbecame\n{new}");
    findings
}

pub(super) fn notes(finding: &Finding) -> Vec<&str> {
    finding.notes.iter().map(|note| note.text.as_str()).collect()
}

#[test]
fn a_renumbered_field_is_one_finding_with_both_numbers_and_a_witness() {
    let findings = check(
        "message M {\n  string id = 1;\n  int64 plays = 2;\n}",
        "message M {\n  string id = 1;\n  int64 plays = 3;\n}",
        &["5: field-renumbered: field `plays` of `p.v1.M` moved from number 2 to 3 \
           (`FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED`)"],
    );
    assert_eq!(
        notes(&findings[0]),
        [
            "`FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED`: field `plays` with number 2 of `p.v1.M` is gone and its number \
             is not reserved",
            "`FIELD_NO_DELETE_UNLESS_NAME_RESERVED`: field `plays` with number 2 of `p.v1.M` is gone and its name is \
             not reserved",
            "the base has `int64 plays = 2;` (protos/a.proto:5)",
            "written by the base, read by head: lost: {\"plays\":\"5000000000\"} (10 80 e4 97 d0 12) arrives as {}",
            "written by head, read by the base: lost: {\"plays\":\"5000000000\"} (18 80 e4 97 d0 12) arrives as {}",
        ]
    );
    let judged = findings[0].judged.as_ref().expect("an approval can bind it");
    assert!(!judged.base.is_empty() && !judged.head.is_empty() && judged.base != judged.head);
}

#[test]
fn a_renumbered_field_that_lands_on_another_is_read_as_that_one() {
    let findings = check(
        "message M {\n  string artist = 1;\n  string album = 2;\n}",
        "message M {\n  string artist = 2;\n  string album = 1;\n}",
        &[
            "5: field-renumbered: field `album` of `p.v1.M` moved from number 2 to 1 (`FIELD_SAME_NAME`)",
            "4: field-renumbered: field `artist` of `p.v1.M` moved from number 1 to 2 (`FIELD_SAME_NAME`)",
        ],
    );
    assert!(notes(&findings[0]).contains(
        &"written by the base, read by head: lossy: {\"album\":\"t7\"} (12 02 74 37) arrives as {\"artist\":\"t7\"}"
    ));
}

#[test]
fn a_number_cannot_be_reserved_to_move_its_field() {
    check(
        "message M {\n  string a = 1;\n}",
        "message M {\n  reserved 1;\n  string a = 2;\n}",
        &["5: field-renumbered: field `a` of `p.v1.M` moved from number 1 to 2 \
         (`FIELD_NO_DELETE_UNLESS_NAME_RESERVED`)"],
    );
}

#[test]
fn everything_that_befell_a_field_is_one_finding() {
    let findings = check(
        "message M {\n  string a = 1;\n}",
        "message M {\n  repeated int32 b = 1;\n}",
        &["4: field-same-type: field `b` with number 1 of `p.v1.M` changed type from `string` to `int32` \
           (`FIELD_SAME_TYPE`)"],
    );
    let ids: Vec<&str> = notes(&findings[0]).into_iter().filter(|note| note.starts_with("`FIELD")).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    check(
        "message M {\n  map<string, int32> a = 1;\n}",
        "message M {\n  map<string, string> a = 1;\n}",
        &[
            "4: field-same-type: field `value` with number 2 of `p.v1.M.AEntry` changed type from `int32` to `string` \
           (`FIELD_SAME_TYPE`)",
        ],
    );
}

#[test]
fn a_value_that_does_not_fit_shows_what_it_becomes() {
    for (old, new, expected) in [
        (
            "int64 a = 1;",
            "int32 a = 1;",
            "lossy: {\"a\":\"5000000000\"} (08 80 e4 97 d0 12) arrives as {\"a\":705032704}",
        ),
        (
            "string a = 1;",
            "int32 a = 1;",
            "undecodable: {\"a\":\"t7\"} (0a 02 74 37) fails in prost with failed to decode",
        ),
        ("repeated int32 a = 1;", "int32 a = 1;", "undecodable: {\"a\":[-7,2147483647]}"),
        ("repeated string a = 1;", "string a = 1;", "lossy: {\"a\":[\"t7\",\"t7\"]}"),
        ("optional int32 a = 1;", "int32 a = 1;", "lost: {\"a\":0} (08 00) arrives as {}"),
        ("int32 a = 1; int32 b = 2;", "oneof o { int32 a = 1; int32 b = 2; }", "lost: {\"a\":-7,\"b\":-7}"),
        (
            "string a = 1;",
            "bytes a = 1;",
            "identical: {\"a\":\"t7\"} (0a 02 74 37) arrives as {\"a\":\"dDc=\"}",
        ),
        (
            "string a = 1;",
            "string b = 1;",
            "as proto JSON: undecodable: {\"a\":\"t7\"} fails with unrecognized field",
        ),
        (
            "double a = 1;",
            "float a = 2;",
            "as proto JSON: lossy: {\"a\":0.123456789} arrives as {\"a\":0.12345679}",
        ),
    ] {
        let [old, new] = [old, new].map(|field| format!("message M {{ {field} }}"));
        let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
        let notes = notes(&findings[0]);
        assert!(notes.iter().any(|note| note.contains(expected)), "{old} -> {new}: {notes:#?}");
    }
}

#[test]
fn proto_json_is_compared_by_its_values_and_not_by_their_quotes() {
    const WRITTEN: [&str; 2] = ["written by the base, read by head", "written by head, read by the base"];
    for (old, new, there, back) in [
        ("int64 a = 1;", "int32 a = 1;", Some("undecodable: {\"a\":\"5000000000\"}"), None),
        ("repeated int64 a = 1;", "repeated int32 a = 1;", Some("undecodable"), None),
        ("map<string, int64> a = 1;", "map<string, int32> a = 1;", Some("undecodable"), None),
        ("uint32 a = 1;", "uint64 a = 1;", None, Some("undecodable: {\"a\":\"5000000000\"}")),
        ("int32 a = 1;", "E a = 1;", None, Some("undecodable: {\"a\":\"E_MANY\"}")),
        ("optional int32 a = 1;", "int64 a = 1;", None, Some("undecodable: {\"a\":\"5000000000\"}")),
    ] {
        let [old, new] = [old, new]
            .map(|field| format!("message M {{ {field} }} enum E {{ E_ZERO = 0; E_ONE = 1; E_MANY = -7; }}"));
        let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
        let notes = notes(&findings[0]);
        for (way, expected) in WRITTEN.into_iter().zip([there, back]) {
            let found = notes.iter().find_map(|note| note.strip_prefix(&format!("{way}, as proto JSON: ")));
            let fits = match (found, expected) {
                (Some(found), Some(expected)) => found.starts_with(expected),
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(fits, "{old} -> {new}, {way}: {notes:#?}");
        }
    }
}

#[test]
fn enum_values_and_methods_have_witnesses_too() {
    let enums =
        |value: &str| format!("enum E {{ E_ZERO = 0; {value} }} message M {{ repeated E list = 1; }}");
    let (old, new) = (enums("E_ONE = 1;"), enums("E_ONE = 2;"));
    let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].rule.id, "enum-value-renumbered");
    assert!(notes(&findings[0]).contains(
        &"written by the base, read by head: lost: {\"list\":[\"E_ONE\"]} (0a 01 01) arrives as {\"list\":[1]}"
    ));

    let method = |input: &str| {
        format!(
            "message Q {{ int64 n = 1; }} message R {{ int32 n = 1; }} service S {{ rpc Get({input}) returns (Q); }}"
        )
    };
    let (old, new) = (method("Q"), method("R"));
    let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(notes(&findings[0]).contains(
        &"written by the base, read by head: lossy: {\"n\":\"5000000000\"} (08 80 e4 97 d0 12) arrives as \
          {\"n\":705032704}"
    ));
}

#[test]
fn honest_changes_pass() {
    let base = "message M {\n  string a = 1;\n  int32 b = 2;\n}\nenum E { E_ZERO = 0; E_ONE = 1; }\n\
                message Old { int32 n = 1; }\nmessage Uses { Old old = 1; E e = 2; }\n\
                service S { rpc Get(M) returns (M); }\n";
    for (what, from, to) in [
        ("a field is added", "int32 b = 2;", "int32 b = 2;\n  repeated M more = 3;"),
        ("a value is added", "E_ONE = 1;", "E_ONE = 1; E_TWO = 2;"),
        (
            "a method is added",
            "rpc Get(M) returns (M);",
            "rpc Get(M) returns (M); rpc List(M) returns (stream M);",
        ),
        ("a message is added", "enum E", "message N { M m = 1; }\nenum E"),
        ("a field is removed and reserved", "int32 b = 2;", "reserved 2; reserved \"b\";"),
        ("a value is removed and reserved", "E_ONE = 1;", "reserved 1; reserved \"E_ONE\";"),
        ("a field becomes optional", "int32 b", "optional int32 b"),
        ("a field is deprecated", "int32 b = 2;", "int32 b = 2 [deprecated = true];"),
        (
            "lines move and comments change",
            "  string a = 1;\n  int32 b = 2;",
            "// b\nint32 b = 2; /* a */ string a = 1;",
        ),
        (
            "a field goes as it should, and its type with it",
            "message Old { int32 n = 1; }\nmessage Uses { Old old = 1; E e = 2; }",
            "message Uses { reserved 1; reserved \"old\"; E e = 2; }",
        ),
        (
            "a message becomes nested in name only",
            "message M {",
            "message M { message Inner { string x = 1; }",
        ),
    ] {
        let head = base.replace(from, to);
        assert_ne!(head, base, "{what}");
        let findings = run(Some(&[("a.proto", base)]), &[("a.proto", &head)], &Policy::default());
        assert!(findings.is_empty(), "{what}: {findings:#?}");
    }
    let (other, empty) =
        [("b.proto", base)].into_iter().zip([("a.proto", "")]).next().expect("there is a pair");
    let findings = run(Some(&[("a.proto", base), ("b.proto", "")]), &[empty, other], &Policy::default());
    assert!(findings.is_empty(), "everything moved to another file of the package: {findings:#?}");
}

#[test]
fn a_renamed_or_moved_folder_of_protos_is_compared_by_import_names() {
    let tree = |path: &str, text: &str| Tree::from_memory([(path.to_owned(), format!("{HEAD}{text}"))]);
    let change = Change::of_trees(
        Some(tree("proto/p/v1/a.proto", "message M { int32 a = 1; }")),
        tree("protos/p/v1/a.proto", "message M { int64 a = 1; }"),
    );
    let findings = check_static(&change, &Policy::default()).expect("it can be looked at").findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule.id, "field-same-type");
}

#[test]
fn what_does_not_compile_at_head_is_a_finding_and_hides_nothing_else() {
    let old = [("a.proto", "message A { int32 a = 1; }"), ("b.proto", "message B { int32 b = 1; }")];
    let new = [("a.proto", "message A { int32 a = ; }"), ("b.proto", "message B { int64 b = 1; }")];
    let findings = run(Some(&old), &new, &Policy::default());
    let ids: Vec<_> = findings.iter().map(|finding| (finding.rule.id, finding.file())).collect();
    assert_eq!(
        ids,
        [("unreadable-proto", Some("protos/a.proto")), ("field-same-type", Some("protos/b.proto"))]
    );
    assert_eq!(findings[0].location, Some(Location::point("protos/a.proto", 3, 23)));
    assert!(findings[0].rule.says_not_looked_at());
}

#[test]
fn what_did_not_compile_at_the_base_is_said() {
    let old =
        [("a.proto", "message A { int32 a = ; }"), ("b.proto", "import \"a.proto\"; message B { A a = 1; }")];
    let new = [
        ("a.proto", "message A { int32 a = 1; }"),
        ("b.proto", "import \"a.proto\"; message B { A a = 2; }"),
    ];
    let findings = run(Some(&old), &new, &Policy::default());
    assert_eq!(findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["unreadable-base-proto"]);
    assert_eq!(notes(&findings[0]), ["not looked at either, because they import it: `b.proto`"]);
}

#[test]
fn what_did_not_compile_at_the_base_is_said_under_whatever_name_and_where_it_is_gone() {
    let tree =
        |path: &str, text: &str| Tree::from_memory([(path, text), ("src/b.proto", "syntax = \"proto3\";")]);
    let judge = |(old, was): (&str, &str), (new, is): (&str, &str)| -> Vec<(String, String)> {
        let change = Change::of_trees(Some(tree(old, was)), tree(new, is));
        let findings = check_static(&change, &Policy::default()).expect("it can be looked at").findings;
        let shown =
            |finding: &Finding| (finding.rule.id.to_owned(), finding.file().unwrap_or_default().to_owned());
        findings.iter().map(shown).collect()
    };
    let told = |path: &str| vec![("unreadable-base-proto".to_owned(), path.to_owned())];
    let whole = "syntax = \"proto3\";\npackage shop.v1;\nmessage A { int32 a = 7; }\nmessage Kept { string one = 1; }\n";
    // Without a package that can be read, its imports start from its own folder.
    let broken = "syntax = \"proto3\" package shop.v1;\nmessage A { int32 a = 1; }\nmessage Kept { string one = 1; }\n";
    let a = "src/shop/v1/a.proto";
    assert_eq!(judge((a, broken), (a, whole)), told(a));
    let other = "src/shop/v1/c.proto";
    assert_eq!(judge((a, broken), (other, &whole.replace("= 7", "= 1"))), told(other));
    assert_eq!(judge((a, broken), ("README.md", "")), told(a));
    let at_head = vec![("unreadable-proto".to_owned(), a.to_owned())];
    assert_eq!(judge((a, whole), (a, broken)), at_head);
    assert_eq!(judge((a, &broken.replace("A {", "B {")), (a, broken)), at_head);
}

#[test]
fn an_edition_is_never_passed_over() {
    let written = "syntax = \"proto3\";\npackage p;\nmessage A { int32 a = 1; }";
    let edition = written.replace("syntax = \"proto3\"", "edition = \"2023\"");
    let bases = [None, Some(vec![("protos/a.proto", written)]), Some(vec![("protos/b.proto", written)])];
    for base in bases {
        let head = Tree::from_memory([("protos/a.proto", edition.as_str()), ("protos/c.proto", HEAD)]);
        let change = Change::of_trees(base.map(Tree::from_memory), head);
        let error = check_static(&change, &Policy::default()).expect_err("nobody says what it means");
        let Error::Edition { path, reason } = &error else { panic!("{error}") };
        assert_eq!(path, "protos/a.proto");
        assert_eq!(reason, "", "nothing was tried");
    }
}

#[test]
fn the_category_decides() {
    let old = [("a.proto", "message M { int64 a = 1; int32 b = 2; } service S { rpc Get(M) returns (M); }")];
    let new = [("a.proto", "message M { reserved 2; reserved \"b\"; int32 a = 1; } service S {}")];
    for (category, expected) in [
        (Category::Callers, "RPC_NO_DELETE FIELD_SAME_TYPE"),
        (Category::File, "RPC_NO_DELETE FIELD_SAME_TYPE FIELD_NO_DELETE"),
        (Category::Package, "RPC_NO_DELETE FIELD_SAME_TYPE FIELD_NO_DELETE"),
        (Category::WireJson, "FIELD_WIRE_JSON_COMPATIBLE_TYPE"),
        (Category::Wire, "FIELD_WIRE_COMPATIBLE_TYPE"),
    ] {
        let policy = Policy {
            breaking: Breaking { category: Some(category), ..Breaking::default() },
            ..Policy::default()
        };
        let findings = run(Some(&old), &new, &policy);
        let ids: Vec<&str> = findings
            .iter()
            .filter_map(|finding| finding.message.rsplit('(').next()?.split('`').nth(1))
            .collect();
        assert_eq!(ids.join(" "), expected, "{category:?}");
    }
}

#[test]
fn a_root_without_protos_is_an_error_and_protos_outside_are_counted() {
    let tree =
        Tree::from_memory([("api/a.proto", "syntax = \"proto3\";"), ("lib/b.proto", "syntax = \"proto3\";")]);
    let change = Change::of_trees(None, tree);
    let policy = |root: &str| Policy { protos: vec![root.to_owned()], ..Policy::default() };
    let checked = check_static(&change, &policy("api")).expect("it can be looked at");
    assert_eq!((checked.counts["protos"], checked.counts["protos outside the roots"]), (1, 1));
    let error = check_static(&change, &policy("ap")).expect_err("there is nothing below it");
    assert!(matches!(&error, Error::EmptyRoot(root) if root == "ap"), "{error}");
}

#[test]
fn fingerprints_outlive_a_move_of_lines() {
    let print = |above: &str| {
        let (old, new) =
            (format!("{above}message M {{ int64 a = 1; }}"), format!("{above}message M {{ int32 a = 1; }}"));
        run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default())[0].fingerprint()
    };
    assert_eq!(print(""), print("// one\n// two\n"));
}
