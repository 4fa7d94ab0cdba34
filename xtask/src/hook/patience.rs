//! The guard against going round for ever. The client's own limit counts anew after every use of a tool, and some clients
//! have none, so the count is kept here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How often an agent is sent back for one set of findings.
pub(crate) const FOR_ONE_SET: u32 = 3;
/// How often it is sent back for one prompt; in a session whose client names no prompts, at all.
pub(crate) const FOR_ONE_PROMPT: u32 = 6;

/// How often an agent was sent back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Patience {
    prompt: Option<String>,
    for_prompt: u32,
    /// By the digest of the set.
    for_set: BTreeMap<String, u32>,
    /// Sets that were let go, and in which prompt that was said.
    let_go: BTreeMap<String, BTreeSet<String>>,
}

/// What becomes of an agent that wants to end while something blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is sent back, for this set the so-manieth time.
    Back(u32),
    /// It is let go, for this set the first time.
    Off,
    /// It was let go before, though not in this prompt.
    OffAgain,
    /// It was let go in this prompt.
    OffSilently,
}

impl Patience {
    /// Decides, and counts.
    pub(crate) fn asked(&mut self, prompt: Option<&str>, set: &str) -> Sent {
        if self.prompt.as_deref() != prompt {
            (self.prompt, self.for_prompt) = (prompt.map(str::to_owned), 0);
        }
        let tries = self.for_set.entry(set.to_owned()).or_default();
        if *tries < FOR_ONE_SET && self.for_prompt < FOR_ONE_PROMPT {
            (*tries, self.for_prompt) = (*tries + 1, self.for_prompt + 1);
            return Sent::Back(*tries);
        }
        let first = !self.let_go.contains_key(set);
        let said =
            !self.let_go.entry(set.to_owned()).or_default().insert(prompt.unwrap_or_default().to_owned());
        match (first, said) {
            (true, _) => Sent::Off,
            (false, false) => Sent::OffAgain,
            (false, true) => Sent::OffSilently,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for one set after another; `|` begins the next prompt. `b` is sent back, `O` let go, `o` again, `.` silently.
    fn check(sets: &str, expected: &str) {
        let (mut patience, mut prompt, mut said) = (Patience::default(), 0, String::new());
        for set in sets.chars() {
            if set == '|' {
                prompt += 1;
                said.push('|');
                continue;
            }
            said.push(match patience.asked(Some(&prompt.to_string()), &set.to_string()) {
                Sent::Back(_) => 'b',
                Sent::Off => 'O',
                Sent::OffAgain => 'o',
                Sent::OffSilently => '.',
            });
        }
        assert_eq!(said, expected, "{sets}");
    }

    #[test]
    fn one_set_is_sent_back_three_times_and_one_prompt_six_times() {
        check("aaaaa", "bbbO.");
        check("aaabbbbcc", "bbbbbbOO.");
        check("abcdefgh", "bbbbbbOO");
    }

    #[test]
    fn sets_that_take_turns_count_on() {
        check("abababa", "bbbbbbO");
    }

    #[test]
    fn the_next_prompt_has_patience_of_its_own_but_not_for_a_set_that_was_let_go() {
        check("aaaa|aa|b", "bbbO|o.|b");
        check("abcdefg|g", "bbbbbbO|b");
    }

    #[test]
    fn without_prompts_the_session_counts() {
        let mut patience = Patience::default();
        let sent: Vec<Sent> = (0..8).map(|set| patience.asked(None, &set.to_string())).collect();
        assert_eq!(sent.iter().filter(|sent| matches!(sent, Sent::Back(_))).count(), 6);
        assert_eq!(sent[6..], [Sent::Off, Sent::Off]);
    }
}
