//! The scripts in GitHub's workflows, run as GitHub runs them.

use std::fs;

use serde_json::{Value, json};

use crate::files::script;
use crate::repository::{NOWHERE, Ran, World, ZEROS, git};

const GATE: &str = "github/gatefold.yml";
const COMMENT: &str = "github/gatefold-comment.yml";
const JUDGE: &str = "0123456789abcdef0123456789abcdef01234567";

/// What a step told the steps after it, by its name.
fn outputs(world: &World) -> Vec<(String, String)> {
    let text = fs::read_to_string(world.path("outputs")).unwrap_or_default();
    fs::remove_file(world.path("outputs")).ok();
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    text.lines().map(|line| pair(line).unwrap_or_else(|| panic!("no output: {line}"))).collect()
}

/// Runs a step in the job's folder.
fn step(world: &World, script: &str, env: &[(&str, &str)]) -> Ran {
    let [outputs, summary] =
        ["outputs", "summary"].map(|name| world.path(name).to_str().expect("UTF-8").to_owned());
    let mut all = vec![
        ("GITHUB_OUTPUT", outputs.as_str()),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("GITHUB_REPOSITORY", "our/ranker"),
        ("RUNNER_OS", "Linux"),
        ("RUNNER_ARCH", "X64"),
        ("JUDGE_PACKAGE", "gatefold-xtask"),
    ];
    all.extend(env);
    world.bash(script, &world.path("."), &all)
}

#[test]
fn who_judges_must_be_known() {
    let world = World::new();
    let script = script(GATE, "static", "Know who judges");
    for (repository, commit, status) in [
        ("our/ranker", "", 0),
        ("our/gatefold", JUDGE, 0),
        ("our/ranker", JUDGE, 0),
        ("our/gatefold", "", 1),
        ("", "", 1),
        ("our/gatefold", "main", 1),
        ("our/gatefold", "v1.0", 1),
        ("our/gatefold", &JUDGE[..12], 1),
        ("our/gatefold", "main\n0123456789abcdef0123456789abcdef01234567", 1),
    ] {
        let ran = step(&world, &script, &[("JUDGE_REPOSITORY", repository), ("JUDGE_COMMIT", commit)]);
        assert_eq!(ran.status, status, "{repository}@{commit}: {ran:#?}");
    }
}

#[test]
fn the_base_of_every_event_is_found() {
    let world = World::new();
    let script = script(GATE, "static", "Find the base");
    let World { first, second, third, change, merged, queued, lonely, .. } = &world;
    let mut wrong = Vec::new();
    for (title, head, named, source, expected) in [
        (
            "a pull request, merged into what is newer than its event",
            merged,
            second.as_str(),
            change.as_str(),
            Ok(third.as_str()),
        ),
        ("a pull request, as its last commit", change, third, change, Ok(first)),
        ("a pull request whose last commit is a merge", merged, second, merged, Ok(second)),
        ("a merge queue", queued, third, "", Ok(third)),
        ("a push of two commits", third, first, "", Ok(first)),
        ("the first push of a branch", third, ZEROS, "", Ok(second)),
        ("an event that names nothing", third, "", "", Ok(second)),
        ("the push of the first commit", first, ZEROS, "", Ok("none")),
        ("a forced push over what is gone", third, NOWHERE, "", Err("is not to be had")),
        ("a push of another history", lonely, third, "", Err("no commit in common")),
    ] {
        fs::remove_dir_all(world.path("head")).ok();
        world.check_out("head", head, None);
        let ran = step(
            &world,
            &script,
            &[("NAMED", named), ("SOURCE", source), ("JUDGE_COMMIT", ""), ("LABEL", "")],
        );
        let told = outputs(&world);
        let right = match expected {
            Ok(base) => {
                // Before the first commit nobody is there to judge it.
                let judge = if base == "none" { head } else { base };
                let name = format!("gatefold-judge-Linux-X64-gatefold-xtask-{judge}");
                let wanted = [("commit", base), ("judge", judge), ("name", &name)];
                ran.status == 0 && told.iter().map(|(key, value)| (key.as_str(), value.as_str())).eq(wanted)
            }
            Err(says) => ran.status == 3 && told.is_empty() && ran.stdout.contains(says),
        };
        if !right {
            wrong.push(format!("{title}: expected {expected:?}, told {told:?}, {ran:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_judge_that_is_pinned_is_not_the_base() {
    let world = World::new();
    world.check_out("head", &world.third, None);
    let script = script(GATE, "static", "Find the base");
    let env = [("NAMED", world.first.as_str()), ("SOURCE", ""), ("JUDGE_COMMIT", JUDGE), ("LABEL", "-live")];
    let ran = step(&world, &script, &env);
    let name = format!("gatefold-judge-Linux-X64-gatefold-xtask-{JUDGE}-live");
    let wanted = [("commit", world.first.as_str()), ("judge", JUDGE), ("name", &name)];
    assert_eq!(outputs(&world), wanted.map(|(key, value)| (key.to_owned(), value.to_owned())), "{ran:#?}");
}

/// Whether a program that the runners have is here, too.
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn has_jq() -> bool {
    let has = std::process::Command::new("jq")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !has {
        eprintln!("skipped: there is no `jq`");
    }
    has
}

/// A `gh` that answers from files and keeps what it was asked.
const GH: &str = r#"#!/bin/sh
printf '%s\n' "$*" >>"$HOME/asked"
case $* in
*--input*) while [ "$1" != --input ]; do shift; done; cp "$2" "$HOME/sent" ;;
*/comments*) cat "$HOME/comments" ;;
*/pulls*) cat "$HOME/pulls" ;;
*) cat "$HOME/artefacts" ;;
esac
"#;

