//! What is wrong with manifests is told with its place, and the rest is read.

use gatefold_source::{ProblemKind, Tree, Workspace};

/// The problems of a root, as `path:line: message`, and the names of the members that were read.
fn check(files: &[(&str, &str)], problems: &[&str], members: &[&str]) {
    let workspace = Workspace::read(&Tree::from_memory(files.iter().copied()));
    let shown: Vec<String> = workspace
        .problems
        .iter()
        .map(|problem| {
            let kind = match () {
                () if problem.message.contains("../x` of `x`") => ProblemKind::Elsewhere,
                () if problem.message.contains("leads out of the root") => ProblemKind::Outside,
                () if problem.message.contains(" too") => ProblemKind::Twin,
                () if ["there is no `", "no package", "the root of another", "has no file"].iter().any(
                    |part| problem.message.contains(part) && problem.message != "there is no `[package]`",
                ) =>
                {
                    ProblemKind::Member
                }
                () => ProblemKind::Manifest,
            };
            assert_eq!(problem.kind, kind, "{}", problem.message);
            format!("{}:{}: {}", problem.path, problem.line.unwrap_or(0), problem.message)
        })
        .collect();
    assert_eq!(shown, problems);
    let names: Vec<&str> = workspace.crates.iter().map(|krate| krate.name.as_str()).collect();
    assert_eq!(names, members);
}

const A: (&str, &str) = ("a/Cargo.toml", "[package]\nname = \"a\"\n");

#[test]
fn text_that_is_no_toml_is_told_with_its_line() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
            ("a/Cargo.toml", "[package\n"),
            ("b/Cargo.toml", "[package]\nname = \"b\"\n"),
            ("b/src/lib.rs", ""),
        ],
        &["a/Cargo.toml:1: unclosed table, expected `]`"],
        &["b"],
    );
}

#[test]
fn lists_of_the_workspace_that_are_none_are_told_with_their_lines() {
    let own = ("src/lib.rs", "");
    let root = |workspace: &str| format!("[package]\nname = \"root\"\n[workspace]\n{workspace}");
    for key in ["members", "exclude", "default-members"] {
        let problem = format!("`{key}` of `[workspace]` is no list of texts");
        let whole = root(&format!("{key} = 3\n"));
        check(&[("Cargo.toml", &whole), own], &[&format!("Cargo.toml:4: {problem}")], &["root"]);
        let text = root(&format!("resolver = \"2\"\n{key} = \"a\"\n"));
        check(&[("Cargo.toml", &text), own], &[&format!("Cargo.toml:5: {problem}")], &["root"]);
        let parts = root(&format!("{key} = [\n  4,\n]\n"));
        check(&[("Cargo.toml", &parts), own], &[&format!("Cargo.toml:5: {problem}")], &["root"]);
        check(&[("Cargo.toml", &root(&format!("{key} = []\n"))), own], &[], &["root"]);
    }
}

#[test]
fn a_configuration_that_is_no_toml_is_told() {
    let root = ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n");
    check(
        &[root, A, ("a/src/lib.rs", ""), (".cargo/config.toml", "\n[patch\n")],
        &[".cargo/config.toml:2: unclosed table, expected `]`"],
        &["a"],
    );
}

#[test]
fn a_member_that_is_not_there_is_told_where_it_is_named() {
    check(
        &[("Cargo.toml", "[workspace]\nmembers = [\n  \"a\",\n  \"gone\",\n]\n"), A, ("a/src/lib.rs", "")],
        &["Cargo.toml:4: there is no `gone/Cargo.toml`"],
        &["a"],
    );
}

#[test]
fn paths_out_of_the_root_are_not_followed() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"../b\", \"/etc\"]\n"),
            (
                "a/Cargo.toml",
                "[package]\nname = \"a\"\n[dependencies]\nx = { path = \"../../x\" }\n[lib]\npath = \"../../y.rs\"\n",
            ),
            ("a/src/main.rs", ""),
        ],
        &[
            "Cargo.toml:2: the member `../b` leads out of the root",
            "Cargo.toml:2: the member `/etc` leads out of the root",
            "a/Cargo.toml:4: the path `../../x` of `x` leads out of the root",
            "a/Cargo.toml:5: the path `../../y.rs` leads out of the root",
        ],
        &["a"],
    );
}

