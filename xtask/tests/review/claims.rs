//! What a change says of itself, beside what the real binary measured of it.

use std::io::Write;
use std::process::{Command, Stdio};

use source::Scratch;

use crate::support::Sandbox;

const MANIFEST: &str = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const CODE: &str =
    "//! Ranks.\npub fn best(scores: &[u32]) -> Option<u32> {\n    scores.iter().copied().max()\n}\n";
const TEST: &str = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn the_highest_is_best() {\n        assert_eq!(super::best(&[1, 2]), Some(2));\n    }\n}\n";

/// A repository with one commit on `main`, another for each of these changes, and nothing that is not committed.
struct Small {
    sandbox: Sandbox,
    base: String,
}

impl Small {
    fn new(commits: &[(&str, &[(&str, &str)])]) -> Small {
        let sandbox = Sandbox::new();
        let files = [
            ("Cargo.toml", MANIFEST),
            ("gatefold.yaml", "{}\n"),
            ("README.md", "Small.\n"),
            ("src/lib.rs", CODE),
        ];
        sandbox.write("small", &files);
        let scratch = Scratch::create(&sandbox.path("small")).expect("a repository");
        let base = scratch.commit("main", None, "base").expect("a commit");
        let mut last = base.clone();
        for (message, files) in commits {
            sandbox.write("small", files);
            last = scratch.commit("work", Some(&last), message).expect("a commit");
        }
        Small { sandbox, base }
    }

    /// The commit below the last one.
    fn parent(&self) -> String {
        let folder = self.sandbox.path("small");
        let git =
            Command::new("git").current_dir(folder).args(["rev-parse", "work^"]).output().expect("git runs");
        String::from_utf8(git.stdout).expect("UTF-8").trim().to_owned()
    }

    /// The rows about claims that the brief has with this description.
    fn claims(&self, description: Option<&str>) -> Vec<String> {
        let brief = self.brief(description);
        let rows = brief.lines().filter(|line| line.starts_with("| ") && line.ends_with("** |"));
        rows.map(|row| row.replace('\\', "")).collect()
    }

    fn brief(&self, description: Option<&str>) -> String {
        let file = self.sandbox.path("description.md");
        let file = file.to_str().expect("UTF-8");
        let mut arguments = vec!["review", "--base", &self.base];
        if let Some(text) = description {
            std::fs::write(file, text).expect("a file");
            arguments.extend(["--description", file]);
        }
        let run = self.sandbox.gatefold(&self.sandbox.path("small"), &arguments);
        assert_eq!(run.status, 0, "{run:?}");
        run.stdout
    }

    #[track_caller]
    fn check(&self, description: &str, verdict: &str, fact: &str) {
        let rows = self.claims(Some(description));
        let [row] = rows.as_slice() else { panic!("{description:?}: {rows:#?}") };
        assert!(row.contains(&format!("**{verdict}**")) && row.contains(fact), "{description:?}: {row}");
    }
}

const HOLDS: &str = "holds";
const BROKEN: &str = "does not hold";
const CANNOT: &str = "cannot tell";

#[test]
fn a_change_of_prose_holds_what_it_claims() {
    let small = Small::new(&[("Say more", &[("README.md", "Smaller.\n")])]);
    small.check("docs only", HOLDS, "1 file changed, nothing but prose or comments");
    small.check("No new dependencies.", HOLDS, "no manifest");
    small.check("Adds tests", BROKEN, "no new test");
    small.check("All tests pass.", CANNOT, "Gatefold runs no test suite");
    small.check("No breaking changes", CANNOT, "nobody looked");
    small.check("Improves latency.", CANNOT, "nobody measured cost");
    small.check("Ranking-Intent: none", CANNOT, "nobody looked at rankings");
    small.check("Ranking-Intent: whatever", BROKEN, "it is no claim");
}

#[test]
fn comments_are_no_code_and_a_string_is() {
    let small =
        Small::new(&[("Say more", &[("src/lib.rs", &CODE.replace("Ranks.", "Ranks\n//! the scores."))])]);
    small.check("docs only", HOLDS, "nothing but prose or comments");
    let code = CODE.replace("max()", "min()").replace("Ranks.", "Ranks the scores.");
    let small = Small::new(&[("Say more", &[("src/lib.rs", &code)])]);
    small.check("docs only", BROKEN, "1 of 1 file changed more than prose or comments: `src/lib.rs`");
    small.check("test-only change", CANNOT, "`src/lib.rs`");
}