#[test]
fn only_a_judge_of_the_default_branch_is_taken() {
    if !has_jq() {
        return;
    }
    let world = World::new();
    world.check_out("head", &world.change, None);
    world.program("gh", GH);
    let script = script(GATE, "static", "Look for a judge that the default branch has built");
    let artefact = |id: u64, branch: &str, repository: u64, commit: &str, expired: bool| {
        let run = json!({ "id": id + 1000, "head_branch": branch, "head_sha": commit, "repository_id": 1, "head_repository_id": repository });
        json!({ "id": id, "expired": expired, "workflow_run": run })
    };
    let own = artefact(7, "main", 1, &world.second, false);
    let strangers = [
        ("a pull request of the repository", artefact(1, "work", 1, &world.change, false)),
        ("a pull request of a fork, of a branch of that name", artefact(2, "main", 2, &world.second, false)),
        ("a tag of that name", artefact(3, "main", 1, &world.change, false)),
        ("one that is gone", artefact(4, "main", 1, &world.second, true)),
    ];
    let taken = vec![("artefact".to_owned(), "7".to_owned()), ("run".to_owned(), "1007".to_owned())];
    let mut cases = vec![("nothing", vec![], vec![]), ("its own", vec![own.clone()], taken.clone())];
    for (title, stranger) in strangers {
        cases.push((title, vec![stranger.clone()], vec![]));
        cases.push((title, vec![stranger, own.clone(), own.clone()], taken.clone()));
    }
    let env = [("NAME", "a-judge"), ("DEFAULT_BRANCH", "main"), ("GH_TOKEN", "token")];
    for (title, artefacts, expected) in cases {
        fs::write(world.path("artefacts"), json!({ "artifacts": artefacts }).to_string()).expect("a file");
        let ran = step(&world, &script, &env);
        assert_eq!((ran.status, outputs(&world)), (0, expected), "{title}: {ran:#?}");
    }
    let asked = fs::read_to_string(world.path("asked")).expect("it was asked");
    assert!(asked.contains("repos/our/ranker/actions/artifacts -f name=a-judge"), "{asked}");

    world.program("gh", "#!/bin/sh\nexit 1\n");
    let ran = step(&world, &script, &env);
    assert_eq!((ran.status, outputs(&world)), (0, vec![]), "without an answer it is built: {ran:#?}");
}

