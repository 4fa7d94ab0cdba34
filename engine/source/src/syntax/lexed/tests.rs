//! Against `proc-macro2`, whose tokens these are.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use proptest::prelude::*;

use super::*;

/// The tokens of a text as the parser gets them; the words of documentation left out. None where it has no tokens.
fn expected(text: &str) -> Option<Vec<String>> {
    fn flat(tokens: TokenStream, found: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    found.push(format!("{:?}", group.delimiter()));
                    flat(group.stream(), found);
                    found.push("end".to_owned());
                }
                TokenTree::Ident(word) => found.push(format!("word {word}")),
                TokenTree::Punct(sign) => {
                    found.push(format!("sign {} {}", sign.as_char(), sign.spacing() == Spacing::Joint));
                }
                TokenTree::Literal(literal) => {
                    let documents = found.ends_with(&["word doc".to_owned(), "sign = false".to_owned()]);
                    found.push(if documents { "text".to_owned() } else { format!("literal {literal}") });
                }
            }
        }
    }
    let mut found = Vec::new();
    flat(text.parse().ok()?, &mut found);
    Some(found)
}

fn found(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for token in Lexer::of(text) {
        let documents = found.ends_with(&["word doc".to_owned(), "sign = false".to_owned()]);
        found.push(match token {
            Flat::Word(word) => format!("word {word}"),
            Flat::Sign(sign, is_joint) => format!("sign {sign} {is_joint}"),
            Flat::Literal(_) if documents => "text".to_owned(),
            Flat::Literal(literal) => format!("literal {literal}"),
            Flat::Open(delimiter) => format!("{delimiter:?}"),
            Flat::Close => "end".to_owned(),
        });
    }
    found
}

#[track_caller]
fn check(text: &str) {
    let expected = expected(text).expect("it has tokens");
    assert_eq!(found(text), expected, "{text}");
    let mut apart = Vec::new();
    let lexed = Lexed::of(text);
    flat(&lexed, lexed.outer(), &mut apart);
    let without_spacing = |token: &String| match token.strip_prefix("sign ") {
        Some(sign) => format!("sign {}", sign.split(' ').next().unwrap_or_default()),
        None => token.clone(),
    };
    assert_eq!(apart.len(), expected.len());
    let same = apart.iter().zip(&expected).filter(|(own, _)| *own != "literal \"\"");
    same.for_each(|(own, expected)| assert_eq!(*own, without_spacing(expected), "{text}"));
}

fn flat(lexed: &Lexed<'_>, tokens: &[Lexeme<'_>], found: &mut Vec<String>) {
    for token in tokens {
        match token {
            Lexeme::Word(word) => found.push(format!("word {word}")),
            Lexeme::Sign(sign) => found.push(format!("sign {sign}")),
            Lexeme::Literal(literal) => found.push(format!("literal {literal}")),
            Lexeme::Group(delimiter, inside) => {
                found.push(format!("{delimiter:?}"));
                flat(lexed, lexed.inside(inside), found);
                found.push("end".to_owned());
            }
        }
    }
}

#[test]
fn texts_and_characters_end_where_they_are_closed() {
    for text in [
        r#""a\"b" "\\" "" 'a' '\'' '\\' '"' '\u{7f}' "\
            c""#,
        r####"r"\" r#"a"b"# r##"a"#b"## br"c" br#"""# c"d" cr#"e"f"# b"\"" b'\'' b'"' b'\x41'"####,
        "\"a\"suffix 'a'b r\"c\"d b\"e\"f 1.5e3suffix",
        "\"\u{e9}\u{200e}\" '\u{e9}' \"/* no */ // no\"",
        "b r br c cr b2 r#type r#fn rb\"x\"",
    ] {
        check(text);
    }
}

#[test]
fn lifetimes_and_labels_are_no_characters() {
    check("fn a<'b, 'static, 'r#c>(d: &'b str, e: &'_ u8) { 'f: loop { break 'f } }");
    check("='a' ='a <'a>&'a,'b','c' 'r\"d\"");
}

#[test]
fn numbers_end_before_ranges_fields_and_methods() {
    for text in [
        "0..1 0..=1 1.max(2) 1.0.max(2.) a.0.0 a.0 .1 2. ..3.",
        "1e5 1E-5 1e+5_0 1.5e3 1e 1e_ 1e5-3 1.0e+ 1.0e+-5 2.0_f64 1_000u32 1else 1.e5 1._a",
        "0xE+1 0b1010u8 0o17 0x_ff 0xdead_beefu64 0e3 00.5 1..e",
    ] {
        check(text);
    }
}

#[test]
fn comments_are_nothing_and_documentation_is_an_attribute() {
    for text in [
        "// a\n/* b /* c */ */ d /**/ e /***/ f //// g",
        "//! a\r\n/// b\nfn c() { //! d\n /*! e /* f */ */ /** g */ h }",
        "///\n/**\n*/ a / b /c",
        "a\u{a0}b\u{2028}c\u{200e}d\u{85}e\u{b}f",
        "a // \u{e9}",
    ] {
        check(text);
    }
}

#[test]
fn words_of_every_alphabet_signs_and_brackets_are_told_apart() {
    check("\u{e9}t\u{e9} \u{4e2d}\u{6587} _ __a a1\u{e9}2 a\u{301}");
    check("#![a] a::<b>() => >>= <<= ..= -> $a @ ~ ^ ?|| &&! - -1 [{()}, ( ; )] (/*ERROR*/)");
    check("");
}

#[test]
fn what_has_no_tokens_is_read_to_some_end() {
    for text in
        ["\"a", "'", "r#", "r#\"", "b'", "b'\\", "/*", ")", "({)}", "((", "\u{2014}", "\"\\", "1e", "c\""]
    {
        found(text);
        Lexed::of(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_has_tokens_has_these(text in r###"([a-z]{1,3}|[rbc]{1,2}#{0,2}"[a-z"/\\]{0,3}"#{0,2}|'[a-z]|'.'|b'.'|[0-9_.eExo+-]{1,6}|//[!/]?[ a-z"']*\n|/\*[*!]?[a-z ]*\*/|\(|\)|[{}]|[-!#%&*,./:;<=>?@^|~$']|[ \n\r]|\\|\PC){0,16}"###) {
        let found = found(&text);
        if let Some(expected) = expected(&text) {
            prop_assert_eq!(found, expected);
        }
        let lexed = Lexed::of(&text);
        flat(&lexed, lexed.outer(), &mut Vec::new());
    }

    #[test]
    fn arbitrary_texts_are_read(text in any::<String>()) {
        let found = found(&text);
        // A byte order mark is blanked before.
        if let Some(expected) = expected(&text).filter(|_| !text.starts_with('\u{feff}')) {
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn own_sources_have_the_same_tokens() {
    OWN.iter().for_each(|text| check(text));
}

/// Files with lifetimes, escapes, raw texts and documentation.
const OWN: &[&str] = &[
    include_str!("../lexed.rs"),
    include_str!("literal.rs"),
    include_str!("../comments.rs"),
    include_str!("../calls.rs"),
    include_str!("../scan/level.rs"),
];
