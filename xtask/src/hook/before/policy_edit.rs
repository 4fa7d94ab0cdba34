//! Edits of the policy: it may be edited, as long as nothing in it is loosened, since a new crate must find its layer.

use std::path::Path;

use policy::{Document, POLICY_FILE};

use super::super::event::Edit;
use super::super::look;
use crate::house;
use crate::scene::Scene;

/// Why an edit of the policy is denied, if so.
pub(super) fn why_not(root: &Path, edit: &Edit) -> Option<String> {
    let now = source::read_regular_text(&root.join(POLICY_FILE)).unwrap_or_default();
    let then = edit.text_after(&now)?;
    let then = match Document::parse(POLICY_FILE, &then, &house::SCHEMA) {
        Ok(document) => document,
        Err(error) => return Some(format!("the policy would be invalid: {error}")),
    };
    let Ok(now) = Document::parse(POLICY_FILE, &now, &house::SCHEMA) else { return None };
    let rules = house::rules_with(&[&now, &then]);
    let mut loosened = policy::loosenings(&now, &then, &house::SCHEMA, &rules);
    // Only then the change is read.
    let may_be_gone =
        |difference: &policy::Difference| arch::may_be_gone(difference) || lints::may_be_gone(difference);
    if loosened.iter().any(may_be_gone)
        && let Ok(scene) = look::open(root)
    {
        loosened.retain(|difference| !is_gone(&scene, difference, &now, &then));
    }
    let loosened: Vec<String> = loosened
        .into_iter()
        .map(|difference| {
            let or_nothing = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
            format!(
                "`{}`: from {} to {}",
                difference.path,
                or_nothing(difference.before),
                or_nothing(difference.after)
            )
        })
        .collect();
    (!loosened.is_empty()).then(|| {
        format!(
            "this would loosen the policy that judges the change ({}). Mend the code instead, or describe in your last \
             message why the policy is wrong: only a person can approve that.",
            loosened.join("; ")
        )
    })
}

/// Whether a difference takes out of the policy what the working tree has no more: nothing is loosened by that.
fn is_gone(scene: &Scene, difference: &policy::Difference, now: &Document, then: &Document) -> bool {
    let Some(base) = scene.base_code() else { return false };
    crate::scene::is_gone(difference, &scene.change, (now, then), || (base, scene.head_code()))
}