#[test]
fn what_is_inherited_must_be_there() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
            ("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nx.workspace = true\ny = 3\n"),
            ("a/src/lib.rs", ""),
        ],
        &[
            "a/Cargo.toml:4: the workspace has no dependency `x`",
            "a/Cargo.toml:5: the dependency `y` is neither a version nor a table",
        ],
        &["a"],
    );
}

#[test]
fn targets_without_files_and_packages_without_targets_are_told() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
            ("a/Cargo.toml", "[package]\nname = \"a\"\n\n[[bin]]\nname = \"tool\"\n[[test]]\n"),
            ("b/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("b/src/lib.rs", ""),
        ],
        &[
            "a/Cargo.toml:1: the package builds nothing: it has neither a library nor a binary",
            "a/Cargo.toml:4: the target `tool` has no file `a/src/bin/tool.rs`",
            "a/Cargo.toml:6: a `[[test]]` has no name",
            "b/Cargo.toml:1: `a/Cargo.toml` has the name `a` too",
        ],
        &["a", "a"],
    );
}

#[test]
fn a_workspace_within_the_workspace_is_another_one() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"named\"]\n"),
            ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("crates/a/src/lib.rs", ""),
            ("crates/other/Cargo.toml", "[workspace]\n[package]\nname = \"other\"\n"),
            ("crates/other/src/lib.rs", ""),
            ("named/Cargo.toml", "[workspace]\n"),
        ],
        &[
            "Cargo.toml:2: `crates/other/Cargo.toml` is the root of another workspace",
            "Cargo.toml:2: `named/Cargo.toml` is the root of another workspace",
        ],
        &["a"],
    );
}

