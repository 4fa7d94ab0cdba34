//! README's tables of folders with a row more, or with the rows that are wanted.

use super::name::Name;
use super::restyle::restyle;

/// What tables say of a service.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What it does.
    pub(crate) what: String,
    /// The port it listens on.
    pub(crate) port: Option<u16>,
    /// Its RPC with its full name, `ranking.v1.NightOwl/Rank`.
    pub(crate) rpc: Option<String>,
    /// The milliseconds that callers have who set no deadline.
    pub(crate) time_ms: Option<u32>,
}

impl Told {
    /// What the column with this title says, if the service itself has it from nowhere else.
    fn cell(&self, title: &str) -> Option<String> {
        match title.trim().to_lowercase().as_str() {
            "port" => self.port.map(|port| port.to_string()),
            "rpc" => self.rpc.as_ref().map(|rpc| format!("`{rpc}`")),
            "time" => self.time_ms.map(|time| format!("{time} ms")),
            _ => None,
        }
    }
}

/// A README with a row for a service in every table that has one for the service `word`, or else behind the last row
/// about a service. `None` where no table speaks of services.
pub(crate) fn with_service(text: &str, word: &str, name: &Name, told: &Told) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let folder = |line: &str| row_folder(line).map(str::to_owned);
    let like = format!("services/{word}");
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| folder(line).as_deref() == Some(&like)) {
        places.push((last_service_of_table(&lines, at), at));
    }
    if places.is_empty() {
        let at = lines
            .iter()
            .position(|line| folder(line).is_some_and(|folder| folder.starts_with("services/")))?;
        places.push((last_service_of_table(&lines, at), at));
    }
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        for (_, model) in places.iter().filter(|(place, _)| *place == at) {
            out.push_str(&row(lines[*model], title_of_table(&lines, *model), name, told, word));
        }
    }
    Some(out)
}

/// The rows of a text whose folders are wanted.
pub(crate) fn rows<'t>(text: &'t str, wanted: &dyn Fn(&str) -> bool) -> Vec<&'t str> {
    text.lines().filter(|line| row_folder(line).is_some_and(wanted)).collect()
}

/// The first sentence below a README's heading, on one line, as a cell of a table begins: with a small letter.
pub(crate) fn first_sentence(text: &str) -> Option<String> {
    let paragraph =
        text.split("\n\n").map(str::trim).find(|part| !part.is_empty() && !part.starts_with('#'))?;
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").unwrap_or(line.trim_end_matches('.').len());
    let sentence = line[..end].replace('|', "/");
    let word = sentence.split(' ').next().unwrap_or_default();
    // What is written otherwise than a word at the beginning of a sentence is a name.
    match word.chars().skip(1).all(|letter| !letter.is_uppercase()) {
        true => Some(word.to_lowercase() + &sentence[word.len()..]),
        false => Some(sentence),
    }
}

/// The folder that a row of a table is about: the first cell, with or without a link.
fn row_folder(line: &str) -> Option<&str> {
    let cell = line.strip_prefix('|')?.split('|').next()?.trim();
    let cell = cell.strip_prefix('[').map_or(cell, |link| link.split(']').next().unwrap_or(link));
    let folder = cell.strip_prefix('`')?.strip_suffix('`')?.trim_end_matches('/');
    folder.contains('/').then_some(folder)
}

/// The last row about a service in the table that a row stands in.
fn last_service_of_table(lines: &[&str], row: usize) -> usize {
    let table = lines[row..].iter().take_while(|line| line.starts_with('|')).count();
    let is_service = |line: &&str| row_folder(line).is_some_and(|folder| folder.starts_with("services/"));
    (row..row + table).rev().find(|at| is_service(&lines[*at])).unwrap_or(row)
}

/// The titles of the table that a row stands in.
fn title_of_table<'t>(lines: &[&'t str], row: usize) -> &'t str {
    let above = lines[..row].iter().rev().take_while(|line| line.starts_with('|'));
    above.last().copied().unwrap_or_default()
}

