//! Edits of texts in every style that people write.

use super::{add_entry, add_item, entry, remove_block, remove_entry, remove_item};

#[track_caller]
fn check(result: Result<String, crate::PolicyError>, expected: &str) {
    match result {
        Ok(text) => assert_eq!(text, expected),
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn refused(result: Result<String, crate::PolicyError>, part: &str) {
    let error = result.expect_err("must be refused").to_string();
    assert!(error.contains(part), "{error}");
}

const FLOW: &str = "# head\nlist: [a, c] # why\nother: 1\n";
const BLOCK: &str = "list:\n  # first\n  - a # why\n  # third\n  - c\n\n# tail\nother: 1\n";

#[test]
fn an_item_finds_its_place_in_a_sorted_list() {
    check(add_item(FLOW, "list", "b"), "# head\nlist: [a, b, c] # why\nother: 1\n");
    check(add_item(FLOW, "list", "d"), "# head\nlist: [a, c, d] # why\nother: 1\n");
    check(add_item(FLOW, "list", "A"), "# head\nlist: [A, a, c] # why\nother: 1\n");
    check(add_item(BLOCK, "list", "b"), &BLOCK.replace("  # third\n", "  - b\n  # third\n"));
    check(add_item(BLOCK, "list", "d"), &BLOCK.replace("- c\n", "- c\n  - d\n"));
    check(add_item("- a\n- c", "", "d"), "- a\n- c\n- d\n");
}

#[test]
fn an_item_stands_at_the_end_of_a_list_that_is_not_sorted() {
    check(add_item("list: [c, a]\n", "list", "b"), "list: [c, a, b]\n");
    check(add_item("list: [ \"c::d\",\n  'a' ]\n", "list", "b"), "list: [ \"c::d\",\n  'a', b ]\n");
    check(add_item("a: [{ l: [y, x] }]\n", "a[0].l", "z"), "a: [{ l: [y, x, z] }]\n");
}

#[test]
fn an_item_that_is_there_changes_nothing_and_one_that_reads_as_no_word_is_quoted() {
    check(add_item(FLOW, "list", "c"), FLOW);
    check(add_item(FLOW, "list", "null"), "# head\nlist: [a, c, \"null\"] # why\nother: 1\n");
    check(add_item(FLOW, "list", "layer:x"), "# head\nlist: [a, c, \"layer:x\"] # why\nother: 1\n");
}

#[test]
fn an_item_goes_with_its_line_or_its_comma() {
    check(remove_item(FLOW, "list", "a"), "# head\nlist: [c] # why\nother: 1\n");
    check(remove_item(FLOW, "list", "c"), "# head\nlist: [a] # why\nother: 1\n");
    check(remove_item(BLOCK, "list", "c"), &BLOCK.replace("  - c\n", ""));
    check(remove_item(FLOW, "list", "x"), FLOW);
    check(remove_item(FLOW, "nothing", "x"), FLOW);
    refused(remove_item("list: [a]\n", "list", "a"), "nothing would be left");
}

const MAP: &str = "services:\n  # the first\n  one:\n    run: [a]\n    # why\n\n  two: # more\n    run: [b]\n\n# golden\ngolden:\n  corpora: {}\n";

#[test]
fn an_entry_stands_behind_the_others() {
    let new = MAP.replace("    run: [b]\n", "    run: [b]\n  three:\n    # how\n    run: [c]\n");
    check(add_entry(MAP, "services", "three", "# how\nrun: [c]\n"), &new);
    check(add_entry("a:\n  b: 1", "a", "c", "2"), "a:\n  b: 1\n  c:\n    2\n");
}

#[test]
fn an_item_of_several_lines_goes_with_its_comment() {
    let layers =
        "layers:\n  # top\n  - name: a\n    members: [x]\n\n  - name: b\n    members: [y]\nmore: 1\n";
    check(remove_block(layers, "layers", 0), "layers:\n\n  - name: b\n    members: [y]\nmore: 1\n");
    check(remove_block(layers, "layers", 1), "layers:\n  # top\n  - name: a\n    members: [x]\n\nmore: 1\n");
    refused(remove_block("layers: [{ a: 1 }, { a: 2 }]\n", "layers", 0), "by hand");
    refused(remove_block("layers:\n  - a: 1\n", "layers", 0), "no other");
}

#[test]
fn an_entry_is_read_as_it_is_written() {
    assert_eq!(entry(MAP, "services", "one").as_deref(), Some("run: [a]\n# why\n"));
    assert_eq!(entry(MAP, "services", "three"), None);
    assert_eq!(entry("a: { b: 1 }\n", "a", "b"), None);
}

#[test]
fn the_maps_above_an_entry_are_made() {
    check(add_entry("", "golden.corpora", "x", "id: y"), "golden:\n  corpora:\n    x:\n      id: y\n");
    check(
        add_entry("a: 1\n", "golden.corpora", "x", "id: y"),
        "a: 1\n\ngolden:\n  corpora:\n    x:\n      id: y\n",
    );
    check(
        add_entry("golden:\n  more: 1\n\na: 1\n", "golden.corpora", "x", "id: y"),
        "golden:\n  more: 1\n  corpora:\n    x:\n      id: y\n\na: 1\n",
    );
    check(
        add_entry("services: # none yet\na: 1\n", "services", "x", "id: y"),
        "services: # none yet\n  x:\n    id: y\na: 1\n",
    );
    check(
        add_entry("# only words\n", "services", "x", "id: y"),
        "# only words\n\nservices:\n  x:\n    id: y\n",
    );
}

#[test]
fn an_entry_goes_with_its_comment_and_a_map_with_its_last_entry() {
    check(
        remove_entry(MAP, "services", "one"),
        "services:\n\n  two: # more\n    run: [b]\n\n# golden\ngolden:\n  corpora: {}\n",
    );
    check(remove_entry("a:\n  b:\n    c: 1\nd: 2\n", "a.b", "c"), "d: 2\n");
    check(remove_entry(MAP, "services", "three"), MAP);
}

#[test]
fn what_is_not_understood_is_refused_and_never_written_otherwise() {
    refused(add_entry(MAP, "services", "two", "a: 1"), "has an entry `two` already");
    refused(add_entry("services: { a: 1 }\n", "services", "b", "2"), "without writing the file anew");
    refused(add_entry("services: 3\n", "services", "b", "2"), "no map");
    refused(add_item("list: {}\n", "list", "b"), "no list of words");
    refused(add_item("list: [1, 2]\n", "list", "b"), "no list of words");
    refused(add_item("list: &l [a]\nmore: *l\n", "list", "b"), "by hand");
    refused(add_item("list: [", "list", "b"), "failed to read");
}
