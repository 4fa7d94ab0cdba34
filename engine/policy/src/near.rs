//! What somebody may have meant who wrote a word that there is not.

/// Words that are less alike are not said to be meant, by the measure and the bound of clap's own advice.
const ALIKE: f64 = 0.7;

/// A longer word was not mistyped, in bytes.
const LONGEST: usize = 100;

/// `; did you mean ..?` for a word that is not one of those known, where one of them is much like it.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    if word.len() > LONGEST {
        return String::new();
    }
    let likeness = |known: &'k str| (strsim::jaro(word, known), known);
    let best = known.into_iter().map(likeness).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    let best = best.filter(|(alike, _)| *alike > ALIKE);
    best.map(|(_, meant)| format!("; did you mean `{meant}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_what_is_alike_is_meant() {
        let check = |word: &str, expected: &str| {
            assert_eq!(
                did_you_mean(word, ["exclude", "exclude_authors", "levels", "mode"]),
                expected,
                "{word}"
            );
        };
        check("exlude", "; did you mean `exclude`?");
        check("excluded_author", "; did you mean `exclude_authors`?");
        check("level", "; did you mean `levels`?");
        check("xyz", "");
        check("", "");
        check(&"exclude".repeat(100), "");
    }
}
