//! Variables that head calls otherwise: `let ranked = rank(..)` that became `let order = rank(..)`.

use std::collections::BTreeMap;

use crate::rust::At;

/// So many tokens of what two variables are made of must be the same.
const ALIKE: usize = 4;

/// Names of the base with those of head, in tokens.
pub(super) fn renamed<'a>(base: At<'a>, head: At<'a>) -> BTreeMap<&'a str, Vec<String>> {
    let (one, other) = (&base.function.body, &head.function.body);
    let (before, after) = (variables(one), variables(other));
    let has = |all: &[(&str, &[String])], name: &str| all.iter().any(|(other, _)| *other == name);
    let gone: Vec<_> = before.iter().filter(|(name, _)| !has(&after, name)).copied().collect();
    let mut fresh: Vec<_> = after.iter().filter(|(name, _)| !has(&before, name)).copied().collect();
    let mut renamed = BTreeMap::new();
    for (name, made) in gone {
        if let Some(at) = fresh.iter().position(|(_, other)| *other == made) {
            renamed.insert(name, vec![fresh.remove(at).0.to_owned()]);
        }
    }
    renamed
}

/// The variables of a body with the first tokens of what they are made of.
fn variables(body: &[String]) -> Vec<(&str, &[String])> {
    let lets = body.iter().enumerate().filter(|(_, token)| *token == "let");
    let variable = |at: usize| {
        let name = at + 1 + usize::from(body.get(at + 1)? == "mut");
        let made = name + body.get(name..)?.iter().take(40).position(|token| token == "=")? + 1;
        let plain = body[name + 1] == "=" || body[name + 1] == ":";
        Some((body[name].as_str(), body.get(made..made + ALIKE)?)).filter(|_| plain)
    };
    lets.filter_map(|(at, _)| variable(at)).collect()
}
