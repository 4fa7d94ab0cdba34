//! Judged samples, and the rules that they threw out.

use std::collections::BTreeMap;
use std::path::Path;

use super::rows::{Row, rows, tables, text};
use super::{Error, Source};

/// What somebody thought of one hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The crate.
    pub source: Source,
    /// The file, by its path within the crate.
    pub path: String,
    /// The item around the hit, `-` where there is none.
    pub item: String,
    /// Whether a reviewer would want the code changed.
    pub right: bool,
    /// Why.
    pub why: String,
}

/// The word for the version of a seeded mutant: code that was clean until the fault was planted.
const MUTANT: &str = "mutant";

impl Label {
    /// Whether the fault was planted for the rule.
    pub fn is_mutant(&self) -> bool {
        self.source.version == MUTANT
    }
}

/// A rule that is not there, because it was wrong too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it would be called.
    pub rule: String,
    /// Its entry in the catalogue that the rules were chosen from.
    pub entry: String,
    /// What its prototype found.
    pub hits: u64,
    /// How many of those were judged.
    pub labels: u64,
    /// How many of these were right.
    pub right: u64,
    /// What was wrong with the rest.
    pub why: String,
}

/// The labels of every rule, from `labels/RULE.tsv`.
pub(super) fn labels(folder: &Path) -> Result<BTreeMap<String, Vec<Label>>, Error> {
    tables(folder)?
        .into_iter()
        .map(|(rule, path)| {
            let text = text(&path)?;
            let labels = rows(&path, &text).map(|row| {
                let [name, version, path, item, verdict, why] = row.cells()?;
                let right = is_right(&row, verdict)?;
                Ok(Label {
                    source: Source { name: name.to_owned(), version: version.to_owned() },
                    path: path.to_owned(),
                    item: item.to_owned(),
                    right,
                    why: why.to_owned(),
                })
            });
            Ok((rule, labels.collect::<Result<_, Error>>()?))
        })
        .collect()
}

/// How many findings of level `error` were read in code that is not in the census, and how many of those were right, by the rule:
/// from `elsewhere.tsv`.
pub(super) fn elsewhere(path: &Path) -> Result<BTreeMap<String, (u64, u64)>, Error> {
    let text = text(path)?;
    let mut read: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for row in rows(path, &text) {
        let [rule, _crate, _version, _path, _line, verdict, _why] = row.cells()?;
        let (judged, right) = read.entry(rule.to_owned()).or_default();
        *judged += 1;
        *right += u64::from(is_right(&row, verdict)?);
    }
    Ok(read)
}

fn is_right(row: &Row<'_>, verdict: &str) -> Result<bool, Error> {
    match verdict {
        "right" => Ok(true),
        "wrong" => Ok(false),
        _ => Err(row.error(format!("`{verdict}` is neither `right` nor `wrong`"))),
    }
}

/// The rules that were left out, from `left-out.tsv`.
pub(super) fn left_out(path: &Path) -> Result<Vec<LeftOut>, Error> {
    let text = text(path)?;
    rows(path, &text)
        .map(|row| {
            let [rule, entry, hits, labels, right, why] = row.cells()?;
            Ok(LeftOut {
                rule: rule.to_owned(),
                entry: entry.to_owned(),
                hits: row.number(hits)?,
                labels: row.number(labels)?,
                right: row.number(right)?,
                why: why.to_owned(),
            })
        })
        .collect()
}
