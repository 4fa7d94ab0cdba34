//! By which names a ranking is known in a test: the fields of the policy, the RPC, and the word itself.

use source::Token;

use crate::policy::Corpus;

/// Names that other messages have too.
const COMMON: &[&str] = &["id", "name", "key", "value", "item"];

/// The names of a corpus.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    items: Vec<String>,
    id: String,
    score: String,
    method: String,
}

impl Fields {
    pub(super) fn of_corpus(corpus: &Corpus) -> Self {
        Fields::of(&corpus.items, &corpus.id, &corpus.score, &corpus.rpc)
    }

    pub(super) fn of(items: &str, id: &str, score: &str, rpc: &str) -> Self {
        let method = rpc.rsplit('/').next().unwrap_or_default();
        Fields {
            items: last_name(items).into_iter().collect(),
            id: last_name(id).unwrap_or_default(),
            score: last_name(score).unwrap_or_default(),
            method: snake_case(method),
        }
    }

    pub(super) fn is_items(&self, name: &str) -> bool {
        self.items.iter().any(|items| same(items, name))
    }

    pub(super) fn is_id(&self, name: &str) -> bool {
        same(&self.id, name)
    }

    pub(super) fn is_score(&self, name: &str) -> bool {
        same(&self.score, name)
    }

    pub(super) fn is_common(&self, name: &str) -> bool {
        COMMON.contains(&name)
    }

    pub(super) fn is_method(&self, name: &str) -> bool {
        name == self.method
    }

    /// The names of id and score, as a snapshot of an item shows them.
    pub(super) fn shown(&self) -> (&str, &str) {
        (&self.id, &self.score)
    }

    /// Whether tokens speak of a ranking: they name its list, its scores, or the word.
    pub(super) fn speak(&self, tokens: &[Token]) -> bool {
        tokens.iter().any(|token| match token {
            Token::Word(word) => {
                self.is_items(word) || self.is_score(word) || self.is_method(word) || is_ranking(word)
            }
            Token::Group(_, within) => self.speak(within),
            _ => false,
        })
    }
}

/// Whether a name speaks of a ranking: `ranked_page`, `Rankings`.
pub(super) fn is_ranking(name: &str) -> bool {
    let words = snake_case(name);
    words.split('_').any(|word| matches!(word, "rank" | "ranks" | "ranked" | "ranking" | "rankings"))
}

/// The last name of a path, also of one within an expression.
fn last_name(path: &str) -> Option<String> {
    let letters = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut names = path.split(|letter: char| !letters(letter)).filter(|name| !name.is_empty());
    names.next_back().map(str::to_owned)
}

/// Whether two names are the same field, in either spelling of proto JSON.
fn same(field: &str, name: &str) -> bool {
    !field.is_empty() && (field == name || snake_case(name) == snake_case(field))
}

fn snake_case(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut low = false;
    for letter in name.chars() {
        if letter.is_uppercase() && low {
            words.push('_');
        }
        low = letter.is_lowercase() || letter.is_ascii_digit();
        words.extend(letter.to_lowercase());
    }
    words
}
