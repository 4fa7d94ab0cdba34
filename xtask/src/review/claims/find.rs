//! Claims in sentences, by words, with care for what takes them back.

use super::words::{Sentence, Token, sentences};

/// What is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// It behaves as before.
    NoBehaviour,
    /// No ranking changes.
    NoRanking,
    /// No caller breaks.
    NoBreaking,
    /// Nothing but the shape of code changes.
    OnlyRefactoring,
    /// Nothing but prose and comments changes.
    OnlyDocs,
    /// Nothing but tests changes.
    OnlyTests,
    /// There are new tests.
    AddsTests,
    /// No package is new.
    NoDependencies,
    /// Tests pass.
    TestsPass,
    /// It is not slower, or faster.
    NotSlower,
}

/// A claim as it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// The sentence that makes it.
    pub(crate) sentence: String,
    /// Whether the sentence takes something out of it.
    pub(crate) excepts: bool,
}

/// Patterns of a kind. Words stand in the form of [`words`](super::words): `|` between words that do as well, `?` before
/// what may be missing, `~` for a word of any kind that may be missing.
struct Patterns {
    kind: Kind,
    /// Whether a hope is a claim: who says that nothing should change says that nothing does.
    hoped: bool,
    patterns: &'static [&'static str],
}

const PATTERNS: &[Patterns] = &[
    Patterns {
        kind: Kind::NoBehaviour,
        hoped: true,
        patterns: &[
            "no|zero|without|0 ?any ?intended|expected|known|visible|observable|runtime|user|external|externally ?facing|visible behaviour|behavioural|functional|semantic|logic|facing change|impact|effect",
            "no|zero|without ?any change|impact|effect in|to|of|on ?the ?any|runtime|existing|its|observable|our behaviour|functional|semantics|logic",
            "behaviour|functional|semantics|logic ~ ~ ~ is|are|remain|be ?completely|entirely|exactly|otherwise ?the unchanged|identical|same|preserve|unaffected|untouched|kept",
            "identical|same|unchanged behaviour|functional|output",
            "nothing ~ ~ change|alter|affect ?the behaviour",
            "no op",
            "not change|alter|affect|modify|touch ?any|the|its ?existing|our|its|runtime|observable|external behaviour|functional|semantics|logic",
            "no|without affect|alter|change|modify ?any|the ?existing|runtime behaviour|functional|semantics|logic",
            "preserve ?the|all|its ?existing|current behaviour|functional|semantics",
            "behaviour preserve|neutral",
            "behaves|works|work|behave exactly|just|still ?the as|same as|before|way",
            "NFC",
        ],
    },
    Patterns {
        kind: Kind::NoRanking,
        hoped: true,
        patterns: &[
            "no|zero|without ?any ranking|order change",
            "no|zero|without ?any change|impact|effect to|in|of|on ?the|any ranking|order",
            "ranking are|is|do not affect|change|move",
            "identical|unchanged|same ranking",
            "ranking ~ is|are|remain|be ?exactly|the unchanged|identical|same|unaffected",
            "not change|alter|affect|move|touch ?any|the|our ranking",
        ],
    },
    Patterns {
        kind: Kind::NoBreaking,
        hoped: true,
        patterns: &[
            "no|zero|without ?any ?known ?public|api|wire|proto|user|new ?facing breaking ?api|proto|schema change",
            "not ?a|any|introduce|contain|include ?a|any breaking change",
            "not break ?any|the|our ?existing|public|wire ?api|caller|contract|wire|backward|backwards|anything|anyone|apis|callers ?api|caller|contract|compatible",
            "non breaking",
            "no|zero|without ?any ?public|wire api|schema|proto|interface|contract change",
            "caller ~ is|are|remain unaffected|untouched",
            "nothing change|break for ?existing|any|our caller",
            "backward|backwards|wire|fully|api ?compatible|wire|api compatible",
            "breaking change : no|none|nothing|na|nope",
            "breaking change : n a",
            "breaking : no|none|nothing|na|false",
        ],
    },
    Patterns {
        kind: Kind::OnlyRefactoring,
        hoped: true,
        patterns: &[
            "only|pure|just|merely|simply|mere|mechanical|straight|straightforward|simple ?a|an|some|mechanical|pure|minor|small|code|internal refactor|cleanup|rename|move|format|cosmetic",
            "refactor|cleanup|rename|format|cosmetic only|change",
            "nothing but ?a refactor|cleanup|rename|format",
            "only ?a ?change format|cosmetic",
        ],
    },
    Patterns {
        kind: Kind::OnlyDocs,
        hoped: false,
        patterns: &[
            "only|just|pure ?change|touch|affect|add|fix|a|some|to|the ?the|some|a ?in|to docs|comment|typo|typos",
            "docs|comment ?and ?docs|comment only|change",
            "change|touch only ?the|in docs|comment",
        ],
    },
    Patterns {
        kind: Kind::OnlyTests,
        hoped: false,
        patterns: &[
            "only|just|pure ?change|touch|affect|add|adds|fix ?new|more|unit|integration|some test",
            "test ?code only",
        ],
    },
    Patterns {
        kind: Kind::AddsTests,
        hoped: false,
        patterns: &[
            "add|include|introduce|write|comes|extend|provide ?with|a|an|the|some|new|more|two|three|several|few|2|3|4 ?a|new|more|missing|additional|extra|corresponding ?unit|integration|regression|property|golden|contract|e2e|missing|scenario ?and ?unit|integration|regression test",
            "test ?cases|coverage were|are|is|have|has|was ?been ?also add|include",
            "new ?unit|integration|regression|property|golden|contract test cover|check|for|show|pin",
            "test add|include",
            "with ?new|unit|more|additional|a|regression|the ?unit|integration|regression|corresponding test",
            "cover ?by|with new ?unit|integration|regression test",
            "covered by|with ?a|the|new|unit|regression ?unit|integration|regression test",
        ],
    },
    Patterns {
        kind: Kind::NoDependencies,
        hoped: true,
        patterns: &[
            "no|without|zero ?any ?new|additional|extra|added|external dependency",
            "not add|introduce ?any|a ?new dependency",
        ],
    },
    Patterns {
        kind: Kind::TestsPass,
        hoped: false,
        patterns: &[
            "all|existing|the|unit ?existing|of ?the ?unit test ?still|now|do|all pass|green|succeed",
            "test are|is|remain ?still|all green|passing|pass",
            "test|tested|verified ?it|this manually|locally",
            "manually|locally tested|verified",
        ],
    },
    Patterns {
        kind: Kind::NotSlower,
        hoped: true,
        patterns: &[
            "no|zero|without ?any ?measurable|noticeable|significant performance|latency|perf|runtime ?or|and ?latency|performance|memory impact|regression|change|overhead|cost|penalty",
            "no|without ?any ?measurable|noticeable impact|effect|regression on|in|to ?the performance|latency|perf",
            "not affect|slow|regress|hurt ?down performance|latency|perf|anything",
            "improve|improves|improved|improving ?the performance|latency|throughput",
        ],
    },
];

