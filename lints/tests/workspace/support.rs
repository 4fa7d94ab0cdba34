//! Files that are called tests, mocks or benchmarks: what they are called proves nothing.

use super::check;

const CALLS: &str = "pub async fn f() {\n    std::thread::sleep(D);\n}\n";

#[test]
fn a_file_that_is_called_a_test_and_that_others_use_is_judged() {
    check(
        &[
            ("src/lib.rs", "mod ab_test;\nmod service;\n"),
            ("src/service.rs", "pub async fn rank() {\n    crate::ab_test::f().await;\n}\n"),
            ("src/ab_test.rs", CALLS),
        ],
        &[("blocking-in-async", "src/ab_test.rs", 2)],
    );
    check(
        &[("src/lib.rs", "pub mod is_mock;\npub use is_mock::f;\n"), ("src/is_mock.rs", CALLS)],
        &[("blocking-in-async", "src/is_mock.rs", 2)],
    );
}

#[test]
fn a_mock_that_nothing_but_tests_uses_is_left_out() {
    check(
        &[
            ("src/lib.rs", "pub mod mock;\nmod service;\n"),
            ("src/mock.rs", CALLS),
            (
                "src/service.rs",
                "#[cfg(test)]\nmod tests {\n    use crate::mock::f;\n    async fn g() {\n        f().await;\n    }\n}\n",
            ),
        ],
        &[],
    );
}

#[test]
fn what_a_used_file_uses_is_judged_in_turn() {
    let uses = "pub async fn f() {\n    crate::testing::inner::f().await;\n}\n";
    check(
        &[
            ("src/lib.rs", "mod ab_test;\nmod testing;\npub fn rank() {\n    ab_test::f();\n}\n"),
            ("src/ab_test.rs", uses),
            ("src/testing/mod.rs", "pub mod inner;\n"),
            ("src/testing/inner.rs", CALLS),
        ],
        &[("blocking-in-async", "src/testing/inner.rs", 2)],
    );
}

#[test]
fn a_binary_is_no_test_whatever_it_is_called() {
    check(
        &[
            ("src/lib.rs", ""),
            ("src/bin/ab-test/main.rs", "mod inner;\nfn main() {}\n"),
            ("src/bin/ab-test/inner.rs", CALLS),
            ("benches/speed.rs", CALLS),
        ],
        &[("blocking-in-async", "src/bin/ab-test/inner.rs", 2)],
    );
}

#[test]
fn what_a_fuzzer_runs_is_there_for_tests() {
    let manifest = |more: &str| format!("[package]\nname = \"fuzz\"\nedition = \"2024\"\n{more}");
    let fuzzed = manifest("[dependencies]\nlibfuzzer-sys = \"0.4\"\n");
    let target = format!("{CALLS}fn main() {{}}\n");
    for (manifest, expected) in
        [(&fuzzed, &[][..]), (&manifest(""), &[("blocking-in-async", "fuzz/src/main.rs", 2)][..])]
    {
        check(
            &[
                ("Cargo.toml", "[workspace]\nmembers = [\"fuzz\"]\n"),
                ("fuzz/Cargo.toml", manifest),
                ("fuzz/src/main.rs", &target),
            ],
            expected,
        );
    }
}

#[test]
fn a_mock_that_is_reached_without_its_name_is_judged() {
    let finding: &[_] = &[("blocking-in-async", "src/mock.rs", 2)];
    let cases = [
        ("impl crate::Ranker {", finding),
        ("impl crate::Rank for crate::Ranker {", finding),
        ("impl<T> crate::Rank for Vec<T> {", finding),
        ("pub struct Mock; impl crate::Rank for Mock {", &[]),
        ("pub struct Mock; impl From<Mock> for crate::Ranker {", &[]),
        ("#[cfg(test)] impl crate::Ranker {", &[]),
        ("impl quickcheck::Arbitrary for crate::Ranker {", &[]),
        ("use super::*; fn local() { struct Reader; impl std::io::Read for Reader {}", &[]),
        ("pub mod linked { #[unsafe(no_mangle)] pub fn found() {}", finding),
    ];
    for (header, expected) in cases {
        let mock = format!("{header}\nasync fn rank() {{ std::thread::sleep(D) }}\n}}\n");
        let lib = "mod mock;\npub struct Ranker;\npub trait Rank { async fn rank(); }\n";
        check(&[("src/lib.rs", lib), ("src/mock.rs", &mock)], expected);
    }
}
