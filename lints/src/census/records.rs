//! What is committed of the census, read and written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::catalogue::catalogue;
use super::labels::{elsewhere, labels, left_out};
use super::measure::speaks_of_code;
use super::rows::{rows, tables, text};
use super::{Entry, Error, Hit, Label, LeftOut, Measured, Size, Source, Unread};
use crate::RULES;

/// A file that cannot be read, and why that is no fault of the parser's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The crate.
    pub source: Source,
    /// The file, by its path within the crate; with a `/` at its end, all files of a folder.
    pub path: String,
    /// Why.
    pub why: String,
}

/// What the rules found in all sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// How large each source is.
    pub sizes: BTreeMap<Source, Size>,
    /// Hits by the id of the rule, each in order. A rule that found nothing is there, too; one that is not there is
    /// younger than the census.
    pub hits: BTreeMap<String, Vec<Hit>>,
}

impl Census {
    /// Takes in what one source gave, which every rule has looked at.
    pub fn take(&mut self, source: &Source, measured: &Measured) {
        self.sizes.insert(source.clone(), measured.size);
        for rule in RULES.iter().filter(|rule| speaks_of_code(rule)) {
            self.hits.entry(rule.id.to_owned()).or_default();
        }
        for (rule, hits) in &measured.hits {
            self.hits.entry((*rule).to_owned()).or_default().extend_from_slice(hits);
        }
    }

    /// The size of all sources together.
    pub fn size(&self) -> Size {
        self.sizes.values().fold(Size::default(), |mut sum, size| {
            sum += *size;
            sum
        })
    }

    /// What a rule found.
    pub fn hits(&self, rule: &str) -> &[Hit] {
        self.hits.get(rule).map_or(&[], Vec::as_slice)
    }
}

/// The committed files.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// What is looked at: `crates.tsv`.
    pub pinned: Vec<Source>,
    /// What was found when it was last accepted: `sizes.tsv` and `hits/RULE.tsv`.
    pub census: Census,
    /// Judged samples by the id of the rule: `labels/RULE.tsv`.
    pub labels: BTreeMap<String, Vec<Label>>,
    /// Rules that were thrown out: `left-out.tsv`.
    pub left_out: Vec<LeftOut>,
    /// Findings of level `error` that were read in other code, and how many were right, by the rule: `elsewhere.tsv`.
    pub elsewhere: BTreeMap<String, (u64, u64)>,
    /// What the rules were chosen from: `catalogue.tsv`.
    pub catalogue: Vec<Entry>,
    /// Files that cannot be read: `unread.tsv`.
    pub explained: Vec<Explained>,
}

impl Records {
    /// Reads a folder; what is not there is empty.
    ///
    /// # Errors
    /// Where a file cannot be read, or has a line that is none of its kind.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        Ok(Records {
            pinned: pinned(&folder.join("crates.tsv"))?,
            census: Census { sizes: sizes(&folder.join("sizes.tsv"))?, hits: hits(&folder.join("hits"))? },
            labels: labels(&folder.join("labels"))?,
            left_out: left_out(&folder.join("left-out.tsv"))?,
            elsewhere: elsewhere(&folder.join("elsewhere.tsv"))?,
            catalogue: catalogue(&folder.join("catalogue.tsv"))?,
            explained: explained(&folder.join("unread.tsv"))?,
        })
    }

    /// What could not be read and is not explained.
    pub fn unexplained<'a>(&self, unread: &'a [Unread]) -> Vec<&'a Unread> {
        unread.iter().filter(|unread| !self.explained.iter().any(|it| it.explains(unread))).collect()
    }

    /// Explanations of what can be read.
    pub fn stale<'a>(&'a self, unread: &[Unread]) -> Vec<&'a Explained> {
        self.explained.iter().filter(|it| !unread.iter().any(|unread| it.explains(unread))).collect()
    }
}

