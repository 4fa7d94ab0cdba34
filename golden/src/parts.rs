//! What each stage gave to the score of an item, read out of a response.

use serde_json::Value;

use crate::lines::is_word;
use crate::policy::Corpus;
use crate::ranking::MAX_STAGES;
use crate::reading::{at, number, scalar};
use crate::{Item, Part};

/// The parts of the score of an item out of the list that has them. A stage that stands there more than once gave the sum.
/// A part that is not finite explains nothing and is left out.
pub(crate) fn read(corpus: &Corpus, given: &Value, id: &str) -> Result<Vec<Part>, String> {
    if given.is_null() {
        return Ok(Vec::new());
    }
    let path = corpus.parts.as_deref().unwrap_or_default();
    let given = given.as_array().ok_or_else(|| format!("`{id}` has no list at `{path}`"))?;
    let mut parts: Vec<Part> = Vec::new();
    for part in given {
        let stage = at(part, &corpus.stage).and_then(scalar).filter(|stage| is_word(stage));
        let stage = stage
            .ok_or_else(|| format!("a part of the score of `{id}` has no stage at `{}`", corpus.stage))?;
        let score = at(part, &corpus.value).and_then(number);
        let score = score.ok_or_else(|| {
            format!("the part of `{stage}` in the score of `{id}` has no number at `{}`", corpus.value)
        })?;
        match parts.iter_mut().find(|part| part.stage == stage) {
            Some(part) => part.score += score,
            None => parts.push(Part { stage, score }),
        }
        if parts.len() > MAX_STAGES {
            return Err(format!("the score of `{id}` has more parts than the {MAX_STAGES} that are read"));
        }
    }
    parts.retain(|part| part.score.is_finite());
    Ok(parts)
}

/// Refuses a ranking whose items together name more stages than are read back.
pub(crate) fn check(items: &[Item]) -> Result<(), String> {
    let mut stages: Vec<&str> = Vec::new();
    for part in items.iter().flat_map(|item| &item.parts) {
        if !stages.contains(&part.stage.as_str()) {
            stages.push(&part.stage);
        }
        if stages.len() > MAX_STAGES {
            return Err(format!("the scores have more than the {MAX_STAGES} stages that are read"));
        }
    }
    Ok(())
}
