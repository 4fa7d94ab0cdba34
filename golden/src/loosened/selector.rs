//! The selector of a redaction, and what of a ranking it covers.

use super::fields::Fields;

/// A step of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// `.name`, `["name"]`
    Key(String),
    /// `[]`, `[0]`, `[1:3]`, `.*`
    Any,
    /// `.**`
    Deep,
}

/// What of a ranking is hidden, and whether that is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) part: Part,
    /// False where it depends on what the selector is applied to.
    pub(super) sure: bool,
}

/// A part of a ranking that approvals bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    List,
    Ids,
    Scores,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Part::List => "the ranked list",
            Part::Ids => "the ids",
            Part::Scores => "the scores",
        }
    }
}

/// Whether a text has the form of a selector, as insta's grammar has it.
pub(super) fn is_selector(text: &str) -> bool {
    !text.is_empty() && text.split(',').all(|one| one.trim().is_empty() || steps(one.trim()).is_some())
}

/// What a selector covers of the rankings whose fields these are.
pub(super) fn cover(text: &str, fields: &Fields) -> Option<Cover> {
    let covers = text.split(',').filter_map(|one| cover_of(&steps(one.trim())?, fields));
    // What is sure outweighs what is not.
    covers.max_by_key(|cover| cover.sure)
}

fn cover_of(steps: &[Step], fields: &Fields) -> Option<Cover> {
    let keys: Vec<&str> = steps.iter().filter_map(Step::key).collect();
    let in_items = keys.iter().any(|key| fields.is_items(key));
    let Some(last) = keys.last() else {
        // `[]` and `.*` hide whatever they are applied to; `.` hides nothing by itself.
        return (!steps.is_empty()).then_some(Cover { part: Part::List, sure: false });
    };
    if fields.is_items(last) {
        return Some(Cover { part: Part::List, sure: true });
    }
    let part = match (fields.is_id(last), fields.is_score(last)) {
        (true, _) => Part::Ids,
        (_, true) => Part::Scores,
        _ => return None,
    };
    // Of a list without a name, a field that only items have.
    let alone = keys.len() == 1;
    let of_list = alone && steps.first().is_some_and(|step| step.key().is_none());
    let common = fields.is_common(last);
    let sure = in_items || of_list && !common;
    (sure || of_list || alone && !common).then_some(Cover { part, sure })
}

impl Step {
    fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            _ => None,
        }
    }
}

fn steps(text: &str) -> Option<Vec<Step>> {
    if text == "." {
        return Some(Vec::new());
    }
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (step, after) = if let Some(after) = rest.strip_prefix(".**") {
            (Step::Deep, after)
        } else if let Some(after) = rest.strip_prefix(".*") {
            (Step::Any, after)
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let (key, after) = after.split_once("\"]")?;
            (Step::Key(key.to_owned()), after)
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']')?;
            let number = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | ':' | ' ');
            if !index.chars().all(number) {
                return None;
            }
            (Step::Any, after)
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '$')));
            let (key, after) = after.split_at(end.unwrap_or(after.len()));
            if key.is_empty() || key.starts_with(|letter: char| letter.is_ascii_digit()) {
                return None;
            }
            (Step::Key(key.to_owned()), after)
        };
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(selector: &str, expected: &str) {
        let fields = Fields::of("shelves.items", "track_id", "score", "r.v1.Queue/Rank");
        let found = match cover(selector, &fields) {
            Some(Cover { part, sure }) => format!("{}{}", part.name(), if sure { "" } else { "?" }),
            None => String::new(),
        };
        assert_eq!(found, expected, "{selector}");
    }

    #[test]
    fn the_list_its_ids_and_its_scores_are_covered() {
        for all in
            [".items", ".shelves[].items", ".items[]", ".items[0]", ".items.*", "[\"items\"]", ".**.items"]
        {
            check(all, "the ranked list");
        }
        check(".items[].score", "the scores");
        check(".items.*.track_id", "the ids");
        check("[].score", "the scores");
        check(".**.score", "the scores");
        check(".at, .items[].score", "the scores");
    }

    #[test]
    fn what_depends_on_the_value_is_not_sure() {
        for any in ["[]", ".*", ".**", "[0]"] {
            check(any, "the ranked list?");
        }
        check(".score", "the scores?");
        check(".track_id", "the ids?");
    }

    #[test]
    fn other_fields_are_none_of_it() {
        for other in [
            ".at",
            ".items[].updated_at",
            ".request_id",
            ".id",
            ".quality.score",
            ".",
            "items",
            "[items]",
            "",
        ] {
            check(other, "");
        }
    }

    #[test]
    fn an_id_that_everything_has_is_one_of_items_only_below_them() {
        let fields = Fields::of("items", "id", "score", "r.v1.Queue/Rank");
        assert_eq!(cover(".id", &fields), None);
        assert_eq!(cover("[].id", &fields), Some(Cover { part: Part::Ids, sure: false }));
        assert_eq!(cover(".items[].id", &fields), Some(Cover { part: Part::Ids, sure: true }));
    }
}
