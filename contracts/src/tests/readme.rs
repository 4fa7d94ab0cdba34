//! What the readme says of the categories is what happens.

use super::evolution::run;
use crate::{Breaking, Category, Policy};

#[test]
fn the_table_of_the_readme_is_what_happens() {
    const READ: &str = "message Refers { Used used = 1; string x = 2; } message Used {} message Alone {} ";
    let m = |fields: &str| format!("{READ}message M {{ {fields} }} service S {{ rpc Get(M) returns (M); }}");
    let base = m("int64 a = 1; int32 b = 2; int32 c = 3; optional int32 d = 4;");
    let head = |from: &str, to: &str| {
        assert!(base.contains(from), "{from}");
        vec![("a.proto", base.replace(from, to)), ("b.proto", String::new())]
    };
    let changes = [
        ("field or enum value renumbered", head("b = 2;", "b = 9;")),
        (
            "field or value removed, number and name reserved",
            head("int32 b = 2;", "reserved 2; reserved \"b\";"),
        ),
        ("field or value removed, only the number reserved", head("int32 b = 2;", "reserved 2;")),
        ("`int64` becomes `int32`", head("int64 a", "int32 a")),
        ("`int32` becomes `uint32`", head("int32 b", "uint32 b")),
        ("a plain field becomes `optional`", head("int32 c", "optional int32 c")),
        ("an `optional` field becomes plain", head("optional int32 d", "int32 d")),
        ("field renamed", head("int32 c", "int32 cc")),
        ("method or service removed", head("rpc Get(M) returns (M);", "")),
        (
            "message moved to another file of its package",
            vec![
                ("a.proto", base.replace("message Alone {}", "")),
                ("b.proto", "message Alone {}".to_owned()),
            ],
        ),
        ("message removed that nothing refers to", head("message Alone {}", "")),
        (
            "message removed together with the reserved fields that had its type",
            head(
                "Used used = 1; string x = 2; } message Used {}",
                "reserved 1; reserved \"used\"; string x = 2; }",
            ),
        ),
    ];
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("it is there");
    let categories =
        [Category::File, Category::Package, Category::Callers, Category::WireJson, Category::Wire];
    for (what, new) in changes {
        let cells: Vec<&str> = categories
            .iter()
            .map(|category| {
                let policy = Policy { breaking: Breaking { category: Some(*category) }, ..Policy::default() };
                let new: Vec<(&str, &str)> = new.iter().map(|(name, text)| (*name, text.as_str())).collect();
                let findings = run(Some(&[("a.proto", &base), ("b.proto", "")]), &new, &policy);
                if findings.is_empty() { "passes" } else { "blocks" }
            })
            .collect();
        let row = format!(
            "| {what} | {} | {} | **{}** | {} | {} |",
            cells[0], cells[1], cells[2], cells[3], cells[4]
        );
        assert!(readme.contains(&row), "the readme lacks the row\n{row}");
    }
}
