//! The report in its forms: what people read at a terminal, in Markdown and on the page, and that names stay names.

mod common;

use common::{RANKINGS, REQUESTS, policy, recording, requests_text, rows, tree};
use golden::bulk::Store;
use golden::report::{self, Report, Verdict, html, human, markdown};
use golden::{Item, Part};
use source::{Change, Tree};

const BASE: &str = "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=3: t4=0.9 t5=0.5 t6=0.1\n\
                    home/1 limit=2: t1=0.9 t9=0.5\nhome/2 limit=2: NOT_FOUND";

const HEAD: &str = "cold/1 limit=3: t2=1.2 t1=0.9 t7=0.2\ncold/2 limit=3: t4=0.9 t5=0.5 t6=0.1\n\
                    home/1 limit=2: t1=0.9 t9=0.7\nhome/2 limit=2: NOT_FOUND\nhome/3 limit=2: t1=1";

fn report(base: &str, head: &str) -> Report {
    of_trees(tree(base), tree(head), "")
}

fn of_trees(base: Tree, head: Tree, more: &str) -> Report {
    let change = Change::of_trees(Some(base), head);
    let facts = vec!["base 1a2b3c .. head 4d5e6f".to_owned()];
    Report::new(facts, Vec::new(), report::recorded(&change, &policy(more), &Store::none()))
}

/// A corpus whose only ranking changes from one list of `(id, parts)` to another, under any names.
fn named(
    id: &str,
    segment: &str,
    before: &[(&str, &[(&str, f64)])],
    after: &[(&str, &[(&str, f64)])],
) -> Report {
    let side = |items: &[(&str, &[(&str, f64)])]| {
        let mut recording = recording(&rows("x limit=9: a=1"));
        let item = |(id, parts): &(&str, &[(&str, f64)])| Item {
            id: (*id).to_owned(),
            score: parts.iter().map(|(_, score)| score).sum(),
            parts: parts
                .iter()
                .map(|(stage, score)| Part { stage: (*stage).to_owned(), score: *score })
                .collect(),
        };
        let line =
            serde_json::json!({"id": id, "segment": segment, "request": {"limit": 9}}).to_string() + "\n";
        recording.requests = golden::Requests::parse(&line).unwrap().digest();
        recording.entries[0].id = id.to_owned();
        recording.entries[0].segment = segment.to_owned();
        recording.entries[0].ranking.items = items.iter().map(item).collect();
        Tree::from_memory([(REQUESTS, line), (RANKINGS, recording.to_text())])
    };
    of_trees(side(before), side(after), "")
}

/// Whether every tag is closed in its order, every id stands once, and nothing runs or is loaded.
#[track_caller]
fn check_page(page: &str) {
    let rest = page.strip_prefix("<!doctype html>\n").expect("a doctype");
    let (mut open, mut ids): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for part in rest.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag that ends");
        let name = tag.split_whitespace().next().unwrap_or_default();
        let (name, is_empty) = (name.trim_end_matches('/'), tag.ends_with('/'));
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "at {part}"),
            None if name == "meta" || is_empty => {}
            None => open.push(name),
        }
        assert!(
            !["script", "img", "link", "iframe", "use", "image", "foreignObject"].contains(&name),
            "{tag}"
        );
        let plain = tag.strip_prefix("meta").is_some();
        assert!(
            plain || !["href=", "src=", " on", "style=", "url("].iter().any(|part| tag.contains(part)),
            "{tag}"
        );
        ids.extend(tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next()));
    }
    assert_eq!(open, Vec::<&str>::new(), "left open");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
    assert!(page.contains(
        "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri"
    ));
}

#[test]
fn a_terminal_shows_counts_bounds_and_witnesses() {
    assert_eq!(
        human(&report(BASE, HEAD), false, 100),
        "2 of 5 rankings changed
  base 1a2b3c .. head 4d5e6f

queue  r.v1.Queue/Rank
  2 of 5 rankings changed (items 1, scores 1, added 1, identical 2)

  blast radius        changed   share      95% interval
  cold viewers         1 of 2     50%         1% to 99%  ████████████
  home viewers         1 of 2     50%         1% to 99%  ████████████
  all                  2 of 4     50%         7% to 93%  ████████████

  agreement          mean over the changed
  jaccard@10         0.750
  rbo_ext(.9)        0.815
  same_top           0.500
  tau_b/common       0.000

  witnesses, worst first
   1. cold viewers: `t1` fell from 1 to 2; `t3` left from 3; `t7` entered at 3 (cold/1)
   2. home viewers: `t9` at 2 scores 0.7 instead of 0.5 (home/1)
"
    );
}

#[test]
fn lines_keep_to_the_width_and_colours_are_only_used_if_asked() {
    let report = report(BASE, HEAD);
    for width in [40, 60, 100] {
        let text = human(&report, false, width);
        assert!(!text.contains('\x1b'));
        let sentences = text.lines().filter(|line| line.contains("viewers:") || line.contains("entered"));
        assert!(sentences.clone().count() > 0);
        sentences.for_each(|line| assert!(line.chars().count() <= width, "{width}: {line}"));
    }
    assert!(human(&report, true, 100).contains("\x1b[1m\x1b[31m2 of 5 rankings changed\x1b[0m"));
}

#[test]
fn a_comment_shows_the_same_in_tables() {
    let mut report = report(BASE, HEAD);
    report.verdicts.push(Verdict {
        rule: "ranking-changed".to_owned(),
        status: "blocks",
        message: "2 of 4 recorded rankings of `queue` changed".to_owned(),
    });
    let text = markdown(&report);
    for line in [
        "## Golden: 2 of 5 rankings changed",
        "- ❌ blocks `ranking-changed`: 2 of 4 recorded rankings of `queue` changed",
        "| cold viewers | 1 of 2 | 50% | 1% to 99% |",
        "| all | 2 of 4 | 50% | 7% to 93% |",
        "1. cold viewers: `t1` fell from 1 to 2; `t3` left from 3; `t7` entered at 3 (`cold/1`)",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.contains("| `jaccard@10` | 0.750 | Whether the first ten ranks"), "{text}");
}

