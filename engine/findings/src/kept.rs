//! Findings as a cache keeps them: with the name of their rule in the place of the rule.

use serde::{Deserialize, Serialize};

use crate::finding::{Delta, Fix, Judged, Location, Note};
use crate::{Finding, Level, Rule};

/// A finding as plain data. Who reads it back says which rules there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    rule: String,
    level: Level,
    location: Option<Location>,
    message: String,
    help: Option<String>,
    notes: Vec<Note>,
    fix: Option<Fix>,
    facts: Vec<String>,
    judged: Option<Judged>,
    deltas: Vec<Delta>,
}

impl Kept {
    /// The finding as data. Every field is named, so that nobody can add one and forget it here.
    pub fn of(finding: &Finding) -> Kept {
        let Finding { rule, level, location, message, help, notes, fix, facts, judged, deltas } =
            finding.clone();
        let rule = rule.id.to_owned();
        Kept { rule, level, location, message, help, notes, fix, facts, judged, deltas }
    }

    /// The finding again; none where no rule has its name.
    pub fn restored(self, rules: &[&'static Rule]) -> Option<Finding> {
        let Kept { rule, level, location, message, help, notes, fix, facts, judged, deltas } = self;
        let rule = rules.iter().copied().find(|known| known.id == rule)?;
        Some(Finding { rule, level, location, message, help, notes, fix, facts, judged, deltas })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Edit, Span};

    crate::rule! {
        /// Only for tests.
        static KEPT = { id: "kept", guard: "tests", group: "tests", level: Error, summary: "finds samples" };
    }

    #[test]
    fn a_finding_comes_back_as_it_was_and_only_for_its_rule() {
        let place = Location::at("a.rs", Span { line: 1, column: 2, end_line: 3, end_column: 4 });
        let mut finding = Finding::new(&KEPT, place.clone(), "a sample")
            .help("mend it")
            .note("seen")
            .note_at_base(place.clone(), "as it was")
            .note_at(place, "as it is")
            .fact("x  y")
            .judged("was", "is")
            .deltas(vec![Delta { of: "one".to_owned(), digest: "d".to_owned() }]);
        finding.level = Level::Warning;
        finding.fix = Some(Fix {
            edits: vec![Edit { file: "a.rs".to_owned(), range: 1..2, text: "b".to_owned() }],
            safe: true,
        });
        let kept = Kept::of(&finding);
        assert!(kept.clone().restored(&[]).is_none());
        let again = kept.restored(&[&KEPT]).expect("its rule is known");
        assert_eq!(format!("{again:?}"), format!("{finding:?}"));
    }
}
