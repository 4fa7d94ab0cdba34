//! Members that are links, submodules, or have names that nothing can be named by.

use gatefold_source::{ProblemKind, Workspace};

use crate::repo::{Repo, link};

const PACKAGE: &str = "[package]\nname = \"real\"\nedition = \"2024\"\n";

/// The problems of head's workspace, as `path:line message`, and the names of its members.
fn read(repo: &Repo) -> (Vec<String>, Vec<String>) {
    let workspace = Workspace::read(&repo.change().head);
    let problems = workspace.problems.iter().map(|problem| {
        assert_eq!(problem.kind, ProblemKind::Member);
        format!("{}:{} {}", problem.path, problem.line.unwrap_or(0), problem.message)
    });
    (problems.collect(), workspace.crates.iter().map(|krate| krate.name.clone()).collect())
}

fn workspace(members: &str) -> Repo {
    Repo::with(&[
        ("Cargo.toml", &format!("[workspace]\nmembers = [{members}]\n")),
        ("crates/real/Cargo.toml", PACKAGE),
        ("crates/real/src/lib.rs", ""),
        ("elsewhere/linked/Cargo.toml", &PACKAGE.replace("real", "linked")),
        ("elsewhere/linked/src/lib.rs", ""),
        ("README.md", ""),
    ])
}

#[test]
#[cfg(unix)]
fn a_link_to_a_package_is_told_and_a_link_to_a_file_is_passed_by() {
    let told = "Cargo.toml:2 there is no `crates/linked/Cargo.toml`: `crates/linked` is a link, which is not followed";
    for members in ["\"crates/*\"", "\"crates/real\", \"crates/linked\""] {
        let repo = workspace(members);
        link("../elsewhere/linked", repo.path("crates/linked"));
        link("../README.md", repo.path("crates/README.md"));
        assert_eq!(read(&repo), (vec![told.to_owned()], vec!["real".to_owned()]));
        repo.commit("links");
        assert_eq!(read(&repo), (vec![told.to_owned()], vec!["real".to_owned()]));
    }
}

#[test]
fn a_member_in_a_submodule_is_told_and_a_path_dependency_into_one_is_from_elsewhere() {
    let told = "Cargo.toml:2 there is no `crates/sub/Cargo.toml`: `crates/sub` is a repository of its own, as a \
                submodule is";
    let repo = workspace("\"crates/*\"");
    git2::Repository::init(repo.path("crates/sub")).unwrap();
    repo.write("crates/sub/Cargo.toml", PACKAGE);
    assert_eq!(read(&repo), (vec![told.to_owned()], vec!["real".to_owned()]));
    let repo = workspace("\"crates/real\"");
    git2::Repository::init(repo.path("vendor/sub")).unwrap();
    repo.write("vendor/sub/one/Cargo.toml", PACKAGE);
    repo.write(
        "crates/real/Cargo.toml",
        format!("{PACKAGE}[dependencies]\none = {{ path = \"../../vendor/sub/one\" }}\n"),
    );
    assert_eq!(read(&repo), (Vec::new(), vec!["real".to_owned()]));
}

#[test]
#[cfg(target_os = "linux")]
fn a_member_whose_name_is_no_text_is_told() {
    use std::os::unix::ffi::OsStrExt;
    let repo = workspace("\"crates/*\"");
    let folder = repo.path("crates").join(std::ffi::OsStr::from_bytes(b"b\xff"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("Cargo.toml"), PACKAGE).unwrap();
    let told = "Cargo.toml:2 `crates/b\u{fffd}/Cargo.toml` cannot be read: its name is not valid UTF-8, or it is no file";
    assert_eq!(read(&repo), (vec![told.to_owned()], vec!["real".to_owned()]));
}
