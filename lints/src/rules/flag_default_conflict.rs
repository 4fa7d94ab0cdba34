//! One flag with two defaults.

use std::collections::BTreeMap;

use findings::{Finding, rule};

use crate::flags::{Read, Seen};
use crate::{Check, Lint};

rule! {
    /// A key of a flag that is read with one default here and with another there: literals that the getter is given behind the key,
    /// or that stand in an `unwrap_or` behind it. `0.50` and `0.5` are one. The finding stands where the rarer one is, and names the
    /// other. A default that the code computes or has from a constant says nothing, and code for tests is left alone.
    ///
    /// Getters are those of `lints.flags.getters`; without any nothing is looked at.
    ///
    /// ## Why it hurts
    /// As long as nobody has set the flag, and whenever the service that knows it is down, a viewer is in two arms at once: one
    /// stage spreads artists and the next does not. What the experiment measures is neither.
    ///
    /// ## Example
    /// The examples have the getters `Flags::bool`, `flag` and `parameters.get`.
    ///
    /// ```bad flags
    /// use house::flag as switch;
    ///
    /// const KEY: &str = "artist-penalty";
    ///
    /// mod house {
    ///     pub mod inner {
    ///         pub fn flag(key: &str, otherwise: i64) -> i64 { otherwise }
    ///     }
    ///     pub use inner::flag;
    /// }
    ///
    /// fn spread(assigned: &Assigned) -> f64 {
    ///     assigned.parameters.get(KEY).copied().unwrap_or(0.5)
    /// }
    ///
    /// fn penalty(assigned: &Assigned, parameters: &Parameters) -> f64 {
    ///     let own = assigned.parameters.get("artist-penalty").copied().unwrap_or(0.50);
    ///     let key = "artist-penalty";
    ///     let other = || parameters.get(key).cloned().unwrap_or(-0.5); //~
    ///     own + other()
    /// }
    ///
    /// fn width() -> i64 {
    ///     fn wide() -> i64 {
    ///         crate::house::flag("wide-spacing", 4)
    ///     }
    ///     let all = vec![house::inner::flag("wide-spacing", 4), switch("wide-spacing", 0)]; //~
    ///     wide() + all[0]
    /// }
    /// ```
    ///
    /// ## Instead
    /// Read the flag in one place and hand the value on, or name the default.
    ///
    /// ```good flags
    /// const PENALTY: f64 = 0.5;
    ///
    /// fn spread(assigned: &Assigned) -> f64 {
    ///     assigned.parameters.get("artist-penalty").copied().unwrap_or(PENALTY)
    /// }
    ///
    /// fn penalty(assigned: &Assigned, wide: bool) -> f64 {
    ///     assigned.parameters.get("artist-penalty").copied().unwrap_or(0.5)
    ///         + assigned.parameters.get("wide-spacing").copied().unwrap_or(0.2)
    ///         + headers.get("artist-penalty").unwrap_or(3.0)
    /// }
    ///
    /// #[test]
    /// fn a_penalty_may_be_missing() {
    ///     assert_eq!(assigned().parameters.get("artist-penalty").copied().unwrap_or(7.0), 7.0);
    /// }
    /// ```
    pub static FLAG_DEFAULT_CONFLICT = {
        id: "flag-default-conflict",
        guard: "lints",
        group: "experiments",
        level: Warning,
        summary: "finds flags that are read with different defaults",
    };
}

pub(super) static LINT: Lint = Lint { rule: &FLAG_DEFAULT_CONFLICT, check: Check::Flags(check) };

fn check(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    let mut by_key: BTreeMap<&str, BTreeMap<&str, Vec<&Read>>> = BTreeMap::new();
    for (_, read) in &seen.reads {
        if let Some(default) = &read.default {
            by_key.entry(&read.key).or_default().entry(default).or_default().push(read);
        }
    }
    // The default that most have; of equals the one that is read first.
    let usual: BTreeMap<&str, (&str, &Read)> = by_key
        .iter()
        .filter(|(_, defaults)| defaults.len() > 1)
        .filter_map(|(key, defaults)| {
            let first = |reads: &[&Read]| reads.first().map(|read| read.location.clone());
            let (default, reads) = defaults.iter().max_by(|one, other| {
                one.1.len().cmp(&other.1.len()).then_with(|| first(other.1).cmp(&first(one.1)))
            })?;
            Some((*key, (*default, *reads.first()?)))
        })
        .collect();
    for (_, read) in seen.judged() {
        let (Some(default), Some((usual, at))) = (&read.default, usual.get(read.key.as_str())) else {
            continue;
        };
        if default != usual {
            let message = format!("`{}` is `{default}` by default here, and `{usual}` elsewhere", read.key);
            findings.push(
                read.finding(&FLAG_DEFAULT_CONFLICT, message)
                    .help("read the flag in one place, or give both places one constant")
                    .note_at(at.location.clone(), format!("`{usual}` here")),
            );
        }
    }
}
