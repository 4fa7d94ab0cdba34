//! Lock files of every version of the format, and broken ones.

use gatefold_source::{Lock, Tree};

/// Each package as `name version -> name version, ..`.
fn shown(text: &str) -> Result<Vec<String>, String> {
    let lock = Lock::read(&Tree::from_memory([("Cargo.lock", text)]), "Cargo.lock")
        .map_err(|problem| format!("{}: {}", problem.line.unwrap_or(0), problem.message))?;
    let name = |index: &usize| format!("{} {}", lock.packages[*index].name, lock.packages[*index].version);
    let shown = lock.packages.iter().enumerate().map(|(index, package)| {
        let needs: Vec<String> = package.dependencies.iter().map(name).collect();
        format!("{} -> {}", name(&index), needs.join(", ")).trim_end_matches(" -> ").to_owned()
    });
    Ok(shown.collect())
}

#[track_caller]
fn check(text: &str, packages: &[&str]) {
    assert_eq!(shown(text).expect("a lock file"), packages);
}

#[track_caller]
fn refused(text: &str, part: &str) {
    let error = shown(text).expect_err("it is none");
    assert!(error.contains(part), "{error}");
}

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn version_1_has_a_root_and_writes_every_need_in_full() {
    check(
        &format!(
            "[root]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"log 0.4.1 ({REGISTRY})\",\n]\n\n\
             [[package]]\nname = \"log\"\nversion = \"0.4.1\"\nsource = \"{REGISTRY}\"\n\n\
             [metadata]\n\"checksum log 0.4.1 ({REGISTRY})\" = \"00\"\n"
        ),
        &["log 0.4.1", "app 0.1.0 -> log 0.4.1"],
    );
}

#[test]
fn later_versions_write_what_tells_a_package_from_others() {
    check(
        "version = 4\n\
         [[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"log\", \"rand 0.8.5\", \"rand 0.9.0\"]\n\
         [[package]]\nname = \"log\"\nversion = \"0.4.1\"\nsource = \"registry+a\"\nchecksum = \"0\"\n\
         [[package]]\nname = \"rand\"\nversion = \"0.8.5\"\nsource = \"registry+a\"\n\
         [[package]]\nname = \"rand\"\nversion = \"0.9.0\"\nsource = \"registry+a\"\ndependencies = [\"log\"]\n",
        &[
            "app 0.1.0 -> log 0.4.1, rand 0.8.5, rand 0.9.0",
            "log 0.4.1",
            "rand 0.8.5",
            "rand 0.9.0 -> log 0.4.1",
        ],
    );
}

#[test]
fn one_version_from_two_sources_is_two_packages() {
    let text = "version = 3\n\
         [[package]]\nname = \"app\"\nversion = \"0.1.0\"\n\
         dependencies = [\"dup 1.0.0 (git+https://e.org/dup?branch=x)\", \"local\"]\n\
         [[package]]\nname = \"dup\"\nversion = \"1.0.0\"\nsource = \"registry+a\"\n\
         [[package]]\nname = \"dup\"\nversion = \"1.0.0\"\nsource = \"git+https://e.org/dup?branch=x#0123abc\"\n\
         [[package]]\nname = \"local\"\nversion = \"0.1.0\"\ndependencies = [\"dup 1.0.0 (registry+a)\"]\n";
    let lock = Lock::read(&Tree::from_memory([("Cargo.lock", text)]), "Cargo.lock").expect("a lock file");
    assert_eq!(lock.packages[0].dependencies, [2, 3]);
    assert_eq!(lock.packages[3].dependencies, [1]);
    assert_eq!(lock.named("dup"), [1, 2]);
    assert_eq!(lock.packages[2].line, 10);
}

#[test]
fn a_circle_of_packages_is_read_as_it_stands() {
    check(
        "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b\"]\n\
         [[package]]\nname = \"b\"\nversion = \"1.0.0\"\ndependencies = [\"a\", \"b\"]\n",
        &["a 1.0.0 -> b 1.0.0", "b 1.0.0 -> a 1.0.0, b 1.0.0"],
    );
}

#[test]
fn what_is_no_lock_file_is_told_with_its_line() {
    refused("<<<<<<< HEAD\n", "1: ");
    refused("[[package]]\nversion = \"1.0.0\"\n", "1: a package has no name");
    refused(
        "version = 4\n[[package]]\nname = \"a\"\ndependencies = [\"gone\"]\n",
        "2: `a` needs `gone`, which is not among",
    );
    refused(
        "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"a 2.0.0\"]\n",
        "`a` needs `a 2.0.0`",
    );
    refused("version = 99\n", "1: the version of the format is none that is known");
    refused("# four\nversion = \"4\"\n", "2: the version of the format");
    check("package = 3\n", &[]);
    check("", &[]);
}

#[test]
fn a_need_that_may_be_several_packages_is_refused() {
    let twins = |need: &str, one: &str, other: &str| {
        let dup = |source: &str| format!("[[package]]\nname = \"dup\"\nversion = \"1.0.0\"\n{source}\n");
        format!(
            "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"{need}\"]\n{}{}",
            dup(one),
            dup(other)
        )
    };
    let (a, b) = ("source = \"registry+a\"", "source = \"registry+b\"");
    refused(&twins("dup", a, b), "1: `app` needs `dup`, which may be any of several packages");
    refused(&twins("dup 1.0.0", a, b), "1: `app` needs `dup 1.0.0`, which may be any");
    refused(&twins("dup 1.0.0 (registry+c)", a, b), "which may be any of several");
    refused(&twins("dup 1.0.0 (registry+a)", a, a), "9: the package `dup 1.0.0` is there twice");
    refused(&twins("dup", "", ""), "9: the package `dup 1.0.0` is there twice");
    // What is written without a source is what is given by path, if only one is.
    let by_path = twins("dup 1.0.0", a, "");
    let lock = Lock::read(&Tree::from_memory([("Cargo.lock", by_path)]), "Cargo.lock").expect("a lock file");
    assert_eq!(lock.packages[0].dependencies, [2]);
}

#[test]
fn a_hundred_thousand_packages_take_no_square_of_time() {
    let mut text = String::from("version = 4\n");
    for index in 0..100_000 {
        text.push_str(&format!("[[package]]\nname = \"p{index}\"\nversion = \"1.0.0\"\n"));
        text.push_str(&format!("dependencies = [\"p{}\"]\n", (index + 1) % 100_000));
    }
    let lock = Lock::read(&Tree::from_memory([("Cargo.lock", text)]), "Cargo.lock").expect("a lock file");
    assert_eq!(lock.packages.len(), 100_000);
}
