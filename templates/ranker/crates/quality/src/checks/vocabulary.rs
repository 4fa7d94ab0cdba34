//! Words that are not known.
use features::Key;

use super::Check;
use crate::batch::{Batch, Measured};
use crate::expectations::Vocabulary;
use crate::parts::words;

pub(super) const CHECK: Check = Check {
    name: "vocabulary",
    summary: "words that `vocabulary` does not know, above its part `unknown`: a genre spelt anew, a track that is gone",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    batch
        .features()
        .filter_map(|(declared, expected)| Some(measure(batch, declared.name, expected.vocabulary.as_ref()?)))
        .collect()
}

fn measure(batch: &Batch<'_>, name: &'static str, vocabulary: &Vocabulary) -> Measured {
    let (mut count, mut unknown, mut first) = (0, 0, None);
    for word in batch.values(name).flat_map(words) {
        count += 1;
        if !known(batch, vocabulary, word) {
            unknown += 1;
            first.get_or_insert(word);
        }
    }
    let what = first
        .map_or_else(|| "words are unknown".to_owned(), |word| format!("words are unknown, as {word:?}"));
    Measured::part(Some(name), (unknown, count), vocabulary.unknown, &what)
}

fn known(batch: &Batch<'_>, Vocabulary { words, ids_of, .. }: &Vocabulary, word: &str) -> bool {
    let is_id = |entity: features::Entity| {
        ids_of.as_deref() == Some(entity.name())
            && batch.all.contains_key(&Key { entity, id: word.to_owned() })
    };
    words.contains(word) || features::Entity::ALL.into_iter().any(is_id)
}

#[cfg(test)]
mod tests {
    use features::{Record, Value};

    use super::CHECK;
    use crate::checks::testing::{check, texts, weights};
    use crate::level::Level::{Fine, Refuse, Warn};

    #[test]
    fn few_enough_words_are_unknown() {
        let limits =
            "features: {genre: {vocabulary: {words: [jazz, pop], unknown: {warn: 0.25, refuse: 0.5}}}}";
        check(&CHECK, &texts(&["jazz", "pop", "pop", "polka"]), limits, Fine);
        check(&CHECK, &texts(&["jazz", "pop", "polka", "polka"]), limits, Warn);
        check(&CHECK, &texts(&["jazz", "polka", "polka", "Jazz"]), limits, Refuse);
        check(&CHECK, &[], limits, Fine);
    }

    #[test]
    fn the_names_of_weights_are_words() {
        let limits = "features: {genres: {vocabulary: {words: [jazz], unknown: {refuse: 0}}}}";
        check(&CHECK, &weights(&["jazz"], 0.5), limits, Fine);
        check(&CHECK, &weights(&["jazz", "polka"], 0.5), limits, Refuse);
    }

    #[test]
    fn identifiers_of_the_batch_are_words() {
        let limits = "features: {similar: {vocabulary: {ids_of: track, unknown: {refuse: 0}}}}";
        let similar =
            |id: &str| vec![Record::new(0, [("similar".to_owned(), Value::Texts(vec![id.to_owned()]))])];
        check(&CHECK, &similar("0"), limits, Fine);
        check(&CHECK, &similar("1"), limits, Refuse);
    }
}
