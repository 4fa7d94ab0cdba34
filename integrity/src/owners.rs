//! CODEOWNERS as forges read it: which of several files counts, which lines are void, and whose a path is.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use source::Tree;

/// Whose reading of CODEOWNERS counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forge {
    GitHub,
    GitLab,
}

/// GitHub passes over a file that is larger.
const MAX_BYTES: usize = 3 * 1024 * 1024;

impl Forge {
    /// Where it looks, in this order; the first file that is there counts.
    pub(crate) fn places(self) -> [&'static str; 3] {
        match self {
            Forge::GitHub => [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Forge::GitLab => ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        }
    }

    /// The forges that a repository lies on, as far as its files tell.
    pub(crate) fn of(tree: &Tree) -> Vec<Forge> {
        let gitlab = tree.contains(".gitlab-ci.yml") || tree.contains(".gitlab/CODEOWNERS");
        let github = tree.contains(".github/CODEOWNERS")
            || !gitlab
            || tree.paths().any(|path| path.starts_with(".github/workflows/"));
        let both = [(github, Forge::GitHub), (gitlab, Forge::GitLab)];
        both.into_iter().filter_map(|(there, forge)| there.then_some(forge)).collect()
    }

    /// The file that counts, and what it says.
    pub(crate) fn owners(self, tree: &Tree) -> Option<(&'static str, Owners)> {
        let place = self.places().into_iter().find(|place| tree.contains(place))?;
        let text = tree.text(place).ok().filter(|text| text.len() <= MAX_BYTES);
        Some((place, Owners::read(self, text.as_deref().unwrap_or_default())))
    }
}

/// What a file says, by section. GitHub knows one section only, without a name.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    name: String,
    optional: bool,
    required: usize,
    default: BTreeSet<String>,
    lines: Vec<Line>,
    globs: GlobSet,
    /// The line that each glob comes from.
    origin: Vec<usize>,
}

/// A line that gives paths their owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: u32,
    pub(crate) text: String,
    pub(crate) owners: BTreeSet<String>,
    pattern: String,
}

/// Who must look at a path, by the last line of a section that matches it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rights<'a> {
    pub(crate) section: &'a str,
    pub(crate) line: &'a Line,
    /// How many must look; none where it is optional.
    pub(crate) needed: usize,
}

impl Owners {
    pub(crate) fn read(forge: Forge, text: &str) -> Owners {
        let mut sections = vec![Section { required: 1, ..Section::default() }];
        let mut at = 0;
        for (number, line) in text.lines().enumerate() {
            let plain = without_comment(line);
            if let Some(section) = (forge == Forge::GitLab).then(|| heading(plain)).flatten() {
                // Sections of one name are one.
                let known = sections.iter().position(|known| known.name == section.name);
                at = known.unwrap_or(sections.len());
                if known.is_none() {
                    sections.push(section);
                }
                continue;
            }
            let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
            let section = &mut sections[at];
            let entry = entry(forge, plain, &section.default);
            let line = |(pattern, owners)| Line { number, text: plain.to_owned(), owners, pattern };
            section.lines.extend(entry.map(line));
        }
        sections.iter_mut().for_each(|section| section.index(forge));
        Owners { sections }
    }

    /// Every section's last line that matches a path.
    pub(crate) fn of<'a>(&'a self, path: &str) -> Vec<Rights<'a>> {
        let rights = self.sections.iter().filter_map(|section| {
            let last = section.globs.matches(path).into_iter().map(|glob| section.origin[glob]).max()?;
            let needed = if section.optional { 0 } else { section.required.max(1) };
            Some(Rights { section: &section.name, line: &section.lines[last], needed })
        });
        rights.collect()
    }

    /// Paths that the lines speak of, whether or not there are such files.
    pub(crate) fn samples(&self) -> BTreeMap<String, String> {
        let lines = self.sections.iter().flat_map(|section| &section.lines);
        let sample = |line: &Line| {
            let path = line.pattern.trim_start_matches('/').replace("**", "x").replace('*', "x");
            (if path.ends_with('/') { format!("{path}x") } else { path }, line.pattern.clone())
        };
        lines.map(sample).collect()
    }
}

impl Section {
    fn index(&mut self, forge: Forge) {
        let mut set = GlobSetBuilder::new();
        for (number, line) in self.lines.iter().enumerate() {
            for glob in globs(forge, &line.pattern) {
                if let Ok(glob) = GlobBuilder::new(&glob).literal_separator(true).build() {
                    set.add(glob);
                    self.origin.push(number);
                }
            }
        }
        self.globs = set.build().unwrap_or_else(|_| GlobSet::empty());
    }
}