/// Words in front of a claim, in its clause, that take it back or say it of something else.
const TAKES_BACK: &[&str] = &[
    "not",
    "no",
    "never",
    "neither",
    "nor",
    "hardly",
    "without",
    "unless",
    "if",
    "whether",
    "when",
    "until",
    "before",
    "claim",
    "claims",
    "claimed",
    "says",
    "said",
    "pretends",
    "promised",
    "supposed",
    "assume",
    "assuming",
    "previously",
    "earlier",
    "last",
    "revert",
    "reverts",
    "would",
    "could",
    "might",
    "may",
    "instead",
];

/// Words in front that make of a claim what somebody still means to do.
const MEANS_TO: &[&str] = &[
    "todo", "fixme", "will", "should", "must", "need", "needs", "please", "later", "follow", "next", "want",
    "plan", "to",
];

/// Words right behind a claim that make of it one about something else, or what somebody still means to do.
const PUT_OFF: &[&str] = &[
    "later",
    "will",
    "should",
    "needed",
    "missing",
    "to",
    "is",
    "are",
    "helper",
    "helpers",
    "fixture",
    "fixtures",
    "harness",
    "util",
    "utils",
    "utilities",
    "data",
    "infrastructure",
    "framework",
    "support",
    "double",
    "doubles",
    "mock",
    "plan",
];

/// Words behind a claim that take something out of it.
const EXCEPTS: &[&str] = &[
    "except",
    "excepting",
    "apart",
    "aside",
    "other",
    "beyond",
    "besides",
    "unless",
    "but",
    "beside",
    "save",
    "outside",
];

