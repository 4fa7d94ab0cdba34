//! Which code is there for tests, by its attributes.

use syn::Attribute;

/// Whether attributes say that what they stand on is compiled for tests only.
pub(crate) fn is_test_only(attrs: &[Attribute]) -> bool {
    source::is_for_tests(attrs) || attrs.iter().any(|attribute| is_called(attribute, TESTS))
}

/// Whether an attribute has one of these names, whoever it comes from. One of a tool says nothing to the compiler: what
/// `#[rustfmt::test]` stands on is no test.
pub(crate) fn is_called(attribute: &Attribute, names: &[&str]) -> bool {
    let segments = &attribute.path().segments;
    let of_tool = segments.len() > 1 && TOOLS.iter().any(|tool| segments[0].ident == tool);
    !of_tool && segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Whose attributes say nothing to the compiler, whatever they are called.
/// <https://doc.rust-lang.org/reference/attributes.html#tool-attributes>
const TOOLS: &[&str] = &["rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer"];

/// Attributes that make a function a test.
const TESTS: &[&str] = &["test", "rstest", "bench", "test_case", "proptest", "quickcheck"];
