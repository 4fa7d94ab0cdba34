//! Which lines an exception covers. In the samples, `*` at the end of a line marks those.

use super::*;

/// The covered lines of the one exception in a text must be the marked ones.
#[track_caller]
fn check(path: &str, text: &str) {
    let marked: BTreeSet<u32> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_end().ends_with('*'))
        .map(|(index, _)| index as u32 + 1)
        .collect();
    let text: String =
        text.lines().map(|line| format!("{}\n", line.trim_end().trim_end_matches('*'))).collect();
    let (exceptions, malformed) = read_text(path, &text);
    assert_eq!((exceptions.len(), malformed), (1, Vec::new()), "{text}");
    assert_eq!(exceptions[0].lines, marked, "{text}");
}

#[test]
fn an_exception_behind_code_covers_the_statement_that_begins_there() {
    check("a.rs", "fn f() {\n    a(); // gatefold: allow(x): y *\n    b();\n}\n");
    check(
        "a.rs",
        "fn f() {\n    a( // gatefold: allow(x): y *\n        1, *\n    ) *\n    .b(); *\n    c();\n}\n",
    );
}

#[test]
fn an_exception_in_the_middle_of_a_statement_covers_its_line() {
    check("a.rs", "fn f() {\n    a()\n        .b() // gatefold: allow(x): y *\n        .c();\n}\n");
}

#[test]
fn an_exception_that_stands_alone_covers_the_next_statement() {
    check(
        "a.rs",
        "fn f() {\n    // gatefold: allow(x): y\n    // more words\n\n    a() *\n        .b(); *\n    c();\n}\n",
    );
    check("a.rs", "fn f() -> u8 {\n    // gatefold: allow(x): y\n    a() *\n        .b() *\n}\n");
}

#[test]
fn an_exception_above_an_item_covers_its_head() {
    check(
        "a.rs",
        "// gatefold: allow(x): y\n#[a] *\n#[b( *\n    c *\n)] *\npub fn f( *\n    a: u8, *\n) { *\n    b();\n} *\n",
    );
    check("a.rs", "#[a] *\n// gatefold: allow(x): y *\nfn f() { *\n    b();\n} *\n");
    check("a.rs", "// gatefold: allow(x): y\nmod m { *\n    fn f() {}\n    struct S;\n} *\n");
    check("a.rs", "// gatefold: allow(x): y\nstruct S { *\n    a: u8, *\n} *\n");
    check(
        "a.rs",
        "impl S {\n    // gatefold: allow(x): y\n    fn f(&self) -> u8 { *\n        1\n    } *\n}\n",
    );
}

#[test]
fn an_exception_above_a_loop_covers_its_head_and_not_its_body() {
    check(
        "a.rs",
        "fn f() {\n    // gatefold: allow(x): y\n    for a in b *\n        .c() *\n    { *\n        d();\n        e();\n    } *\n}\n",
    );
    check(
        "a.rs",
        "fn f() {\n    // gatefold: allow(x): y\n    spawn(async move { *\n        sleep();\n    }); *\n}\n",
    );
}

#[test]
fn an_exception_where_nothing_is_rust_covers_a_line() {
    check("a.yaml", "a:\n  # gatefold: allow(x): y\n  b: c *\n  d: e\n");
    check("a.toml", "a = [ # gatefold: allow(x): y *\n  1,\n]\n");
    check("a.proto", "message A {\n  // gatefold: allow(x): y\n\n  int32 b = 1; *\n}\n");
    check("a.rs", "fn f( {\n  // gatefold: allow(x): y\n  a(); *\n  b();\n");
}

#[test]
fn an_exception_above_nothing_covers_nothing() {
    check("a.rs", "fn f() {}\n// gatefold: allow(x): y\n");
}

#[test]
fn texts_and_documentation_hold_no_exceptions() {
    for text in [
        "/// gatefold: allow(x): y\nfn f() {}\n",
        "fn f() { a(\"// gatefold: allow(x): y\"); }\n",
        "/* gatefold: allow(x): y */\nfn f() {}\n",
        "// see gatefold: allow(x): y\nfn f() {}\n",
    ] {
        assert_eq!(read_text("a.rs", text), (Vec::new(), Vec::new()), "{text}");
    }
    assert_eq!(read_text("a.md", "// gatefold: allow(x): y\n"), (Vec::new(), Vec::new()));
}

#[test]
fn a_malformed_exception_is_told_with_its_place() {
    let (exceptions, malformed) = read_text("a.rs", "fn f() {\n    a(); // gatefold: allow(x)\n}\n");
    assert_eq!(exceptions, []);
    assert_eq!(malformed[0].location, Location::at("a.rs", Span::on_line(2, 10, 31)));
    assert_eq!(malformed[0].message, "gives no reason after a colon");
}