#[test]
fn what_is_built_in_is_no_prose_whatever_it_is_called() {
    let docs = |file: &str| Small::new(&[("Say more", &[(file, "pub fn one() {}\n")])]);
    docs("src/LICENSES.rs").check("docs only", BROKEN, "`src/LICENSES.rs`");
    docs("LICENSE-MIT").check("docs only", HOLDS, "nothing but prose");
    let code = format!("{CODE}pub const PROMPT: &str = include_str!(\"prompt.md\");\n");
    let before: (&str, &[(&str, &str)]) =
        ("Read it", &[("src/lib.rs", &code), ("src/prompt.md", "Be kind.\n"), ("src/other.md", "Other.\n")]);
    let mut small = Small::new(&[before, ("Say more", &[("src/prompt.md", "Be rude.\n")])]);
    small.base = small.parent();
    small.check("docs only", BROKEN, "`src/prompt.md`");
    let mut small = Small::new(&[before, ("Say more", &[("src/other.md", "More.\n")])]);
    small.base = small.parent();
    small.check("docs only", HOLDS, "nothing but prose");
}

#[test]
fn no_new_dependencies_is_held_against_what_manifests_ask_for() {
    let claims = |file: &str, text: &str, verdict: &str, fact: &str| {
        Small::new(&[("Change", &[(file, text)])]).check("No new dependencies.", verdict, fact);
    };
    let asked = format!("{MANIFEST}\n[dependencies]\nouter = \"2\"\n");
    claims("Cargo.toml", &asked, BROKEN, "`small` asks for `outer`");
    claims("Cargo.toml", &MANIFEST.replace("0.1.0", "0.2.0"), HOLDS, "no package is new: 1 manifest");
    let inner = ("inner/src/lib.rs", "");
    let one = asked.replace("\n[dep", "\n[workspace]\nmembers = [\"inner\"]\n\n[dep");
    let two = asked.replace("small", "inner");
    let files: [(&str, &str); 3] = [("Cargo.toml", &one), ("inner/Cargo.toml", &two), inner];
    let mut small = Small::new(&[("Ask", &[("Cargo.toml", &asked)]), ("Grow", &files)]);
    small.base = small.parent();
    small.check("No new dependencies.", HOLDS, "no package is new: 2 manifests");
    claims("web/package-lock.json", "{}\n", CANNOT, "`web/package-lock.json` changed, and nobody compared");
    claims(".cargo/config.toml", "[build]\n", CANNOT, "nobody compared");
}

#[test]
fn new_tests_count_where_they_run_and_check_something() {
    let text = format!("{CODE}{TEST}");
    let small = Small::new(&[("Test it", &[("src/lib.rs", &text)])]);
    small.check("Adds tests.", HOLDS, "1 new test");
    small.check("docs only", BROKEN, "src/lib.rs");
    small.check("No behaviour change.", CANNOT, "nobody looked");
    let ignored = text.replace("#[test]", "#[test]\n    #[ignore]");
    Small::new(&[("Test it", &[("src/lib.rs", &ignored)])]).check(
        "Adds tests.",
        BROKEN,
        "1 more check nothing",
    );
    let idle = text.replace("assert_eq!(super::best(&[1, 2]), Some(2));", "");
    Small::new(&[("Test it", &[("src/lib.rs", &idle)])]).check("Adds tests.", BROKEN, "1 more check nothing");
    let with = |body: &str| {
        let said = text.replace("assert_eq!(super::best(&[1, 2]), Some(2));", body);
        Small::new(&[("Test it", &[("src/lib.rs", &said)])])
    };
    for always in [
        "assert!(true);",
        "assert!(!false);",
        "assert!(super::best(&[1]).is_some() || true);",
        "let best = super::best(&[1]); assert_eq!(best, best);",
        "let best = super::best(&[1]); assert!(best == best);",
        "let found = super::best(&[1]).is_some(); assert!(found || !found);",
        "let best = super::best(&[1]).unwrap_or(0); assert!(best <= best);",
        "let _ = super::best(&[1]);",
        "let _best = super::best(&[1]); _ = super::best(&[]);",
        "let _ = std::panic::catch_unwind(|| assert_eq!(super::best(&[1]), None));",
    ] {
        with(always).check("Adds tests.", BROKEN, "1 more check nothing");
    }
    for checks in [
        "super::best(&[1]);",
        "let _ = super::best(&[1]).unwrap();",
        "let _ = same(); fn same() -> bool { assert!(super::super::best(&[1]).is_some()); true }",
        "let best = super::best(&[1]); assert!(best <= Some(2));",
    ] {
        with(checks).check("Adds tests.", HOLDS, "1 new test");
    }
}

