//! The words of the index that a typed word stands for: itself, what it is the beginning of, and what it may be a
//! mistake for.
use std::sync::Arc;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{InvertedIndexReader, TantivyError, Term};

/// The shortest word that may be the beginning of one, in letters.
const PREFIX_LETTERS: usize = 2;
/// The shortest word that may have a mistake, in letters.
const FUZZY_LETTERS: usize = 5;
/// Words of the index that are looked at for a word of a field.
const MOST_LOOKED_AT: usize = 4_096;
/// Words of the index that a word stands for at most in a field, beside itself: those in most documents.
const MOST_VARIANTS: usize = 24;

/// What the beginning of a word is worth at most, beside the word itself.
const PREFIX: f32 = 0.9;
/// What a word is worth that a mistake away is another.
const FUZZY: f32 = 0.5;

/// A field of the index that can be asked for its words.
pub(super) struct Asked {
    pub(super) field: Field,
    pub(super) words: Arc<InvertedIndexReader>,
}

/// A word of the index that a typed word stands for.
#[derive(Debug)]
pub(super) struct Variant {
    /// The word in its field.
    pub(super) term: Term,
    /// How close it is to what was typed: 1 for the word itself.
    pub(super) closeness: f32,
    /// How many documents have it.
    pub(super) documents: u64,
}

/// What a typed word stands for in a field.
pub(super) fn variants(asked: &Asked, typed: &str, is_last: bool) -> Result<Vec<Variant>, TantivyError> {
    let letters = typed.chars().count();
    let mut variants = Vec::new();
    let itself = Term::from_field_text(asked.field, typed);
    let documents = asked.words.doc_freq(&itself)?;
    if documents > 0 {
        variants.push(Variant { term: itself.clone(), closeness: 1.0, documents: documents.into() });
    }
    let mut others = Vec::new();
    if is_last && letters >= PREFIX_LETTERS {
        longer(asked, typed, letters, &mut others)?;
    }
    if letters >= FUZZY_LETTERS && !typed.contains(|letter: char| letter.is_numeric()) {
        mistaken(asked, typed, itself, &mut others)?;
    }
    // A word that is reached both ways counts as what it is closer to.
    others.sort_by(|one: &Variant, other| {
        one.term.cmp(&other.term).then_with(|| other.closeness.total_cmp(&one.closeness))
    });
    others.dedup_by(|later, first| later.term == first.term);
    others.sort_by(|one, other| other.documents.cmp(&one.documents).then_with(|| one.term.cmp(&other.term)));
    others.truncate(MOST_VARIANTS);
    variants.append(&mut others);
    Ok(variants)
}

/// The words that begin with the typed one.
fn longer(asked: &Asked, typed: &str, letters: usize, found: &mut Vec<Variant>) -> Result<(), TantivyError> {
    let mut words = asked.words.terms().range().ge(typed.as_bytes()).into_stream()?;
    for _ in 0..MOST_LOOKED_AT {
        if !words.advance() {
            break;
        }
        let Ok(word) = std::str::from_utf8(words.key()) else { break };
        let Some(rest) = word.strip_prefix(typed) else { break };
        if !rest.is_empty() {
            let share = letters as f32 / (letters + rest.chars().count()) as f32;
            found.push(Variant {
                term: Term::from_field_text(asked.field, word),
                closeness: PREFIX * share,
                documents: words.value().doc_freq.into(),
            });
        }
    }
    Ok(())
}

/// The words that are one letter more, less, another, or two letters swapped away from the typed one.
fn mistaken(asked: &Asked, typed: &str, itself: Term, found: &mut Vec<Variant>) -> Result<(), TantivyError> {
    let automaton = FuzzyTermQuery::new(itself, 1, true).automaton()?;
    let mut words = asked.words.terms().search(automaton).into_stream()?;
    for _ in 0..MOST_LOOKED_AT {
        if !words.advance() {
            break;
        }
        let Ok(word) = std::str::from_utf8(words.key()) else { break };
        if word != typed {
            found.push(Variant {
                term: Term::from_field_text(asked.field, word),
                closeness: FUZZY,
                documents: words.value().doc_freq.into(),
            });
        }
    }
    Ok(())
}