fn cells(row: &str) -> Vec<&str> {
    let row = row.trim_end();
    let row = row.strip_prefix('|').unwrap_or(row);
    row.strip_suffix('|').unwrap_or(row).split('|').collect()
}

/// A row like another: the folder, what the service does, what columns want that the service says itself, and the other
/// cells as they are.
fn row(model: &str, titles: &str, name: &Name, told: &Told, word: &str) -> String {
    let (cells, titles) = (cells(model), cells(titles));
    let folder = format!("services/{}", name.kebab());
    let first = match cells[0].contains("](") {
        true => format!("[`{folder}`]({folder})"),
        false => format!("`{folder}`"),
    };
    let mut row = format!("| {first} | {} |", told.what);
    for (at, cell) in cells.iter().enumerate().skip(2) {
        match titles.get(at).and_then(|title| told.cell(title)) {
            Some(own) => row.push_str(&format!(" {own} |")),
            None => row.push_str(&format!("{}|", restyle("a.md", cell, word, name))),
        }
    }
    row + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# r\n\n| folder | what | depends on |\n|---|---|---|\n| `crates/a` | a | nothing |\n| `services/home` | shelves | reward |\n| `services/mould` | the smallest | the crates |\n| `tools/x` | x | |\n\nMore.\n";

    fn check(text: &str, expected: Option<&str>) {
        let name = Name::read("night-owl").expect("a name");
        let told = Told {
            what: "ranks at night".to_owned(),
            port: Some(50_155),
            rpc: Some("ranking.v1.NightOwl/Rank".to_owned()),
            time_ms: Some(40),
        };
        assert_eq!(with_service(text, "mould", &name, &told).as_deref(), expected);
    }

    #[test]
    fn a_row_stands_below_the_other_services() {
        let row = "| `services/night-owl` | ranks at night | the crates |\n";
        check(TABLE, Some(&TABLE.replace("| `tools/x`", &format!("{row}| `tools/x`"))));
        let without = TABLE.replace("| `services/mould` | the smallest | the crates |\n", "");
        let row = row.replace("the crates", "reward");
        check(&without, Some(&without.replace("| `tools/x`", &format!("{row}| `tools/x`"))));
        let linked = "| [`services/mould/`](services/mould) | the smallest |\n";
        check(
            linked,
            Some(&format!("{linked}| [`services/night-owl`](services/night-owl) | ranks at night |\n")),
        );
        check("# nothing\n", None);
    }

    #[test]
    fn columns_that_are_about_the_service_say_what_it_says_itself() {
        let head = "| service | what | RPC | port | time | team |\n|---|---|---|---|---|---|\n";
        let home = "| `services/home` | shelves | `v1.Home/RankShelves` | 50152 | 60 ms | a |\n";
        let mould = "| `services/mould` | the smallest | `v1.Mould/Rank` | 50154 | 40 ms | b |\n";
        let row = "| `services/night-owl` | ranks at night | `ranking.v1.NightOwl/Rank` | 50155 | 40 ms |";
        check(&format!("{head}{mould}{home}"), Some(&format!("{head}{mould}{home}{row} b |\n")));
        check(&format!("{head}{home}"), Some(&format!("{head}{home}{row} a |\n")));
    }

    #[test]
    fn a_service_says_in_its_first_sentence_what_it_does() {
        let said = |text: &str| first_sentence(text).expect("a sentence");
        assert_eq!(
            said("# Mould\n\nRanks tracks\nby what they | are. And more.\n\nB.\n"),
            "ranks tracks by what they / are"
        );
        assert_eq!(said("Ranks.\n"), "ranks");
        assert_eq!(said("GPUs rank.\n"), "GPUs rank");
        assert_eq!(said("A shelf.\n"), "a shelf");
        assert_eq!(first_sentence("# Mould\n"), None);
    }
}