impl Explained {
    fn explains(&self, unread: &Unread) -> bool {
        let is_it = if self.path.ends_with('/') {
            unread.path.starts_with(&self.path)
        } else {
            unread.path == self.path
        };
        is_it && unread.source == self.source
    }
}

impl Census {
    /// Writes it where [`Records::read`] finds it. Tables of rules that are there no more are taken away.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let at = |what: &'static str, path: &Path| {
            let path = path.to_owned();
            move |error| Error::File { what, path, error }
        };
        let mut text = String::from("# crate\tversion\tfiles\tlines\tbytes\n");
        for (Source { name, version }, Size { files, lines, bytes }) in &self.sizes {
            text.push_str(&format!("{name}\t{version}\t{files}\t{lines}\t{bytes}\n"));
        }
        let path = folder.join("sizes.tsv");
        std::fs::write(&path, text).map_err(at("write", &path))?;

        let folder = folder.join("hits");
        std::fs::create_dir_all(&folder).map_err(at("make", &folder))?;
        for (rule, path) in tables(&folder)? {
            if !self.hits.contains_key(&rule) {
                std::fs::remove_file(&path).map_err(at("remove", &path))?;
            }
        }
        for (rule, hits) in &self.hits {
            let mut text = String::from("# crate\tversion\tpath\titem\tline\n");
            for Hit { source: Source { name, version }, path, item, line } in hits {
                text.push_str(&format!("{name}\t{version}\t{path}\t{item}\t{line}\n"));
            }
            let path = folder.join(format!("{rule}.tsv"));
            std::fs::write(&path, text).map_err(at("write", &path))?;
        }
        Ok(())
    }
}

fn source(name: &str, version: &str) -> Source {
    Source { name: name.to_owned(), version: version.to_owned() }
}

fn pinned(path: &Path) -> Result<Vec<Source>, Error> {
    let text = text(path)?;
    let mut seen = BTreeSet::new();
    rows(path, &text)
        .map(|row| {
            let [name, version] = row.cells()?;
            let source = source(name, version);
            // The name goes to cargo as an argument and becomes part of a path.
            let is_plain = |part: &str| {
                part.starts_with(|first: char| first.is_ascii_alphanumeric())
                    && part.chars().all(|char| char.is_ascii_alphanumeric() || "-_.+".contains(char))
            };
            if !is_plain(name) || !is_plain(version) {
                return Err(row.error(format!("`{name}` `{version}` is no crate with an exact version")));
            }
            if !seen.insert(source.clone()) {
                return Err(row.error(format!("`{}` is there twice", source.folder())));
            }
            Ok(source)
        })
        .collect()
}

fn sizes(path: &Path) -> Result<BTreeMap<Source, Size>, Error> {
    let text = text(path)?;
    rows(path, &text)
        .map(|row| {
            let [name, version, files, lines, bytes] = row.cells()?;
            let size =
                Size { files: row.number(files)?, lines: row.number(lines)?, bytes: row.number(bytes)? };
            Ok((source(name, version), size))
        })
        .collect()
}

fn hits(folder: &Path) -> Result<BTreeMap<String, Vec<Hit>>, Error> {
    tables(folder)?
        .into_iter()
        .map(|(rule, path)| {
            let text = text(&path)?;
            let hits = rows(&path, &text).map(|row| {
                let [name, version, path, item, line] = row.cells()?;
                let line = row.number(line)?;
                Ok(Hit { source: source(name, version), path: path.to_owned(), item: item.to_owned(), line })
            });
            Ok((rule, hits.collect::<Result<_, Error>>()?))
        })
        .collect()
}

fn explained(path: &Path) -> Result<Vec<Explained>, Error> {
    let text = text(path)?;
    rows(path, &text)
        .map(|row| {
            let [name, version, path, why] = row.cells()?;
            if why.trim().is_empty() {
                return Err(row.error("the reason is missing".to_owned()));
            }
            Ok(Explained { source: source(name, version), path: path.to_owned(), why: why.to_owned() })
        })
        .collect()
}
