//! Whether the paths of a corpus lead somewhere in the messages of its RPC, told before anything is built or asked.

use service::{Field, MethodDescriptor, Shape};

use crate::policy::Corpus;
use expression::MARK;

/// What must stand at the end of a path.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    List,
    Word,
    Words,
    Number,
}

/// Refuses a path that leads nowhere, or to something of which nothing can be ranked. What an expression of the policy
/// gives is known only when it is asked.
pub(crate) fn check(corpus: &Corpus, method: &MethodDescriptor) -> Result<(), String> {
    let at = |key: &str, path: &str, message: &_, wanted: Wanted| -> Result<Field, String> {
        let refused =
            |reason: String| format!("`golden.corpora.{}.{key}` is `{path}`, and {reason}", corpus.name);
        let field = service::field(message, path).map_err(refused)?;
        match misfit(&field, wanted) {
            Some(reason) => Err(refused(reason.to_owned())),
            None => Ok(field),
        }
    };
    let (request, response) = (method.input(), method.output());
    if let Some(limit) = &corpus.limit {
        at("limit", limit, &request, Wanted::Number)?;
    }
    for (key, path) in [("model", &corpus.model), ("degraded", &corpus.degraded)] {
        if let Some(path) = path {
            at(key, path, &response, Wanted::Words)?;
        }
    }
    if corpus.items.starts_with(MARK) {
        return Ok(());
    }
    let Shape::Message(item) = at("items", &corpus.items, &response, Wanted::List)?.shape else {
        return Ok(());
    };
    for (key, path, wanted) in [("id", &corpus.id, Wanted::Word), ("score", &corpus.score, Wanted::Number)] {
        if !path.starts_with(MARK) {
            at(key, path, &item, wanted)?;
        }
    }
    let Some(parts) = corpus.parts.as_ref().filter(|parts| !parts.starts_with(MARK)) else { return Ok(()) };
    let given = at("parts", parts, &item, Wanted::List)?;
    if given.is_in_list {
        return Err(format!(
            "`golden.corpora.{}.parts` is `{parts}`, and a list stands on its way",
            corpus.name
        ));
    }
    if let Shape::Message(part) = given.shape {
        at("stage", &corpus.stage, &part, Wanted::Word)?;
        at("value", &corpus.value, &part, Wanted::Number)?;
    }
    Ok(())
}

/// Why what stands at a path cannot be what is wanted there.
fn misfit(field: &Field, wanted: Wanted) -> Option<&'static str> {
    if field.shape == Shape::Open {
        return None;
    }
    let is_word = matches!(field.shape, Shape::Text | Shape::Number);
    match wanted {
        Wanted::List => match (&field.shape, field.is_list) {
            (_, false) => Some("no list stands there"),
            (Shape::Message(_), true) => None,
            (_, true) => Some("what stands in that list has no fields"),
        },
        Wanted::Words => (!is_word).then_some("no text stands there"),
        Wanted::Word | Wanted::Number if field.is_list || field.is_in_list => {
            Some("a list stands there or on the way")
        }
        Wanted::Word => (!is_word).then_some("neither a text nor a number stands there"),
        // A text may hold a number, as some services write their scores.
        Wanted::Number => (!is_word).then_some("no number stands there"),
    }
}