/// A pattern as globs: a name stands for a file, and for a folder with all that is in it.
fn globs(forge: Forge, pattern: &str) -> Vec<String> {
    let plain = pattern.trim_start_matches('/');
    let anchored = pattern.starts_with('/')
        || forge == Forge::GitHub
            && pattern.trim_end_matches('/').contains('/')
            && !pattern.starts_with("**/");
    let plain = plain.trim_start_matches("**/");
    let start = if anchored { "" } else { "**/" };
    let quoted = plain.replace(['{', '}'], "?");
    if plain.is_empty() || plain == "*" && !anchored {
        return vec!["**".to_owned()];
    }
    if let Some(folder) = quoted.strip_suffix('/') {
        return vec![format!("{start}{folder}/**")];
    }
    // `docs/*` is what lies in the folder, and nothing below.
    match quoted.ends_with("/*") {
        true => vec![format!("{start}{quoted}")],
        false => vec![format!("{start}{quoted}"), format!("{start}{quoted}/**")],
    }
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') { "" } else { line.split(" #").next().unwrap_or(line).trim_end() }
}

/// `[Name]`, `^[Name]`, `[Name][2] @owner`.
fn heading(line: &str) -> Option<Section> {
    let optional = line.starts_with('^');
    let (name, rest) = line.trim_start_matches('^').strip_prefix('[')?.split_once(']')?;
    let (required, owners) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((count, rest)) => (count.trim().parse().unwrap_or(1), rest),
        None => (1, rest),
    };
    let default = owners.split_whitespace().map(str::to_lowercase).collect();
    Some(Section { name: name.trim().to_lowercase(), optional, required, default, ..Section::default() })
}

/// The pattern and the owners of a line; `None` where the forge passes over it.
fn entry(forge: Forge, line: &str, default: &BTreeSet<String>) -> Option<(String, BTreeSet<String>)> {
    let (pattern, rest) = split_pattern(line)?;
    let words: Vec<String> = rest.split_whitespace().map(str::to_lowercase).collect();
    let void = match forge {
        Forge::GitHub => {
            pattern.starts_with('!') || pattern.contains('[') || !words.iter().all(|word| is_owner(word))
        }
        Forge::GitLab => false,
    };
    if void {
        return None;
    }
    if let Some(excluded) = pattern.strip_prefix('!') {
        return Some((excluded.to_owned(), BTreeSet::new()));
    }
    let named: BTreeSet<String> = words.into_iter().filter(|word| is_owner(word)).collect();
    Some((pattern, if named.is_empty() { default.clone() } else { named }))
}

/// Up to the first white space that is not quoted by a backslash.
fn split_pattern(line: &str) -> Option<(String, &str)> {
    let mut pattern = String::new();
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => pattern.extend(letters.next().map(|(_, letter)| letter)),
            letter if letter.is_whitespace() => return Some((pattern, &line[at..])),
            letter => pattern.push(letter),
        }
    }
    (!pattern.is_empty()).then_some((pattern, ""))
}

fn is_owner(word: &str) -> bool {
    match word.strip_prefix('@') {
        Some(name) => !name.trim_start_matches('@').is_empty(),
        None => word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(forge: Forge, text: &str, path: &str, expected: &str) {
        let owners = Owners::read(forge, text);
        let of: Vec<String> = owners
            .of(path)
            .iter()
            .map(|rights| {
                let owners: Vec<&str> = rights.line.owners.iter().map(String::as_str).collect();
                format!("{}{}:{}", rights.section, rights.needed, owners.join(","))
            })
            .collect();
        assert_eq!(of.join(" "), expected, "{path} in\n{text}");
    }

    #[test]
    fn on_github_the_last_line_that_matches_and_is_valid_says_whose_a_path_is() {
        let one = |line: &str, path: &str, expected: &str| check(Forge::GitHub, line, path, expected);
        one("* @a\n/approvals/ @b", "approvals/x.yaml", "1:@b");
        one("/approvals/ @b\n* @a", "approvals/x.yaml", "1:@a");
        one("/approvals/ @b\n*.yaml", "approvals/x.yaml", "1:");
        one("/approvals/ @b\n*.yaml nobody", "approvals/x.yaml", "1:@b");
        one("/approvals/ @b\n!*.yaml\n[a-z]* @a", "approvals/x.yaml", "1:@b");
        one("docs/* @a", "docs/a/b.md", "");
        one("docs/* @a", "docs/b.md", "1:@a");
        one("apps/web @a", "x/apps/web/a", "");
        one("apps/ @A # ours", "x/apps/web/a", "1:@a");
        one("**/logs a@b.org", "x/logs/a", "1:a@b.org");
        one("a\\ b @a", "a b", "1:@a");
    }

    #[test]
    fn on_gitlab_every_section_speaks_for_itself() {
        let text =
            "* @a\n[Judges][2] @lead\n/approvals/\n*.rs @rust\n^[Docs]\n*.md @docs\n[judges]\n/ci @ci\n";
        let one = |path: &str, expected: &str| check(Forge::GitLab, text, path, expected);
        one("approvals/x.yaml", "1:@a judges2:@lead");
        one("src/lib.rs", "1:@a judges2:@rust");
        one("README.md", "1:@a docs0:@docs");
        one("ci/run", "1:@a judges2:@ci");
        check(Forge::GitLab, "a/b @a", "x/a/b/c", "1:@a");
        check(Forge::GitLab, "* @a\n!*.lock", "Cargo.lock", "1:");
    }
}
