//! Keys of flags that no registry lists.

use findings::{Finding, rule};

use crate::flags::Seen;
use crate::{Check, Lint};

rule! {
    /// A key that is read by one of the getters of `lints.flags.getters` and that no file of `lints.flags.registry` lists. The key is a
    /// literal, `concat!` of literals, a variable that holds one, or a constant of whatever file; one that is put together while
    /// the program runs is left alone, and so is code for tests.
    ///
    /// A registry is a YAML or JSON file: a list of keys or of maps with `key` or `name`, or a map by key. Of an experiment with `arms`
    /// the names of their `parameters` count too. One beside a `Cargo.toml` is known to that package alone, any other to all; a
    /// package without one may read what any lists. Without getters nothing is looked at.
    ///
    /// ## Why it hurts
    /// Nothing fails: the getter gives its default, for everybody. The experiment runs for two weeks with the control in both
    /// arms, and its result is that the idea does not work.
    ///
    /// ## Example
    /// The examples have the getters `Flags::bool`, `flag` and `parameters.get`, and a registry that lists `wide-spacing` and `artist-penalty`.
    ///
    /// ```bad flags
    /// use crate::house::Flags as Switches;
    ///
    /// mod house {
    ///     pub struct Flags;
    ///     impl Flags {
    ///         pub fn bool(&self, key: &str, otherwise: bool) -> bool { otherwise }
    ///     }
    ///     pub mod again {
    ///         pub use super::Flags;
    ///     }
    /// }
    ///
    /// const KEY: &str = "wide-spacings";
    ///
    /// mod keys {
    ///     pub const CAP: &str = concat!("bonus", "-", "caps");
    /// }
    ///
    /// fn spacing(flags: &Switches, assigned: &Assigned) -> f64 {
    ///     let wide = Switches::bool(flags, "wide_spacing", false); //~
    ///     let wider = flags.bool(KEY, false); //~
    ///     let key = "bonus-cap";
    ///     let cap = assigned.parameters.get(key).copied(); //~
    ///     let all = vec![crate::house::again::Flags::bool(flags, "bonus", true)]; //~
    ///     let late = || crate::flag("late-spacing"); //~
    ///     let caps = crate::flag(keys::CAP); //~
    ///     fn inner(flags: &crate::house::Flags) -> bool {
    ///         flags.bool("inner-spacing", true) //~
    ///     }
    ///     add(wide, wider, cap, all, late(), inner(flags))
    /// }
    /// ```
    ///
    /// ## Instead
    /// List the key, with whoever owns it, before code reads it.
    ///
    /// ```good flags
    /// mod house {
    ///     pub struct Flags;
    /// }
    ///
    /// fn spacing(flags: &house::Flags, assigned: &Assigned, surface: &str) -> f64 {
    ///     let wide = flags.bool("wide-spacing", false);
    ///     let penalty = assigned.parameters.get("artist-penalty").copied();
    ///     let other = flags.bool(&format!("spacing-{surface}"), false);
    ///     add(wide, penalty, other, headers.get("x-surface"))
    /// }
    ///
    /// #[test]
    /// fn an_unknown_flag_is_off() {
    ///     assert!(!Flags::default().bool("unknown", false));
    /// }
    /// ```
    pub static UNREGISTERED_FLAG_KEY = {
        id: "unregistered-flag-key",
        guard: "lints",
        group: "experiments",
        level: Warning,
        summary: "finds keys of flags that no registry lists",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNREGISTERED_FLAG_KEY, check: Check::Flags(check) };

fn check(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    let Some(registry) = &seen.registry else { return };
    for (path, read) in seen.judged().filter(|(path, read)| !registry.lists(path, &read.key)) {
        let near = registry.nearest(path, &read.key).map(|near| format!("; `{near}` is listed"));
        let message = format!(
            "no registry lists `{}`, so that it is its default for all{}",
            read.key,
            near.unwrap_or_default()
        );
        findings.push(
            read.finding(&UNREGISTERED_FLAG_KEY, message)
                .help("list the key in a file of `lints.flags.registry`"),
        );
    }
}
