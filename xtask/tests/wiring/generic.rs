//! `ci/generic/gatefold-ci`, run in the checkouts that CI systems make.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::files::ci;
use crate::repository::{NOWHERE, Ran, World, ZEROS, git};

fn run(world: &World, folder: &Path, env: &[(&str, &str)], arguments: &[&str]) -> Ran {
    Ran::of(
        world
            .command("sh", folder, env)
            .arg(ci("generic/gatefold-ci"))
            .args(arguments)
            .output()
            .expect("sh runs"),
    )
}

/// A checkout, what the CI tells, and the base that is found; or else what is said, with status 3.
type Case<'a> = (&'a str, &'a str, Option<u32>, &'a [(&'a str, &'a str)], Result<&'a str, &'a str>);

#[test]
fn the_base_is_what_the_change_left() {
    let world = World::new();
    let World { first, second, third, change, merged, queued, lonely, .. } = &world;
    let cases: &[Case<'_>] = &[
        ("a change by itself", change, None, &[], Ok(first)),
        ("a change in a queue", queued, None, &[], Ok(third)),
        ("a change that was merged for a try", merged, None, &[], Ok(third)),
        ("the default branch", third, None, &[], Ok(second)),
        ("the first commit", first, None, &[], Ok("none")),
        ("a full audit", third, None, &[("GATEFOLD_BASE", "none")], Ok("none")),
        ("a commit that is named", third, None, &[("GATEFOLD_BASE", first)], Ok(first)),
        ("a branch that is named", change, None, &[("GATEFOLD_BASE", "origin/main")], Ok(first)),
        ("a base that went on", change, None, &[("GATEFOLD_BASE", third)], Ok(first)),
        (
            "what is merged is newer than what is told",
            merged,
            None,
            &[("GATEFOLD_BASE", second), ("GATEFOLD_HEAD", change)],
            Ok(third),
        ),
        (
            "a merge of its own is no try",
            merged,
            None,
            &[("GATEFOLD_BASE", second), ("GATEFOLD_HEAD", merged)],
            Ok(second),
        ),
        ("a shallow change", change, Some(1), &[], Ok(first)),
        (
            "a shallow change, beside a base that went on",
            change,
            Some(1),
            &[("GATEFOLD_BASE", third)],
            Ok(first),
        ),
        ("a shallow default branch", third, Some(1), &[], Ok(second)),
        ("a shallow try", merged, Some(2), &[("GATEFOLD_HEAD", change)], Ok(third)),
        (
            "the default branch has another name",
            change,
            None,
            &[("GATEFOLD_DEFAULT_BRANCH", "work")],
            Ok(first),
        ),
        ("a base that is nowhere", change, None, &[("GATEFOLD_BASE", NOWHERE)], Err("is not to be had")),
        ("another history", lonely, None, &[("GATEFOLD_BASE", third)], Err("no commit in common")),
        ("what looks like an option", third, None, &[("GATEFOLD_BASE", "--all")], Err("is not to be had")),
        (
            "GitLab, a merge request",
            change,
            None,
            &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", first), ("CI_COMMIT_BEFORE_SHA", ZEROS)],
            Ok(first),
        ),
        (
            "GitLab, merged results",
            merged,
            None,
            &[("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", third), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", first)],
            Ok(third),
        ),
        ("GitLab, a push", third, None, &[("CI_COMMIT_BEFORE_SHA", first)], Ok(first)),
        ("GitLab, the first push of a branch", change, None, &[("CI_COMMIT_BEFORE_SHA", ZEROS)], Ok(first)),
        ("GitLab, the push of the first commit", first, None, &[("CI_COMMIT_BEFORE_SHA", ZEROS)], Ok("none")),
        ("GitHub, without its event", merged, Some(1), &[("GITHUB_BASE_REF", "main")], Ok(third)),
        ("Buildkite", change, Some(1), &[("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main")], Ok(first)),
        ("Jenkins", change, None, &[("CHANGE_TARGET", "main")], Ok(first)),
        (
            "Jenkins, a branch that is nowhere",
            change,
            None,
            &[("CHANGE_TARGET", "gone")],
            Err("CHANGE_TARGET"),
        ),
        ("Bitbucket", change, None, &[("BITBUCKET_PR_DESTINATION_BRANCH", "main")], Ok(first)),
        ("Azure", merged, None, &[("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")], Ok(third)),
        (
            "Woodpecker, a pull request",
            change,
            None,
            &[("CI_COMMIT_TARGET_BRANCH", "main"), ("CI_PREV_COMMIT_SHA", change)],
            Ok(first),
        ),
        ("Woodpecker, a push", third, None, &[("CI_PREV_COMMIT_SHA", first)], Ok(first)),
    ];
    let mut wrong = Vec::new();
    for (number, (title, commit, depth, env, expected)) in cases.iter().enumerate() {
        let there = world.check_out(&format!("head-{number}"), commit, *depth);
        let ran = run(&world, &there, env, &["--print-base"]);
        let right = match expected {
            Ok(base) => ran.status == 0 && ran.stdout.trim_end() == *base,
            Err(says) => ran.status == 3 && ran.stdout.is_empty() && ran.stderr.contains(says),
        };
        if !right {
            wrong.push(format!("{title}: expected {expected:?}, {ran:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_shallow_clone_that_cannot_be_completed_is_told() {
    let world = World::new();
    let there = world.check_out("head", &world.change, Some(1));
    git(&there, &["remote", "set-url", "origin", "file:///nowhere"]);
    for env in [&[("GATEFOLD_BASE", "HEAD^")][..], &[("CI_COMMIT_BEFORE_SHA", ZEROS)], &[]] {
        let ran = run(&world, &there, env, &["--print-base"]);
        assert!(ran.status == 3 && ran.stderr.contains("whole history"), "{env:?}: {ran:#?}");
    }
}

/// A repository whose change the gate judges, checked out with its history.
fn gated(world: &World, code: &str) -> std::path::PathBuf {
    let origin = world.path("origin");
    let manifest = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [
        ("Cargo.toml", manifest),
        ("gatefold.yaml", "levels: { untied-sort: error }\n"),
        ("src/lib.rs", "//! Ranks.\n"),
    ];
    fs::create_dir_all(origin.join("src")).expect("a folder");
    for (path, text) in files {
        fs::write(origin.join(path), text).expect("a file");
    }
    git(&origin, &["add", "--all"]);
    git(&origin, &["commit", "--quiet", "--message", "gated"]);
    git(&origin, &["switch", "--quiet", "--create", "later"]);
    fs::write(origin.join("src/lib.rs"), code).expect("a file");
    git(&origin, &["commit", "--quiet", "--all", "--message", "a change"]);
    let commit = git(&origin, &["rev-parse", "HEAD"]);
    git(&origin, &["switch", "--quiet", "main"]);
    world.check_out("judged", &commit, None)
}

const JUDGE: &str = env!("CARGO_BIN_EXE_gatefold");

const BLOCKING: &str = "//! Waits.\n\n/// Waits.\npub async fn wait() {\n    \
                        std::thread::sleep(std::time::Duration::from_millis(2));\n}\n";

#[test]
fn one_run_leaves_every_report_and_the_judges_status() {
    let world = World::new();
    let there = gated(&world, BLOCKING);
    let ran = run(&world, &there, &[("CI", "true")], &["--judge", JUDGE, "--out", "reports"]);
    assert_eq!(ran.status, 1, "{ran:#?}");
    assert!(ran.stdout.contains("error[blocking-in-async]"), "{ran:#?}");
    let report = |name: &str| {
        fs::read_to_string(there.join("reports").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let json: Value = serde_json::from_str(&report("report.json")).expect("JSON");
    assert_eq!(json["verdict"], "fail");
    let sarif: Value = serde_json::from_str(&report("gatefold.sarif")).expect("JSON");
    let rule = |result: &Value| result["ruleId"] == "blocking-in-async";
    assert!(sarif["runs"][0]["results"].as_array().expect("results").iter().any(rule), "{sarif:#}");
    let quality: Value = serde_json::from_str(&report("code-quality.json")).expect("JSON");
    assert_eq!(quality[0]["location"]["path"], "src/lib.rs");
    assert!(
        report("junit.xml").contains("blocking-in-async")
            && report("summary.md").contains("blocking-in-async")
    );
    let sealed = report("report.json.sha256");
    let check = world.bash("sha256sum --check report.json.sha256", &there.join("reports"), &[]);
    assert!(check.status == 0 && sealed.ends_with("  report.json\n"), "{check:#?}");
}

#[test]
fn what_does_not_block_ends_with_success() {
    let world = World::new();
    let there = gated(&world, "//! Ranks well.\n");
    let ran = run(&world, &there, &[("CI", "true"), ("GATEFOLD_BIN", JUDGE)], &["--", "--only", "lints"]);
    assert_eq!(ran.status, 0, "{ran:#?}");
    let json = fs::read_to_string(there.join("gatefold-reports/report.json")).expect("a report");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let asked =
        json["guards"].as_array().expect("guards").iter().filter(|guard| guard["outcome"] != "not-asked");
    assert_eq!(asked.map(|guard| guard["guard"].as_str()).collect::<Vec<_>>(), [Some("lints")]);
}

#[test]
fn every_status_of_the_judge_is_kept_and_it_runs_elsewhere() {
    let world = World::new();
    let there = world.check_out("head", &world.change, None);
    for status in [0, 1, 2, 3, 101] {
        let judge = world.program(
            "judge",
            &format!("#!/bin/sh\npwd >'{}'\nexit {status}\n", world.path("where").display()),
        );
        let judge = judge.to_str().expect("UTF-8");
        let ran = run(&world, &there, &[], &["--judge", judge]);
        assert_eq!(ran.status, status, "{ran:#?}");
        let stood = fs::read_to_string(world.path("where")).expect("it ran");
        assert!(!Path::new(stood.trim_end()).starts_with(&there), "{stood}");
    }
}

#[test]
fn what_the_change_could_have_put_there_is_not_used() {
    let world = World::new();
    let there = world.check_out("head", &world.change, None);
    fs::create_dir(there.join("bin")).expect("a folder");
    fs::copy("/bin/true", there.join("bin/gatefold")).expect("a program");
    let inside = there.join("bin/gatefold");
    std::os::unix::fs::symlink(&inside, world.path("linked")).expect("a link");
    let linked = world.path("linked");
    let path = format!("{}:{}", there.join("bin").display(), std::env::var("PATH").expect("a path"));
    std::os::unix::fs::symlink(world.path("."), there.join("reports")).expect("a link");
    let outside = world.program("judge", "#!/bin/sh\nexit 0\n");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    for (arguments, env, says) in [
        (vec!["--judge".to_owned(), text(&inside)], vec![], "could have put it there"),
        (vec!["--judge".to_owned(), text(&linked)], vec![], "could have put it there"),
        (vec![], vec![("PATH", path.as_str())], "could have put it there"),
        (
            vec!["--judge".to_owned(), text(&outside), "--out".to_owned(), "reports".to_owned()],
            vec![],
            "is a link",
        ),
        (vec!["--judge".to_owned(), text(&world.path("nothing"))], vec![], "cannot be run"),
        (vec!["--judge".to_owned()], vec![], "needs a value"),
        (vec!["--jugde".to_owned()], vec![], "is no option"),
        (vec!["--root".to_owned(), "nowhere".to_owned()], vec![], "there is no folder"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = run(&world, &there, &env, &arguments);
        assert!(ran.status == 2 && ran.stderr.contains(says), "{arguments:?}: {ran:#?}");
    }
}

#[test]
fn a_report_is_not_written_through_a_link_of_the_change() {
    let world = World::new();
    let there = gated(&world, "//! Ranks well.\n");
    fs::write(world.path("mine"), "mine").expect("a file");
    fs::create_dir(there.join("gatefold-reports")).expect("a folder");
    std::os::unix::fs::symlink(world.path("mine"), there.join("gatefold-reports/report.json"))
        .expect("a link");
    let ran = run(&world, &there, &[("CI", "true")], &["--judge", JUDGE, "--", "--only", "lints"]);
    assert_eq!(ran.status, 0, "{ran:#?}");
    assert_eq!(fs::read_to_string(world.path("mine")).expect("a file"), "mine");
    let report = fs::symlink_metadata(there.join("gatefold-reports/report.json")).expect("a report");
    assert!(report.is_file());
}
