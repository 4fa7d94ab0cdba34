//! Differences between two trees in memory.

use gatefold_source::{Change, Tree};

type Files<'a> = &'a [(&'a str, &'a str)];

const LONG: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

/// Each line of `expected`: kind, path, `< from` of a rename, new lines.
fn check(base: Option<Files>, head: Files, expected: &[&str]) {
    let tree = |files: Files| Tree::from_memory(files.iter().copied());
    let change = Change::of_trees(base.map(tree), tree(head));
    let found: Vec<String> = change
        .files
        .iter()
        .map(|file| {
            let from = file.from.as_ref().map(|from| format!(" < {from}")).unwrap_or_default();
            let lines: String =
                file.lines.iter().map(|lines| format!(" {}-{}", lines.start(), lines.end())).collect();
            format!("{:?} {}{from}{lines}", file.kind, file.path)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn equal_trees_do_not_differ() {
    check(Some(&[("a", LONG), ("b/c", "x")]), &[("a", LONG), ("b/c", "x")], &[]);
}

#[test]
fn without_a_base_everything_is_added() {
    check(
        None,
        &[("a", "1\n2\n"), ("b/c/d", "x"), ("b/e", "")],
        &["Added a 1-2", "Added b/c/d 1-1", "Added b/e"],
    );
}

#[test]
fn added_modified_and_removed_files_are_told_apart() {
    check(
        Some(&[("gone", "g\n"), ("kept", "k\n"), ("x/changed", LONG)]),
        &[
            ("kept", "k\n"),
            ("new", "n\nn\n"),
            ("x/changed", &LONG.replace("three", "3").replace("eight\n", "8\n9\n")),
        ],
        &["Removed gone", "Added new 1-2", "Modified x/changed 3-3 8-9"],
    );
}

#[test]
fn removed_lines_leave_no_new_lines() {
    check(Some(&[("a", LONG)]), &[("a", &LONG.replace("three\n", ""))], &["Modified a"]);
}

#[test]
fn a_rename_is_followed_with_and_without_an_edit() {
    check(Some(&[("a/b.rs", LONG)]), &[("c/d.rs", LONG)], &["Renamed c/d.rs < a/b.rs"]);
    check(Some(&[("a", LONG)]), &[("b", &LONG.replace("two", "2"))], &["Renamed b < a 2-2"]);
}

#[test]
fn another_file_under_another_name_is_no_rename() {
    check(Some(&[("a", LONG)]), &[("b", "quite\nanother\nthing\n")], &["Removed a", "Added b 1-3"]);
}

#[test]
fn source_that_attributes_call_binary_still_has_lines() {
    check(
        Some(&[("a.rs", LONG)]),
        &[(".gitattributes", "*.rs binary\n"), ("a.rs", &LONG.replace("two", "2"))],
        &["Added .gitattributes 1-1", "Modified a.rs 2-2"],
    );
}

#[test]
fn names_that_sort_around_the_separator_stay_in_their_folders() {
    check(
        Some(&[("a-b", "1\n"), ("a.b", "2\n"), ("a/b", "3\n")]),
        &[("a-b", "1\n"), ("a.b", "2\n"), ("a/b", "4\n"), ("a0", "5\n")],
        &["Modified a/b 1-1", "Added a0 1-1"],
    );
}

#[test]
fn touched_and_base_path_answer_by_head_path() {
    let change = Change::of_trees(
        Some(Tree::from_memory([("old", LONG), ("same", "s"), ("gone", "g")])),
        Tree::from_memory([("new", LONG), ("same", "s")]),
    );
    assert!(change.touched("new") && change.touched("gone"));
    assert!(!change.touched("same") && !change.touched("old"));
    assert_eq!(change.base_path("new"), "old");
    assert_eq!(change.base_path("same"), "same");
}
