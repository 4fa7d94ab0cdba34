//! `CATALOGUE.md`: which rules each entry of the catalogue became.

use std::collections::BTreeMap;
use std::path::Path;

use findings::Rule;

use super::measure::speaks_of_code;
use super::rows::{Row, rows, text};
use super::{Error, LeftOut, Records};
use crate::RULES;

/// One entry of the catalogue that the rules were chosen from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub number: u32,
    /// What it is called there.
    pub name: String,
    /// The ids of the rules that judge it, of any guard; none where nothing does.
    pub rules: Vec<String>,
    /// What is to be said of it.
    pub remark: String,
}

/// The entries, from `catalogue.tsv`.
pub(super) fn catalogue(path: &Path) -> Result<Vec<Entry>, Error> {
    let text = text(path)?;
    rows(path, &text).map(|row| entry(&row)).collect()
}

fn entry(row: &Row<'_>) -> Result<Entry, Error> {
    let [number, name, rules, remark] = row.cells()?;
    let rules = rules.split(' ').filter(|rule| *rule != "-").map(str::to_owned).collect();
    Ok(Entry { number: row.number(number)?, name: name.to_owned(), rules, remark: remark.to_owned() })
}

/// The page as Markdown; `folders` has every rule with the folder of its guard.
///
/// # Errors
/// Where an entry names a rule that is not there, nothing says why an entry has no rule, or a rule of this guard that judges code
/// belongs to no entry.
pub fn catalogue_page(folders: &[(&str, &Rule)], records: &Records) -> Result<String, String> {
    let known: BTreeMap<&str, &str> = folders.iter().map(|(folder, rule)| (rule.id, *folder)).collect();
    let left_out: BTreeMap<u32, &LeftOut> =
        records.left_out.iter().filter_map(|it| Some((it.entry.parse().ok()?, it))).collect();
    let is_named =
        |rule: &Rule| records.catalogue.iter().any(|entry| entry.rules.iter().any(|id| id == rule.id));
    let unasked = RULES.iter().find(|rule| speaks_of_code(rule) && !is_named(rule));
    if let Some(rule) = unasked {
        return Err(format!("no entry of `lints/census/catalogue.tsv` names `{}`", rule.id));
    }
    let mut out = HEAD.to_owned();
    for entry in &records.catalogue {
        let link = |id: &String| match known.get(id.as_str()) {
            Some(folder) => Ok(format!("[{id}]({}RULES.md#{})", prefix(folder), id.replace(':', ""))),
            None => Err(format!(
                "entry {} of `lints/census/catalogue.tsv` names `{id}`: no such rule",
                entry.number
            )),
        };
        let rules = entry.rules.iter().map(link).collect::<Result<Vec<_>, _>>()?.join(", ");
        let figures = left_out.get(&entry.number).map(|it| {
            let what = if it.rule == entry.name { String::new() } else { format!(" (`{}`)", it.rule) };
            format!("left out{what}: {} of {} right, {} hits", it.right, it.labels, it.hits)
        });
        let said: Vec<&str> = figures
            .iter()
            .map(String::as_str)
            .chain(Some(&*entry.remark).filter(|it| !it.is_empty()))
            .collect();
        if entry.rules.is_empty() && said.is_empty() {
            return Err(format!("nothing says why entry {} of the catalogue has no rule", entry.number));
        }
        out.push_str(&format!("| {} | {} | {rules} | {} |\n", entry.number, entry.name, said.join("; ")));
    }
    Ok(out)
}

fn prefix(folder: &str) -> String {
    if folder == "lints" { String::new() } else { format!("../{folder}/") }
}

const HEAD: &str = "\
<!-- Written by `cargo xtask docs` from the files in `lints/census`. Edit those instead. -->

# What became of the catalogue

The rules were chosen from a catalogue of 70 entries: what hurts services that rank, and what coding agents get wrong. Each entry
is a rule here, a rule of another guard, a lint of clippy that the live tier asks for, or was left out with the figures that
threw it out ([PRECISION.md](PRECISION.md#left-out) says why).

| entry | called | judged by | |
|--:|---|---|---|
";