#[test]
fn one_commit_of_several_speaks_for_itself() {
    let code = CODE.replace("max()", "min()");
    let docs: (&str, &[(&str, &str)]) = ("docs: say more", &[("README.md", "Smaller.\n")]);
    let turned: (&str, &[(&str, &str)]) = ("Turn it round", &[("src/lib.rs", &code)]);
    let row = |small: &Small| {
        let rows = small.claims(None);
        let [row] = rows.as_slice() else { panic!("{rows:#?}") };
        row.clone()
    };
    let both = row(&Small::new(&[docs, turned]));
    assert!(
        both.contains(HOLDS) && both.contains("over this commit alone: 1 file changed, nothing but"),
        "{both}"
    );
    let broken = row(&Small::new(&[
        ("docs: say more", &[("src/lib.rs", &code)]),
        ("More", &[("README.md", "More.\n")]),
    ]));
    assert!(broken.contains(BROKEN) && broken.contains("over this commit alone: 1 of 1 file"), "{broken}");
    // It cannot be judged by itself, and the whole change is more than it.
    let policy: (&str, &[(&str, &str)]) =
        ("docs: say more", &[("README.md", "a\n"), ("gatefold.yaml", "no_such: 1\n")]);
    let mended: (&str, &[(&str, &str)]) = ("Mend it", &[("gatefold.yaml", "{}\n"), ("src/lib.rs", &code)]);
    let unknown = row(&Small::new(&[policy, mended]));
    assert!(unknown.contains(CANNOT) && unknown.contains("it is said of one commit"), "{unknown}");
    assert!(unknown.contains("no_such"), "says why: {unknown}");
    let one = Small::new(&[("docs: say more", &[("src/lib.rs", &code)])]);
    assert!(one.claims(None)[0].contains(BROKEN), "{:?}", one.claims(None));
}

#[test]
fn the_newest_commits_are_judged_by_themselves_and_of_the_others_that_is_said() {
    let code = CODE.replace("max()", "min()");
    let texts: Vec<(String, String)> =
        (0..9).map(|at| (format!("docs: part {at}"), format!("{at}\n"))).collect();
    let files: Vec<[(&str, &str); 1]> =
        texts.iter().map(|(_, text)| [("README.md", text.as_str())]).collect();
    let mut commits: Vec<(&str, &[(&str, &str)])> = Vec::new();
    commits
        .extend(texts.iter().zip(&files).map(|((message, _), files)| (message.as_str(), files.as_slice())));
    let turned = [("src/lib.rs", code.as_str())];
    commits.push(("Turn it round", &turned));
    let rows = Small::new(&commits).claims(None);
    let told = |part: &str| {
        rows.iter().find(|row| row.contains(part)).unwrap_or_else(|| panic!("{part}: {rows:#?}"))
    };
    assert!(told("docs: part 0").contains(CANNOT), "{rows:#?}");
    assert!(told("docs: part 0").contains("8 commits are judged by themselves"), "{rows:#?}");
}

#[test]
fn what_was_read_for_claims_is_said() {
    let small = Small::new(&[("Say more", &[("README.md", "Smaller.\n")])]);
    let brief = small.brief(None);
    assert!(brief.contains("1 commit message read, no description was given"), "{brief}");
    assert!(brief.contains("It claims nothing that is looked for."), "{brief}");
    let empty = small.brief(Some("  \n"));
    assert!(empty.contains("the description is empty"), "{empty}");
}

#[test]
fn a_description_comes_on_standard_input_as_well_and_a_missing_one_is_wrong_usage() {
    let small = Small::new(&[("Say more", &[("README.md", "Smaller.\n")])]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatefold"))
        .args(["review", "--base", &small.base, "--description", "-"])
        .current_dir(small.sandbox.path("small"))
        .env("XDG_CACHE_HOME", small.sandbox.path("cache"))
        .env_remove("CI")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all("Docs only \u{fffd}".as_bytes())
        .and_then(|()| input.write_all(&[0xff, b'.']))
        .expect("a text");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let brief = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(brief.contains("1 file changed, nothing but prose or comments | **holds** |"), "{brief}");

    let run =
        small.sandbox.gatefold(&small.sandbox.path("small"), &["review", "--description", "missing.md"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("failed to read the description `missing.md`"), "{run:?}");
}

#[test]
fn a_hostile_description_stays_text_and_the_comment_keeps_its_limit() {
    let small = Small::new(&[("Say more", &[("README.md", "Smaller.\n")])]);
    let one =
        "No behaviour change | <script>alert(1)</script> <!-- @team #12 https://evil.example\u{202e} `x`. ";
    let description = one.repeat(20_000);
    let brief = small.brief(Some(&description));
    assert!(brief.len() <= 65_536, "{}", brief.len());
    assert!(!brief.contains("<script") && !brief.contains('\u{202e}'), "{brief}");
}
