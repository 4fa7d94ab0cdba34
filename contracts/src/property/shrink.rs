//! Makes a failing request smaller, by making its choices fewer and lower for as long as it still fails.

use super::choices::{Choice, Made};

/// The simplest choices found that still fail. `fails` makes a request of choices and gives back what they came to if
/// it fails in the same way; it is asked at most `tries` times.
pub(crate) fn shrink(
    failing: Made,
    tries: usize,
    mut fails: impl FnMut(Vec<Choice>) -> Option<Made>,
) -> Made {
    let mut shrinker = Shrinker { best: failing, tries };
    loop {
        let before = shrinker.best.clone();
        shrinker.drop_items(&mut fails);
        shrinker.drop_runs(&mut fails);
        shrinker.lower(&mut fails);
        if shrinker.best == before || shrinker.tries == 0 {
            return shrinker.best;
        }
    }
}

struct Shrinker {
    best: Made,
    tries: usize,
}

impl Shrinker {
    /// Takes the choices if they fail and are simpler.
    fn takes(&mut self, choices: Vec<Choice>, fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>) -> bool {
        if self.tries == 0 || choices == self.best.choices {
            return false;
        }
        self.tries -= 1;
        let Some(made) = fails(choices).filter(|made| made.is_simpler_than(&self.best)) else { return false };
        self.best = made;
        true
    }

    /// Drops items of lists, neighbours together, many before few.
    fn drop_items(&mut self, fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>) {
        let mut together = self.best.spans.len().next_power_of_two();
        while together > 0 {
            let mut at = 0;
            while at < self.best.spans.len() && self.tries > 0 {
                let mut spans = self.best.spans.clone();
                spans.sort_unstable();
                let group = &spans[at..spans.len().min(at + together)];
                let is_dropped = |index: usize| group.iter().any(|(from, to)| (*from..*to).contains(&index));
                let rest = self.best.choices.iter().enumerate().filter(|(index, _)| !is_dropped(*index));
                let rest = rest.map(|(_, choice)| choice.clone()).collect();
                if !self.takes(rest, fails) {
                    at += together;
                }
            }
            together /= 2;
        }
    }

    /// Drops runs of choices wherever they stand: what a field took that is not there any more.
    fn drop_runs(&mut self, fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>) {
        for length in [8, 4, 2, 1] {
            let mut at = self.best.choices.len();
            while at >= length && self.tries > 0 {
                let mut choices = self.best.choices.clone();
                choices.drain(at - length..at);
                self.takes(choices, fails);
                at = (at - 1).min(self.best.choices.len());
            }
        }
    }

    /// Lowers every choice as far as it goes.
    fn lower(&mut self, fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>) {
        let mut at = 0;
        while at < self.best.choices.len() && self.tries > 0 {
            match self.best.choices[at].clone() {
                Choice::Number(number) => self.lower_number(at, number, fails),
                Choice::Letters(letters) => self.lower_letters(at, letters, fails),
            }
            at += 1;
        }
    }

    fn lower_number(&mut self, at: usize, number: u64, fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>) {
        if number == 0 || self.puts(at, Choice::Number(0), fails) {
            return;
        }
        // It fails at `high`, and not at `low`.
        let (mut low, mut high) = (0, number);
        while high - low > 1 && self.tries > 0 {
            let middle = low + (high - low) / 2;
            if self.puts(at, Choice::Number(middle), fails) { high = middle } else { low = middle }
        }
    }

    fn lower_letters(
        &mut self,
        at: usize,
        letters: Vec<u32>,
        fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>,
    ) {
        let mut letters = letters;
        let mut length = 0;
        while length < letters.len() {
            if self.puts(at, Choice::Letters(letters[..length].to_vec()), fails) {
                letters.truncate(length);
                break;
            }
            length = length * 2 + 1;
        }
        let mut index = 0;
        while index < letters.len() && self.tries > 0 {
            let mut fewer = letters.clone();
            fewer.remove(index);
            if self.puts(at, Choice::Letters(fewer.clone()), fails) {
                letters = fewer;
            } else {
                self.lower_letter(at, &mut letters, index, fails);
                index += 1;
            }
        }
    }

    fn lower_letter(
        &mut self,
        at: usize,
        letters: &mut [u32],
        index: usize,
        fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>,
    ) {
        let mut puts = |letter: u32, letters: &mut [u32]| {
            let before = std::mem::replace(&mut letters[index], letter);
            let is_taken = self.puts(at, Choice::Letters(letters.to_vec()), fails);
            if !is_taken {
                letters[index] = before;
            }
            is_taken
        };
        if letters[index] == 0 || puts(0, letters) {
            return;
        }
        let mut low = 0;
        while letters[index] - low > 1 {
            let middle = low + (letters[index] - low) / 2;
            if !puts(middle, letters) {
                low = middle;
            }
        }
    }

    fn puts(
        &mut self,
        at: usize,
        choice: Choice,
        fails: &mut impl FnMut(Vec<Choice>) -> Option<Made>,
    ) -> bool {
        let mut choices = self.best.choices.clone();
        let Some(place) = choices.get_mut(at) else { return false };
        *place = choice;
        self.takes(choices, fails)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::choices::Choices;

    /// A list of numbers up to a thousand, as choices make it.
    fn list(choices: &mut Choices) -> Vec<u64> {
        let mut list = Vec::new();
        let wanted = choices.chance().map(|chance| chance.up_to(40));
        loop {
            let began = choices.begin();
            let goes_on = wanted.map(|wanted| u64::from((list.len() as u64) < wanted));
            if choices.number(1, |_| goes_on.unwrap_or(0)) == 0 {
                return list;
            }
            list.push(choices.number(1000, |chance| chance.up_to(1000)));
            choices.end(began);
        }
    }

    fn check(fails: impl Fn(&[u64]) -> bool, smallest: &[u64]) {
        let made = (0..)
            .find_map(|case| {
                let mut choices = Choices::by_chance(7, case);
                fails(&list(&mut choices)).then(|| choices.made())
            })
            .expect("some case fails");
        let mut asked = 0;
        let found = shrink(made, 1000, |choices| {
            asked += 1;
            let mut choices = Choices::given(choices);
            fails(&list(&mut choices)).then(|| choices.made())
        });
        assert_eq!(list(&mut Choices::given(found.choices)), smallest);
        assert!(asked <= 1000);
    }

    #[test]
    fn the_smallest_list_that_fails_is_found() {
        check(|list| list.iter().any(|number| *number > 100), &[101]);
        check(|list| list.len() > 3, &[0, 0, 0, 0]);
        check(|list| list.iter().sum::<u64>() > 900, &[901]);
        check(|list| list.windows(2).any(|pair| pair[0] > pair[1]), &[1, 0]);
        check(|list| list.is_empty(), &[]);
    }

    #[test]
    fn tries_are_all_that_is_asked() {
        let made = Made { choices: vec![Choice::Number(5); 50], spans: Vec::new() };
        let mut asked = 0;
        let same = shrink(made.clone(), 10, |_| {
            asked += 1;
            None
        });
        assert_eq!((same, asked), (made, 10));
    }
}
