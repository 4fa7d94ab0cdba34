//! An agent does five wrong things at once and claims that nothing behaves otherwise: what the first screen shows.

use std::path::{Path, PathBuf};

use golden::{Item, Recording};
use serde_json::Value;
use source::{BaseRequest, Scratch, Surroundings};

use crate::screen;
use crate::support::{Run, Sandbox, ranker};

/// Lines of the first screen.
const SCREEN: usize = 60;

/// The five questions, in the order in which they are asked.
const QUESTIONS: [&str; 5] = [
    "May I merge?",
    "What was weakened?",
    "Which listeners see something else?",
    "Which caller breaks?",
    "What did nobody check?",
];

/// What shows each of the five wrong things, and the question that it answers.
const FAULTS: [(&str, &str, usize); 5] = [
    ("blocking call", "std::thread::sleep", 0),
    ("broken layer", "telemetry", 0),
    ("weakened test", "assert_eq!(sizes(3, 10), (3, 7))", 1),
    ("changed tie-break", "now-playing", 2),
    ("renumbered field", "moved from number 5 to 15", 3),
];

const RANKINGS: &str = "services/now-playing/golden/rankings.jsonl";

/// Who may approve.
const SIGNER: &str =
    "mira@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIXugwjsjrMnuNIEAhg3pU+fvkeEDmuxmV7joRoPwZy\n";

/// Texts, each with what stands there after the change.
const EDITS: [(&str, &str, &str); 6] = [
    (
        "services/now-playing/src/service.rs",
        "let query = decode(",
        "std::thread::sleep(std::time::Duration::from_millis(2));\n            let query = decode(",
    ),
    ("crates/telemetry/src/lib.rs", "pub use metrics::", "pub use stages::EXPOSURE;\npub use metrics::"),
    ("crates/telemetry/Cargo.toml", "[dependencies]\n", "[dependencies]\nstages.workspace = true\n"),
    ("crates/stages/src/top_k.rs", "assert_eq!(sizes(3, 10), (3, 7));", "assert!(sizes(3, 10).0 <= 10);"),
    (
        "crates/pipeline/src/scored.rs",
        "self.candidate.cmp(&other.candidate)",
        "other.candidate.cmp(&self.candidate)",
    ),
    ("protos/ranking/v1/now_playing.proto", "uint32 limit = 5;", "uint32 limit = 15;"),
];

/// A copy of the reference workspace on `main`, and all five in one commit on top of it.
pub(crate) fn planted(sandbox: &Sandbox) -> PathBuf {
    let tree =
        source::open(&ranker(), &BaseRequest::None, &Surroundings::default()).expect("a workspace").head;
    let folder = sandbox.path("ranker");
    for path in tree.paths() {
        write(&folder, path, &tree.read(path).expect("a file that can be read"));
    }
    // Without somebody who may approve, there is no command that would help.
    write(&folder, "approvals/allowed_signers", SIGNER.as_bytes());
    let scratch = Scratch::create(&folder).expect("a repository");
    let base = scratch.commit("main", None, "The workspace as it is").expect("a commit");
    for (file, from, to) in EDITS {
        let text = tree.text(file).expect("a file of the reference workspace");
        assert_eq!(text.matches(from).count(), 1, "{file} has {from:?} once");
        write(&folder, file, text.replacen(from, to, 1).as_bytes());
    }
    let mut recording = Recording::parse(&tree.text(RANKINGS).expect("rankings")).expect("a recording");
    for entry in &mut recording.entries {
        let tied = entry.ranking.items.chunk_by_mut(|one, next| one.score == next.score);
        tied.for_each(<[Item]>::reverse);
    }
    write(&folder, RANKINGS, recording.to_text().as_bytes());
    scratch.commit("work", Some(&base), "Tidy up the ranker\n\nNo behaviour change.").expect("a commit");
    folder
}

fn write(folder: &Path, file: &str, content: &[u8]) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().expect("a folder above it")).expect("a folder");
    std::fs::write(path, content).expect("a file");
}

