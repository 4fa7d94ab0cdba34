//! The rules as documents.

use findings::catalogue::{WRITTEN_BY, explain, list, rules_md};

use crate::sample::{BLOCKING, RENUMBERED};

#[test]
fn the_page_of_a_guard_lists_its_rules_and_documents_each() {
    insta::assert_snapshot!(rules_md("samples", "Rules for tests.\n", &[&BLOCKING, &RENUMBERED]));
}

#[test]
fn the_page_says_first_who_wrote_it() {
    assert!(
        rules_md("samples", "", &[]).starts_with(&format!("{WRITTEN_BY}\n\n# The rules of `samples`\n\n"))
    );
}

#[test]
fn a_rule_explains_itself_on_a_terminal() {
    insta::assert_snapshot!(explain(&BLOCKING));
    insta::assert_snapshot!(explain(&RENUMBERED));
}

#[test]
fn the_list_is_aligned() {
    insta::assert_snapshot!(list(&[&BLOCKING, &RENUMBERED]), @r"
    lints      blocking-in-async  error    async-latency  finds calls that block the thread in async code
    contracts  field-renumbered   warning  wire           finds fields with another number | or none
    ");
    assert_eq!(list(&[]), "");
}
