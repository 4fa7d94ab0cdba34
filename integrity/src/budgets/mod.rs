//! Limits that humans set in files: budgets, thresholds, objectives. Both versions are compared as data, each number
//! with the way in which it loosens.
//!
//! Which files and keys are limits says the policy, under `integrity.budgets`; alert rules are known without it.

mod amount;
mod declared;
mod expression;
mod moved;
mod pairs;
mod pattern;
mod walk;

use std::collections::BTreeSet;

use findings::Location;
use globset::GlobSet;
use policy::Document;
use serde_json::Value;
use source::{Change, ChangeKind, FileChange, Tree};

use crate::{Error, Policy, manifest};
pub use declared::{Budget, Sense};
use moved::Added;
use pattern::Left;
pub use pattern::Pattern;
use walk::{Gone, Limits, Looser, Place, Walk};

/// What became looser in one file.
pub(crate) struct Loosened {
    /// The budget that governs the file; `None` for the alert rules that are known without a policy.
    pub(crate) budget: Option<String>,
    pub(crate) because: String,
    /// Path at base.
    pub(crate) from: String,
    pub(crate) entries: Vec<Entry>,
}

/// One limit.
pub(crate) struct Entry {
    /// A fragment: what of which limit.
    pub(crate) what: String,
    /// The limit by its path in the file.
    pub(crate) path: String,
    pub(crate) before: String,
    pub(crate) after: Option<String>,
    /// Whether head's may be as strict, and nothing shows it.
    pub(crate) open: bool,
    pub(crate) place: Location,
    pub(crate) place_at_base: Location,
}

/// A file of a budget of which one side could not be read: its path, whether it is the base's side, and why.
pub(crate) type Unread = (String, bool, String);

/// All budgets over a change.
pub(crate) fn compare(
    change: &Change,
    base: &Tree,
    policy: &Policy,
    expectations: &GlobSet,
) -> Result<(Vec<Loosened>, Vec<Unread>), Error> {
    let (mut loosened, mut unread) = (Vec::new(), Vec::new());
    let built_in = declared::alert_rules();
    let budgets = policy.budgets.iter().map(|(name, budget)| (Some(name.as_str()), budget));
    for (name, budget) in budgets.chain([(None, &built_in)]) {
        let files = crate::policy::globs(&budget.files)?;
        // A change to an expectation is another finding already.
        let governed = |file: &&FileChange| {
            let path = file.from.as_deref().unwrap_or(&file.path);
            (files.is_match(path) || files.is_match(&file.path)) && !expectations.is_match(path)
        };
        let touched: Vec<&FileChange> = change.files.iter().filter(governed).collect();
        let read = |file: &&FileChange| File::read(change, base, file, &files, name.is_none(), &mut unread);
        let sides: Vec<File> = touched.iter().filter_map(read).collect();
        for (file, entries) in compare_files(budget, &sides) {
            if !entries.is_empty() {
                let entries = file.entries(change, entries);
                let (budget, because) = (name.map(str::to_owned), budget.because.clone());
                loosened.push(Loosened { budget, because, from: file.from.clone(), entries });
            }
        }
    }
    once(&mut loosened);
    Ok((loosened, unread))
}

/// Takes out of what is known without a policy what a budget of the policy says already.
fn once(loosened: &mut Vec<Loosened>) {
    let declared = loosened.iter().filter(|file| file.budget.is_some());
    let limits =
        declared.flat_map(|file| file.entries.iter().map(|entry| (file.from.clone(), entry.path.clone())));
    let told: BTreeSet<(String, String)> = limits.collect();
    for file in loosened.iter_mut().filter(|file| file.budget.is_none()) {
        file.entries.retain(|entry| !told.contains(&(file.from.clone(), entry.path.clone())));
    }
    loosened.retain(|file| !file.entries.is_empty());
}

/// What is looser in each file; what is gone from one may stand in another.
fn compare_files<'f>(budget: &'f Budget, files: &'f [File]) -> Vec<(&'f File, Vec<Looser>)> {
    let patterns = budget.keys.iter().map(|(pattern, sense)| (pattern, Some(sense)));
    let limits: Limits<'_> = Left::whole(patterns.chain(budget.may_go.iter().map(|pattern| (pattern, None))));
    let root = Place::default();
    let mut walks: Vec<Walk<'_>> = Vec::new();
    for file in files {
        let mut walk = Walk::default();
        match (&file.base, &file.head) {
            (Some(base), Some(head)) => walk.value(&limits, &root, base, head),
            (None, Some(head)) => walk.note_added(&root, head),
            (Some(base), None) if !file.with_its_package => {
                let (place, limits) = (root.clone(), limits.clone());
                walk.gone.push(Gone { place, value: base, limits, counted: false });
            }
            _ => {}
        }
        walks.push(walk);
    }
    let mut added = Added::of(walks.iter_mut().flat_map(|walk| std::mem::take(&mut walk.added)));
    let mut all = Vec::new();
    for (file, walk) in files.iter().zip(walks) {
        let gone = walk.gone.into_iter().flat_map(|gone| moved::resolve(gone, &mut added));
        let mut looser = walk.looser;
        looser.extend(gone);
        all.push((file, looser));
    }
    all
}

