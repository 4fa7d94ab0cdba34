//! Texts that are allowed: out of which letters, after which pattern.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::choices::Choices;

/// How often something is repeated that may be repeated without end.
const REPEATED: u32 = 8;
/// How many letters of a class are told apart.
const LETTERS: usize = 512;
/// How many parts of a pattern are gone through for one text.
const STEPS: u32 = 100_000;
/// The size of a compiled pattern, in bytes.
const PATTERN: usize = 1 << 20;

/// Letters where nothing says which: simple ones, and those that go wrong on the way.
pub(super) const ANY: &[char] = &[
    'a',
    'b',
    'c',
    'x',
    'y',
    'z',
    '0',
    '1',
    '9',
    'A',
    'Z',
    ' ',
    '-',
    '_',
    '.',
    '/',
    '\'',
    '"',
    '\\',
    '%',
    '<',
    '{',
    '\n',
    '\t',
    '\0',
    '\u{7f}',
    'é',
    'ß',
    'İ',
    'ﬀ',
    '\u{301}',
    '\u{200d}',
    '\u{202e}',
    '\u{feff}',
    '名',
    '\u{1f3b5}',
    '\u{10ffff}',
];

/// Letters that are in hardly any set, to show that others are refused.
const FOREIGN: &[char] = &['!', ' ', '/', '%', '\u{7}', 'é', '名', '\u{1f3b5}', '~', 'a', '0'];

/// A set of letters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Letters {
    /// First and last of each run, in order.
    runs: Vec<(char, char)>,
    /// Those of which texts are made, the simple ones first.
    some: Vec<char>,
}

impl Letters {
    /// Reads what stands within the brackets of a class, as in `a-z0-9_`.
    pub(crate) fn read(class: &str) -> Result<Letters, String> {
        let fault = || format!("`{class}` is no set of letters; write it as in `a-zA-Z0-9_-`");
        let parsed = regex_syntax::parse(&format!("[{class}]")).map_err(|_| fault())?;
        let runs = runs_of(&parsed).ok_or_else(fault)?;
        let mut letters = Letters { some: Vec::new(), runs };
        let mut some: Vec<char> = ANY.iter().copied().filter(|letter| letters.has(*letter)).collect();
        some.extend(letters.runs.iter().flat_map(|(first, last)| *first..=*last).take(LETTERS));
        // Lower case letters are the simplest to read.
        some.sort_by_key(|letter| (!letter.is_ascii_lowercase(), !letter.is_ascii_digit(), *letter));
        some.dedup();
        letters.some = some;
        Ok(letters)
    }

    fn has(&self, letter: char) -> bool {
        self.runs.iter().any(|(first, last)| (*first..=*last).contains(&letter))
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        text.chars().all(|letter| self.has(letter))
    }

    /// Those of which texts are made.
    pub(crate) fn as_slice(&self) -> &[char] {
        &self.some
    }

    /// A letter that is not among them.
    pub(crate) fn foreign(&self) -> Option<char> {
        FOREIGN.iter().copied().find(|letter| !self.has(*letter))
    }
}

/// The letters of a class or of a single letter, as runs.
fn runs_of(hir: &Hir) -> Option<Vec<(char, char)>> {
    let runs: Vec<(char, char)> = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
        HirKind::Literal(literal) => {
            let mut letters = std::str::from_utf8(&literal.0).ok()?.chars();
            letters
                .next()
                .filter(|_| letters.next().is_none())
                .map(|letter| (letter, letter))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    };
    (!runs.is_empty()).then_some(runs)
}

/// The letters of a class, as many as are told apart.
fn letters_of(hir: &Hir) -> Vec<char> {
    let runs = runs_of(hir).unwrap_or_default();
    runs.into_iter().flat_map(|(first, last)| first..=last).take(LETTERS).collect()
}

