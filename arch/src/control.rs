//! The guard's positive control: one violation of every rule, planted in memory and judged like any other tree.

use findings::missed;
use source::{Cache, Code, Tree};

use crate::{Error, check, check_policy, section};

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`check`].
pub fn control() -> Result<Vec<&'static str>, Error> {
    let tree = Tree::from_memory(TREE);
    let code = Code::read(&tree, &Cache::off());
    let policy = section::read(POLICY)?;
    let mut findings = check(&code, &tree, &policy)?.findings;
    findings.extend(check_policy(&tree, &policy)?.findings);
    Ok(missed(PLANTED, &findings))
}

/// The rules that the planted tree breaks.
static PLANTED: &[&str] = &[
    "contradictory-rule",
    "denied-dependency",
    "dependency-cycle",
    "doubly-mounted-file",
    "forbidden-attribute",
    "forbidden-edge",
    "forbidden-path",
    "incomplete-set",
    "layer-broken",
    "leaked-crate",
    "misfeatured-dependency",
    "misplaced-implementation",
    "missing-attribute",
    "pipeline-order",
    "protected-used",
    "sibling-used",
    "stale-exception",
    "twin-library",
    "unlisted-dependency",
    "unplaced-crate",
    "unproved-rule",
    "unread-lock-file",
    "unread-manifest",
    "unwrapped-dependency",
    "vacuous-rule",
];

/// The policy that the planted tree breaks.
const POLICY: &str = "
arch:
  layers:
    - { name: high, members: [high], because: it is planted }
    - { name: low, members: [low, nowhere], because: it is planted }
  edges:
    reached: { from: ['low::start'], to: ['low::other'], reach: any, because: it is planted }
  independent:
    pair: { members: ['low::one', 'low::other'], because: it is planted }
  protected:
    one:
      members: ['low::one']
      only_from: ['low::self']
      because: it is planted
      except: [{ from: 'low::self', to: 'low::one', because: it is planted }]
    up: { members: [high], only_from: [low], because: it is planted }
  acyclic:
    modules: { members: [low], because: it is planted }
  forbidden:
    exits: { paths: ['std::process::exit'], because: it is planted }
  external:
    denied: { crates: [high], deny: [redis], reach: any, because: it is planted }
    listed: { crates: [high], allow: [], because: it is planted }
    wrapped: { crates: ['*'], only_through: { redis: [low] }, because: it is planted }
    featured: { crates: ['*'], features: { redis: { default: forbidden } }, because: it is planted }
  complete:
    crates: { each: '{crate}/Cargo.toml', has: ['{crate}/src/lib.rs'], because: it is planted }
  leaks:
    high: { members: [low], crates: [high], because: it is planted }
  attributes:
    words: { items: [struct], members: [high], require: [must_use], forbid: ['derive(Debug)'], because: it is planted }
  implementations:
    copies: { traits: ['std::clone::Clone'], only_in: [low], because: it is planted }
  pipelines:
    stages: { functions: ['low::stop'], stages: ['high::High'], because: it is planted }
";

const TREE: [(&str, &str); 10] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"high\", \"low\", \"astray\", \"missing\"]\n"),
    (
        "high/Cargo.toml",
        "[package]\nname = \"high\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nredis = \"1\"\n",
    ),
    ("high/src/lib.rs", "#[derive(Clone, Debug)]\npub struct High;\n"),
    (
        "low/Cargo.toml",
        "[package]\nname = \"low\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nhigh = { path = \"../high\" }\n",
    ),
    (
        "low/src/lib.rs",
        "mod one;\nmod other;\nmod start;\n#[path = \"start.rs\"]\nmod twice;\npub use high::High;\npub fn stop() {\n    std::process::exit(1)\n}\n",
    ),
    ("low/src/one.rs", "use crate::other::Other;\npub struct One(Other);\n"),
    ("low/src/start.rs", "use crate::one::One;\n"),
    ("low/src/other.rs", "pub struct Other(Option<Box<crate::one::One>>);\n"),
    (
        "astray/Cargo.toml",
        "[package]\nname = \"astray\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nname = \"low\"\npath = \"lib.rs\"\n",
    ),
    ("astray/lib.rs", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !PLANTED.contains(id));
        assert_eq!(unplanted.collect::<Vec<_>>(), [""; 0]);
    }
}
