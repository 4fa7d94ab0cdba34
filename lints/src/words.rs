//! Identifiers taken apart into words, so that `model_idx` is never mistaken for something with an `id`.

/// The words of an identifier in lower case: `top10_userIDs` is `top`, `10`, `user`, `ids`.
pub fn words(name: &str) -> Vec<String> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        let mut ahead = letters.clone();
        let (after, next) = (ahead.next(), ahead.next());
        let starts = before.is_some_and(|before| {
            // `userID`, `HTTPServer`, `top10`; the `s` of `userIDs` stays with its word.
            (before.is_lowercase() && letter.is_uppercase())
                || (before.is_uppercase()
                    && letter.is_uppercase()
                    && after.is_some_and(char::is_lowercase)
                    && !(after == Some('s') && next.is_none_or(|next| !next.is_lowercase())))
                || (before.is_ascii_digit() != letter.is_ascii_digit())
        });
        if (starts || letter == '_') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter != '_' {
            word.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether one of the words of an identifier is in the list.
pub fn has_word(name: &str, list: &[&str]) -> bool {
    words(name).iter().any(|word| list.contains(&word.as_str()))
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