/// Every claim of a text, each kind once a sentence.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let sentences = answered(sentences(text));
    let mut found: Vec<Found> = Vec::new();
    for sentence in &sentences {
        let kinds = PATTERNS.iter().filter_map(|patterns| Some((patterns.kind, claims(patterns, sentence)?)));
        let kinds = kinds.chain(of_subject(sentence).map(|kind| (kind, false)));
        for (kind, excepts) in kinds {
            let one = Found { kind, sentence: sentence.text.clone(), excepts };
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

/// A question, a heading or a cell of a table, and the answer that stands behind it, as one sentence.
fn answered(sentences: Vec<Sentence>) -> Vec<Sentence> {
    let mut list: Vec<Sentence> = Vec::new();
    for sentence in sentences {
        let is_answer = matches!(sentence.tokens.as_slice(), [Token::Word(word), rest @ ..]
            if matches!(word.as_str(), "no" | "none" | "nothing" | "nope" | "na" | "n") && rest.len() <= 2);
        match list.last_mut().filter(|last| is_answer && (last.asks || last.heading)) {
            Some(asked) => {
                asked.tokens.retain(|token| *token != Token::Stop('?') && *token != Token::Stop(':'));
                asked.tokens.push(Token::Stop(':'));
                asked.tokens.extend(sentence.tokens);
                asked.text = format!("{} {}", asked.text, sentence.text);
                (asked.asks, asked.heading) = (false, false);
            }
            None => list.push(sentence),
        }
    }
    list.retain(|sentence| !sentence.asks);
    list
}

/// What the subject of a commit declares by the convention of its first word.
fn of_subject(sentence: &Sentence) -> Option<Kind> {
    if !sentence.first {
        return None;
    }
    let (head, _) = sentence.text.split_once(':')?;
    let word = head.split_once('(').map_or(head, |(word, _)| word);
    match word.trim().to_ascii_lowercase().as_str() {
        "refactor" | "style" => Some(Kind::OnlyRefactoring),
        "docs" | "doc" => Some(Kind::OnlyDocs),
        _ => None,
    }
}

/// Whether a sentence makes a claim, and if so whether it takes something out of it.
fn claims(patterns: &Patterns, sentence: &Sentence) -> Option<bool> {
    let parts: Vec<Vec<Part<'_>>> = patterns.patterns.iter().map(|pattern| parts(pattern)).collect();
    let tokens = &sentence.tokens;
    (0..tokens.len()).find_map(|at| {
        let length = parts.iter().find_map(|parts| length(parts, &tokens[at..]))?;
        let in_front = clause_before(&tokens[..at]);
        let is_note = tokens[..at]
            .iter()
            .any(|token| matches!(token, Token::Word(word) if word == "todo" || word == "fixme"));
        let taken_back = in_front
            .iter()
            .any(|word| TAKES_BACK.contains(word) || !patterns.hoped && MEANS_TO.contains(word));
        let behind = &tokens[at + length..];
        let put_off = !patterns.hoped && word_at(behind, 0).is_some_and(|word| PUT_OFF.contains(&word));
        let excepts =
            behind.iter().any(|token| matches!(token, Token::Word(word) if EXCEPTS.contains(&word.as_str())));
        (!taken_back && !put_off && !is_note).then_some(excepts)
    })
}

fn word_at(tokens: &[Token], at: usize) -> Option<&str> {
    match tokens.get(at)? {
        Token::Word(word) => Some(word),
        Token::Stop(_) => None,
    }
}

/// The words of the clause that ends here.
fn clause_before(tokens: &[Token]) -> Vec<&str> {
    let mut words = Vec::new();
    for token in tokens.iter().rev() {
        match token {
            Token::Stop('\u{2026}') => {}
            Token::Stop(_) => break,
            Token::Word(word) if matches!(word.as_str(), "but" | "so" | "because" | "and" | "therefore") => {
                break;
            }
            Token::Word(word) => words.push(word.as_str()),
        }
    }
    words
}

enum Part<'a> {
    /// One of these.
    One(Vec<&'a str>),
    /// One of these, or nothing.
    Maybe(Vec<&'a str>),
    /// Any word, or nothing.
    Gap,
}

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let part = |word| match word {
        "~" => Part::Gap,
        word => match str::strip_prefix(word, "?") {
            Some(words) => Part::Maybe(words.split('|').collect()),
            None => Part::One(word.split('|').collect()),
        },
    };
    pattern.split_whitespace().map(part).collect()
}

/// How many tokens a pattern takes from the first on; `None` where it does not fit.
fn length(parts: &[Part<'_>], tokens: &[Token]) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(0) };
    let fits = |words: &[&str]| match tokens.first() {
        Some(Token::Word(word)) => words.contains(&word.as_str()),
        Some(Token::Stop(sign)) => words.iter().any(|word| word.chars().eq([*sign])),
        None => false,
    };
    let taken = || length(rest, tokens.get(1..)?).map(|length| length + 1);
    match part {
        Part::One(words) => fits(words).then(taken).flatten(),
        Part::Maybe(words) => fits(words).then(taken).flatten().or_else(|| length(rest, tokens)),
        Part::Gap => {
            let is_word = matches!(tokens.first(), Some(Token::Word(_)));
            length(rest, tokens).or_else(|| is_word.then(taken).flatten())
        }
    }
}
