//! Rules of the policy that let somebody do what other rules forbid them.

use findings::{Finding, rule};
use source::Tree;

use crate::path::{Pattern, beginnings};
use crate::policy::{Entry, Means, Siblings, layer_named};
use crate::policy_file::PolicyFile;
use crate::{Error, Policy};

rule! {
    /// Rules that let only some use something, where other rules of the policy forbid it to all of these: the layers, because
    /// what may use it lies below or beside it, or a rule under `edges`.
    ///
    /// ## Why it hurts
    /// Whatever is written breaks one of the two, and whoever meets the first takes it out. A policy that asks for what
    /// cannot be done is soon nobody's.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///   protected:
    ///     wiring: #~
    ///       members: [home]
    ///       only_from: [features]
    ///       because: somebody must
    ///
    /// crate home
    /// crate features
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///   protected:
    ///     stores: { members: [features], only_from: [home], because: one service writes features }
    ///
    /// crate home -> features
    /// crate features
    /// ```
    pub static CONTRADICTORY_RULE = {
        id: "contradictory-rule",
        guard: "arch",
        group: "policy",
        level: Error,
        summary: "finds rules that let only those use something whom other rules forbid it",
    };
}

pub(crate) fn find(policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let denials = Denials::of(policy)?;
    let mut told = Vec::new();
    for entry in policy.entries() {
        let (what, who) = match entry.kind {
            "protected" => ("members", "only_from"),
            "forbidden" => ("paths", "only_in"),
            _ => continue,
        };
        let (what, who) = (texts(&entry, what), texts(&entry, who));
        let first = what.iter().find_map(|what| {
            // Who is not a whole place of its own may be anybody.
            let denied: Option<Vec<String>> = who.iter().map(|who| denials.of_use(who, what)).collect();
            Some((what, denied.filter(|denied| !denied.is_empty())?))
        });
        told.extend(first.map(|(what, by)| (entry.to_string(), (*what).to_owned(), by)));
    }
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let file = PolicyFile::read(tree);
    let finding = |(rule, what, mut by): (String, String, Vec<String>)| {
        by.sort_unstable();
        by.dedup();
        let message =
            format!("`arch.{rule}` lets some use `{what}`, and other rules forbid it to all of them");
        Some(
            Finding::new(&CONTRADICTORY_RULE, file.locate_rule(&rule, "")?, message)
                .note(format!("it is forbidden by `arch.{}`", by.join("`, `arch.")))
                .help("take out one of the two, or let somebody use it who may")
                .fact(rule)
                .fact(what),
        )
    };
    Ok(told.into_iter().filter_map(finding).collect())
}

/// The texts of a list of a rule.
fn texts<'p>(entry: &Entry<'p>, key: &str) -> Vec<&'p str> {
    let is_path = |means: Means| means.is_path();
    let patterns = entry.rule.patterns().into_iter();
    patterns.filter(|it| it.bare_key() == key && is_path(it.means)).map(|it| it.text).collect()
}

/// What the policy forbids whatever the code is.
struct Denials<'p> {
    policy: &'p Policy,
    /// By layer.
    members: Vec<Vec<Pattern>>,
    /// From, to, and the name of the rule.
    edges: Vec<(Vec<Pattern>, Vec<Pattern>, String)>,
}

impl<'p> Denials<'p> {
    fn of(policy: &'p Policy) -> Result<Self, Error> {
        let members = policy.layers.iter().map(|layer| Pattern::read_all(&layer.members));
        let plain = policy.edges.iter().filter(|(_, rule)| rule.except.is_empty());
        let edges = plain.map(|(name, rule)| {
            Ok((policy.patterns(&rule.from)?, policy.patterns(&rule.to)?, format!("edges.{name}")))
        });
        Ok(Denials {
            policy,
            members: members.collect::<Result<_, _>>()?,
            edges: edges.collect::<Result<_, Error>>()?,
        })
    }

    /// The rule that forbids one to use another, both as the policy writes them.
    fn of_use(&self, who: &str, what: &str) -> Option<String> {
        let krate = |text: &'_ str| beginnings(text).next().unwrap_or_default().replace('-', "_");
        if layer_named(who).is_none() && krate(who) == krate(what) {
            return None;
        }
        let covers = |patterns: &[Pattern], text: &str| {
            layer_named(text).is_none() && patterns.iter().any(|pattern| pattern.covers(text).is_some())
        };
        let edge = self.edges.iter().find(|(from, to, _)| covers(from, who) && covers(to, what));
        edge.map(|(_, _, name)| name.clone()).or_else(|| {
            let (from, to) = (self.layer(who)?, self.layer(what)?);
            let layer = &self.policy.layers[from];
            let beside = from == to && layer_named(who).is_none() && layer.siblings == Siblings::Independent;
            (from > to || beside).then(|| format!("layers[{}]", layer.name))
        })
    }

    /// The layer that a text stands in or is.
    fn layer(&self, text: &str) -> Option<usize> {
        match layer_named(text) {
            Some(name) => self.policy.layers.iter().position(|layer| layer.name == name),
            None => self.members.iter().position(|members| {
                !text.contains('*') && members.iter().any(|member| member.covers(text).is_some())
            }),
        }
    }
}
