//! Odd manifests: what cargo accepts is read as cargo reads it, and what cargo refuses is told.

#[path = "common/oracle.rs"]
mod oracle;

use std::path::Path;

use gatefold_source::{Tree, Workspace};

/// Files in one text: each begins with a line `== path`.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim_start) {
        if let Some(path) = line.strip_prefix("== ") {
            files.push((path.trim().to_owned(), String::new()));
        } else if let Some((_, content)) = files.last_mut() {
            content.push_str(line);
            content.push('\n');
        }
    }
    files
}

fn write(folder: &Path, files: &[(String, String)]) {
    for (path, content) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
}

/// Cargo accepts the files and says the same of them.
#[track_caller]
fn same(text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), &files(text));
    let workspace = Workspace::read(&Tree::from_memory(files(text)));
    let theirs = oracle::theirs(folder.path()).unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert_eq!(workspace.problems, [], "{text}");
    assert_eq!(oracle::differences(&oracle::ours(&workspace), &theirs), [""; 0], "{text}");
}

/// Cargo refuses the files, and so does the reader, with these words.
#[track_caller]
fn refused(text: &str, problems: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), &files(text));
    assert!(oracle::theirs(folder.path()).is_err(), "cargo accepts it: {text}");
    let workspace = Workspace::read(&Tree::from_memory(files(text)));
    let told: Vec<String> = workspace
        .problems
        .iter()
        .map(|problem| format!("{}:{}: {}", problem.path, problem.line.unwrap_or(0), problem.message))
        .collect();
    assert_eq!(told, problems, "{text}");
}

const A: &str = "== a/Cargo.toml\n[package]\nname = \"a\"\nedition = \"2021\"\n== a/src/lib.rs\n";
const B: &str = "== b/Cargo.toml\n[package]\nname = \"b\"\nedition = \"2021\"\n== b/src/lib.rs\n";

