//! Protos that mean harm, and protos put together at random.

use proptest::prelude::*;
use source::{Change, Tree};

use super::evolution::run;
use crate::{Breaking, Category, Policy, check_static};

#[test]
fn a_flood_of_breaks_in_a_huge_proto_is_no_hang() {
    let fields = |kind: &str| -> String {
        (1..=5_000)
            .map(|number| {
                format!("  {kind} f{number} = {};\n", if number < 4_000 { number } else { number + 1_000 })
            })
            .collect()
    };
    let reserved: String = (1..=5_000)
        .map(|number| format!("  reserved {};\n  reserved \"r{number}\";\n", 10_000 + number * 2))
        .collect();
    let old = format!("message M {{\n{}{reserved}}}", fields("int64"));
    let new = format!("message M {{\n{}}}", fields("int32"));
    let start = std::time::Instant::now();
    let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
    assert_eq!(findings.len(), 5_001);
    assert!(start.elapsed() < std::time::Duration::from_secs(30), "it took {:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_the_two_sides_are_nothing_panics(
        old in proptest::collection::vec(proptest::sample::select(PARTS), 0..14),
        new in proptest::collection::vec(proptest::sample::select(PARTS), 0..14),
        category in proptest::sample::select(&[
            Category::Callers, Category::File, Category::Package, Category::WireJson, Category::Wire,
        ][..]),
    ) {
        let policy = Policy { breaking: Breaking { category: Some(category), ..Breaking::default() }, ..Policy::default() };
        let (old, new) = (assemble(&old), assemble(&new));
        let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &policy);
        findings.iter().for_each(findings::testing::check_message);
        let same = run(Some(&[("a.proto", &old)]), &[("a.proto", &old)], &policy);
        prop_assert!(same.iter().all(|finding| finding.rule.id == "unreadable-proto"), "{same:#?}");
    }

    #[test]
    fn whatever_the_bytes_are_nothing_panics(old in any::<Vec<u8>>(), new in any::<Vec<u8>>()) {
        let tree = |bytes| Tree::from_memory([("protos/a.proto", bytes)]);
        check_static(&Change::of_trees(Some(tree(old)), tree(new)), &Policy::default()).expect("it looks");
    }
}

/// Most combinations of these compile, each with the others' names in it.
const PARTS: &[&str] = &[
    "F int32 a = 1;",
    "F int64 a = 1;",
    "F string a = 2;",
    "F repeated string b = 2;",
    "F optional M b = 3;",
    "F map<string, N> c = 4;",
    "F map<int32, E> c = 4;",
    "F E e = 5;",
    "F repeated E e = 5;",
    "F oneof o { bytes x = 6; N y = 7; }",
    "F N y = 7;",
    "F reserved 8, 9 to 12;",
    "F reserved 9 to max;",
    "F reserved \"z\";",
    "F message In { M m = 1; In deep = 2; }",
    "F In i = 13;",
    "F double d = 14 [json_name = \"e\"];",
    "E E_ONE = 1;",
    "E E_ONE = 2;",
    "E E_TWO = 2;",
    "E E_LESS = -1;",
    "E reserved 5;",
    "S rpc A(M) returns (N);",
    "S rpc A(N) returns (M);",
    "S rpc A(stream M) returns (stream N);",
    "S rpc B(M) returns (M);",
    "T message U { M m = 1; }",
    "T enum V { V_ZERO = 0; }",
    "T service W {}",
];

fn assemble(parts: &[&str]) -> String {
    let of = |kind: &str| -> String {
        let mut seen = std::collections::BTreeSet::new();
        parts
            .iter()
            .filter_map(|part| part.strip_prefix(kind))
            .filter(|part| seen.insert(*part))
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!(
        "message M {{ {} }}\nmessage N {{ string n = 1; M back = 2; }}\nenum E {{ E_ZERO = 0; {} }}\nservice S {{ {} }}\n{}",
        of("F "),
        of("E "),
        of("S "),
        of("T ")
    )
}
