//! The picture of a witness: both rankings side by side, a line for every item, what moved in colour.

use std::collections::HashMap;
use std::fmt::Write;

use findings::render::text::clip;
use findings::render::web::text;

use crate::witness::{Change, Row, Shown, Witness};

/// How the picture looks, in light and dark; it goes by the colours that all pages share.
pub const SLOPE_STYLE: &str = include_str!("slope.css");

/// The width of the picture, in its own units; its height follows the rows.
const WIDTH: u32 = 440;
/// What stays free at the edges, since browsers round the width of small text up.
const INSET: u32 = 4;
/// Where lines begin and end.
const LINES: (u32, u32) = (178, 262);
/// From one row to the next.
const STEP: u32 = 21;
/// What a gap between ranks takes beyond that.
const GAP: u32 = 13;
/// Where the first row stands.
const FIRST: u32 = 42;
/// Columns of an identifier; the whole of it stands in the title of its row.
const LABEL: usize = 14;

/// The picture as SVG, for a page whose style has [`SLOPE_STYLE`]; nothing where no ranking is known. `name` is unique on
/// the page.
pub fn slope(witness: &Witness, name: &str) -> Option<String> {
    let (before, after) = (&witness.before, &witness.after);
    if before.rows.is_empty() && after.rows.is_empty() {
        return None;
    }
    let (left, left_end) = places(before);
    let (right, right_end) = places(after);
    let height = left_end.max(right_end) + 4;
    let mut out = format!(
        "<svg class=\"slope\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{name}-t {name}-d\">\n\
         <title id=\"{name}-t\">{}</title>\n<desc id=\"{name}-d\">{}</desc>\n\
         <text class=\"side end\" x=\"{}\" y=\"18\">before</text>\n<text class=\"side\" x=\"{}\" y=\"18\">after</text>\n",
        text(&format!("ranking of {} before and after", witness.id)),
        text(&described(witness)),
        LINES.0 - 6,
        LINES.1 + 6
    );
    let at: HashMap<&str, u32> =
        right.iter().rev().filter_map(|place| Some((place.row?.id.as_str(), place.y))).collect();
    // What moved is drawn last, so that it lies on top.
    let mut lines: Vec<(bool, String)> = Vec::new();
    let mut joined: HashMap<&str, u32> = HashMap::new();
    for Place { y, row } in &left {
        let Some(row) = row else { continue };
        // A repeated item is joined once.
        let to = at.get(row.id.as_str()).filter(|_| joined.insert(&row.id, *y).is_none());
        lines.push((row.change.is_some(), line(row, *y, to.copied())));
    }
    for Place { y, row } in &right {
        let Some(row) = row.filter(|row| !joined.contains_key(row.id.as_str())) else { continue };
        lines.push((true, entry(row, *y)));
    }
    lines.sort_by_key(|(moved, _)| *moved);
    out.extend(lines.into_iter().map(|(_, line)| line));
    side(&mut out, &left, before, Side::Left);
    side(&mut out, &right, after, Side::Right);
    out.push_str("</svg>\n");
    Some(out)
}

/// A row of one side, or a gap between ranks.
struct Place<'a> {
    y: u32,
    row: Option<&'a Row>,
}

/// Where each row stands, and where the last one ends.
fn places(shown: &Shown) -> (Vec<Place<'_>>, u32) {
    let mut places = Vec::with_capacity(shown.rows.len());
    let (mut y, mut rank) = (FIRST, 0);
    for row in &shown.rows {
        if row.rank > rank + 1 {
            places.push(Place { y: y - STEP / 2 + GAP / 2, row: None });
            y += GAP;
        }
        places.push(Place { y, row: Some(row) });
        rank = row.rank;
        y += STEP;
    }
    if shown.length > rank {
        places.push(Place { y: y - STEP / 2 + GAP / 2, row: None });
        y += GAP;
    }
    (places, y - STEP / 2)
}

/// From where an item stood to where it stands, or to nowhere.
fn line(row: &Row, from: u32, to: Option<u32>) -> String {
    let (class, (left, right)) = (class(row.change), LINES);
    let middle = left.midpoint(right);
    match to {
        Some(to) => format!(
            "<path class=\"line {class}\" d=\"M{left} {from}C{middle} {from} {middle} {to} {right} {to}\"/>\n"
        ),
        None => {
            let end = left + 26;
            format!(
                "<path class=\"line left\" d=\"M{left} {from}H{end}\"/>\n\
                 <path class=\"mark left\" d=\"M{} {}l7 7m0 -7l-7 7\"/>\n",
                end + 3,
                from.saturating_sub(3),
            )
        }
    }
}

