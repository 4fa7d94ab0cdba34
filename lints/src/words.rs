//! Identifiers taken apart into words, so that `model_idx` is never mistaken for something with an `id`.

/// The words of an identifier in lower case: `top10_userIDs` is `top`, `10`, `user`, `ids`.
pub fn words(name: &str) -> Vec<String> {
    parts(name).map(|part| lower(part).collect()).collect()
}

/// Whether one of the words of an identifier is in the list.
pub fn has_word(name: &str, list: &[&str]) -> bool {
    parts(name).any(|part| is_one_of(part, list))
}

/// The words of an identifier as they are written: rules ask this of most names, so that it takes no memory.
pub(crate) fn parts(name: &str) -> impl Iterator<Item = &str> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.split('_').flat_map(|mut rest| {
        std::iter::from_fn(move || {
            let (part, behind) = rest.split_at(end_of_part(rest));
            rest = behind;
            (!part.is_empty()).then_some(part)
        })
    })
}

/// Whether a part of an identifier is one of these words, which are in lower case.
pub(crate) fn is_one_of(part: &str, words: &[&str]) -> bool {
    match part.is_ascii() {
        true => words.iter().any(|word| part.eq_ignore_ascii_case(word)),
        false => words.iter().any(|word| lower(part).eq(word.chars())),
    }
}

fn lower(part: &str) -> impl Iterator<Item = char> {
    part.chars().flat_map(char::to_lowercase)
}

fn end_of_part(rest: &str) -> usize {
    // Most are small letters to their end.
    if rest.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return rest.len();
    }
    let mut letters = rest.char_indices();
    let Some((_, mut before)) = letters.next() else { return 0 };
    while let Some((at, letter)) = letters.next() {
        let mut ahead = letters.clone().map(|(_, letter)| letter);
        // `userID`, `HTTPServer`, `top10`; the `s` of `userIDs` stays with its word.
        let starts = letter.is_uppercase()
            && (before.is_lowercase()
                || before.is_uppercase()
                    && match (ahead.next(), ahead.next()) {
                        (Some('s'), next) => next.is_some_and(char::is_lowercase),
                        (after, _) => after.is_some_and(char::is_lowercase),
                    });
        if starts || before.is_ascii_digit() != letter.is_ascii_digit() {
            return at;
        }
        before = letter;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        assert_eq!(words(name), expected, "{name}");
    }

    #[test]
    fn an_identifier_falls_into_its_words() {
        check("final_score", &["final", "score"]);
        check("finalScore", &["final", "score"]);
        check("HTTPServer", &["http", "server"]);
        check("top10_userIDs", &["top", "10", "user", "ids"]);
        check("r#type", &["type"]);
        check("__x__", &["x"]);
        check("MAX_SCORE", &["max", "score"]);
        check("", &[]);
    }

    #[test]
    fn a_word_is_not_a_substring() {
        assert!(!has_word("model_idx", &["id"]));
        assert!(!has_word("underscore", &["score"]));
        assert!(!has_word("ScoreboardId", &["score"]));
        assert!(has_word("BM25Score", &["score"]));
    }
}
