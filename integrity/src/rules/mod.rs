//! The registry of rules, one file each.

mod action_unpinned;
mod agent_permission_widened;
mod assertion_made_conditional;
mod assertion_normalised;
mod assertion_removed;
mod assertion_weakened;
mod broad_suppression_added;
mod budget_loosened;
mod budget_rewritten;
mod build_redirected;
mod ci_permission_widened;
mod ci_setting_loosened;
mod ci_step_weakened;
mod denied_lint_allowed;
mod dependency_promoted;
mod dependency_redirected;
mod equality_redefined;
mod expectation_changed;
mod expectation_computed;
mod expectation_forced;
mod generated_code_edited;
mod hook_unwired;
mod job_renamed;
mod lint_attribute_removed;
mod lock_entry_swapped;
mod lock_file_lost;
mod owners_changed;
mod owners_weakened;
mod package_downgraded;
mod policy_joined;
mod policy_loosened;
mod property_narrowed;
mod protected_path_edited;
mod real_thing_mocked;
mod runner_swapped;
mod suppression_added;
mod test_deleted;
mod test_detected;
mod test_disabled;
mod test_gone_with_code;
mod test_input_changed;
mod test_made_patient;
mod test_made_vacuous;
mod test_narrowed;
mod test_run_loosened;
mod test_value_special_cased;
mod tested_function_shadowed;
mod tool_setting_changed;
mod tool_setting_eased;
mod tool_setting_loosened;
mod toolchain_swapped;
mod unexplained_generated_file;
mod unknown_dependency;
mod unread_side;

pub use hook_unwired::hooks_lost;
pub(crate) use policy_loosened::of_difference as policy_loosened_by;
pub(crate) use suppression_added::is_broad;

use findings::{Finding, Rule};

use crate::Scene;

/// A rule with its check.
pub struct Check {
    /// What it is called, and why it is there.
    pub rule: &'static Rule,
    /// How it looks.
    pub check: fn(&Scene<'_>, &mut Vec<Finding>),
}

/// Every rule with its check, in the order of their ids.
pub static CHECKS: &[&Check] = &[
    &action_unpinned::CHECK,
    &agent_permission_widened::CHECK,
    &assertion_made_conditional::CHECK,
    &assertion_normalised::CHECK,
    &assertion_removed::CHECK,
    &assertion_weakened::CHECK,
    &broad_suppression_added::CHECK,
    &budget_loosened::CHECK,
    &budget_rewritten::CHECK,
    &build_redirected::CHECK,
    &ci_permission_widened::CHECK,
    &ci_setting_loosened::CHECK,
    &ci_step_weakened::CHECK,
    &denied_lint_allowed::CHECK,
    &dependency_promoted::CHECK,
    &dependency_redirected::CHECK,
    &equality_redefined::CHECK,
    &expectation_changed::CHECK,
    &expectation_computed::CHECK,
    &expectation_forced::CHECK,
    &generated_code_edited::CHECK,
    &hook_unwired::CHECK,
    &job_renamed::CHECK,
    &lint_attribute_removed::CHECK,
    &lock_entry_swapped::CHECK,
    &lock_file_lost::CHECK,
    &owners_changed::CHECK,
    &owners_weakened::CHECK,
    &package_downgraded::CHECK,
    &policy_joined::CHECK,
    &policy_loosened::CHECK,
    &property_narrowed::CHECK,
    &protected_path_edited::CHECK,
    &real_thing_mocked::CHECK,
    &runner_swapped::CHECK,
    &suppression_added::CHECK,
    &test_deleted::CHECK,
    &test_detected::CHECK,
    &test_disabled::CHECK,
    &test_gone_with_code::CHECK,
    &test_input_changed::CHECK,
    &test_made_patient::CHECK,
    &test_made_vacuous::CHECK,
    &test_narrowed::CHECK,
    &test_run_loosened::CHECK,
    &test_value_special_cased::CHECK,
    &tested_function_shadowed::CHECK,
    &tool_setting_changed::CHECK,
    &tool_setting_eased::CHECK,
    &tool_setting_loosened::CHECK,
    &toolchain_swapped::CHECK,
    &unexplained_generated_file::CHECK,
    &unknown_dependency::CHECK,
    &unread_side::CHECK,
];

/// Every rule.
pub static RULES: &[&Rule] = &[
    action_unpinned::CHECK.rule,
    agent_permission_widened::CHECK.rule,
    assertion_made_conditional::CHECK.rule,
    assertion_normalised::CHECK.rule,
    assertion_removed::CHECK.rule,
    assertion_weakened::CHECK.rule,
    broad_suppression_added::CHECK.rule,
    budget_loosened::CHECK.rule,
    budget_rewritten::CHECK.rule,
    build_redirected::CHECK.rule,
    ci_permission_widened::CHECK.rule,
    ci_setting_loosened::CHECK.rule,
    ci_step_weakened::CHECK.rule,
    denied_lint_allowed::CHECK.rule,
    dependency_promoted::CHECK.rule,
    dependency_redirected::CHECK.rule,
    equality_redefined::CHECK.rule,
    expectation_changed::CHECK.rule,
    expectation_computed::CHECK.rule,
    expectation_forced::CHECK.rule,
    generated_code_edited::CHECK.rule,
    hook_unwired::CHECK.rule,
    job_renamed::CHECK.rule,
    lint_attribute_removed::CHECK.rule,
    lock_entry_swapped::CHECK.rule,
    lock_file_lost::CHECK.rule,
    owners_changed::CHECK.rule,
    owners_weakened::CHECK.rule,
    package_downgraded::CHECK.rule,
    policy_joined::CHECK.rule,
    policy_loosened::CHECK.rule,
    property_narrowed::CHECK.rule,
    protected_path_edited::CHECK.rule,
    real_thing_mocked::CHECK.rule,
    runner_swapped::CHECK.rule,
    suppression_added::CHECK.rule,
    test_deleted::CHECK.rule,
    test_detected::CHECK.rule,
    test_disabled::CHECK.rule,
    test_gone_with_code::CHECK.rule,
    test_input_changed::CHECK.rule,
    test_made_patient::CHECK.rule,
    test_made_vacuous::CHECK.rule,
    test_narrowed::CHECK.rule,
    test_run_loosened::CHECK.rule,
    test_value_special_cased::CHECK.rule,
    tested_function_shadowed::CHECK.rule,
    tool_setting_changed::CHECK.rule,
    tool_setting_eased::CHECK.rule,
    tool_setting_loosened::CHECK.rule,
    toolchain_swapped::CHECK.rule,
    unexplained_generated_file::CHECK.rule,
    unknown_dependency::CHECK.rule,
    unread_side::CHECK.rule,
];
