//! README's tables of folders with a row more, or with the rows that are wanted.

use super::name::Name;
use super::restyle::restyle;

/// A README with a row for a service in every table that has one for the service `word`, or else behind the last row
/// about a service. `None` where no table speaks of services. `what` is what the service does.
pub(crate) fn with_service(text: &str, word: &str, name: &Name, what: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let folder = |line: &str| row_folder(line).map(str::to_owned);
    let like = format!("services/{word}");
    let mut places: Vec<(usize, &str)> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| folder(line).as_deref() == Some(&like)) {
        places.push((last_service_of_table(&lines, at), line));
    }
    if places.is_empty() {
        let at = lines
            .iter()
            .position(|line| folder(line).is_some_and(|folder| folder.starts_with("services/")))?;
        places.push((last_service_of_table(&lines, at), lines[at]));
    }
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        out.push_str(line);
        for (_, model) in places.iter().filter(|(place, _)| *place == at) {
            out.push_str(&row(model, name, what, word));
        }
    }
    Some(out)
}

/// The rows of a text whose folders are wanted.
pub(crate) fn rows<'t>(text: &'t str, wanted: &dyn Fn(&str) -> bool) -> Vec<&'t str> {
    text.lines().filter(|line| row_folder(line).is_some_and(wanted)).collect()
}

/// The first sentence below a README's heading, on one line.
pub(crate) fn first_sentence(text: &str) -> Option<String> {
    let paragraph =
        text.split("\n\n").map(str::trim).find(|part| !part.is_empty() && !part.starts_with('#'))?;
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").unwrap_or(line.trim_end_matches('.').len());
    Some(line[..end].replace('|', "/"))
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

/// A row like another: the folder, what the service does, and the other cells as they are.
fn row(model: &str, name: &Name, what: &str, word: &str) -> String {
    let mut cells: Vec<&str> = model.trim_end().trim_matches('|').split('|').collect();
    let folder = format!("services/{}", name.kebab());
    let first = match cells[0].contains("](") {
        true => format!(" [`{folder}`]({folder}) "),
        false => format!(" `{folder}` "),
    };
    let second = format!(" {what} ");
    let others: Vec<String> =
        cells.drain(2.min(cells.len())..).map(|cell| restyle("a.md", cell, word, name)).collect();
    format!("|{first}|{second}|{}\n", others.iter().map(|cell| format!("{cell}|")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# r\n\n| folder | what | depends on |\n|---|---|---|\n| `crates/a` | a | nothing |\n| `services/home` | shelves | reward |\n| `services/mould` | the smallest | the crates |\n| `tools/x` | x | |\n\nMore.\n";

    fn check(text: &str, expected: Option<&str>) {
        let name = Name::read("night-owl").expect("a name");
        assert_eq!(with_service(text, "mould", &name, "ranks at night").as_deref(), expected);
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
    fn a_service_says_in_its_first_sentence_what_it_does() {
        let said = |text: &str| first_sentence(text).expect("a sentence");
        assert_eq!(
            said("# Mould\n\nRanks tracks\nby what they | are. And more.\n\nB.\n"),
            "Ranks tracks by what they / are"
        );
        assert_eq!(said("Ranks.\n"), "Ranks");
        assert_eq!(first_sentence("# Mould\n"), None);
    }
}
