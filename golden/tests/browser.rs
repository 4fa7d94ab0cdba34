//! The page in a real browser: what it shows, that it can be read in light and dark, and that it fits.
//!
//! Needs chromium on the path, or in `GATEFOLD_BROWSER`; where `CI` is set it must be there.

#[path = "support/chromium.rs"]
mod chromium;

use std::path::Path;

use chromium::{browser, framed, measured, run};
use golden::bulk::Store;
use golden::report::{self, Report, Verdict, html};
use golden::witness::Witness;
use golden::{Policy, Recording};
use serde_json::Value;
use source::{Change, Tree};

const FOLDER: &str = "services/now-playing/golden";

/// The recorded rankings of the reference workspace's `now-playing`, before and after its prior counts four times as
/// much for new viewers, some items are gone, and two runs tie differently.
fn planted() -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker").join(FOLDER);
    let read =
        |file: &str| std::fs::read_to_string(root.join(file)).expect("the corpus of the reference workspace");
    let (requests, before) = (read("requests.jsonl"), read("rankings.jsonl"));
    let mut after = Recording::parse(&before).expect("a recording");
    for entry in &mut after.entries {
        let items = &mut entry.ranking.items;
        if entry.segment == "cold-start" {
            for item in items.iter_mut() {
                item.parts.iter_mut().filter(|part| part.stage == "prior").for_each(|part| part.score *= 4.0);
                item.score = item.parts.iter().map(|part| part.score).sum();
            }
            items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        }
        if entry.id == "heavy/007" {
            items.drain(1..3);
        }
        if entry.id == "heavy/009" {
            "NOT_FOUND".clone_into(&mut entry.ranking.status);
            items.clear();
        }
    }
    let side = |rankings: String| {
        Tree::from_memory([
            (format!("{FOLDER}/requests.jsonl"), requests.clone()),
            (format!("{FOLDER}/rankings.jsonl"), rankings),
        ])
    };
    let policy: Policy = policy::yaml(
        "gatefold.yaml",
        "corpora: {now-playing: {rpc: ranking.v1.NowPlaying/RankQueue, items: items, id: track_id, score: score, \
         limit: limit, parts: stage_scores, wording: {item: track}}}",
    )
    .expect("a policy");
    let change = Change::of_trees(Some(side(before)), side(after.to_text()));
    let verdict = Verdict {
        rule: "ranking-changed".to_owned(),
        status: "blocks",
        message: "25 of 92 recorded rankings of `now-playing` changed".to_owned(),
    };
    let facts = vec!["base 1a2b3c .. head 4d5e6f".to_owned(), "rankings as they are recorded".to_owned()];
    Report::new(facts, vec![verdict], report::recorded(&change, &policy, &Store::none()))
}

/// What the browser measured of a page in a frame of one width.
struct Seen(Value);

impl Seen {
    fn list(&self, key: &str) -> &[Value] {
        self.0[key].as_array().unwrap_or_else(|| panic!("no `{key}` in {}", self.0))
    }

    fn text(&self) -> &str {
        self.0["text"].as_str().expect("a text")
    }
}

/// Shows the page in frames of these widths and measures it there.
fn look(browser: &Path, page: &str, dark: bool, widths: &[u32]) -> Vec<Seen> {
    let frames: String = widths.iter().map(|width| framed(page, (*width, 900))).collect();
    measured(browser, &frames, include_str!("data/look.js"), dark).into_iter().map(Seen).collect()
}

/// The pixels of the page on a screen of that width.
fn photograph(browser: &Path, page: &str, dark: bool) -> Picture {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("page.html"), page).expect("a file");
    let to = folder.path().join("page.png");
    let screenshot = format!("--screenshot={}", to.display());
    run(browser, folder.path(), "page.html", dark, &[&screenshot, "--window-size=1280,1400"]);
    if let Some(kept) = std::env::var_os("GATEFOLD_SCREENSHOTS") {
        let name = if dark { "dark.png" } else { "light.png" };
        std::fs::copy(&to, Path::new(&kept).join(name)).expect("a copy");
    }
    Picture::read(&to)
}

struct Picture {
    width: u32,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn read(path: &Path) -> Picture {
        let file = std::io::BufReader::new(std::fs::File::open(path).expect("a screenshot"));
        let mut decoder = png::Decoder::new(file);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("a frame");
        let samples = info.color_type.samples();
        assert!(samples >= 3, "{:?}", info.color_type);
        let pixels =
            bytes[..info.buffer_size()].chunks_exact(samples).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        Picture { width: info.width, pixels: pixels.collect() }
    }

    /// The share of pixels that are nearly of a colour, written `#b3261e`.
    fn share(&self, color: &str) -> f64 {
        let part = |at: usize| i16::from(u8::from_str_radix(&color[at..at + 2], 16).expect("two digits"));
        let color = [part(1), part(3), part(5)];
        let is_near = |pixel: &&[u8; 3]| {
            pixel.iter().zip(color).all(|(found, wanted)| (i16::from(*found) - wanted).abs() <= 6)
        };
        self.pixels.iter().filter(is_near).count() as f64 / self.pixels.len() as f64
    }
}

