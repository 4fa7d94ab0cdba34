//! Protos compiled from a tree: what compiles, what is said of what does not, and that nothing can make it panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use service::{Alike, compile, roots};
use source::Tree;

/// Compiles files below `protos/` and compares the errors, one a line: `path:line:column: message <- dependents`.
fn check(files: &[(&str, &str)], compiled: &[&str], errors: &[&str]) {
    let tree = Tree::from_memory(files.iter().map(|(name, text)| (format!("protos/{name}"), text)));
    let protos = compile(&tree, &["protos".to_owned()]);
    let found: Vec<String> = protos
        .errors
        .iter()
        .map(|error| match error.dependents.is_empty() {
            true => error.to_string(),
            false => format!("{error} <- {}", error.dependents.join(", ")),
        })
        .collect();
    assert_eq!(found, errors);
    assert_eq!(protos.paths.keys().collect::<Vec<_>>(), compiled);
}

#[test]
fn files_import_each_other_and_the_well_known_ones() {
    check(
        &[
            ("a.proto", "syntax = \"proto3\"; import \"b/b.proto\"; message A { b.B b = 1; }"),
            (
                "b/b.proto",
                "syntax = \"proto3\"; package b; import \"google/protobuf/timestamp.proto\";
                 message B { google.protobuf.Timestamp t = 1; }",
            ),
        ],
        &["a.proto", "b/b.proto"],
        &[],
    );
}

#[test]
fn a_broken_file_is_reported_once_with_those_that_need_it() {
    check(
        &[
            ("a.proto", "syntax = \"proto3\";\nmessage A {\n  string = 1;\n}"),
            ("b.proto", "syntax = \"proto3\"; import \"a.proto\"; message B { A a = 1; }"),
            ("c.proto", "syntax = \"proto3\"; import \"b.proto\"; message C { B b = 1; }"),
            ("d.proto", "syntax = \"proto3\"; message D {}"),
        ],
        &["d.proto"],
        &["protos/a.proto:3:10: expected an identifier, but found '=' <- b.proto, c.proto"],
    );
}

#[test]
fn each_kind_of_trouble_is_told_where_it_stands() {
    check(
        &[("a.proto", "import \"b.proto\";")],
        &[],
        &["protos/a.proto:1:1: the import `b.proto` is not found"],
    );
    check(
        &[("a.proto", "\nimport \"b.proto\";"), ("b.proto", "import \"a.proto\";")],
        &[],
        &["protos/b.proto:1:1: import cycle: a.proto -> b.proto -> a.proto <- a.proto"],
    );
    check(
        &[("a.proto", "import \"a.proto\";")],
        &[],
        &["protos/a.proto:1:1: import cycle: a.proto -> a.proto"],
    );
    check(
        &[("a.proto", "message A { optional B b = 1; }")],
        &[],
        &["protos/a.proto:1:22: name 'B' is not defined"],
    );
    check(
        &[("a.proto", "// x\nedition = \"2023\";")],
        &[],
        &["protos/a.proto:2:1: protobuf editions cannot be read"],
    );
    check(
        &[("a.proto", "package p; message A {}"), ("b.proto", "package p; message A {}")],
        &["a.proto"],
        &["protos/b.proto:1:20: name 'p.A' is already defined in file 'a.proto'"],
    );
    let deep = "message M {".repeat(70) + &"}".repeat(70);
    check(&[("a.proto", &deep)], &[], &["protos/a.proto:1:715: brackets are nested more than 64 deep"]);
}

