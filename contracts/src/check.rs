//! The static tier: every area says what it finds in a change, and nothing is executed of it.

use std::sync::OnceLock;

use findings::{Checked, Rule};
use policy::Today;
use source::{Cache, Change, Code, Tree};

use crate::consumers;
use crate::evolution::{self, Compiled};
use crate::experiments;
use crate::lint;
use crate::models;
use crate::operations;
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;
use crate::rules::metric_vanished::METRIC_VANISHED;
use crate::rules::uncovered_field::UNCOVERED_FIELD;
use crate::rules::uncovered_rpc::UNCOVERED_RPC;
use crate::rules::unknown_consumed_field::UNKNOWN_CONSUMED_FIELD;
use crate::rules::watched_by_nobody::WATCHED_BY_NOBODY;
use crate::suite;
use crate::{Codes, Error, Outside, Policy, globs};

/// Judges a change by what lies in its two trees. Reads the Rust code of either side by itself where that is needed.
///
/// # Errors
/// As [`check_static_with`].
pub fn check_static(change: &Change, policy: &Policy) -> Result<Checked, Error> {
    let (head, base) = (OnceLock::new(), OnceLock::new());
    let read = |tree: &Tree| Code::read(tree, &Cache::off());
    let codes = Codes {
        head: &|| head.get_or_init(|| read(&change.head)),
        base: &|| change.base.as_ref().map(|tree| base.get_or_init(|| read(tree))),
    };
    check_static_with(change, policy, codes, &Outside::default())
}

/// The same with code that others read as well, and with what lies outside the two trees.
///
/// # Errors
/// What keeps the guard from looking, as the variants of [`Error`] say.
pub fn check_static_with(
    change: &Change,
    policy: &Policy,
    codes: Codes<'_>,
    outside: &Outside,
) -> Result<Checked, Error> {
    let compiled = Compiled::of(change, policy, outside)?;
    let configured = change.base.as_ref().unwrap_or(&change.head);
    let lint = lint::check_side(&change.head, &compiled.head.protos, configured, policy, outside)?;
    let consumers = consumers::Files::read(change, policy)?;
    let (mut checked, broken) = evolution::check(change, &compiled, policy, &consumers.users(policy, codes))?;
    join(&mut checked, lint);
    let old = compiled.base.as_ref().map(|base| &base.protos.pool);
    join(&mut checked, consumers.check(&compiled.head.protos, old, &broken));
    join(&mut checked, suite::check(change, policy, &compiled.head.protos, outside)?);
    join(&mut checked, models::check(change, policy, codes, &compiled.head.protos.pool));
    let (operations, seen) = check_operations(&change.head, codes.head, policy, outside)?;
    join(&mut checked, operations);
    let vanished = operations::vanished(change, codes, &policy.operations, &seen, &mut checked.findings)?;
    checked.findings.extend(vanished);
    let today = outside.today.map(Today::date);
    let dealt = experiments::rerandomised(change, codes, &policy.experiments, today.as_deref())?;
    checked.findings.extend(dealt);
    Ok(checked)
}

/// What the rules that judge one side find at the base, so that head is told what is new.
///
/// # Errors
/// As [`check_static_with`].
pub fn check_base(base: &Tree, policy: &Policy, code: &Code, outside: &Outside) -> Result<Checked, Error> {
    let protos = evolution::compile_protos(base, policy, outside);
    let side = models::Side { tree: base, code: &|| code, pool: &protos.pool };
    let mut checked = Checked { findings: models::check_side(&side, policy), ..Checked::default() };
    checked.findings.extend(consumers::Files::of_tree(base, policy)?.unknown(&protos));
    checked.findings.extend(suite::uncovered(base, policy, &protos)?);
    join(&mut checked, lint::check_side(base, &protos, base, policy, outside)?);
    join(&mut checked, check_operations(base, &|| code, policy, outside)?.0);
    Ok(checked)
}

/// Alerts, dashboards and experiments of one side.
fn check_operations<'c>(
    tree: &Tree,
    code: &dyn Fn() -> &'c Code,
    policy: &Policy,
    outside: &Outside,
) -> Result<(Checked, operations::Seen), Error> {
    let (mut checked, seen) = operations::check_side(tree, code, &policy.operations, outside)?;
    let today = outside.today.map(Today::date);
    join(&mut checked, experiments::check_side(tree, code, &policy.experiments, today.as_deref())?);
    Ok((checked, seen))
}

/// Whether a tree has rule files, dashboards or experiments.
pub fn has_operations(tree: &Tree, policy: &Policy) -> bool {
    let (operations, experiments) = (&policy.operations, &policy.experiments);
    [&operations.rules, &operations.dashboards, &experiments.files]
        .into_iter()
        .any(|globs| globs::paths(tree, globs).is_ok_and(|paths| !paths.is_empty()))
}

/// Whether a rule judges one side by itself, so that what the base has of it is known.
pub fn judges_one_side(rule: &Rule) -> bool {
    let in_groups = [lint::GROUP, models::GROUP, operations::GROUP, experiments::GROUP].contains(&rule.group)
        && ![&METRIC_VANISHED, &WATCHED_BY_NOBODY, &EXPERIMENT_RERANDOMISED].contains(&rule);
    in_groups || [&UNKNOWN_CONSUMED_FIELD, &UNCOVERED_RPC, &UNCOVERED_FIELD].contains(&rule)
}

/// Whether a consumer's file of the head names what the head's protos do not have and the base's have. Where it cannot be
/// asked, it does.
pub fn names_what_went(change: &Change, policy: &Policy) -> bool {
    let unknown = |tree: &Tree| {
        let protos = service::compile(tree, &service::roots(tree, &policy.protos));
        consumers::Files::of_tree(tree, policy).map(|files| files.unknown(&protos))
    };
    let Ok(now) = unknown(&change.head) else { return true };
    let before = change.base.as_ref().map(unknown).transpose().ok().flatten().unwrap_or_default();
    now.iter().any(|now| !before.iter().any(|before| before.facts == now.facts))
}

/// Takes in what another area looked at.
fn join(checked: &mut Checked, more: Checked) {
    checked.findings.extend(more.findings);
    checked.counts.extend(more.counts);
}
