//! Sentences as words, written one way where people write them in several.

use super::plain::{self, LEFT_OUT};

/// Sentences of a text that are looked at.
const MOST: usize = 2_000;

/// Words of a sentence that are looked at.
const LONGEST: usize = 400;

/// One part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word, in small letters and in the form that patterns are written in.
    Word(String),
    /// What parts clauses.
    Stop(char),
}

/// One sentence.
#[derive(Debug)]
pub(super) struct Sentence {
    /// As it is written, without what is not said in its own words.
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// Whether it asks.
    pub(super) asks: bool,
    /// Whether it names what follows.
    pub(super) heading: bool,
    /// Whether it is the first of the text.
    pub(super) first: bool,
}

/// Forms of a word that mean the same to a pattern.
const FORMS: &[(&str, &[&str])] = &[
    ("add", &["adds", "added", "adding"]),
    ("affect", &["affects", "affected", "affecting"]),
    ("alter", &["alters", "altered", "altering"]),
    ("behaviour", &["behavior", "behaviors", "behaviours"]),
    ("behavioural", &["behavioral", "behaviorally", "behaviourally"]),
    ("break", &["breaks"]),
    ("caller", &["callers", "client", "clients", "consumer", "consumers"]),
    (
        "change",
        &["changes", "changed", "changing", "difference", "differences", "modification", "modifications"],
    ),
    ("cleanup", &["cleanups"]),
    ("comment", &["comments"]),
    ("compatible", &["compatibility", "compat"]),
    ("cosmetic", &["cosmetics"]),
    ("dependency", &["dependencies", "deps", "dep"]),
    ("docs", &["doc", "documentation", "documentations", "readme", "docstrings", "rustdoc"]),
    ("extend", &["extends", "extended", "extending"]),
    ("format", &["formats", "formatting", "reformat", "reformats", "reformatting", "whitespace"]),
    ("functional", &["functionality", "functionally", "function"]),
    ("include", &["includes", "included", "including"]),
    ("introduce", &["introduces", "introduced", "introducing"]),
    ("modify", &["modifies", "modified", "modifying"]),
    ("move", &["moves", "moved", "moving"]),
    ("only", &["solely", "exclusively"]),
    ("pass", &["passes", "passed", "passing"]),
    ("preserve", &["preserves", "preserved", "preserving"]),
    ("pure", &["purely"]),
    ("ranking", &["rankings"]),
    ("refactor", &["refactors", "refactored", "refactoring", "refactorings", "restructuring", "restructure"]),
    ("regression", &["regressions"]),
    ("remain", &["remains", "remained", "stay", "stays", "stayed", "keeps"]),
    ("rename", &["renames", "renamed", "renaming"]),
    ("test", &["tests"]),
    ("touch", &["touches", "touched", "touching", "update", "updates", "updated"]),
    ("write", &["writes", "wrote", "written"]),
];

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut list: Vec<Sentence> = Vec::new();
    for block in plain::blocks(text) {
        for said in parted(&block.text).into_iter().take(MOST - list.len().min(MOST)) {
            let tokens = tokens(said);
            if tokens.iter().any(|token| matches!(token, Token::Word(_))) {
                list.push(Sentence {
                    text: said.trim().to_owned(),
                    tokens,
                    asks: said.trim_end().ends_with('?'),
                    heading: block.heading,
                    first: list.is_empty(),
                });
            }
        }
    }
    list
}

/// A text cut behind signs that end a sentence, where white space follows.
fn parted(text: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = matches!(letter, '.' | '!' | '?' | ';');
        if ends && letters.peek().is_none_or(|(_, next)| next.is_whitespace()) {
            parts.push(&text[from..at + letter.len_utf8()]);
            from = at + letter.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

fn tokens(sentence: &str) -> Vec<Token> {
    let mut list = Vec::new();
    let mut word = String::new();
    for letter in sentence.chars().chain([' ']) {
        if letter.is_alphanumeric() || letter == '\'' || letter == '’' {
            word.push(if letter == '’' { '\'' } else { letter });
            continue;
        }
        push(&mut list, &std::mem::take(&mut word));
        match letter {
            ',' | '.' | '(' | ')' | '!' | '?' | ';' | LEFT_OUT => list.push(Token::Stop(letter)),
            ':' | '|' | '=' => list.push(Token::Stop(':')),
            '—' | '–' => list.push(Token::Stop(',')),
            _ => {}
        }
        if list.len() >= LONGEST {
            break;
        }
    }
    list
}

fn push(list: &mut Vec<Token>, written: &str) {
    let word = written.trim_matches('\'');
    if word.is_empty() {
        return;
    }
    // A common acronym of nothing else, where it is written as one.
    if word == "NFC" || word == "NFCI" {
        list.push(Token::Word("NFC".to_owned()));
        return;
    }
    let word = word.to_lowercase();
    let mut add = |word: &str| list.push(Token::Word(form(word).to_owned()));
    let bare = word.replace('\'', "");
    match bare.as_str() {
        "cannot" | "cant" => add("not"),
        "dont" | "doesnt" | "didnt" | "isnt" | "arent" | "wont" | "wasnt" | "werent" | "shouldnt"
        | "hasnt" | "havent" | "couldnt" | "wouldnt" => {
            add(bare.trim_end_matches("nt"));
            add("not");
        }
        "nonbreaking" => {
            add("non");
            add("breaking");
        }
        _ => add(word.strip_suffix("'s").unwrap_or(&word)),
    }
}

fn form(word: &str) -> &str {
    FORMS.iter().find(|(_, forms)| forms.contains(&word)).map_or(word, |(form, _)| *form)
}