#[test]
fn the_browser_shows_every_part_of_the_page_at_every_width() {
    let Some(browser) = browser() else { return };
    let report = planted();
    let witnesses = &report.corpora[0].witnesses;
    assert!(witnesses.len() >= 4, "the planted change shows four kinds at least");
    for seen in look(&browser, &html(&report), false, &[400, 820, 1280]) {
        let text = seen.text();
        for part in
            ["rankings changed", "Blast radius", "cold-start viewers", "What the measures say", "now-playing"]
        {
            assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part}\n{text}");
        }
        for witness in witnesses {
            assert!(text.contains(&witness.sentence.replace('`', "")), "{}\n{text}", witness.sentence);
        }
        assert!(text.contains("because prior"), "{text}");
        assert_eq!(seen.0["wide"], Value::from(0), "the page is wider than its window: {}", seen.0["width"]);
        for fault in ["outside", "overlaps", "unnamed", "unseen"] {
            assert_eq!(seen.list(fault), &[] as &[Value], "{fault} at {}", seen.0["width"]);
        }
        let pictures = seen.list("pictures");
        let pictured: Vec<&Witness> = witnesses
            .iter()
            .filter(|witness| witness.before.rows.len() + witness.after.rows.len() > 0)
            .collect();
        assert_eq!(pictures.len(), pictured.len());
        for (picture, witness) in pictures.iter().zip(pictured) {
            let drawn = picture["text"].as_str().expect("a text");
            for row in witness.before.rows.iter().chain(&witness.after.rows) {
                assert!(drawn.contains(&row.id), "{} is not drawn: {drawn}", row.id);
            }
            assert!(
                picture["lines"].as_u64()
                    >= Some(witness.before.rows.len().max(witness.after.rows.len()) as u64),
                "{picture}"
            );
        }
    }
}

#[test]
fn the_page_can_be_read_in_light_and_dark() {
    let Some(browser) = browser() else { return };
    let page = html(&planted());
    for (dark, paper, ink, moved) in
        [(false, "#f6f7f8", "#1b2127", "#b3261e"), (true, "#14181c", "#e4e8eb", "#ff8a80")]
    {
        for seen in look(&browser, &page, dark, &[400, 1280]) {
            assert_eq!(
                seen.0["dark"],
                Value::from(dark),
                "the browser prefers {}",
                if dark { "dark" } else { "light" }
            );
            assert!(seen.0["texts"].as_u64() > Some(100), "{}", seen.0["texts"]);
            assert_eq!(seen.list("faint"), &[] as &[Value], "text that can hardly be read, dark: {dark}");
        }
        let picture = photograph(&browser, &page, dark);
        assert_eq!(picture.width, 1280);
        let shares = [paper, ink, moved].map(|color| picture.share(color));
        assert!(shares[0] > 0.03 && shares[0] < 0.7, "paper {}", shares[0]);
        assert!(shares[1] > 0.002, "ink {}", shares[1]);
        assert!(shares[2] > 0.0005, "what moved {}", shares[2]);
    }
}

#[test]
fn hostile_names_run_nothing_and_fit() {
    let Some(browser) = browser() else { return };
    let mut report = planted();
    let hostile = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">";
    let corpus = &mut report.corpora[0];
    corpus.name = hostile.to_owned();
    corpus.segments[0].who = "w".repeat(10_000);
    let both = |witness: &&mut Witness| !witness.before.rows.is_empty() && witness.after.rows.len() > 1;
    let witness = corpus.witnesses.iter_mut().find(both).expect("a picture with two sides");
    witness.sentence = format!("{hostile} \u{202e}{}", "s".repeat(10_000));
    witness.before.rows[0].id = hostile.to_owned();
    for (row, id) in witness.after.rows.iter_mut().zip(["i".repeat(10_000), "漢".repeat(300)]) {
        row.id = id;
    }
    let page = html(&report);
    for seen in look(&browser, &page, false, &[400, 1280]) {
        assert!(seen.text().contains(hostile), "it is shown as it is written");
        assert_eq!(seen.0["wide"], Value::from(0), "the page is wider than its window: {}", seen.0["width"]);
        assert_eq!(
            seen.0["title"].as_str().map(|title| title.contains("ran") && !title.contains("rankings")),
            Some(false)
        );
        assert_eq!(seen.0["scripts"], Value::from(0));
        assert_eq!(seen.list("outside"), &[] as &[Value]);
    }
    // Should a text ever become markup, the page's own policy stops it.
    let broken = page.replacen("<main>", "<main><script>document.title='it ran'</script>", 1);
    let seen = look(&browser, &broken, false, &[1280]).remove(0);
    assert_eq!((&seen.0["scripts"], seen.0["title"] != "it ran"), (&Value::from(1), true));
}
