//! The first screen of the page: the verdict, the five answers at a glance, what shows them, and the claims.

use findings::render::text::clip;
use findings::render::web::{prose, text};

use crate::review::answer::{Answer, Line};
use crate::review::brief::Brief;
use crate::review::claims::{Claims, Held};
use crate::review::wording::things;

/// Lines that show an answer.
const LINES: usize = 4;
/// Claims.
const CLAIMS: usize = 5;
/// Remarks above everything.
const REMARKS: usize = 2;
/// Characters of a line: what is longer stands below in full.
const LONGEST: usize = 230;

/// The verdict, what was compared, and the five answers in a few words each.
pub(super) fn header(brief: &Brief) -> String {
    let facts: String = brief.facts.iter().map(|fact| format!("<li>{}</li>", text(fact))).collect();
    let remark = |remark: &String| format!("<p class=\"remark\">{}</p>\n", prose(remark));
    let mut remarks: String = brief.remarks.iter().take(REMARKS).map(remark).collect();
    if brief.remarks.len() > REMARKS {
        let rest = things(brief.remarks.len() - REMARKS, "more remark");
        remarks.push_str(&format!("<p class=\"more\"><a href=\"#run\">and {rest}</a></p>\n"));
    }
    let glances: String = brief.answers.iter().map(glance).collect();
    let (class, sign, short) = of_claims(&brief.claims);
    format!(
        "<header>\n<div class=\"verdict\"><span class=\"word\">{}</span><h1>{}</h1></div>\n\
         <ul class=\"facts\">{facts}</ul>\n{remarks}\
         <nav aria-label=\"The five answers\">\n<ol>\n{glances}{}</ol>\n</nav>\n</header>\n",
        brief.verdict,
        prose(&brief.headline),
        tile("claims", class, sign, "What does it claim?", &short)
    )
}

fn glance(answer: &Answer) -> String {
    let (class, sign, word) = (answer.standing.word(), answer.standing.sign(), answer.standing.word());
    tile(answer.anchor, class, (sign, word), answer.question, &answer.short)
}

/// How the claims are to be taken: a class, a sign with its word, and a few words.
fn of_claims(claims: &Claims) -> (&'static str, (&'static str, &'static str), String) {
    let count = |held| claims.list.iter().filter(|claim| claim.held == held).count();
    let (broken, unknown, all) = (count(Held::Broken), count(Held::CannotTell), claims.list.len());
    match (all, broken, unknown) {
        (0, ..) => ("none", ("–", "none"), "Nothing found".to_owned()),
        (_, 0, 0) => ("clear", ("✓", "holds"), format!("{all} of {all} hold")),
        (_, 0, unknown) => ("unseen", ("?", "cannot tell"), format!("{unknown} of {all} unknown")),
        (_, broken, _) => ("blocks", ("✗", "broken"), format!("{broken} of {all} broken")),
    }
}

/// The sign is for the eye; who listens hears the word.
fn tile(anchor: &str, class: &str, (sign, word): (&str, &str), question: &str, short: &str) -> String {
    format!(
        "<li><a class=\"{class}\" href=\"#{anchor}\"><span class=\"question\">{question}</span>\
         <span class=\"short\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span> {}</span>\
         <span class=\"heard\">{word}</span></a></li>\n",
        text(short)
    )
}

/// The five answers with what shows them, and the claims.
pub(super) fn screen(brief: &Brief) -> String {
    let cards: String = brief.answers.iter().map(card).collect();
    format!("<div class=\"answers\">\n{cards}{}</div>\n", claimed(&brief.claims))
}

fn card(answer: &Answer) -> String {
    let (anchor, class) = (answer.anchor, answer.standing.word());
    let mut out = format!(
        "<section id=\"{anchor}\" class=\"answer {class}\" aria-labelledby=\"{anchor}-h\">\n<h2 id=\"{anchor}-h\">{}</h2>\n\
         <p class=\"says\">{}</p>\n",
        answer.question,
        clipped(&answer.says)
    );
    out.push_str(&lines(&answer.lines, anchor));
    out.push_str("</section>\n");
    out
}

fn lines(list: &[Line], anchor: &str) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut items: String = list.iter().take(LINES).map(line).collect();
    if list.len() > LINES {
        items.push_str(&format!(
            "<li class=\"more\"><a href=\"#all-{anchor}\">and {} more</a></li>\n",
            list.len() - LINES
        ));
    }
    format!("<ul class=\"lines\">\n{items}</ul>\n")
}

/// A line, cut where it is long.
fn line(line: &Line) -> String {
    item(line, LONGEST)
}

/// A line in as many characters as there is room for.
pub(super) fn item(line: &Line, longest: usize) -> String {
    let word = line.mark.word();
    let word = if word.is_empty() { String::new() } else { format!("<b class=\"mark\">{word}</b> ") };
    let place = line.place.as_ref().map(|place| format!(" <span class=\"place\">{}</span>", text(place)));
    let detail = line
        .detail
        .as_ref()
        .map(|detail| format!(" <span class=\"detail\">{}</span>", prose(&clip(detail, longest))));
    format!(
        "<li>{word}{}{}{}</li>\n",
        prose(&clip(&line.text, longest)),
        place.unwrap_or_default(),
        detail.unwrap_or_default()
    )
}

fn claimed(claims: &Claims) -> String {
    let mut out = format!(
        "<section id=\"claims\" class=\"answer claimed {}\" aria-labelledby=\"claims-h\">\n\
         <h2 id=\"claims-h\">What the change says of itself</h2>\n<p class=\"says\">{}</p>\n",
        of_claims(claims).0,
        clipped(&claims.read)
    );
    if claims.list.is_empty() {
        out.push_str("<p>It claims nothing that is looked for.</p>\n</section>\n");
        return out;
    }
    let rows: String = claims
        .list
        .iter()
        .take(CLAIMS)
        .map(|claim| {
            let again = if claim.again > 0 { format!(", and {} more", claim.again) } else { String::new() };
            format!(
                "<tr class=\"{}\"><th scope=\"row\">{} <span class=\"source\">{}{again}</span></th><td>{}</td>\
                 <td class=\"held\">{}</td></tr>\n",
                claim.held.class(),
                prose(&claim.text),
                text(&claim.source),
                clipped(&claim.fact),
                claim.held.word()
            )
        })
        .collect();
    out.push_str(&format!(
        "<table>\n<thead><tr><th scope=\"col\">claim</th><th scope=\"col\">measured</th><th scope=\"col\">verdict</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    ));
    if claims.list.len() > CLAIMS {
        out.push_str(&format!("<p class=\"more\">and {} more claims</p>\n", claims.list.len() - CLAIMS));
    }
    out.push_str("</section>\n");
    out
}

fn clipped(sentence: &str) -> String {
    prose(&clip(sentence, LONGEST))
}
