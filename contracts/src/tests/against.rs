//! Head's protos against a folder and against a set of descriptors.

use std::path::Path;

use findings::Checked;
use source::{Cache, Change, Code, Tree};

use super::buf::{bytes, read};
use crate::{Against, Codes, Error, Outside, Policy, check_static_with};

const DEPLOYED: &str =
    "syntax = \"proto3\";\npackage p.v1;\nmessage M {\n  int64 a = 1;\n  string b = 2;\n}\n";
const HEAD: &str = "syntax = \"proto3\";\npackage p.v1;\nmessage M {\n  int32 a = 1;\n}\n";

/// Judges head, whose base is the same, so that whatever is found is found against what is named.
fn judge(head: &[(&str, &str)], against: Against) -> Result<Checked, Error> {
    let tree = || Tree::from_memory(head.iter().copied());
    let change = Change::of_trees(Some(tree()), tree());
    let code = Code::read(&Tree::from_memory([("a", "")]), &Cache::off());
    let codes = Codes { head: &|| &code, base: &|| None };
    let outside = Outside { against: Some(against), ..Outside::default() };
    check_static_with(&change, &Policy::default(), codes, &outside)
}

fn found(checked: &Checked) -> Vec<(&str, &str)> {
    let each = checked.findings.iter().map(|finding| (finding.rule.id, finding.file().unwrap_or_default()));
    let mut found: Vec<(&str, &str)> = each.collect();
    found.sort_unstable();
    found
}

#[test]
fn a_folder_is_compared_by_the_names_that_imports_use() {
    for name in ["p/v1/a.proto", "proto/p/v1/a.proto", "protos/p/v1/a.proto"] {
        let against = Against::folder(Tree::from_memory([(name, DEPLOYED)]));
        let checked = judge(&[("protos/p/v1/a.proto", HEAD)], against).expect("it is compared");
        let file = "protos/p/v1/a.proto";
        assert_eq!(found(&checked), [("field-no-delete", file), ("field-same-type", file)], "{name}");
    }
}

#[test]
fn a_set_of_descriptors_is_compared_and_stands_where_head_has_its_files() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf/editions.txt");
    let pair = read(&file).into_iter().find(|pair| pair.title.contains("retyped")).expect("there is one");
    let against = Against::set(&bytes(&pair.sets["old"])).expect("it is a set");
    let checked = judge(&[("protos/a.proto", HEAD)], against.clone()).expect("it is compared");
    let expected = [("field-no-delete", "protos/a.proto"), ("field-same-type", "protos/a.proto")];
    assert_eq!(found(&checked), expected);
    // What buf.yaml leaves out is told by paths in the tree, which a set does not have of its own.
    let ignored =
        "version: v2\nmodules: [{ path: protos }]\nbreaking: { use: [WIRE], ignore: [protos/a.proto] }\n";
    let head = [("protos/a.proto", HEAD), ("buf.yaml", ignored)];
    let checked = judge(&head, against).expect("it is compared");
    assert_eq!(found(&checked), []);
}

#[test]
fn what_cannot_be_read_there_or_is_about_something_else_is_no_pass() {
    let head = [("protos/p/v1/a.proto", HEAD)];
    let judge =
        |files: &[(&str, &str)]| judge(&head, Against::folder(Tree::from_memory(files.iter().copied())));
    let import = DEPLOYED.replace("package", "import \"common.proto\";\npackage");
    let broken = DEPLOYED.replace("= 2", "= ");
    let nameless = DEPLOYED.replace(";\npackage", " package");
    let whole = ("p/v1/a.proto", HEAD);
    for files in [
        &[("p/v1/a.proto", import.as_str())][..],
        &[("p/v1/a.proto", &broken)],
        &[("a.proto", &nameless)],
        &[whole, ("p/v1/other.proto", &nameless)],
    ] {
        let error = judge(files).expect_err("not all of it can be read");
        assert!(matches!(error, Error::UnreadableAgainst(_)), "{error}");
    }
    let error = judge(&[("q.proto", "syntax = \"proto3\";\npackage p.v1;\n")]);
    assert!(matches!(error.expect_err("nothing is compared"), Error::NothingInCommon));
    let checked = judge(&[whole]).expect("it is compared");
    assert_eq!((found(&checked), checked.counts["protos compared"]), (vec![], 1));
    // Under another name, by what stands in it.
    let checked = judge(&[("flat.proto", DEPLOYED)]).expect("it is compared");
    assert_eq!(found(&checked).len(), 2);
}

#[test]
fn nothing_to_compare_with_is_no_pass() {
    let against = Against::folder(Tree::from_memory([("README.md", "")]));
    let error = judge(&[("protos/a.proto", HEAD)], against).expect_err("there is no proto");
    assert!(matches!(error, Error::EmptyAgainst), "{error}");
    for bytes in [&b""[..], b"syntax = \"proto3\";", b"\x0a\x00"] {
        Against::set(bytes).expect_err("it is no set");
    }
}
