//! What is there for everything of a kind, and what is missing.

use std::collections::BTreeMap;

use globset::GlobSetBuilder;
use source::Tree;

use crate::capture::{self, Captured, Each};
use crate::policy::{Complete, Lacking, Line};
use crate::{Error, Policy};

/// A rule about a kind of things, with the things that there are.
pub(crate) struct Set<'p> {
    /// What the policy calls the rule.
    pub(crate) name: &'p str,
    pub(crate) rule: &'p Complete,
    /// By what was captured, with the file that it was captured of.
    pub(crate) things: BTreeMap<String, Thing>,
    pub(crate) missing: Vec<Missing<'p>>,
    /// The exceptions that except nothing.
    pub(crate) stale: Vec<&'p Lacking>,
}

/// One of a kind.
pub(crate) struct Thing {
    captured: Captured,
    pub(crate) file: String,
}

/// What a thing lacks.
pub(crate) struct Missing<'p> {
    pub(crate) thing: String,
    /// As the policy asks for it.
    pub(crate) asked: &'p str,
    pub(crate) lacks: Lacks,
    /// Another thing that has it, and the file.
    pub(crate) like: Option<(String, String)>,
}

/// What is lacking.
pub(crate) enum Lacks {
    /// A file of a glob with the captures filled in.
    File(String),
    /// Anything in this file.
    Content(String),
    /// A line in a file.
    Line { file: String, says: String },
}

/// What one thing has of what is asked for.
#[derive(Clone, Debug, Default)]
enum Has {
    #[default]
    Nothing,
    /// A file with nothing in it.
    Empty(String),
    File(String),
}

impl<'p> Set<'p> {
    /// Looks at every rule of the policy.
    pub(crate) fn all(policy: &'p Policy, tree: &Tree) -> Result<Vec<Set<'p>>, Error> {
        policy.complete.iter().map(|(name, rule)| Set::of(name, rule, tree)).collect()
    }

    fn of(name: &'p str, rule: &'p Complete, tree: &Tree) -> Result<Self, Error> {
        let refuse = |pattern: &str, reason: String| Error::Pattern { pattern: pattern.to_owned(), reason };
        let each = Each::read(&rule.each).map_err(|reason| refuse(&rule.each, reason))?;
        let mut set = Set { name, rule, things: BTreeMap::new(), missing: Vec::new(), stale: Vec::new() };
        for path in tree.paths() {
            if let Some(captured) = each.of(path) {
                let thing = Thing { captured: captured.clone(), file: path.to_owned() };
                set.things.entry(captured.join("/")).or_insert(thing);
            }
        }
        for glob in &rule.has {
            set.files(&each, glob, tree).map_err(|reason| refuse(glob, reason))?;
        }
        for line in &rule.lines {
            set.line(&each, line, tree);
        }
        for exception in &rule.except {
            let excepted =
                |missing: &Missing<'_>| missing.thing == exception.of && missing.asked == exception.lacks;
            let before = set.missing.len();
            set.missing.retain(|missing| !excepted(missing));
            if set.missing.len() == before {
                set.stale.push(exception);
            }
        }
        Ok(set)
    }

    /// What lacks a file of a glob.
    fn files(&mut self, each: &Each, asked: &'p str, tree: &Tree) -> Result<(), String> {
        let mut globs = GlobSetBuilder::new();
        let mut of_glob = Vec::new();
        let mut has: Vec<Has> = vec![Has::default(); self.things.len()];
        for (index, thing) in self.things.values().enumerate() {
            for filled in each.filled(asked, &thing.captured) {
                if !filled.contains('*') {
                    has[index].sees(&filled, tree);
                    continue;
                }
                globs.add(capture::glob(&filled)?);
                of_glob.push(index);
            }
        }
        if !of_glob.is_empty() {
            let globs = globs.build().map_err(|error| error.kind().to_string())?;
            let mut matched = Vec::new();
            for path in tree.paths() {
                globs.matches_into(path, &mut matched);
                for glob in &matched {
                    has[of_glob[*glob]].sees(path, tree);
                }
            }
        }
        let like = self.things.keys().zip(&has).find_map(|(thing, has)| match has {
            Has::File(file) => Some((thing.clone(), file.clone())),
            _ => None,
        });
        for ((name, thing), has) in self.things.iter().zip(has) {
            let lacks = match has {
                Has::File(_) => continue,
                Has::Empty(file) => Lacks::Content(file),
                Has::Nothing => Lacks::File(each.filled(asked, &thing.captured).swap_remove(0)),
            };
            self.missing.push(Missing { thing: name.clone(), asked, lacks, like: like.clone() });
        }
        Ok(())
    }

    /// What lacks a line.
    fn line(&mut self, each: &Each, line: &'p Line, tree: &Tree) {
        // Often the same for all things, as CODEOWNERS.
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, thing) in &self.things {
            let files = each.filled(&line.file, &thing.captured);
            let file = files.iter().find(|file| tree.contains(file)).unwrap_or(&files[0]).clone();
            let lines = texts.entry(file.clone()).or_insert_with(|| {
                let text = tree.text(&file).unwrap_or_default();
                text.lines().map(|line| line.trim().to_owned()).collect()
            });
            let says = each.filled(&line.says, &thing.captured);
            if !lines.iter().any(|line| says.iter().any(|says| capture::says(line, says))) {
                let lacks = Lacks::Line { file, says: says[0].clone() };
                self.missing.push(Missing { thing: name.clone(), asked: &line.file, lacks, like: None });
            }
        }
    }
}

impl Has {
    /// Takes a file that matches into account, if it is there.
    fn sees(&mut self, path: &str, tree: &Tree) {
        if matches!(self, Has::File(_)) || !tree.contains(path) {
            return;
        }
        // What cannot be read is told by whoever must read it.
        let is_empty = tree.read(path).is_ok_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace));
        *self = if is_empty { Has::Empty(path.to_owned()) } else { Has::File(path.to_owned()) };
    }
}
