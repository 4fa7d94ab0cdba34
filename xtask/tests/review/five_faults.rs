//! An agent does five wrong things at once and claims that nothing behaves otherwise: what the first screen shows.

use std::path::{Path, PathBuf};

use golden::{Item, Recording};
use serde_json::Value;
use source::{BaseRequest, Scratch, Surroundings};

use crate::chromium::{browser, run};
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

    let Some(browser) = browser() else { return };
    check_printed(&browser, &page);
    for (width, height) in [(1280, 800), (390, 844)] {
        for dark in [false, true] {
            let seen = look(&browser, &page, (width, height), dark);
            photograph(&browser, &page, (width, height), dark);
            assert_eq!(seen["dark"], Value::from(dark), "the browser prefers the other");
            check_screen(&seen, width);
        }
    }
}

/// Each answer is whole within the first screen, and on a desk what shows it as well.
fn check_screen(seen: &Value, width: u32) {
    for fault in ["faint", "outside", "cut", "unnamed", "scopeless"] {
        assert_eq!(seen[fault], Value::Array(Vec::new()), "{fault} at {width}");
    }
    assert_eq!(seen["wide"], Value::from(0), "the page is wider than {width}");
    let texts = |key: &str| -> Vec<String> {
        let all = seen[key].as_array().unwrap_or_else(|| panic!("no {key} in {seen}"));
        all.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let glances = texts("glances");
    for (question, glance) in QUESTIONS.iter().zip(&glances) {
        assert!(glance.starts_with(question), "{question} at {width}: {glances:?}");
    }
    assert!(glances[5].contains("broken"), "{glances:?}");
    let levels = seen["levels"].as_array().expect("levels");
    let levels: Vec<u64> = levels.iter().filter_map(Value::as_u64).collect();
    assert!(
        levels[0] == 1 && levels.windows(2).all(|two| two[1] <= two[0] + 1),
        "headings in order: {levels:?}"
    );
    if width >= 1280 {
        let cards = texts("cards").join("\n");
        for (fault, shown, _) in FAULTS {
            assert!(cards.contains(shown), "{fault} on the first screen: {cards}");
        }
        assert!(cards.contains("No behaviour change.") && cards.contains("does not hold"), "{cards}");
        assert_eq!(texts("cards").len(), 6, "all within the screen: {cards}");
    }
}

/// What the browser measures of the page on a screen of this size. The script is the test's and runs beside the page,
/// whose own policy lets none run.
fn look(browser: &Path, page: &str, size: (u32, u32), dark: bool) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let script = include_str!("data/look.js");
    let around = format!("{}<pre id=\"found\"></pre>\n<script>{script}</script>\n", framed(page, size));
    std::fs::write(folder.path().join("around.html"), around).expect("a file");
    let dom =
        run(browser, folder.path(), "around.html", dark, &["--dump-dom", "--virtual-time-budget=20000"]);
    let found = dom.split_once("<pre id=\"found\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    serde_json::from_str(found.expect("the script ran").0).expect("JSON")
}

/// A window of a browser has a least width, and a frame has none.
fn framed(page: &str, (width, height): (u32, u32)) -> String {
    let escaped = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <style>body {{ margin: 0 }} iframe {{ border: 0; display: block; color-scheme: light dark }}</style>\n\
         <iframe width=\"{width}\" height=\"{height}\" srcdoc=\"{escaped}\"></iframe>\n"
    )
}

/// Keeps the first screen and the whole page as pictures where `GATEFOLD_SCREENSHOTS` names a folder.
fn photograph(browser: &Path, page: &str, (width, height): (u32, u32), dark: bool) {
    let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let name = if dark { "dark" } else { "light" };
    for (part, height) in [("", height), ("-whole", if width > 800 { 3600 } else { 9000 })] {
        std::fs::write(folder.path().join("around.html"), framed(page, (width, height))).expect("a file");
        let to = Path::new(&kept).join(format!("{width}-{name}{part}.png"));
        let more =
            [format!("--screenshot={}", to.display()), format!("--window-size={},{height}", width.max(520))];
        run(browser, folder.path(), "around.html", dark, &[&more[0], &more[1]]);
        assert!(to.metadata().is_ok_and(|file| file.len() > 10_000), "a picture");
    }
}

/// Nothing of the page is hidden or folded where it is printed.
fn check_printed(browser: &Path, page: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("page.html"), page).expect("a file");
    let to = folder.path().join("page.pdf");
    run(browser, folder.path(), "page.html", false, &[&format!("--print-to-pdf={}", to.display())]);
    let pdf = std::fs::read(&to).expect("it was printed");
    assert!(pdf.starts_with(b"%PDF"), "{} bytes", pdf.len());
    assert!(!page.contains("<details"), "what is folded is not printed");
    if let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") {
        std::fs::copy(&to, Path::new(&kept).join("page.pdf")).expect("a copy");
    }
}
