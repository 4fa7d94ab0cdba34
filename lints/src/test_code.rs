//! Which code is there for tests, by its attributes.

use syn::Attribute;

/// Whether attributes say that what they stand on is compiled for tests only.
pub(crate) fn is_test_only(attrs: &[Attribute]) -> bool {
    let runs_as_test = |attribute: &Attribute| {
        let segments = &attribute.path().segments;
        let (first, last) =
            (segments.first(), segments.last().filter(|last| TESTS.iter().any(|test| last.ident == test)));
        last.is_some() && first.is_some_and(|first| TOOLS.iter().all(|tool| first.ident != tool))
    };
    source::is_for_tests(attrs) || attrs.iter().any(runs_as_test)
}

/// Whose attributes say nothing to the compiler, whatever they are called.
/// <https://doc.rust-lang.org/reference/attributes.html#tool-attributes>
const TOOLS: &[&str] = &["rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer"];

/// Attributes that make a function a test.
const TESTS: &[&str] = &["test", "rstest", "bench", "test_case", "proptest", "quickcheck"];