/// From nowhere to where an item stands.
fn entry(row: &Row, y: u32) -> String {
    let class = if row.change.is_some() { "entered" } else { "same" };
    let start = LINES.1 - 26;
    format!(
        "<path class=\"line {class}\" d=\"M{start} {y}H{}\"/>\n<path class=\"mark {class}\" d=\"M{} {y}h8m-4 -4v8\"/>\n",
        LINES.1,
        start - 11,
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The labels of one side, from the lines outwards: rank, item, score.
fn side(out: &mut String, places: &[Place<'_>], shown: &Shown, side: Side) {
    let (anchor, rank, item, score, score_anchor) = match side {
        Side::Left => ("end", LINES.0 - 6, LINES.0 - 32, INSET, "start"),
        Side::Right => ("start", LINES.1 + 6, LINES.1 + 32, WIDTH - INSET, "end"),
    };
    for Place { y, row } in places {
        // Text stands on its line, and is read from its middle.
        let y = y + 4;
        let Some(row) = row else {
            let x = if side == Side::Left { LINES.0 - 12 } else { LINES.1 + 12 };
            for dot in [0, 4, 8] {
                let _ = writeln!(out, "<circle class=\"dot\" cx=\"{x}\" cy=\"{}\" r=\"1\"/>", y - 8 + dot);
            }
            continue;
        };
        let class = class(row.change);
        let _ = writeln!(
            out,
            "<g class=\"row {class}\"><title>{}</title>\
             <text class=\"rank {anchor}\" x=\"{rank}\" y=\"{y}\">{}</text>\
             <text class=\"item {anchor}\" x=\"{item}\" y=\"{y}\">{}</text>\
             <text class=\"score {score_anchor}\" x=\"{score}\" y=\"{y}\">{}</text></g>",
            text(&titled(row)),
            row.rank,
            text(&label(&row.id)),
            text(&scored(row.score)),
        );
    }
    if shown.rows.is_empty() {
        let x = if side == Side::Left { LINES.0 - 6 } else { LINES.1 + 6 };
        let _ = writeln!(
            out,
            "<text class=\"item {anchor}\" x=\"{x}\" y=\"{}\">{}</text>",
            FIRST + 4,
            text(&clip(&shown.status, 2 * LABEL))
        );
    }
}

/// The class of an item in the style sheet.
fn class(change: Option<Change>) -> &'static str {
    match change {
        None => "same",
        Some(Change::Fell) => "fell",
        Some(Change::Rose) => "rose",
        Some(Change::Entered) => "entered",
        Some(Change::Left) => "left",
        Some(Change::Kept | Change::Swapped | Change::Drifted) => "other",
    }
}

/// An identifier whose ends are seen, since that is what tells identifiers apart.
fn label(id: &str) -> String {
    // Letters beyond ASCII may be twice as wide.
    let columns = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    if id.chars().map(columns).sum::<usize>() <= LABEL {
        return id.to_owned();
    }
    let fill = |letters: &mut dyn Iterator<Item = char>, room: usize| -> Vec<char> {
        let mut taken = 0;
        let fits = |letter: &char| {
            taken += columns(*letter);
            taken <= room
        };
        letters.take_while(fits).collect()
    };
    let head = fill(&mut id.chars(), LABEL / 2);
    let tail = fill(&mut id.chars().rev(), LABEL - LABEL / 2 - 1);
    head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect()
}

fn titled(row: &Row) -> String {
    let score = row.score.map_or_else(|| "no finite number".to_owned(), |score| score.to_string());
    format!("{} at {}, score {score}", row.id, row.rank)
}

/// A score in as many characters as there is room for.
pub(super) fn scored(score: Option<f64>) -> String {
    match score {
        None => "–".to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(score) if score.abs() >= 1e6 || score.abs() < 5e-4 => format!("{score:.0e}"),
        Some(score) if score.abs() >= 100.0 => format!("{score:.0}"),
        Some(score) => format!("{score:.3}"),
    }
}

/// What the picture shows, for those who do not see it.
fn described(witness: &Witness) -> String {
    let place = |shown: &Shown, id: &str| shown.rows.iter().find(|row| row.id == id).map(|row| row.rank);
    let mut moves: Vec<String> = Vec::new();
    for row in witness.after.rows.iter().chain(&witness.before.rows).filter(|row| row.change.is_some()) {
        let said = match (place(&witness.before, &row.id), place(&witness.after, &row.id)) {
            (Some(from), Some(to)) if from == to => format!("{} still at {to}", row.id),
            (Some(from), Some(to)) => format!("{} from {from} to {to}", row.id),
            (None, Some(to)) => format!("{} new at {to}", row.id),
            (Some(from), None) => format!("{} gone from {from}", row.id),
            (None, None) => continue,
        };
        if !moves.contains(&said) {
            moves.push(said);
        }
    }
    if moves.is_empty() {
        return witness.sentence.clone();
    }
    format!("{}. In the picture: {}", witness.sentence, moves.join(", "))
}
