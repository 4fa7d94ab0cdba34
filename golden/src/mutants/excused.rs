//! The mutants that are not seen, each with its reason: a file that is read in review.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::edit::Mutant;
use super::run::Tried;

/// What a service's file of excused mutants says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excused {
    /// Those that no corpus can see: they change nothing that a ranking shows.
    #[serde(default)]
    pub equivalent: Vec<Excuse>,
    /// Those that this corpus does not see, although another could.
    #[serde(default)]
    pub unseen: Vec<Excuse>,
}

/// Why one mutant is not seen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excuse {
    /// The mutant's id.
    pub id: String,
    /// Its edit, see [`Mutant::edit`], so that the file can be read without the tool.
    pub edit: String,
    /// Why nobody could see it in a ranking, or why the corpus has no request that shows it.
    pub reason: String,
}

impl Excused {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Where it is no such file, excuses a mutant twice, or gives no reason.
    pub fn parse(path: &str, text: &str) -> Result<Excused, ::policy::PolicyError> {
        let excused: Excused = ::policy::yaml(path, text)?;
        let mut seen = BTreeSet::new();
        for excuse in excused.equivalent.iter().chain(&excused.unseen) {
            let fault = if excuse.reason.split_whitespace().count() < 3 {
                Some("needs a reason in a few words")
            } else if !seen.insert(&excuse.id) {
                Some("stands twice")
            } else {
                None
            };
            if let Some(fault) = fault {
                return Err(::policy::PolicyError::new(path, format!("the mutant `{}` {fault}", excuse.id)));
            }
        }
        Ok(excused)
    }

    /// Whether no corpus can see a mutant.
    pub fn is_equivalent(&self, mutant: &Mutant) -> bool {
        self.equivalent.iter().any(|excuse| excuse.id == mutant.id)
    }

    /// Whether it is known that this corpus does not see a mutant.
    pub fn is_known(&self, mutant: &Mutant) -> bool {
        self.unseen.iter().any(|excuse| excuse.id == mutant.id)
    }

    /// What is wrong with the file, in sentences: entries without a mutant, with another mutant's edit, and of mutants
    /// that were seen after all.
    pub fn faults(&self, all: &[Mutant], tried: &[Tried]) -> Vec<String> {
        let mut faults = Vec::new();
        for Excuse { id, edit, .. } in self.equivalent.iter().chain(&self.unseen) {
            match all.iter().find(|mutant| &mutant.id == id) {
                None => {
                    faults.push(format!("`{id}` is no mutant of the code any more ({edit}): take it out"))
                }
                Some(mutant) if mutant.edit() != *edit => {
                    faults.push(format!("`{id}` is another edit than its entry says: {}", mutant.edit()));
                }
                Some(_) => {}
            }
            if tried.iter().any(|tried| &tried.mutant.id == id && tried.outcome.is_caught()) {
                faults.push(format!("`{id}` is seen after all ({edit}): take it out"));
            }
        }
        faults
    }
}