/// The brief in both forms.
fn reviewed(sandbox: &Sandbox, folder: &Path, more: &[&str]) -> (String, String, Run) {
    let [page, comment] = ["page.html", "comment.md"].map(|name| sandbox.path(name));
    let text = |path: &PathBuf| path.to_str().expect("UTF-8").to_owned();
    let (page_file, comment_file) = (text(&page), text(&comment));
    let arguments = ["review", "--base", "main", "--html", &page_file, "--markdown", &comment_file];
    let run = sandbox.gatefold(folder, &[&arguments[..], more].concat());
    let read = |path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    (read(&page), read(&comment), run)
}

#[test]
fn the_first_screen_shows_all_five_and_the_broken_claim() {
    let sandbox = Sandbox::new();
    let folder = planted(&sandbox);
    let description =
        "## What\nTidies up.\n\n- [x] Adds tests\n- [ ] No breaking changes\n\nRanking-Intent: none\n";
    std::fs::write(sandbox.path("description.md"), description).expect("a file");
    let file = sandbox.path("description.md");
    let (page, comment, run) = reviewed(&sandbox, &folder, &["--description", file.to_str().expect("UTF-8")]);
    assert_eq!(run.status, 0, "a brief informs: {run:?}");
    if let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") {
        let kept = Path::new(&kept);
        std::fs::write(kept.join("comment.md"), &comment).expect("a file");
        std::fs::write(kept.join("page.html"), &page).expect("a file");
    }

    let lines: Vec<&str> = comment.lines().take(SCREEN).collect();
    let starts: Vec<usize> = QUESTIONS
        .iter()
        .map(|question| {
            let at = lines.iter().position(|line| line.starts_with("### ") && line.ends_with(question));
            at.unwrap_or_else(|| panic!("no {question} in {lines:#?}"))
        })
        .collect();
    assert!(starts.is_sorted(), "in their order: {starts:?}");
    for (fault, shown, question) in FAULTS {
        let end = starts.get(question + 1).copied().unwrap_or(lines.len());
        let answer = lines[starts[question]..end].join("\n").replace('\\', "");
        assert!(answer.contains(shown), "{fault}: {answer}");
    }
    assert!(lines[starts[0] + 1].starts_with("no: 5 findings block"), "{}", lines[starts[0] + 1]);
    let claim = |words: &str| {
        let row = lines.iter().find(|line| line.starts_with("| ") && line.contains(words));
        row.unwrap_or_else(|| panic!("no claim {words}: {lines:#?}")).to_string()
    };
    for words in ["No behaviour change.", "Ranking-Intent: none"] {
        assert!(
            claim(words).contains("**does not hold**") && claim(words).contains("recorded rankings"),
            "{}",
            claim(words)
        );
    }
    assert!(claim("Adds tests").contains("no new test"), "{}", claim("Adds tests"));
    assert!(!comment.contains("No breaking changes"), "a box that nobody ticked claims nothing");

    assert!(!page.contains("<details"), "what is folded is not printed");
    screen::check(&page, "brief", check_screen);
}

/// Each answer is whole within the first screen, and on a desk what shows it as well.
fn check_screen(seen: &Value, width: u32) {
    let texts = |key: &str| -> Vec<String> {
        let all = seen[key].as_array().unwrap_or_else(|| panic!("no {key} in {seen}"));
        all.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let glances = texts("glances");
    for (question, glance) in QUESTIONS.iter().zip(&glances) {
        assert!(glance.starts_with(question), "{question} at {width}: {glances:?}");
    }
    assert!(glances[5].contains("broken"), "{glances:?}");
    if width >= 1280 {
        let cards = texts("cards").join("\n");
        for (fault, shown, _) in FAULTS {
            assert!(cards.contains(shown), "{fault} on the first screen: {cards}");
        }
        assert!(cards.contains("No behaviour change.") && cards.contains("does not hold"), "{cards}");
        assert_eq!(texts("cards").len(), 6, "all within the screen: {cards}");
    }
}
