//! The first screen: the verdict, the five answers and the claims, in at most 60 lines.

use findings::render::markup::{cell, prose};
use findings::render::text::clip;

use super::MARKER;
use crate::review::answer::{Answer, Line, Standing};
use crate::review::brief::Brief;
use crate::review::claims::Claims;

/// Lines that show an answer.
pub(super) const LINES: usize = 4;
/// Claims.
const CLAIMS: usize = 4;
/// Remarks about the run.
const REMARKS: usize = 2;
/// Characters of a line, so that the screen stays one even where texts are hostile.
const LONGEST: usize = 320;

/// At most 60 lines: 4 above, 4 of remarks, 8 for each answer, 12 for claims.
pub(super) fn screen(brief: &Brief) -> String {
    let mut out = format!("{MARKER}\n## Gatefold: {}, {}\n\n", brief.verdict, short(&brief.headline));
    let facts: Vec<String> = brief.facts.iter().map(|fact| short(fact)).collect();
    out.push_str(&format!("{}\n", facts.join(" · ")));
    if !brief.remarks.is_empty() {
        out.push('\n');
    }
    for remark in brief.remarks.iter().take(REMARKS) {
        out.push_str(&format!("- {}\n", short(remark)));
    }
    more(&mut out, brief.remarks.len(), REMARKS, "remarks, below");
    for answer in &brief.answers {
        out.push_str(&told(answer));
    }
    out.push_str(&claimed(&brief.claims));
    out
}

fn told(answer: &Answer) -> String {
    let mut out = format!("\n### {} {}\n{}\n", sign(answer.standing), answer.question, short(&answer.says));
    out.extend(answer.lines.iter().take(LINES).map(line));
    more(&mut out, answer.lines.len(), LINES, "");
    out
}

/// A word, since a sign may not be read out.
fn sign(standing: Standing) -> String {
    format!("[{}]", standing.word())
}

pub(super) fn line(line: &Line) -> String {
    let word = line.mark.word();
    let word = if word.is_empty() { String::new() } else { format!("{word}: ") };
    let place = line.place.as_ref().map(|place| format!(" (`{}`)", place.replace('`', "'")));
    let detail = line.detail.as_ref().map(|detail| format!("; {detail}"));
    let text = format!("{}{}{}", line.text, place.unwrap_or_default(), detail.unwrap_or_default());
    format!("- {word}{}\n", short(&text))
}

fn claimed(claims: &Claims) -> String {
    let mut out = format!("\n### What the change says of itself\n{}\n", short(&claims.read));
    if claims.list.is_empty() {
        out.push_str("It claims nothing that is looked for.\n");
        return out;
    }
    out.push_str("\n| claim | measured | |\n|---|---|---|\n");
    for claim in claims.list.iter().take(CLAIMS) {
        let again = if claim.again > 0 { format!(" and {} more", claim.again) } else { String::new() };
        out.push_str(&format!(
            "| {} ({}{again}) | {} | **{}** |\n",
            brief_cell(&claim.text),
            brief_cell(&claim.source),
            brief_cell(&claim.fact),
            claim.held.word()
        ));
    }
    if claims.list.len() > CLAIMS {
        out.push_str(&format!("\nand {} more claims, below\n", claims.list.len() - CLAIMS));
    }
    out
}

fn brief_cell(text: &str) -> String {
    cell(&clip(text, LONGEST))
}

fn short(text: &str) -> String {
    prose(&clip(text, LONGEST))
}

fn more(out: &mut String, count: usize, shown: usize, what: &str) {
    if count > shown {
        let what = if what.is_empty() { String::new() } else { format!(" {what}") };
        out.push_str(&format!("- and {} more{what}\n", count - shown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::answer::Mark;
    use crate::review::below::Below;
    use crate::review::claims::{Claim, Held};

    /// A brief with as many of everything, each as long as it gets.
    fn brief(count: usize) -> Brief {
        let long = |word: &str| format!("{word} `{}` <b>|</b>\n# {}", "c".repeat(5_000), "é".repeat(5_000));
        let lines = vec![
            Line {
                place: Some(long("place")),
                detail: Some(long("detail")),
                ..Line::new(Mark::Blocks, long("line"))
            };
            count
        ];
        let answer = |question| Answer {
            anchor: "a",
            question,
            standing: Standing::Blocks,
            short: long("short"),
            says: long("says"),
            lines: lines.clone(),
        };
        let claim = Claim {
            kind: None,
            text: long("claim"),
            source: long("source"),
            again: 7,
            fact: long("fact"),
            held: Held::Broken,
        };
        Brief {
            verdict: "fail",
            headline: long("headline"),
            facts: vec![long("fact"); 5],
            remarks: vec![long("remark"); count],
            answers: ["1?", "2?", "3?", "4?", "5?"].map(answer),
            claims: Claims { list: vec![claim; count], read: long("read") },
            sections: Vec::new(),
            below: Below { blocks: Vec::new() },
            requests: Vec::new(),
            accepted: vec![long("accepted"); count],
            about_policy: Vec::new(),
            program: "gatefold".to_owned(),
        }
    }

    #[test]
    fn the_first_screen_has_sixty_lines_at_most_however_much_there_is() {
        for count in [0, 1, 5, 6, 7, 1_000] {
            let screen = screen(&brief(count));
            let lines = screen.lines().count();
            assert!(lines <= 60, "{lines} lines with {count} of each:\n{screen}");
            let questions = screen.lines().filter(|line| line.starts_with("### [blocks]")).count();
            assert_eq!(questions, 5, "{screen}");
        }
    }

    #[test]
    fn a_comment_is_never_longer_than_it_may_be() {
        let comment = super::super::markdown(&brief(1_000));
        assert!(comment.len() <= 65_536 && comment.len() > 20_000, "{}", comment.len());
        assert!(comment.contains("Left out here"), "{}", &comment[comment.len() - 300..]);
        assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
    }
}
