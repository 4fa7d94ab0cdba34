//! What a service is started under, so that it answers today what it answers tomorrow: a clock and a seed.
//!
//! They are handed over in the command, which serves a service in any language: as an argument, or with `env` as a
//! variable.

use policy::Clock;

use crate::Error;

/// A time of day that stands still and a seed, where there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// What `{clock}` stands for.
    pub clock: Option<Clock>,
    /// What `{seed}` stands for.
    pub seed: Option<u64>,
}

impl Circumstances {
    /// Puts clock and seed into the command of a service. What a command does not ask for is not handed over.
    ///
    /// # Errors
    /// Where the command asks for what there is none of.
    pub(crate) fn hand_over(&self, argv: &[String]) -> Result<Vec<String>, Error> {
        let clock = self.clock.as_ref().map(Clock::to_string);
        let seed = self.seed.map(|seed| seed.to_string());
        let given = [("{clock}", "clock", clock), ("{seed}", "seed", seed)];
        let mut words = argv.to_vec();
        for (mark, key, value) in given {
            for word in words.iter_mut().filter(|word| word.contains(mark)) {
                let value = value.as_ref().ok_or_else(|| Error::NotStarted {
                    command: argv.join(" "),
                    reason: format!(
                        "it asks for `{mark}`, and nobody says which: set `contracts.{key}` for what scenario files \
                         promise, `golden.corpora.NAME.{key}` for a corpus"
                    ),
                })?;
                *word = word.replace(mark, value);
            }
        }
        Ok(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(argv: &[&str], circumstances: &Circumstances, expected: Result<&[&str], &str>) {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        let found = circumstances.hand_over(&argv).map_err(|error| error.to_string());
        match expected {
            Ok(words) => assert_eq!(found.expect("it is handed over"), words),
            Err(part) => assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{found:?}"),
        }
    }

    #[test]
    fn a_command_is_given_the_clock_and_the_seed_that_it_asks_for() {
        let clock = Clock::try_from("2026-11-20T12:00:00Z".to_owned()).ok();
        let both = Circumstances { clock, seed: Some(7) };
        check(
            &["env", "SEED={seed}", "bin/x", "--clock", "{clock}"],
            &both,
            Ok(&["env", "SEED=7", "bin/x", "--clock", "2026-11-20T12:00:00Z"]),
        );
        check(&["bin/x"], &both, Ok(&["bin/x"]));
        let none = Circumstances::default();
        check(&["bin/x", "{other}"], &none, Ok(&["bin/x", "{other}"]));
        check(&["bin/x", "{seed}"], &none, Err("and nobody says which: set `contracts.seed` for"));
        check(
            &["bin/x", "{clock}"],
            &none,
            Err("it asks for `{clock}`, and nobody says which: set `contracts.clock` for"),
        );
    }
}
