//! The scripts in GitLab's template, run as a runner runs them: line by line, in the project's folder.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::files::{ci, parsed, text};
use crate::repository::{Ran, World, git};

const TEMPLATE: &str = "gitlab/gatefold.yml";

/// The script of a job.
fn script(job: &str) -> String {
    let template = parsed(TEMPLATE, &text(TEMPLATE));
    let lines = template[job]["script"].as_array().expect("a script").clone();
    lines
        .iter()
        .filter_map(Value::as_str)
        .fold(String::from("set -eo pipefail\n"), |all, line| all + line + "\n")
}

fn job(world: &World, name: &str, folder: &Path, env: &[(&str, &str)]) -> Ran {
    world.bash(&script(name), folder, env)
}

#[test]
fn the_judge_is_built_from_the_commit_that_was_read() {
    let world = World::new();
    let origin = world.path("origin");
    fs::create_dir_all(origin.join("ci/generic")).expect("a folder");
    fs::copy(ci("generic/gatefold-ci"), origin.join("ci/generic/gatefold-ci")).expect("a file");
    git(&origin, &["add", "--all"]);
    git(&origin, &["commit", "--quiet", "--message", "a release"]);
    let release = git(&origin, &["rev-parse", "HEAD"]);
    fs::write(origin.join("later"), "later").expect("a file");
    git(&origin, &["add", "--all"]);
    git(&origin, &["commit", "--quiet", "--message", "later"]);
    // It leaves what was checked out as the judge.
    world.program(
        "cargo",
        "#!/bin/sh\nmkdir -p target/release\ngit rev-parse HEAD >target/release/gatefold\n",
    );
    let folder = world.path("project");
    fs::create_dir(&folder).expect("a folder");
    let repository = format!("file://{}", origin.display());
    let env = |commit: &'static str| {
        [("JUDGE_REPOSITORY", repository.clone()), ("JUDGE_COMMIT", commit.to_owned())]
    };
    for wrong in ["", "main", "0123456"] {
        let env = env(wrong);
        let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ran = job(&world, "gatefold-judge", &folder, &env);
        assert!(ran.status == 2 && ran.stderr.contains("a full id"), "{wrong}: {ran:#?}");
    }
    let ran = job(
        &world,
        "gatefold-judge",
        &folder,
        &[("JUDGE_REPOSITORY", &repository), ("JUDGE_COMMIT", &release)],
    );
    assert_eq!(ran.status, 0, "{ran:#?}");
    assert_eq!(fs::read_to_string(folder.join("judge/gatefold")).expect("a judge").trim_end(), release);
    assert!(folder.join("judge/gatefold-ci").is_file());

    // An image that carries both needs neither.
    world.program("gatefold", "#!/bin/sh\nexit 0\n");
    world.program("gatefold-ci", "#!/bin/sh\nexit 0\n");
    let ran = job(&world, "gatefold-judge", &folder, &[("JUDGE_REPOSITORY", ""), ("JUDGE_COMMIT", "")]);
    assert_eq!(ran.status, 0, "{ran:#?}");
}

#[test]
fn both_tiers_judge_the_project_and_keep_their_status() {
    let world = World::new();
    let project = world.check_out("project", &world.change, None);
    fs::create_dir(project.join("judge")).expect("a folder");
    fs::copy(ci("generic/gatefold-ci"), project.join("judge/gatefold-ci")).expect("a file");
    fs::write(
        project.join("judge/gatefold"),
        "#!/bin/sh\necho \"$*\"\necho '[]' >code-quality.json\nexit 1\n",
    )
    .expect("a file");
    let place = project.to_str().expect("UTF-8");
    let env = [("CI_PROJECT_DIR", place), ("GATED", "."), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &world.first)];
    for (name, tier) in [("gatefold-static", "static"), ("gatefold-live", "live")] {
        let ran = job(&world, name, &project, &env);
        let told = format!("gate --root {place} --base {} --tier {tier} ", world.first);
        assert!(ran.status == 1 && ran.stdout.starts_with(&told), "{name}: {ran:#?}");
        assert_eq!(
            fs::read_to_string(project.join("gatefold-reports/code-quality.json")).expect("a report"),
            "[]\n"
        );
    }
}

#[test]
fn the_tiers_are_jobs_of_their_own_that_read_no_cache() {
    let template = parsed(TEMPLATE, &text(TEMPLATE));
    let names = |job: &str| template[job]["needs"].to_string();
    assert!(
        names("gatefold-static").contains("gatefold-judge")
            && names("gatefold-live").contains("gatefold-static")
    );
    assert_eq!(
        template["gatefold-judge"]["variables"]["GIT_STRATEGY"], "none",
        "the change is where the judge is built"
    );
    for (name, job) in
        template.as_object().expect("jobs").iter().filter(|(name, _)| name.contains("gatefold"))
    {
        assert!(job["cache"].is_null() && job["allow_failure"].is_null(), "{name}");
        let started =
            [&job["rules"], &template[".gatefold"]["rules"]].into_iter().find(|rules| !rules.is_null());
        let started = started.expect("rules").to_string();
        for event in ["merge_request_event", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"] {
            assert!(started.contains(event), "{name}: {started}");
        }
    }
    for job in ["gatefold-static", "gatefold-live"] {
        let reports = &template[job]["artifacts"]["reports"];
        assert_eq!(
            [&reports["codequality"], &reports["junit"]],
            ["gatefold-reports/code-quality.json", "gatefold-reports/junit.xml"]
        );
        assert_eq!(template[job]["artifacts"]["when"], "always");
    }
}
