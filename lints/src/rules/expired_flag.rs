//! Flags that are over and still read.

use findings::{Finding, rule};

use crate::flags::Seen;
use crate::{Check, Lint};

rule! {
    /// A flag that code reads, through one of the getters of `lints.flags.getters`, although the registry that lists it says that it `expires` on
    /// a day that is over. The day itself still counts, by UTC. Where several registries list a key, the latest day holds, and none
    /// where one of them knows no end. Code for tests is left alone.
    ///
    /// An experiment has `ends`, and that it is over is for `experiment-past-its-end` of the guard `contracts` to say.
    ///
    /// ## Why it hurts
    /// What was to be tried for a month decides rankings for years. Each such flag doubles what has to be tested, and
    /// whoever cleans up the registry switches off what everybody has come to rely on.
    ///
    /// ## Example
    /// The examples have the getters `Flags::bool`, `flag` and `parameters.get`. The registry says of `old-spacing` that it expires on 2020-01-01, and of
    /// `new-spacing` that it does on 2199-12-31.
    ///
    /// ```bad flags
    /// use house::flag as switch;
    ///
    /// mod house {
    ///     pub fn flag(key: &str) -> bool { false }
    /// }
    ///
    /// const OLD: &str = "old-spacing";
    ///
    /// fn spacing(assigned: &Assigned) -> bool {
    ///     let key = "old-spacing";
    ///     let held = assigned.parameters.get(key); //~
    ///     let all = vec![switch(OLD)]; //~
    ///     let late = || crate::house::flag("old-spacing"); //~
    ///     fn inner() -> bool {
    ///         house::flag("old-spacing") //~
    ///     }
    ///     all[0] || late() || inner() || held.is_some()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Decide: keep what the flag did and take out the flag, or give it another day in the registry.
    ///
    /// ```good flags
    /// fn spacing(assigned: &Assigned) -> bool {
    ///     flag("new-spacing") || flag("wide-spacing") || other("old-spacing")
    /// }
    ///
    /// #[test]
    /// fn the_old_spacing_is_off() {
    ///     assert!(!flag("old-spacing"));
    /// }
    /// ```
    pub static EXPIRED_FLAG = {
        id: "expired-flag",
        guard: "lints",
        group: "experiments",
        level: Warning,
        summary: "finds flags that are over and still read",
    };
}

pub(super) static LINT: Lint = Lint { rule: &EXPIRED_FLAG, check: Check::Flags(check) };

fn check(seen: &Seen<'_>, findings: &mut Vec<Finding>) {
    let (Some(registry), Some(today)) = (&seen.registry, seen.today) else { return };
    for (path, read) in seen.judged() {
        let over = registry.expiry(path, &read.key).filter(|expiry| expiry.date < today.date());
        if let Some(expiry) = over {
            let message = format!("`{}` expired on {}, says `{}`", read.key, expiry.date, expiry.file);
            findings.push(
                read.finding(&EXPIRED_FLAG, message)
                    .help("keep what it did and take out the flag, or give it another day in the registry"),
            );
        }
    }
}
