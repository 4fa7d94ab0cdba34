//! The section `arch` as the policy's reader knows it: its keys, which way they loosen, and what is refused.

use ::policy::{Document, Key, PolicyError, Schema, Section, count, joined};

use crate::path::Pattern;
use crate::policy::{At, KEYS, Means, Named, layer_named, refuse_layers};
use crate::{Error, Layer, Policy};

/// The section's keys and what is refused in it.
pub static SECTION: Section = Section { name: "arch", keys: &ALL_KEYS, check };

/// The keys of all kinds of rules in one list.
static ALL_KEYS: [Key; count(KEYS)] = joined(KEYS);

/// Reads a policy that has no other section. Anything wrong in it is an error with its line.
pub(crate) fn read(text: &str) -> Result<Policy, PolicyError> {
    static SECTIONS: &[Section] = &[SECTION];
    let schema = Schema { sections: SECTIONS };
    Document::parse(::policy::POLICY_FILE, text, &schema)?.section(SECTION.name)
}

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    policy.refuse_preset(document)?;
    let whole = policy.with_preset()?;
    for entry in policy.entries() {
        let at = At { document, path: &entry.path };
        let words = entry.rule.words();
        let texts =
            [("because", Some(words.because)), ("instead", words.instead), ("fails_on", words.fails_on)];
        for (key, text) in texts {
            if text.is_some_and(|text| text.trim().is_empty()) {
                return Err(at.error(key, "it says nothing"));
            }
        }
        entry.rule.refuse(&at)?;
        for pattern in entry.rule.patterns().iter().filter(|pattern| pattern.means.is_path()) {
            refuse(&at, pattern, &whole.layers)?;
        }
    }
    refuse_layers(document, &policy.layers)
}

/// Refuses what is no pattern, and `layer:NAME` for a layer that is none of these.
fn refuse(at: &At<'_>, pattern: &Named<'_>, layers: &[Layer]) -> Result<(), PolicyError> {
    let layer = layer_named(pattern.text).filter(|_| pattern.means == Means::Members && !layers.is_empty());
    match (layer, Pattern::read(pattern.text)) {
        (Some(name), _) if layers.iter().any(|layer| layer.name == name) => Ok(()),
        (Some(name), _) => Err(at.error(&pattern.key, format!("there is no layer `{name}`"))),
        (None, Err(Error::Pattern { reason, .. })) => Err(at.error(&pattern.key, reason)),
        _ => Ok(()),
    }
}