#[test]
fn the_verdict_needs_both_and_the_sealed_report() {
    let world = World::new();
    fs::write(world.path("static.json"), "{}").expect("a file");
    let seal = step(&world, &script(GATE, "static", "Seal the verdict"), &[]);
    assert_eq!(seal.status, 0, "{seal:#?}");
    let sealed = outputs(&world).remove(0).1;
    assert!(fs::read_to_string(world.path("summary")).expect("a summary").contains(&sealed));
    let other = "0".repeat(64);
    let script = script(GATE, "gatefold", "Both verdicts");
    for (r#static, live, wanted, digest, status) in [
        ("success", "success", "true", sealed.as_str(), 0),
        ("success", "skipped", "false", &sealed, 0),
        ("success", "skipped", "true", &sealed, 1),
        ("success", "failure", "false", &sealed, 1),
        ("success", "failure", "true", &sealed, 1),
        ("success", "cancelled", "true", &sealed, 1),
        ("failure", "skipped", "true", &sealed, 1),
        ("failure", "success", "true", &sealed, 1),
        ("skipped", "skipped", "false", &sealed, 1),
        ("cancelled", "success", "true", &sealed, 1),
        ("", "", "", &sealed, 1),
        ("success", "success", "true", &other, 1),
        ("success", "success", "true", "", 1),
    ] {
        for sarif in ["success", "skipped", "failure"] {
            let env = [
                ("STATIC", r#static),
                ("LIVE", live),
                ("LIVE_WANTED", wanted),
                ("SEALED", digest),
                ("SARIF", sarif),
            ];
            let ran = step(&world, &script, &env);
            assert_eq!(ran.status, status, "{env:?}: {ran:#?}");
            assert_eq!(ran.stdout.contains("::error::"), status == 1, "{ran:#?}");
        }
    }
    fs::remove_file(world.path("static.json")).expect("a file");
    let seal = step(&world, &crate::files::script(GATE, "static", "Seal the verdict"), &[]);
    assert_ne!(seal.status, 0, "nothing is sealed where there is no report: {seal:#?}");
    assert_eq!(outputs(&world), []);
}

#[test]
fn a_judge_that_is_not_the_one_that_was_built_is_not_run() {
    let world = World::new();
    fs::create_dir(world.path("binary")).expect("a folder");
    fs::write(world.path("binary/gatefold"), "the judge").expect("a file");
    let ran = step(&world, &script(GATE, "static", "Take the judge's digest"), &[]);
    assert_eq!(ran.status, 0, "{ran:#?}");
    let digest = outputs(&world).remove(0).1;
    for (file, job) in
        [(GATE, "live"), ("golden-shards/github.yml", "replay"), ("golden-shards/github.yml", "golden")]
    {
        let script = script(file, job, "Know it again");
        fs::write(world.path("binary/gatefold"), "the judge").expect("a file");
        assert_eq!(step(&world, &script, &[("DIGEST", &digest)]).status, 0);
        assert_ne!(step(&world, &script, &[("DIGEST", "")]).status, 0);
        fs::write(world.path("binary/gatefold"), "another").expect("a file");
        assert_ne!(step(&world, &script, &[("DIGEST", &digest)]).status, 0);
    }
}

#[test]
fn every_shard_counts() {
    let world = World::new();
    let script = script("golden-shards/github.yml", "golden", "Every shard was asked");
    for (judge, replay, status) in [
        ("success", "success", 0),
        ("success", "failure", 1),
        ("success", "skipped", 1),
        ("failure", "skipped", 1),
    ] {
        let ran = step(&world, &script, &[("JUDGE", judge), ("REPLAY", replay)]);
        assert_eq!(ran.status, status, "{ran:#?}");
    }
}

/// Who opened the pull request, and what the run of it left.
const SOURCE: [(&str, &str); 3] = [("COMMIT", JUDGE), ("BRANCH", "main"), ("SOURCE", "stranger/ranker")];

#[test]
fn the_pull_request_is_the_one_that_ran() {
    if !has_jq() {
        return;
    }
    let world = World::new();
    world.program("gh", GH);
    let script = script(COMMENT, "comment", "Find the pull request");
    let request = |number: u64, commit: &str, repository: Value| json!({ "number": number, "head": { "sha": commit, "repo": repository } });
    let theirs = || json!({ "full_name": "stranger/ranker" });
    for (requests, expected) in [
        (json!([request(5, JUDGE, theirs())]), vec![("number".to_owned(), "5".to_owned())]),
        (
            json!([request(4, NOWHERE, theirs()), request(5, JUDGE, theirs())]),
            vec![("number".to_owned(), "5".to_owned())],
        ),
        (json!([request(5, NOWHERE, theirs())]), vec![]),
        (json!([request(5, JUDGE, json!({ "full_name": "our/ranker" }))]), vec![]),
        (json!([request(5, JUDGE, Value::Null)]), vec![]),
        (json!([]), vec![]),
    ] {
        fs::write(world.path("pulls"), requests.to_string()).expect("a file");
        let ran = step(&world, &script, &SOURCE);
        assert_eq!((ran.status, outputs(&world)), (0, expected), "{requests}: {ran:#?}");
    }
    let asked = fs::read_to_string(world.path("asked")).expect("it was asked");
    assert!(asked.contains("head=stranger:main"), "{asked}");
}

#[test]
fn one_comment_is_kept_up_to_date() {
    if !has_jq() {
        return;
    }
    let world = World::new();
    world.program("gh", GH);
    let script = script(COMMENT, "comment", "Write the comment");
    let comment =
        |id: u64, who: &str, body: &str| json!({ "id": id, "user": { "login": who }, "body": body });
    let bot = "github-actions[bot]";
    let env = [("NUMBER", "5"), ("COMMIT", JUDGE), ("CONCLUSION", "failure"), ("RUN", "https://forge/run/1")];
    let folder = world.path("reports/gatefold-static");
    fs::create_dir_all(&folder).expect("a folder");
    let write = |brief: &str, pages: &[Value]| {
        fs::write(folder.join("review.md"), brief).expect("a file");
        let pages: String = pages.iter().map(Value::to_string).collect();
        fs::write(world.path("comments"), pages).expect("a file");
        fs::remove_file(world.path("asked")).ok();
        let ran = step(&world, &script, &env);
        assert_eq!(ran.status, 0, "{ran:#?}");
        let asked = fs::read_to_string(world.path("asked")).expect("it was asked");
        let sent: Value = serde_json::from_str(&fs::read_to_string(world.path("sent")).expect("it was sent"))
            .expect("JSON");
        (asked.lines().last().expect("a line").to_owned(), sent["body"].as_str().expect("a text").to_owned())
    };

    let (asked, body) = write("# May I merge?\n", &[json!([])]);
    assert!(asked.starts_with("api --method POST repos/our/ranker/issues/5/comments "), "{asked}");
    assert!(
        body.starts_with("<!-- gatefold -->\n**gatefold: failure** for 0123456789")
            && body.ends_with("# May I merge?\n"),
        "{body}"
    );

    // What others wrote is left, whatever it looks like; what stands on a later page is found.
    let first = json!([comment(1, "stranger", "<!-- gatefold -->\nfine"), comment(2, bot, "Tests passed")]);
    let (asked, _) = write("Now.", &[first.clone(), json!([comment(3, bot, "<!-- gatefold -->\nold")])]);
    assert!(asked.starts_with("api --method PATCH repos/our/ranker/issues/comments/3 "), "{asked}");
    let (asked, _) = write("Now.", &[first]);
    assert!(asked.starts_with("api --method POST"), "{asked}");

    let (_, body) = write("@everybody, (@you) write to a@example.com, `@kept`", &[json!([])]);
    assert!(body.ends_with("@\u{200b}everybody, (@\u{200b}you) write to a@example.com, `@kept`"), "{body}");
    let (_, body) = write(&"\u{2600}".repeat(70_000), &[json!([])]);
    assert!(body.chars().count() < 65_536 && body.ends_with("an artefact of the run."), "{}", body.len());

    // A link in the artefact leads nowhere.
    fs::remove_file(folder.join("review.md")).expect("a file");
    fs::write(world.path("mine"), "mine").expect("a file");
    std::os::unix::fs::symlink(world.path("mine"), folder.join("review.md")).expect("a link");
    assert_eq!(step(&world, &script, &env).status, 0);
    assert!(!fs::read_to_string(world.path("sent")).expect("it was sent").contains("mine"));
    fs::remove_dir_all(world.path("reports")).expect("a folder");
    assert_eq!(step(&world, &script, &env).status, 0, "a run that left nothing is told, too");
}

#[test]
fn the_action_hands_on_what_the_script_says() {
    let world = World::new();
    world.check_out("head", &world.change, None);
    let action = crate::files::ci("github/action");
    let action = action.to_str().expect("UTF-8");
    let temporary = world.path("temporary");
    let temporary = temporary.to_str().expect("UTF-8");
    let env = [
        ("GITHUB_ACTION_PATH", action),
        ("RUNNER_TEMP", temporary),
        ("ROOT", "head"),
        ("GATEFOLD_BASE", &world.third),
    ];
    let ran = step(&world, &script("github/action/action.yml", "runs", "Find the base"), &env);
    let reports = format!("{temporary}/gatefold");
    let told = [("commit", world.first.as_str()), ("reports", &reports)]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(outputs(&world), told, "{ran:#?}");
    let judge = world.program("judge", "#!/bin/sh\necho \"$*\"\necho '# Verdict' >summary.md\nexit 1\n");
    let mut env = env.to_vec();
    env.extend([("JUDGE", judge.to_str().expect("UTF-8")), ("TIER", "live"), ("REPORTS", reports.as_str())]);
    let ran = step(&world, &script("github/action/action.yml", "runs", "Judge the change"), &env);
    assert!(
        ran.status == 1
            && ran.stdout.contains(&format!("--base {} --tier live --format github", world.first)),
        "{ran:#?}"
    );
    assert_eq!(fs::read_to_string(world.path("summary")).expect("a summary"), "# Verdict\n");
    assert_eq!(git(&world.path("head"), &["status", "--short"]), "", "nothing is left in the head");
}
