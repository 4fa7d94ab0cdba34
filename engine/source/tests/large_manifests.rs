//! Manifests that are large, deep or many: read in proportion to their size, or told.

use gatefold_source::{ProblemKind, Tree, Workspace};

fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

#[test]
fn ten_thousand_members_that_depend_on_each_other_are_read() {
    let mut files = vec![("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"crates/*\"]\n".to_owned())];
    for index in 0..10_000 {
        let mut rest = String::from("[dependencies]\n");
        if index < 9_999 {
            let next = index + 1;
            rest.push_str(&format!("c{next} = {{ path = \"../c{next}\" }}\n"));
            rest.push_str("last = { package = \"c9999\", path = \"../c9999\" }\n");
        }
        files.push((format!("crates/c{index}/Cargo.toml"), package(&format!("c{index}"), &rest)));
        files.push((format!("crates/c{index}/src/lib.rs"), String::new()));
    }
    let workspace = Workspace::read(&Tree::from_memory(files));
    assert_eq!(workspace.problems, []);
    assert_eq!(workspace.crates.len(), 10_000);
    let linked =
        workspace.crates.iter().flat_map(|krate| &krate.dependencies).filter(|it| it.member.is_some());
    assert_eq!(linked.count(), 2 * 9_999);
}

#[test]
fn members_and_what_is_excluded_may_be_listed_by_the_thousand() {
    let list: Vec<String> = (0..20_000).map(|index| format!("\"c{index}\"")).collect();
    let list = list.join(", ");
    let root = format!("[workspace]\nmembers = [{list}, \"real\"]\nexclude = [{list}]\n");
    let files = [
        ("Cargo.toml", root.as_str()),
        ("real/Cargo.toml", "[package]\nname = \"real\"\n"),
        ("real/src/lib.rs", ""),
    ];
    let workspace = Workspace::read(&Tree::from_memory(files));
    assert_eq!((workspace.crates.len(), workspace.problems.len()), (1, 20_000));
}

#[test]
fn more_patterns_than_any_workspace_has_are_told() {
    let list: Vec<String> = (0..5_000).map(|index| format!("\"**/**/**/c{index}*\"")).collect();
    let root = format!("[workspace]\nmembers = [{}]\n", list.join(", "));
    let workspace = Workspace::read(&Tree::from_memory([("Cargo.toml", root.as_str())]));
    let told: Vec<&str> = workspace.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["there are more than 1000 patterns of members"]);
}

#[test]
fn patterns_of_any_depth_find_what_is_there() {
    let deep = "a/".repeat(200);
    let files = [
        (
            "Cargo.toml".to_owned(),
            "[workspace]\nmembers = [\"**/**/**\", \"**/*/**/*/**/*/**/*/**/x\"]\n".to_owned(),
        ),
        (format!("{deep}x/Cargo.toml"), package("x", "")),
        (format!("{deep}x/src/lib.rs"), String::new()),
        ("y/Cargo.toml".to_owned(), package("y", "")),
        ("y/src/main.rs".to_owned(), String::new()),
    ];
    let workspace = Workspace::read(&Tree::from_memory(files));
    assert_eq!(workspace.problems, []);
    assert_eq!(workspace.crates.iter().map(|krate| krate.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn a_manifest_of_fifty_megabytes_is_told_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("Cargo.toml", b"[workspace]\nmembers = [\"big\", \"small\"]\n");
    write("big/Cargo.toml", &vec![b'#'; 50 * 1024 * 1024]);
    write("small/Cargo.toml", package("small", "").as_bytes());
    write("small/src/lib.rs", b"");
    let paths = ["Cargo.toml", "big/Cargo.toml", "small/Cargo.toml", "small/src/lib.rs"];
    let tree = Tree::from_disk(folder.path(), paths.iter().map(|&path| path.to_owned()).collect());
    let workspace = Workspace::read(&tree);
    assert_eq!(workspace.problems.len(), 1);
    assert_eq!(
        (workspace.problems[0].kind, &*workspace.problems[0].path),
        (ProblemKind::TooLarge, "big/Cargo.toml")
    );
    assert_eq!(workspace.crates.len(), 1);
}

#[test]
fn a_manifest_with_a_hundred_thousand_entries_takes_no_square_of_time() {
    let mut rest = String::from("[dependencies]\n");
    for index in 0..100_000 {
        rest.push_str(&format!("d{index} = {{ version = \"1\", features = [\"a\"] }}\n"));
    }
    let manifest = package("wide", &rest);
    let workspace =
        Workspace::read(&Tree::from_memory([("Cargo.toml", manifest.as_str()), ("src/lib.rs", "")]));
    assert_eq!(workspace.crates[0].dependencies.len(), 100_000);
    assert_eq!(workspace.crates[0].dependencies[99_999].line, 100_005);
}

#[test]
fn toml_that_is_nested_deeply_is_refused_and_overflows_nothing() {
    let deep = 100_000;
    for bomb in [
        format!("x = {}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("x = {}{}", "{ a = ".repeat(deep), "}".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("[{}a]\nb = 1", "a.".repeat(deep)),
        format!("x = {{ {}a = 1 }}", "a.".repeat(deep)),
    ] {
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"bomb\", \"small\"]\n"),
            ("bomb/Cargo.toml", bomb.as_str()),
            ("bomb/src/lib.rs", ""),
            ("small/Cargo.toml", "[package]\nname = \"small\"\n"),
            ("small/src/lib.rs", ""),
        ];
        let workspace = Workspace::read(&Tree::from_memory(files));
        let names: Vec<&str> = workspace.crates.iter().map(|krate| krate.name.as_str()).collect();
        assert_eq!(names, ["small"], "{}", &bomb[..20]);
        assert_eq!(workspace.problems.len(), 1, "{}", &bomb[..20]);
    }
}
