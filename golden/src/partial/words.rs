//! A tally in a few lines, for findings and for people.

use super::{Segment, Tally};

impl Tally {
    /// How many requests there are of each outcome, by segment how many changed, what the measures say, which models
    /// there were; a sentence each, those left out that have nothing to say.
    pub fn notes(&self) -> Vec<String> {
        let total = self.total();
        let mut notes = vec![format!("requests by what differs: {}", by_outcome(&total))];
        let touched = self.segments.iter().filter(|(_, segment)| segment.changed() > 0);
        let parts: Vec<String> = touched
            .map(|(name, segment)| format!("{name} {} of {}", segment.changed(), segment.requests()))
            .collect();
        if !parts.is_empty() {
            notes.push(format!("changed by segment: {}", parts.join(", ")));
        }
        if !total.measures.is_empty() {
            let means = total.measures.iter().filter_map(|(name, sum)| Some((name, sum.mean()?)));
            let means: Vec<String> = means.map(|(name, mean)| format!("{name} {mean:.3}")).collect();
            notes.push(format!("means over the changed: {}", means.join(", ")));
        }
        if !self.models.is_empty() {
            let models: Vec<&str> = self.models.iter().map(String::as_str).collect();
            notes.push(format!("the model was and is: {}", models.join(", ")));
        }
        notes
    }
}

/// `items 3, order 2, identical 995`, the gravest first.
fn by_outcome(segment: &Segment) -> String {
    let parts = segment.outcomes.iter().rev().map(|(outcome, count)| format!("{} {count}", outcome.name()));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}
