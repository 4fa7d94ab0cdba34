//! What somebody may have meant who wrote a word that there is not.

/// Words that are less alike are not said to be meant, by the measure and the bound of clap's own advice.
const ALIKE: f64 = 0.7;

/// Words of which more must be written anew are not, either: many end in the same word, and that makes them no slips of each other.
const NEAR: f64 = 0.6;

/// A longer word was not mistyped, in bytes.
const LONGEST: usize = 100;

/// `; did you mean ..?` for a word that is not one of those known, where one of them is much like it.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    if word.len() > LONGEST {
        return String::new();
    }
    let likeness = |known: &'k str| (strsim::jaro(word, known), known);
    let best = known.into_iter().map(likeness).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    let is_near = |meant: &str| strsim::normalized_damerau_levenshtein(word, meant) > NEAR;
    let best = best.filter(|(alike, meant)| *alike > ALIKE && is_near(meant));
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

    #[test]
    fn a_word_that_only_ends_as_another_does_is_no_slip_of_it() {
        assert_eq!(did_you_mean("nosuch-rule", ["vacuous-rule", "untied-sort"]), "");
        assert_eq!(did_you_mean("vacous-rule", ["vacuous-rule"]), "; did you mean `vacuous-rule`?");
    }
}
