//! What can be seen to make no sense in a house rule without looking at any code.

use std::collections::BTreeMap;
use std::fmt::Display;

use policy::{Document, PolicyError};

use super::decided::{Each, HouseRule, Kind, Require};
use super::pattern;

/// How many lines an example may have.
const MOST_LINES: usize = 200;

/// How many patterns and places one rule may have, since each is looked for at every path of the code.
const MOST_PATTERNS: usize = 1000;

/// How many letters one of them may have.
const MOST_LETTERS: usize = 200;

/// A rule in the document that it stands in.
struct At<'d> {
    document: &'d Document,
    id: &'d str,
}

impl At<'_> {
    fn error(&self, key: &str, message: impl Display) -> PolicyError {
        // An id that is none is refused first, and may have any letters.
        let id = if is_kebab(self.id) { format!(".{}", self.id) } else { format!("[\"{}\"]", self.id) };
        let dot = if key.is_empty() { "" } else { "." };
        self.document.error_at(&format!("lints.house{id}{dot}{key}"), message)
    }
}

/// Refuses the first rule that makes no sense.
pub(crate) fn refuse(document: &Document, decided: &BTreeMap<String, HouseRule>) -> Result<(), PolicyError> {
    for (id, rule) in decided {
        let at = At { document, id };
        if !is_kebab(id) {
            return Err(
                at.error("", "expected an id in kebab-case, which is how `levels` and exceptions call it")
            );
        }
        refuse_words(&at, rule)?;
        refuse_subject(&at, rule)?;
        refuse_amounts(&at, rule)?;
        refuse_patterns(&at, rule)?;
        refuse_examples(&at, rule)?;
    }
    Ok(())
}

fn is_kebab(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.split('-').all(is_word)
}

fn refuse_words(at: &At<'_>, rule: &HouseRule) -> Result<(), PolicyError> {
    if rule.because.trim().is_empty() {
        return Err(at.error("", "it has no `because`; say in a few words why, since findings say it"));
    }
    match &rule.instead {
        Some(instead) if instead.trim().is_empty() => {
            Err(at.error("instead", "it says nothing; leave it out"))
        }
        _ => Ok(()),
    }
}

/// A rule forbids or requires, code or dependencies.
fn refuse_subject(at: &At<'_>, rule: &HouseRule) -> Result<(), PolicyError> {
    let HouseRule { forbid, require, .. } = rule;
    let requires = *require != Require::default();
    match (forbid.are_none(), requires) {
        (true, false) => {
            return Err(at.error(
                "",
                "it names nothing, so that it could never find anything; say `forbid` or `require` with `calls`, `paths`, \
                 `macros`, `attributes` or `dependencies`",
            ));
        }
        (false, true) => {
            return Err(at.error("require", "a rule says `forbid` or `require`; make two rules of it"));
        }
        _ => {}
    }
    let mut kinds =
        forbid.all().chain(require.has.all()).map(|(kind, _)| matches!(kind, Kind::Dependency(_)));
    let is_first = kinds.next();
    if kinds.any(|kind| Some(kind) != is_first) {
        return Err(at.error("", "it is about dependencies and about code; make two rules of it"));
    }
    if !requires {
        return Ok(());
    }
    if require.has.are_none() {
        return Err(at.error("require", "it says nothing under `has`, so that nothing is required"));
    }
    let is_package = require.each == Some(Each::Package);
    match require.each {
        None => Err(at.error("require", "say `each: function`, `each: file` or `each: package`")),
        Some(_) if rule.is_of_manifests() != is_package => {
            Err(at.error("require.each", "only a package has dependencies, and it has nothing else"))
        }
        Some(each) if each != Each::Function && require.named != Require::default().named => {
            Err(at.error("require.named", "only functions are told by their names: `each: function`"))
        }
        Some(_) if require.named.is_empty() => {
            Err(at.error("require.named", "the list is empty, so that it could never find anything"))
        }
        Some(_) => Ok(()),
    }
}

/// Refuses more than what can be looked for, before it is read.
fn refuse_amounts(at: &At<'_>, rule: &HouseRule) -> Result<(), PolicyError> {
    let of_things = [("forbid", &rule.forbid), ("require.has", &rule.require.has)];
    let things = of_things
        .into_iter()
        .flat_map(|(above, things)| things.lists().map(|(key, _, texts)| (format!("{above}.{key}"), texts)));
    let named = rule.require.each.map(|_| ("require.named", &rule.require.named));
    let places = [("within", &rule.within), ("except", &rule.except)].into_iter().chain(named);
    let places = places.map(|(key, texts)| (key.to_owned(), texts.as_slice()));
    let all: Vec<(String, &[String])> = things.chain(places).collect();
    let count: usize = all.iter().map(|(_, texts)| texts.len()).sum();
    if count > MOST_PATTERNS {
        return Err(at.error(
            "",
            format_args!(
                "it has {count} patterns and places, more than {MOST_PATTERNS}; name what they have in common with `*`, or the \
                 crate or folder that they are in"
            ),
        ));
    }
    for (key, texts) in all {
        let long = texts.iter().position(|text| text.chars().nth(MOST_LETTERS).is_some());
        if let Some(index) = long {
            let message =
                format_args!("an entry has {MOST_LETTERS} letters at most; make several of it, or use `*`");
            return Err(at.error(&format!("{key}[{index}]"), message));
        }
    }
    Ok(())
}

fn refuse_patterns(at: &At<'_>, rule: &HouseRule) -> Result<(), PolicyError> {
    for (above, things) in [("forbid", &rule.forbid), ("require.has", &rule.require.has)] {
        for (key, kind, texts) in things.lists() {
            for (index, text) in texts.iter().enumerate() {
                pattern::read(kind, text)
                    .map_err(|reason| at.error(&format!("{above}.{key}[{index}]"), reason))?;
            }
        }
    }
    for (index, name) in rule.require.named.iter().enumerate() {
        pattern::function(name).map_err(|reason| at.error(&format!("require.named[{index}]"), reason))?;
    }
    if rule.within.is_empty() {
        return Err(at.error(
            "within",
            "the list is empty, so that it would hold nowhere; leave it out to mean everywhere",
        ));
    }
    for (key, places) in [("within", &rule.within), ("except", &rule.except)] {
        for (index, place) in places.iter().enumerate() {
            pattern::place(place).map_err(|reason| at.error(&format!("{key}[{index}]"), reason))?;
        }
    }
    Ok(())
}

fn refuse_examples(at: &At<'_>, rule: &HouseRule) -> Result<(), PolicyError> {
    if rule.bad.is_empty() {
        let message = "nothing shows that it finds anything; add `bad:` with a few lines that break it";
        return Err(at.error("", message));
    }
    for (key, examples) in [("bad", &rule.bad), ("good", &rule.good)] {
        for (index, example) in examples.iter().enumerate() {
            let at_example = format!("{key}[{index}]");
            if example.trim().is_empty() {
                return Err(at.error(&at_example, "the example is empty"));
            }
            if example.lines().nth(MOST_LINES).is_some() {
                return Err(at.error(&at_example, format_args!("an example has {MOST_LINES} lines at most")));
            }
        }
    }
    Ok(())
}
