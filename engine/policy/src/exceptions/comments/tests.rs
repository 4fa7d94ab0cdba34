//! What is a comment, and what only looks like one. A comment that must be found begins with `!`.

use proptest::prelude::*;

use super::*;

fn check(language: Language, text: &str) {
    let found: Vec<_> =
        comments(language, text).iter().map(|comment| (comment.line, comment.text.trim())).collect();
    let expected: Vec<_> = text
        .split('\n')
        .enumerate()
        .filter_map(|(line, content)| {
            let comment = content.find("// !").map(|at| &content[at + 2..]);
            let comment = comment.or(content.find("# !").map(|at| &content[at + 1..]))?;
            Some((line as u32 + 1, comment.trim()))
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn rust_comments_are_told_from_texts() {
    check(
        Language::Rust,
        r####"#!/usr/bin/env run // no
// ! yes
let a = "// no"; // ! yes
let b = "\"// no"; // ! yes
let c = r"\"; // ! yes
let d = r#"" // no "#; // ! yes
let e = br##""# // no
   // no "##; // ! yes
let f = '"'; // ! yes
let g = '\''; // ! yes
let h = b'"'; let i = b'\\'; // ! yes
fn j<'a>(x: &'a str) -> &'a str { 'l: loop {} } // ! yes
let k = 'ä'; let l = '\u{1F600}'; // ! yes
let r#type = 1; // ! yes
let m = c"// no"; let n = cr#"// no"#; // ! yes
let p = "
  // no
"; // ! yes
let q = "\
  // no"; // ! yes
/* // no */ // ! yes
/* /* // no */ // no
*/ // ! yes
/// // no
//! // no
//// ! yes
let s = a / b; let t = a /* no */ / b; // ! yes
macro! { 'a 'b' "// no" } // ! yes
let u = x.r"// no"; // ! yes
macro! { '0'r#"" "# no"#"// no" } // ! yes
macro! { 'r#"// no" } // ! yes
let v = 'r'; let w = '\n'; // ! yes
"####
            .replace("//// !", "// !")
            .as_str(),
    );
}

#[test]
fn four_slashes_are_no_documentation() {
    assert_eq!(comments(Language::Rust, "//// x\n/// y\n").len(), 1);
}

#[test]
fn proto_comments_are_told_from_texts() {
    check(
        Language::Proto,
        "option a = \"// no\"; // ! yes\noption b = '// no'; // ! yes\n/* // no\n // no */ // ! yes\n/* /* */ // ! yes\n",
    );
}

#[test]
fn yaml_comments_are_told_from_texts() {
    check(
        Language::Yaml,
        "\
# ! yes
a: b # ! yes
b: b# no
c: \"# no\" # ! yes
d: '# no '' # no' # ! yes
e: don't # ! yes
f: | # ! yes
  # no

  text # no
g: >- # ! yes
  # no
h:
  - |
    # no
  - x # ! yes
  - i: |
      # no
    j: k # ! yes
  - - |+2
      # no
    - l # ! yes
m: \"one
  # no
  two\" # ! yes
n: [a, 'b # no', \"c # no\"] # ! yes
o: x | y # ! yes
p: {\"q\":\"# no\"} # ! yes
",
    );
}

#[test]
fn toml_comments_are_told_from_texts() {
    check(
        Language::Toml,
        "a = \"# no\" # ! yes\nb = '# no \\' # ! yes\nc = \"\"\"\n# no\n\\\"\"\" # no\n\"\"\" # ! yes\nd = '''\n# no\n''' # ! yes\ne=1# ! yes\n",
    );
}

#[test]
fn a_comment_knows_its_columns_in_characters() {
    let found = comments(Language::Rust, "let ä = 1; // x\r\n  // y\r\n");
    let at: Vec<_> = found.iter().map(|c| (c.line, c.column, c.end_column, c.text, c.alone)).collect();
    assert_eq!(at, [(1, 12, 16, " x", false), (2, 3, 7, " y", true)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    /// Whatever the text is: no panic, and every comment lies where it says.
    #[test]
    fn any_text_is_read(text in "[a-z'\"/*#\\\\r \n:|>-]{0,80}") {
        for language in [Language::Rust, Language::Proto, Language::Yaml, Language::Toml] {
            for comment in comments(language, &text) {
                let line = text.split('\n').nth(comment.line as usize - 1).unwrap_or_default();
                prop_assert!(line.contains(comment.text));
            }
        }
    }

    /// Where Rust's own lexer accepts a text, blanking the comments that are found leaves the tokens as they are.
    #[test]
    fn the_tokens_of_rust_hold_no_comment(text in "([a-z]{1,2}|'[a-z]|'.'|\"[a-z/]*\"|r#\"[/a-z\"]{0,4}\"#|//[ a-z\"']*\n|/\\*[a-z ]*\\*/| |\n){0,12}") {
        if let Ok(tokens) = text.parse::<proc_macro2::TokenStream>() {
            let mut blanked = text.clone();
            for start in braces::rust(&text).into_iter().rev() {
                let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
                blanked.replace_range(start..end, &" ".repeat(end - start));
            }
            let same = blanked.parse::<proc_macro2::TokenStream>().map(|tokens| tokens.to_string());
            prop_assert_eq!(same.ok(), Some(tokens.to_string()));
            let rest: Vec<_> = braces::rust(&blanked);
            prop_assert_eq!(rest, Vec::<usize>::new());
        }
    }
}