#[test]
fn a_root_without_a_manifest_has_the_workspaces_below_it() {
    check(
        &[
            ("java/pom.xml", ""),
            ("rust/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
            ("rust/a/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("rust/a/src/lib.rs", ""),
            ("tool/Cargo.toml", "[package]\nname = \"tool\"\n"),
            ("tool/src/main.rs", ""),
        ],
        &[],
        &["a", "tool"],
    );
}

#[test]
fn odd_tables_are_no_reason_to_stop() {
    let odd = "package = 3\nworkspace = []\nlib = 1\nbin = \"x\"\ntarget = { a = 1 }\ndependencies = [1]\n";
    check(&[("Cargo.toml", odd)], &[], &[]);
    let odd = "[package]\nname = \"a\"\nbuild = 3\nedition = 7\n[lib]\npath = 3\n[[bin]]\nname = 1\n[target]\nx = 1\n";
    check(&[("Cargo.toml", odd), ("src/lib.rs", "")], &["Cargo.toml:7: a `[[bin]]` has no name"], &["a"]);
}

/// The detours of the members, as `from -> to over manifests`.
#[track_caller]
fn detours(files: &[(&str, &str)], expected: &[&str]) {
    let workspace = Workspace::read(&Tree::from_memory(files.iter().copied()));
    assert_eq!(workspace.problems, [], "{files:?}");
    let crates = &workspace.crates;
    let shown: Vec<String> = crates
        .iter()
        .flat_map(|krate| krate.detours.iter().map(move |detour| (krate, detour)))
        .map(|(krate, detour)| {
            let (by, to) = (&krate.dependencies[detour.dependency].key, &crates[detour.member].name);
            format!("{} by {by} -> {to} over {}", krate.name, detour.through.join(", "))
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn packages_that_are_put_in_lead_to_members() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\nexclude = [\"x\", \"y\", \"own\"]\n";
    let a = |dependency: &str| format!("[package]\nname = \"a\"\n[dependencies]\n{dependency}\n");
    let b = [("b/Cargo.toml", "[package]\nname = \"b\"\n"), ("b/src/lib.rs", ""), ("a/src/lib.rs", "")];
    let with = |root: &str, a: &str, more: &[(&str, &str)], expected: &[&str]| {
        let mut files = vec![("Cargo.toml", root), ("a/Cargo.toml", a)];
        files.extend(b);
        files.extend(more);
        detours(&files, expected);
    };
    let x = "[package]\nname = \"x\"\n[dependencies]\ny = { path = \"../y\" }\n";
    let y =
        "[package]\nname = \"y\"\n[build-dependencies]\nb = { path = \"../b\" }\nx = { path = \"../x\" }\n";
    let both = [("x/Cargo.toml", x), ("y/Cargo.toml", y)];
    let put = |name: &str, dir: &str| format!("{root}[patch.crates-io]\n{name} = {{ path = \"{dir}\" }}\n");
    with(&put("x", "x"), &a("x = \"1\""), &both, &["a by x -> b over x/Cargo.toml, y/Cargo.toml"]);
    with(&put("y", "y"), &a("y = \"1\""), &both, &["a by y -> b over y/Cargo.toml"]);
    with(root, &a("serde = \"1\""), &both, &[]);
    let patched = format!("{root}[patch.crates-io]\nserde = {{ path = \"y\" }}\n");
    with(&patched, &a("serde = \"1\""), &both, &["a by serde -> b over y/Cargo.toml"]);
    // What it inherits stands in the manifest of its own workspace.
    let own = [
        (
            "own/Cargo.toml",
            "[workspace]\nmembers = [\"z\"]\n[workspace.dependencies]\nb = { path = \"../b\" }\n",
        ),
        ("own/z/Cargo.toml", "[package]\nname = \"z\"\n[dependencies]\nb.workspace = true\n"),
    ];
    with(&put("z", "own/z"), &a("z = \"1\""), &own, &["a by z -> b over own/z/Cargo.toml"]);
    let tests_only =
        [("x/Cargo.toml", "[package]\nname = \"x\"\n[dev-dependencies]\nb = { path = \"../b\" }\n")];
    with(&put("x", "x"), &a("x = \"1\""), &tests_only, &[]);
}

#[test]
fn a_package_that_is_no_member_and_cannot_be_read_is_told() {
    check(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\nexclude = [\"x\"]\n"),
            ("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nx = { path = \"../x\" }\n"),
            ("a/src/lib.rs", ""),
            ("x/Cargo.toml", "[package\n"),
        ],
        &["x/Cargo.toml:1: unclosed table, expected `]`"],
        &["a"],
    );
}

#[test]
fn packages_that_members_reach_by_path_are_crates_and_no_members() {
    let root = "[workspace]\nmembers = [\"a\"]\nexclude = [\"x\", \"y\", \"own\", \"fuzz\", \"kit\"]\n";
    let x = "[package]\nname = \"x\"\n[dependencies]\nz = { path = \"../own/z\" }\nb = { path = \"../a\", package = \"a\" }\n\
             [dev-dependencies]\nkit = { path = \"../kit\" }\n";
    let files = [
        ("Cargo.toml", root),
        ("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nx = { path = \"../x\" }\n"),
        ("a/src/lib.rs", ""),
        ("x/Cargo.toml", x),
        ("x/src/lib.rs", ""),
        (
            "own/Cargo.toml",
            "[workspace]\nmembers = [\"z\"]\n[workspace.dependencies]\ny = { path = \"../y\" }\n",
        ),
        (
            "own/z/Cargo.toml",
            "[package]\nname = \"z\"\n[dependencies]\ny.workspace = true\nx = { path = \"../../x\" }\n",
        ),
        ("own/z/src/lib.rs", ""),
        ("y/Cargo.toml", "[package]\nname = \"y\"\n"),
        ("y/src/lib.rs", ""),
        ("fuzz/Cargo.toml", "[package]\nname = \"fuzz\"\n[dependencies]\nx = { path = \"../x\" }\n"),
        ("fuzz/src/main.rs", ""),
        ("kit/Cargo.toml", "[package]\nname = \"kit\"\n"),
        ("kit/src/lib.rs", ""),
    ];
    let workspace = Workspace::read(&Tree::from_memory(files));
    assert_eq!(workspace.problems, []);
    let crates = &workspace.crates;
    let shown: Vec<String> = crates
        .iter()
        .map(|krate| {
            let to = krate.dependencies.iter().filter_map(|dependency| dependency.member);
            let to: Vec<&str> = to.map(|to| crates[to].name.as_str()).collect();
            let outside = if krate.outside { "outside" } else { "member" };
            assert!(krate.detours.is_empty() && krate.root.is_empty());
            format!("{outside} {} -> {}", krate.name, to.join(", "))
        })
        .collect();
    assert_eq!(shown, ["member a -> x", "outside x -> z, a", "outside z -> y, x", "outside y -> "]);
}
