//! Types that have another name: what the finding says of a change that no byte shows.

use findings::Finding;

use super::evolution::{notes, run};
use crate::{Breaking, Category, Policy};

const WAYS: [&str; 2] = ["written by the base, read by head: ", "written by head, read by the base: "];
const ALIKE: &str = "`p.v1.Part` and `p.v1.Piece` differ in nothing but names of types: bytes and proto JSON are the same, \
                     and code that names the type has to be changed";

/// What is found of `Whole` in one category, when the types around it become others.
fn changed(old: &str, new: &str, category: Category) -> Vec<Finding> {
    let whole = |part: &str, rest: &str| {
        format!("message Whole {{ repeated {part} parts = 1; map<string, {part}> by_id = 2; }}\n{rest}")
    };
    let (old, new) = (whole("Part", old), whole("Piece", new));
    let policy = Policy {
        breaking: Breaking { category: Some(category), ..Breaking::default() },
        ..Policy::default()
    };
    run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &policy)
}

#[test]
fn a_message_renamed_with_all_that_names_it_is_told_as_buf_tells_it_and_said_to_be_the_same_bytes() {
    let old = "message Part { string id = 1; Kind kind = 2; Part inner = 3; oneof more { bytes a = 4; double b = 5; } }\n\
               enum Kind { KIND_NONE = 0; KIND_SOLO = 1; }";
    let new = old.replace("Part", "Piece").replace("Kind ", "Sort ");
    for (category, id, others) in [
        (Category::Callers, "FIELD_SAME_TYPE", 0),
        (Category::File, "FIELD_SAME_TYPE", 2),
        (Category::Package, "FIELD_SAME_TYPE", 2),
        (Category::WireJson, "FIELD_WIRE_JSON_COMPATIBLE_TYPE", 0),
        (Category::Wire, "FIELD_WIRE_COMPATIBLE_TYPE", 0),
    ] {
        let findings = changed(old, &new, category);
        let (retyped, rest): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| finding.rule.id == "field-same-type");
        assert_eq!((retyped.len(), rest.len()), (2, others), "{category:?}: {findings:#?}");
        for finding in retyped {
            assert!(finding.message.ends_with(&format!("(`{id}`)")), "{category:?}: {}", finding.message);
            let notes = notes(finding);
            for way in WAYS {
                let identical = format!("{way}identical: ");
                assert!(notes.iter().any(|note| note.starts_with(&identical)), "{category:?}: {notes:#?}");
            }
            assert!(notes.contains(&ALIKE), "{category:?}: {notes:#?}");
        }
    }
}

#[test]
fn a_message_that_became_another_is_not_said_to_be_the_same() {
    let old = "message Part { string id = 1; A deep = 2; } message A { B b = 1; } message B { C c = 1; }\n\
               message C { D d = 1; } message D { optional int32 n = 1; Kind kind = 2; }\n\
               enum Kind { KIND_NONE = 0; KIND_SOLO = 1; }";
    // From `A` on every type has another name, so that no other finding tells what is another in them.
    let renamed = ["Part/Piece", "A /A2 ", "B /B2 ", "C /C2 ", "D /D2 ", "Kind /Sort "];
    let renamed = renamed.iter().fold(old.to_owned(), |text, pair| {
        let (from, to) = pair.split_once('/').expect("there are two names");
        text.replace(from, to)
    });
    for (from, to, said) in [
        (
            "string id = 1;",
            "string name = 1;",
            "the field with number 1 is another in `p.v1.Part` and in `p.v1.Piece`",
        ),
        (
            "string id = 1;",
            "bytes id = 1;",
            "the field with number 1 is another in `p.v1.Part` and in `p.v1.Piece`",
        ),
        ("string id = 1;", "", "`id` is only in `p.v1.Part`"),
        ("string id = 1;", "string id = 1; bool more = 9;", "`more` is only in `p.v1.Piece`"),
        // Deeper than a witness is filled.
        ("optional int32 n", "int32 n", "the field with number 1 is another in `p.v1.D` and in `p.v1.D2`"),
        ("int32 n", "sint32 n", "the field with number 1 is another in `p.v1.D` and in `p.v1.D2`"),
        ("KIND_SOLO = 1", "KIND_SOLO = 2", "the values of `p.v1.Kind` and `p.v1.Sort` are not the same"),
    ] {
        let new = renamed.replace(from, to);
        assert_ne!(new, renamed, "{from}");
        let findings = changed(old, &new, Category::Callers);
        let expected = format!("`p.v1.Piece` is not `p.v1.Part` under another name: {said}");
        for finding in findings.iter().filter(|finding| finding.rule.id == "field-same-type") {
            assert!(notes(finding).contains(&expected.as_str()), "{to}: {:#?}", finding.notes);
        }
        assert!(!findings.is_empty(), "{to}");
    }
}

#[test]
fn a_method_that_takes_a_renamed_message_says_so_and_a_well_known_type_is_no_other_name() {
    let method = |request: &str| {
        format!(
            "message {request} {{ int64 n = 1; }}\nservice S {{ rpc Get({request}) returns ({request}); }}"
        )
    };
    let findings =
        run(Some(&[("a.proto", &method("Ask"))]), &[("a.proto", &method("Query"))], &Policy::default());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let told = notes(&findings[0]).into_iter().filter(|note| note.contains("differ in nothing but names"));
    assert_eq!(told.count(), 1, "once for request and response: {:#?}", findings[0].notes);

    let field = |of: &str| {
        format!(
            "import \"google/protobuf/duration.proto\";\nmessage Span {{ int64 seconds = 1; int32 nanos = 2; }}\n\
             message M {{ {of} span = 1; }}"
        )
    };
    let (old, new) = (field("google.protobuf.Duration"), field("Span"));
    let findings = run(Some(&[("a.proto", &old)]), &[("a.proto", &new)], &Policy::default());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let expected = "`p.v1.Span` is not `google.protobuf.Duration` under another name: proto JSON writes those of \
                    `google.protobuf` in ways of their own";
    assert!(notes(&findings[0]).contains(&expected), "{:#?}", findings[0].notes);
}