/// A file of a budget on both sides.
struct File {
    /// Path at base, or at head where base has none.
    from: String,
    /// Path at head, where head has it.
    to: Option<String>,
    base: Option<Value>,
    head: Option<Value>,
    /// Whether the package around it is gone too.
    with_its_package: bool,
}

impl File {
    fn read(
        change: &Change,
        base: &Tree,
        file: &FileChange,
        files: &GlobSet,
        built_in: bool,
        unread: &mut Vec<Unread>,
    ) -> Option<File> {
        let from = file.from.as_deref().unwrap_or(&file.path);
        let before =
            (file.kind != ChangeKind::Added && files.is_match(from)).then(|| read(base, from, built_in));
        let before = match before {
            // What is unreadable, or has no alert, is no file of alert rules.
            Some(Ok(Value::Null) | Err(_)) if built_in => return None,
            before => before,
        };
        let after = (file.kind != ChangeKind::Removed && files.is_match(&file.path))
            .then(|| read(&change.head, &file.path, built_in && before.is_none()));
        let compared = before.is_some();
        let mut side = |side: Option<Result<Value, String>>, at_base: bool| match side? {
            Ok(value) => Some(Some(value)),
            Err(problem) => {
                let path = if at_base { from } else { &file.path };
                unread.extend(compared.then(|| (path.to_owned(), at_base, problem)));
                Some(None)
            }
        };
        let to = after.is_some().then(|| file.path.clone());
        let (base_side, head_side) = (side(before, true), side(after, false));
        if base_side == Some(None) || head_side == Some(None) {
            return None;
        }
        Some(File {
            from: from.to_owned(),
            with_its_package: to.is_none() && without_package(change, base, from),
            to,
            base: base_side.flatten(),
            head: head_side.flatten(),
        })
    }

    /// The limits with their places.
    fn entries(&self, change: &Change, looser: Vec<Looser>) -> Vec<Entry> {
        let document = |text: Option<std::sync::Arc<str>>| Document::of_file("", &text?).ok();
        let head = self.to.as_deref().and_then(|to| document(change.head.text(to).ok()));
        let base = document(change.base.as_ref().and_then(|base| base.text(&self.from).ok()));
        let place = |document: &Option<Document>, path: &str, at: &str, index: usize| {
            // Each place costs a reading of the file.
            let document = document.as_ref().filter(|_| index < MOST_LOCATED);
            match document.and_then(|document| document.locate(at)).filter(|_| !at.is_empty()) {
                Some((line, column)) => Location::point(path, line, column),
                None => Location::file(path),
            }
        };
        let entry = |(index, looser): (usize, Looser)| {
            let to = self.to.as_deref().unwrap_or(&self.from);
            let at_head = if looser.after.is_some() { looser.place.head.as_str() } else { "" };
            let root = looser.place.shown.is_empty();
            let path = if root { self.from.clone() } else { looser.place.shown };
            let elsewhere = root && self.to.is_none() && change.touched(to) && change.head.contains(to);
            let moved = if elsewhere { " from where the budget looks" } else { "" };
            Entry {
                what: format!("{}{moved}", looser.what),
                place: place(&head, to, at_head, index),
                place_at_base: place(&base, &self.from, &looser.place.base, index),
                path,
                before: looser.before,
                after: looser.after,
                open: looser.open,
            }
        };
        looser.into_iter().enumerate().map(entry).collect()
    }
}

/// How many limits of a file are told with their lines.
const MOST_LOCATED: usize = 20;

/// Reads a file as data; `null` where alerts are looked for and it has none.
fn read(tree: &Tree, path: &str, alerts_only: bool) -> Result<Value, String> {
    let text = tree.text(path).map_err(|error| error.to_string())?;
    if alerts_only && !text.contains("alert:") {
        return Ok(Value::Null);
    }
    match path.rsplit('.').next() {
        Some("yaml" | "yml") => policy::yaml(path, &text).map_err(|error| error.to_string()),
        Some("json") => serde_json::from_str(&text).map_err(|error| error.to_string()),
        Some("toml") => manifest::read(&text),
        _ => Err("a budget governs it, and it is neither YAML, JSON nor TOML".to_owned()),
    }
}

/// Whether the package that holds a file is gone with all that it had.
fn without_package(change: &Change, base: &Tree, path: &str) -> bool {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        if base.contains(&format!("{folder}/Cargo.toml")) {
            let below = format!("{folder}/");
            return !change.head.paths().any(|path| path.starts_with(&below));
        }
    }
    false
}