#[test]
fn the_page_shows_all_of_it_and_a_picture_of_every_witness() {
    let page = html(&report(BASE, HEAD));
    check_page(&page);
    assert_eq!(page.matches("<svg class=\"slope\"").count(), 2);
    for part in [
        "<h1>2 of 5 rankings changed</h1>",
        "<title id=\"c0w0-t\">ranking of cold/1 before and after</title>",
        "role=\"img\" aria-labelledby=\"c0w0-t c0w0-d\"",
        ". In the picture: t1 from 1 to 2, t7 new at 3, t3 gone from 3</desc>",
        "<td class=\"number\">1 of 2</td>",
        "<dt><code>rbo_ext(.9)</code></dt><dd>How much the lists share from the top down",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn the_page_shows_what_the_stages_changed() {
    let page = html(&named(
        "r",
        "cold",
        &[("X", &[("fresh", 0.6), ("popular", 0.3)]), ("Y", &[("fresh", 0.1), ("popular", 0.7)])],
        &[("Y", &[("fresh", 0.1), ("popular", 1.0)]), ("X", &[("fresh", 0.2), ("popular", 0.3)])],
    ));
    check_page(&page);
    assert!(page.contains("<code>X</code> fell from 1 to 2 because fresh lost 0.4 to popular</p>"), "{page}");
    let row = "<tr class=\"named\"><th scope=\"row\">fresh</th><td class=\"number\">−0.400</td><td class=\"number\">0</td>\
               <td class=\"number\">−0.400</td></tr>";
    assert!(page.contains(row), "{page}");
}

#[test]
fn where_nothing_changed_every_form_says_so() {
    let report = report(BASE, &format!("{BASE}\nhome/3 limit=2: t1=1"));
    assert_eq!(report.headline(), "none of 5 rankings changed");
    assert!(human(&report, false, 100).contains("0 of 5 rankings changed (added 1, identical 4)"));
    assert!(markdown(&report).contains("## Golden: none of 5 rankings changed"));
    let page = html(&report);
    check_page(&page);
    assert!(page.contains("<h2>Unchanged</h2>\n<p class=\"quiet\"><b>queue</b> 5 requests"), "{page}");
    assert!(page.contains("<body class=\"unchanged\">") && !page.contains("Witnesses"));
}

#[test]
fn a_corpus_that_is_not_read_is_never_said_to_be_unchanged() {
    let broken = Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (RANKINGS, "{}\n".to_owned())]);
    let report = of_trees(tree(BASE), broken, "");
    assert_eq!(report.headline(), "no ranking was compared, 1 corpus was not read");
    let reason = "head: `services/queue/golden/rankings.jsonl`, line 1";
    assert!(report.corpora[0].unread.as_ref().is_some_and(|found| found.starts_with(reason)), "{report:?}");
    for text in [human(&report, false, 200), markdown(&report), html(&report)] {
        assert!(text.to_lowercase().contains("not compared: head: "), "{text}");
        assert!(!text.contains("Unchanged"), "{text}");
    }
    let alone = Change::of_trees(None, tree(BASE));
    let unread = report::recorded(&alone, &policy(""), &Store::none()).remove(0).unread;
    assert_eq!(unread.as_deref(), Some("base: there is no base to compare with"));
}

#[test]
fn a_broken_ranking_is_the_worst_witness() {
    let report = report(BASE, &BASE.replace("t1=0.9 t9=0.5", "t1=0.9 t1=0.5"));
    let witness = &report.corpora[0].witnesses[0];
    assert_eq!(witness.sentence, "home viewers: `t1` stands in it more than once");
    check_page(&html(&report));
}

#[test]
fn hostile_names_stay_text() {
    let long = "x".repeat(256);
    for name in [
        "<script>alert(1)</script>",
        "\"onload=alert(1)",
        "a&lt;b",
        "]]><svg/onload=1>",
        "\u{202e}gnp",
        &long,
    ] {
        let stage = name.replace(' ', "-");
        let parts = |score: f64| vec![(stage.as_str(), score)];
        let (high, low) = (parts(0.9), parts(0.1));
        let report = named(name, name, &[(name, &high), ("b", &low)], &[("b", &high), (name, &low)]);
        let page = html(&report);
        check_page(&page);
        assert!(!page.contains('\u{202e}') && page.len() < 40_000, "{name}");
        let text = human(&report, true, 80);
        assert!(!text.contains('\u{202e}') && text.contains("1 of 1 rankings changed"), "{text}");
        let comment = markdown(&report);
        assert!(!comment.replace('`', "\n").lines().any(|plain| plain.starts_with("| <")), "{comment}");
    }
}

#[test]
fn the_json_form_names_its_schema_and_is_the_same_every_time() {
    let json = report(BASE, HEAD).json();
    assert_eq!(json, report(BASE, HEAD).json());
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["schema"], "gatefold.golden-report/1");
    assert_eq!(read["corpora"][0]["total"]["changed"], 2);
    assert_eq!(read["corpora"][0]["witnesses"][0]["shows"][0]["kind"], "moved-at-top");
}

#[test]
fn the_words_of_the_policy_are_used() {
    let wording = ", wording: {item: track, segments: {cold: new viewers}}";
    let text = human(&of_trees(tree(BASE), tree(HEAD), wording), false, 100);
    assert!(text.contains("1. new viewers: track `t1` fell from 1 to 2; track `t3` left from 3;"), "{text}");
}