/// A pattern of RE2's language, from which texts can be made.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    hir: Hir,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern that a text matches if a part of it does.
    pub(crate) fn read(pattern: &str) -> Result<Pattern, String> {
        let fault = |error: String| {
            let error = error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("`{pattern}` is no pattern: {error}")
        };
        let hir = regex_syntax::parse(pattern).map_err(|error| fault(error.to_string()))?;
        let regex = regex::RegexBuilder::new(pattern).size_limit(PATTERN).build();
        Ok(Pattern { hir, regex: regex.map_err(|error| fault(error.to_string()))? })
    }

    /// Reads a pattern that a text matches as a whole.
    pub(crate) fn read_whole(pattern: &str) -> Result<Pattern, String> {
        Pattern::read(&format!("^(?:{pattern})$")).map_err(|_| format!("`{pattern}` is no pattern"))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// A text that matches, bar what the pattern says of the place (`\b`), which is not looked at.
    pub(crate) fn draw(&self, choices: &mut Choices) -> String {
        let mut text = String::new();
        draw(&self.hir, choices, &mut text, &mut { STEPS });
        text
    }
}

fn draw(hir: &Hir, choices: &mut Choices, text: &mut String, left: &mut u32) {
    // Repetitions of repetitions come to more than anybody waits for.
    *left = left.saturating_sub(1);
    if *left == 0 {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(_) => {
            let letters = letters_of(hir);
            let chosen = choices.one_of(letters.len());
            text.extend(letters.get(chosen));
        }
        HirKind::Repetition(repetition) => {
            let max = repetition.max.unwrap_or(repetition.min.saturating_add(REPEATED));
            let more = max.saturating_sub(repetition.min);
            let times = choices.number(u64::from(more), |chance| match chance.up_to(9) {
                0 => u64::from(more),
                _ => chance.up_to(u64::from(more.min(REPEATED))),
            });
            for _ in 0..u64::from(repetition.min) + times {
                draw(&repetition.sub, choices, text, left);
                if *left == 0 {
                    return;
                }
            }
        }
        HirKind::Capture(capture) => draw(&capture.sub, choices, text, left),
        HirKind::Concat(parts) => parts.iter().for_each(|part| draw(part, choices, text, left)),
        HirKind::Alternation(parts) => {
            let chosen = choices.one_of(parts.len());
            draw(&parts[chosen], choices, text, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_made_of_a_pattern_match_it() {
        for pattern in [
            "^[a-z]{1,4}-[0-9]+$",
            "(?i)^(trk|alb)/x?$",
            "a|bc|",
            "^\\p{L}{2}$",
            "^vwr-(0[0-9]){2}$",
            "^.{3}$",
        ] {
            let pattern = Pattern::read(pattern).expect("it is one");
            for case in 0..100 {
                let text = pattern.draw(&mut Choices::by_chance(1, case));
                assert!(pattern.matches(&text), "{pattern:?} {text:?}");
            }
        }
    }

    #[test]
    fn a_pattern_of_patterns_is_refused_before_it_is_as_large_as_it_says() {
        assert!(Pattern::read("((a{1000}){1000}){1000}").is_err());
        let nested = format!("{}a{}", "(".repeat(60), "+)".repeat(60));
        let text = Pattern::read(&nested).expect("it is one").draw(&mut Choices::by_chance(1, 1));
        assert!(text.len() <= 100_000);
        assert!(Pattern::read("(").is_err_and(|error| error == "`(` is no pattern: unclosed group"));
    }

    #[test]
    fn letters_are_read_as_a_class_and_the_simple_ones_stand_first() {
        let letters = Letters::read("A-Zb0_-").expect("it is one");
        assert_eq!(letters.as_slice()[..3], ['b', '0', '-']);
        assert!(letters.holds("A_b-0") && !letters.holds("a"));
        assert_eq!(letters.foreign(), Some('!'));
        let shown = Letters::read(r"\P{Cc}").expect("it is one");
        assert!(shown.holds("名 \u{1f3b5}") && shown.foreign() == Some('\u{7}'));
        assert!(shown.as_slice().contains(&'名') && !shown.as_slice().contains(&'\0'));
        assert!(
            Letters::read("z-a").is_err() && Letters::read("a]b[").is_err() && Letters::read("").is_err()
        );
    }
}