#[test]
fn a_package_that_a_file_does_not_import_hides_none() {
    let other = ("0.proto", "syntax = \"proto3\"; package e.ext.config; message Other {}");
    let user = "syntax = \"proto2\"; package e.ext.user; import \"config.proto\";
        message A {
          option (config.mark) = true;
          optional config.Uri uri = 1 [(config.hint) = \"x\"];
          oneof o { option (config.either) = 1; config.Uri other = 2; }
        }
        message B { message C { repeated config.Uri uris = 1; } }
        extend config.Old { optional config.Uri more = 100; }
        service S { rpc Do(config.Uri) returns (stream config.Uri) { option (config.call) = 1; } }";
    let config = "syntax = \"proto2\"; package e.config; import \"google/protobuf/descriptor.proto\";
        message Uri {} message Old { extensions 100 to 200; }
        extend google.protobuf.MessageOptions { optional bool mark = 50000; }
        extend google.protobuf.FieldOptions { optional string hint = 50000; }
        extend google.protobuf.OneofOptions { optional int32 either = 50000; }
        extend google.protobuf.MethodOptions { optional int32 call = 50000; }";
    check(
        &[other, ("config.proto", config), ("user.proto", user)],
        &["0.proto", "config.proto", "user.proto"],
        &[],
    );
    let imported = user.replacen("import", "import \"0.proto\"; import", 1);
    let tree = Tree::from_memory([other, ("config.proto", config), ("user.proto", imported.as_str())]);
    let errors = compile(&tree, &[String::new()]).errors;
    assert!(errors[0].message.contains("resolves to 'e.ext.config"), "{errors:?}");
}

#[test]
fn positions_name_options_by_their_numbers() {
    let text = "syntax = \"proto3\";
option java_package = \"p\";
message M {
  option deprecated = true;
  string s = 1 [json_name = \"t\", deprecated = true];
  oneof o { int32 i = 2 [jstype = JS_STRING]; }
}
enum E { option allow_alias = true; A = 0 [deprecated = true]; }
service S { option deprecated = true; rpc Do(M) returns (M) { option idempotency_level = IDEMPOTENT; } }";
    let protos = compile(&Tree::from_memory([("protos/\u{e4}.proto", text)]), &["protos".to_owned()]);
    assert_eq!(protos.errors, []);
    let positions = protos.positions.of("\u{e4}.proto");
    let line =
        |path: &[i32]| positions.iter().find(|location| location.path == path).map(|found| found.span[0]);
    for (path, expected) in [
        (&[8, 1][..], 1),
        (&[4, 0, 7, 3], 3),
        (&[4, 0, 2, 0, 8, 3], 4),
        (&[4, 0, 2, 1, 8, 6], 5),
        (&[5, 0, 3, 2], 7),
        (&[5, 0, 2, 0, 3, 1], 7),
        (&[6, 0, 3, 33], 8),
        (&[6, 0, 2, 0, 4, 34], 8),
    ] {
        assert_eq!(line(path), Some(expected), "{path:?}");
    }
    assert!(protos.positions.of("other.proto").is_empty());
}

#[test]
fn a_long_chain_of_imports_does_not_exhaust_the_stack() {
    let count = 3_000;
    let files = (0..count).map(|number| {
        let import =
            if number + 1 < count { format!("import \"f{:05}.proto\";", number + 1) } else { String::new() };
        (
            format!("protos/f{number:05}.proto"),
            format!("syntax = \"proto3\"; {import} message M{number} {{}}"),
        )
    });
    let protos = compile(&Tree::from_memory(files), &["protos".to_owned()]);
    assert_eq!((protos.paths.len(), protos.errors), (count, vec![]));
}

#[test]
fn roots_are_found_where_the_policy_names_none() {
    for (paths, expected) in [
        (vec!["protos/a/v1/a.proto", "other/b.proto"], vec!["protos"]),
        (vec!["proto/a.proto", "protos/b.proto"], vec!["proto", "protos"]),
        (vec!["api/p/v1/a.proto", "api/p/v1/b.proto", "lib/p/v1/c.proto"], vec!["api", "lib"]),
        (vec!["api/a.proto", "p/v1/b.proto"], vec!["", "api"]),
        (vec!["src/lib.rs"], vec![]),
    ] {
        let tree = Tree::from_memory(paths.iter().map(|path| (*path, "package p.v1;")));
        assert_eq!(roots(&tree, &[]), expected, "{paths:?}");
    }
    assert_eq!(roots(&Tree::from_memory([("a", "")]), &["./api/".to_owned(), ".".to_owned()]), ["api", ""]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        compile(&Tree::from_memory([("protos/a.proto", bytes)]), &["protos".to_owned()]);
    }

    #[test]
    fn arbitrary_tokens_never_panic(words in proptest::collection::vec(proptest::sample::select(TOKENS), 0..80)) {
        let text = words.join(" ");
        compile(&Tree::from_memory([("protos/a.proto", text)]), &["protos".to_owned()]);
    }
}

const TOKENS: &[&str] = &[
    "syntax",
    "=",
    "\"proto3\"",
    "\"proto2\"",
    ";",
    "message",
    "enum",
    "service",
    "rpc",
    "returns",
    "stream",
    "M",
    "E",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ",",
    ".",
    "-",
    "1",
    "0",
    "2",
    "536870911",
    "99999999999999999999",
    "1e999",
    "0x1F",
    "'\\xff'",
    "int32",
    "string",
    "map",
    "repeated",
    "optional",
    "required",
    "oneof",
    "group",
    "extend",
    "extensions",
    "reserved",
    "to",
    "max",
    "option",
    "default",
    "json_name",
    "import",
    "public",
    "\"a.proto\"",
    "\"google/protobuf/descriptor.proto\"",
    "google.protobuf.FieldOptions",
    "package",
    "/*",
    "*/",
    "//",
    "\n",
    "allow_alias",
    "true",
    "inf",
    "nan",
    "features",
    "deprecated",
];

#[test]
fn what_is_reserved_must_make_sense() {
    let message = |body: &str| format!("syntax = \"proto2\";\nmessage M {{ {body} }}");
    let enumeration = |body: &str| format!("syntax = \"proto3\";\nenum E {{ ZERO = 0; {body} }}");
    for (text, expected) in [
        (message("reserved 10 to 5;"), "2:22: the range `10 to 5` ends before it begins"),
        (message("reserved 2, 10 to 5;"), "2:25: the range `10 to 5` ends before it begins"),
        (message("reserved 5, 3 to 6;"), "2:25: the range `3 to 6` overlaps with `5`"),
        (message("extensions 10 to 5;"), "2:24: the range `10 to 5` ends before it begins"),
        (message("extensions 5 to 10; extensions 7;"), "2:44: the range `7` overlaps with `5 to 10`"),
        (message("message N { reserved 10 to 5; }"), "2:34: the range `10 to 5` ends before it begins"),
        (message("enum E { A = 0; reserved 10 to 5; }"), "2:38: the range `10 to 5` ends before it begins"),
        (message("reserved \"a\", \"a\";"), "2:1: the name `a` is reserved more than once"),
        (message("reserved \"a\"; optional int32 a = 1;"), "2:1: the name `a` is reserved"),
        (enumeration("reserved -1 to -5;"), "2:29: the range `-1 to -5` ends before it begins"),
        (enumeration("reserved 5, 3 to 6;"), "2:32: the range `3 to 6` overlaps with `5`"),
        (enumeration("reserved \"ZERO\";"), "2:1: the name `ZERO` is reserved"),
    ] {
        check(&[("a.proto", &text)], &[], &[&format!("protos/a.proto:{expected}")]);
    }
    let fine = [
        message("reserved 5 to 5, 6, 100 to max; reserved \"a\", \"b\"; extensions 7 to 99;"),
        enumeration("reserved -5 to -1, 1 to max; reserved \"A\";"),
    ];
    for text in &fine {
        check(&[("a.proto", text)], &["a.proto"], &[]);
    }
}

/// Compiles of the first tree what differs from the second; all files are alike save the edited ones, which say what they
/// become, or nothing where they go.
fn check_partial(files: &[(&str, &str)], edits: &[(&str, &str)], compiled: Option<&[&str]>) {
    let alike = (0..20).map(|index| (format!("other{index}.proto"), "syntax = \"proto3\";".to_owned()));
    let named = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let old: BTreeMap<String, String> = files.iter().map(named).chain(alike).collect();
    let mut new = old.clone();
    new.extend(edits.iter().map(named));
    new.retain(|_, text| !text.is_empty());
    let (old, new) = (Tree::from_memory(old), Tree::from_memory(new));
    let roots = [String::new()];
    let alike = Alike::of((&old, &roots), (&new, &roots), |_, _| None);
    assert!(alike.are_most());
    let protos = alike.compile_others(&old, &compile(&new, &roots));
    let names = protos.as_ref().map(|protos| protos.paths.keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(names.as_deref(), compiled, "{edits:?}");
}

#[test]
fn what_differs_is_compiled_with_what_imports_it_and_what_those_need() {
    let files = [
        ("a.proto", "syntax = \"proto3\"; message A {}"),
        ("b.proto", "syntax = \"proto3\"; import \"a.proto\"; message B { A a = 1; }"),
        (
            "c.proto",
            "syntax = \"proto3\"; import \"b.proto\"; import \"d.proto\"; message C { B b = 1; D d = 2; }",
        ),
        (
            "d.proto",
            "syntax = \"proto3\"; import \"google/protobuf/any.proto\"; message D { google.protobuf.Any a = 1; }",
        ),
        ("e.proto", "syntax = \"proto3\"; import \"a.proto\"; message E { A a = 1; }"),
    ];
    check_partial(&files, &[], Some(&[]));
    let with_field = "syntax = \"proto3\"; message A { int32 a = 1; }";
    check_partial(
        &files,
        &[("a.proto", with_field)],
        Some(&["a.proto", "b.proto", "c.proto", "d.proto", "e.proto"]),
    );
    let comment = "syntax = \"proto3\"; import \"a.proto\"; message E { A a = 1; } // Here.";
    check_partial(&files, &[("e.proto", comment)], Some(&["a.proto", "e.proto"]));
    // What only one side has.
    check_partial(&files, &[("f.proto", "syntax = \"proto3\";")], Some(&[]));
    check_partial(&files, &[("e.proto", "")], Some(&["a.proto", "e.proto"]));
    // Well-known files that a side has of its own.
    let any = "syntax = \"proto3\"; package google.protobuf; message Any {}";
    check_partial(
        &files,
        &[("google/protobuf/any.proto", any)],
        Some(&["a.proto", "b.proto", "c.proto", "d.proto"]),
    );
}

#[test]
fn where_anything_does_not_compile_nothing_is_left_out() {
    let files = [
        ("a.proto", "syntax = \"proto3\"; message A {}"),
        ("b.proto", "syntax = \"proto3\"; import \"a.proto\"; message B { A a = 1; }"),
    ];
    for wrong in ["syntax = \"proto3\"; message A {", "syntax = \"proto3\"; message C {}", ""] {
        check_partial(&files, &[("a.proto", wrong)], None);
        let mut broken = files;
        broken[0].1 = "syntax = \"proto3\"; message A { B b = 1; }";
        check_partial(&broken, &[("a.proto", files[0].1)], None);
    }
    check_partial(&files, &[("z.proto", "edition = \"2023\"; message Z {}")], None);
}