#[test]
fn toml_has_many_spellings() {
    same(
        "== Cargo.toml
        \u{feff}package = { name = \"a\", \"edition\" = '2021', version = \"\"\"0.1.0\"\"\" }
        bin = [{ name = \"tool\", path = \"tools/x.rs\" }, { name = \"a\" }]
        features.\"x-y\" = [
          \"z\", # a comment
        ]
        features.z = []
        dependencies.log.version = \"0.4\"
        dependencies.log.features = ['std']
        dependencies.'serde' = '1'
        target.'cfg( any( unix, windows ) )'.dependencies.libc = { version = '0.2', default-features = false }
        == tools/x.rs
        == src/main.rs",
    );
    same(
        "== Cargo.toml\n[package]\r\nname = \"a\"\r\nedition = \"2021\"\r\n[dependencies]\r\nlog = \"0.4\"\r\n== src/lib.rs",
    );
}

#[test]
fn older_names_of_keys_count_where_cargo_counts_them() {
    same(
        "== Cargo.toml
        [package]
        name = \"a\"
        edition = \"2021\"
        [dependencies]
        log = { version = \"0.4\", default_features = false }
        [dev_dependencies]
        serde = \"1\"
        [build_dependencies]
        cc = \"1\"
        [lib]
        crate_type = [\"cdylib\", \"rlib\"]
        == src/lib.rs",
    );
    same("== Cargo.toml\n[package]\nname = \"a\"\nversion = \"0.1.0\"\n== src/lib.rs\n== src/main.rs");
}

#[test]
fn edition_2015_finds_binaries_where_they_once_lay() {
    let package = "== Cargo.toml\n[package]\nname = \"a\"\n[[bin]]\nname = \"tool\"\n";
    same(&format!("{package}== src/tool.rs"));
    same(&format!("{package}== src/main.rs"));
    same(&format!("{package}== src/bin/main.rs"));
    same(&format!("{package}== src/lib.rs\n== src/tool.rs\n== src/main.rs"));
    same("== Cargo.toml\n[package]\nname = \"a\"\n[lib]\nname = \"old\"\n== src/old.rs");
    refused(
        "== Cargo.toml\n[package]\nname = \"a\"\nedition = \"2018\"\n[[bin]]\nname = \"tool\"\n== src/tool.rs",
        &[
            "Cargo.toml:1: the package builds nothing: it has neither a library nor a binary",
            "Cargo.toml:4: the target `tool` has no file `src/bin/tool.rs`",
        ],
    );
}

#[test]
fn features_are_those_of_the_workspace_and_ones_own() {
    for edition in ["2018", "2021"] {
        same(&format!(
            "== Cargo.toml
            [workspace]
            members = [\"a\"]
            [workspace.dependencies]
            plain = \"1\"
            lean = {{ version = \"1\", default-features = false, features = [\"b\", \"a\"] }}
            whole = {{ version = \"1\", default-features = true }}
            == a/Cargo.toml
            [package]
            name = \"a\"
            edition = \"{edition}\"
            [features]
            default = [\"plain\", \"lean?/c\"]
            [dependencies]
            plain = {{ workspace = true, default-features = false, optional = true }}
            lean = {{ workspace = true, features = [\"c\", \"a\"], optional = true }}
            whole = {{ workspace = true, default-features = true }}
            [build-dependencies]
            lean = {{ workspace = true, default-features = true }}
            [target.'cfg(unix)'.dev-dependencies]
            plain.workspace = true
            == a/src/lib.rs"
        ));
    }
}

#[test]
fn patterns_of_members_are_those_of_cargo() {
    for members in
        ["\"a\", \"a\", \"./b/\"", "\"[ab]\"", "\"?\"", "\"*\"", "\"a/../[!a]\", \"a\"", "\"**/a\", \"b/\""]
    {
        same(&format!("== Cargo.toml\n[workspace]\nresolver = \"2\"\nmembers = [{members}]\n{A}{B}"));
    }
    same(&format!(
        "== Cargo.toml\n[workspace]\nmembers = [\".\", \"{{a}}\"]\n[package]\nname = \"root\"\n== src/lib.rs\n{}",
        A.replace("== a/", "== {a}/")
    ));
    same(&format!("== Cargo.toml\n[workspace]\nmembers = [\"*\"]\nexclude = [\"b\"]\n{A}{B}"));
    same(&format!("== Cargo.toml\n[workspace]\nmembers = [\"*\", \"b\"]\nexclude = [\"b\"]\n{A}{B}"));
    same("== Cargo.toml\n[workspace]\n");
    let broken = |members: &str| format!("== Cargo.toml\n[workspace]\nmembers = [{members}]\n{A}");
    refused(&broken("\"a\", \"gone\""), &["Cargo.toml:2: there is no `gone/Cargo.toml`"]);
    refused(&broken("\"a\", \"crates/*\""), &["Cargo.toml:2: no package matches the member `crates/*`"]);
    refused(&broken("\"a\", \"[\""), &["Cargo.toml:2: `[` is not a pattern"]);
}

#[test]
fn path_dependencies_become_members_where_they_do_for_cargo() {
    let root = "== Cargo.toml\n[workspace]\nmembers = [\"a\"]\nexclude = [\"left\"]\n";
    let depends = |on: &str| {
        format!(
            "{root}{}",
            A.replace("edition = \"2021\"\n", &format!("edition = \"2021\"\n[dependencies]\n{on}\n"))
        )
    };
    same(&format!("{}{B}", depends("b = { path = \"../b\" }")));
    same(&format!(
        "{}{}",
        depends("left = { path = \"../left\" }"),
        B.replace("== b/", "== left/").replace("\"b\"", "\"left\"")
    ));
    same(&format!(
        "{}{}",
        depends("renamed = { path = \"./deep/../deep/b\", package = \"b\", version = \"0\" }"),
        B.replace("== b/", "== a/deep/b/")
    ));
    refused(&depends("b = { path = \"../b\" }"), &["a/Cargo.toml:5: there is no `b/Cargo.toml`"]);
    refused(
        &format!(
            "{}== b/Cargo.toml\n[workspace]\n[package]\nname = \"b\"\n== b/src/lib.rs",
            depends("b = { path = \"../b\" }")
        ),
        &["a/Cargo.toml:5: `b/Cargo.toml` is the root of another workspace"],
    );
}

#[test]
fn the_root_patches_packages_by_folders() {
    let text = format!(
        "== Cargo.toml\n[workspace]\nmembers = [\"a\", \"b\"]\n[patch.crates-io]\nb = {{ path = \"b\" }}\n\
         other = {{ package = \"c\", path = \"c\" }}\n{B}{}",
        A.replace("edition = \"2021\"\n", "edition = \"2021\"\n[dependencies]\nb = \"0.1\"\n")
    );
    same(&text);
    let workspace = Workspace::read(&Tree::from_memory(files(&text)));
    assert_eq!(workspace.crates[0].dependencies[0].member, Some(1));
}

#[test]
fn cargos_configuration_patches_packages_by_folders() {
    let package = |name: &str, rest: &str| {
        format!("== {name}/Cargo.toml\n[package]\nname = \"{name}\"\n{rest}\n== {name}/src/lib.rs\n")
    };
    let meant = |dir: &str, config: &str| {
        let root = format!("== {dir}Cargo.toml\n[workspace]\nmembers = [\"a\", \"b\"]\n");
        let a = package("a", "[dependencies]\nb = \"0.1\"").replace("== ", &format!("== {dir}"));
        let b = package("b", "").replace("== ", &format!("== {dir}"));
        let workspace = Workspace::read(&Tree::from_memory(files(&format!("{root}{a}{b}{config}"))));
        assert_eq!(workspace.problems, [], "{config}");
        workspace.crates[0].dependencies[0].member
    };
    let patch = "[patch.crates-io]\nb = { path = \"b\" }";
    assert_eq!(meant("", &format!("== .cargo/config.toml\n{patch}")), Some(1));
    assert_eq!(meant("", &format!("== .cargo/config\n{patch}")), Some(1));
    assert_eq!(meant("x/", &format!("== x/.cargo/config.toml\n{patch}")), Some(1));
    // One above counts its paths from there.
    assert_eq!(
        meant("x/", &format!("== .cargo/config.toml\n{}", patch.replace("\"b\"", "\"x/b\""))),
        Some(1)
    );
    assert_eq!(meant("", "== .cargo/config.toml\npaths = [\"b\"]"), Some(1));
    assert_eq!(meant("", "== .cargo/config.toml\npaths = [\".\"]"), Some(1));
    assert_eq!(meant("", "== .cargo/config.toml\npaths = [\"a\", \"../b\"]"), None);
    assert_eq!(meant("", &format!("== a/.cargo/config.toml\n{patch}")), None);
    assert_eq!(meant("", "== .cargo/config.toml\n[build]\njobs = 2"), None);
}

#[test]
fn what_cargo_refuses_is_told() {
    let package = |rest: &str| {
        format!("== Cargo.toml\n[package]\nname = \"a\"\nedition = \"2021\"\n{rest}\n== src/lib.rs")
    };
    refused(
        &package("[dependencies]\nx = 3"),
        &["Cargo.toml:5: the dependency `x` is neither a version nor a table"],
    );
    refused(&package("[dependencies]\nx = \"1\"\nx = \"2\""), &["Cargo.toml:6: duplicate key"]);
    refused(
        &package("[dependencies]\nx.workspace = true"),
        &["Cargo.toml:5: the workspace has no dependency `x`"],
    );
    refused(&package("[[bin]]\npath = \"src/lib.rs\""), &["Cargo.toml:4: a `[[bin]]` has no name"]);
    refused(
        "== Cargo.toml\n[package]\nedition = \"2021\"\n== src/lib.rs",
        &["Cargo.toml:1: the package has no name"],
    );
    refused(
        "== Cargo.toml\n[package]\nname = \"a\"\n",
        &["Cargo.toml:1: the package builds nothing: it has neither a library nor a binary"],
    );
    refused(
        &format!(
            "== Cargo.toml\n[workspace]\nmembers = [\"a\", \"b\"]\n{A}{}",
            B.replace("name = \"b\"", "name = \"a\"")
        ),
        &["b/Cargo.toml:1: `a/Cargo.toml` has the name `a` too"],
    );
}
