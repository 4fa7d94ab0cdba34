//! The drill's outcome as a table for people.

use findings::Tier;
use findings::render::text::one_line;

use super::exercise::{Outcome, Planted, Row};
use super::plot::Place;

/// The table and its sum.
pub(crate) fn table(outcome: &Outcome) -> String {
    let mut lines = vec![["fault", "planted at", "caught by", "at", "time"].map(str::to_owned)];
    lines.extend(outcome.rows.iter().map(cells));
    let widths: Vec<usize> = (0..5)
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let padded: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(padded.join("   ").trim_end());
        text.push('\n');
        let besides =
            index.checked_sub(1).map(|row| outcome.rows[row].besides.as_slice()).unwrap_or_default();
        for said in besides {
            text.push_str(&format!("    besides: {}\n", one_line(said)));
        }
    }
    text.push('\n');
    text.push_str(&sum(outcome));
    text
}

fn cells(row: &Row) -> [String; 5] {
    let [planted, caught, at] = match row.planted.as_slice() {
        [] if row.is_good() => ["-".to_owned(), "nobody: clean".to_owned(), "-".to_owned()],
        [] => ["-".to_owned(), "WRONGLY BLOCKED".to_owned(), "-".to_owned()],
        [planted] => one(planted),
        all => {
            let caught = all.iter().filter(|planted| planted.caught.is_some()).count();
            let at = match caught == all.len() {
                true => "each where it was planted".to_owned(),
                false => format!("{} SLIPPED THROUGH", all.len() - caught),
            };
            [format!("{} places", all.len()), format!("{caught} of {} guards", all.len()), at]
        }
    };
    [row.name.to_owned(), planted, caught, at, format!("{:.2} s", row.took.as_secs_f64())]
}

fn one(planted: &Planted) -> [String; 3] {
    let first = planted.places.first();
    let caught = match &planted.caught {
        None => {
            ["SLIPPED THROUGH".to_owned(), format!("not by {} {}", planted.fault.guard, planted.fault.rule)]
        }
        Some(place) => {
            let at = if first == Some(place) { "the same line".to_owned() } else { shown(place) };
            [format!("{} {}", planted.fault.guard, planted.fault.rule), at]
        }
    };
    let [by, at] = caught;
    [first.map(shown).unwrap_or_default(), by, at]
}

fn shown(place: &Place) -> String {
    format!("{}:{}", one_line(&place.file), place.line)
}

fn sum(outcome: &Outcome) -> String {
    let alone = || outcome.rows.iter().filter(|row| row.planted.len() == 1);
    let caught = alone().filter(|row| row.planted[0].caught.is_some()).count();
    let seconds: f64 = outcome.rows.iter().map(|row| row.took.as_secs_f64()).sum();
    let mut text = format!("{caught} of {} faults caught", alone().count());
    let quiet = outcome.rows.iter().all(|row| row.besides.is_empty());
    text.push_str(match quiet {
        true => ", each by its own guard; every other guard stayed quiet",
        false => "; a guard spoke that had nothing to say (see `besides`)",
    });
    text.push_str(&format!("; {} judgements in {seconds:.2} s\n", outcome.rows.len()));
    if outcome.rows.iter().all(|row| row.tier == Tier::Static) {
        text.push_str("not drilled: the live tier, which builds and starts the service (`--tier all`)\n");
    }
    let slipped = outcome.rows.iter().flat_map(|row| {
        let missed = row.planted.iter().filter(|planted| planted.caught.is_none());
        missed.map(|planted| format!("slipped through in `{}`: {}\n", row.name, planted.fault.name))
    });
    text.extend(slipped);
    for folder in &outcome.kept {
        text.push_str(&format!("kept: {} (a branch a fault)\n", folder.display()));
    }
    text
}
