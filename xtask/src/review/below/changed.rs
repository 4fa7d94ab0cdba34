//! The functions and other items that a change touches, on both sides.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use source::{Change, ChangeKind, Code, FileInfo, Part};

/// The most files that are compared part by part.
const MAX_FILES: usize = 5_000;

/// The parts of the files that a change touches, on both sides; what says that it is generated is left out.
pub(super) struct Sides {
    pub(super) base: Vec<Part>,
    pub(super) head: Vec<Part>,
    /// How many files of head there are.
    files: usize,
    /// How many more there would be.
    left_out: usize,
}

impl Sides {
    /// Reads the touched files that belong to targets.
    pub(super) fn of(change: &Change, base: Option<&Code>, head: &Code) -> Sides {
        let code: HashSet<&str> =
            head.files().iter().filter(|info| is_code(info)).map(|info| info.path.as_str()).collect();
        let touched = change.files.iter().filter(|file| file.kind != ChangeKind::Removed);
        let all: Vec<&str> =
            touched.map(|file| file.path.as_str()).filter(|path| code.contains(path)).collect();
        let wanted: HashSet<&str> = all.iter().copied().take(MAX_FILES).collect();
        let before: HashSet<&str> = match all.len() > MAX_FILES {
            true => wanted.iter().map(|path| change.base_path(path)).collect(),
            // What left a file that is gone may have come into another.
            false => change.files.iter().map(|file| file.from.as_deref().unwrap_or(&file.path)).collect(),
        };
        let is_old = |info: &FileInfo| is_code(info) && before.contains(info.path.as_str());
        Sides {
            base: base.map(|base| base.parts(&is_old)).unwrap_or_default(),
            head: head.parts(&|info| wanted.contains(info.path.as_str())),
            files: wanted.len(),
            left_out: all.len() - wanted.len(),
        }
    }
}

/// What differs between two sides, comments, documentation and white space aside.
pub(super) struct Changed<'s> {
    /// What head has otherwise than the base, or alone; in the order of paths and lines.
    pub(super) parts: Vec<(&'s Part, Option<&'s Part>)>,
    /// How many files were compared.
    pub(super) files: usize,
    /// How many more there are.
    pub(super) left_out: usize,
}

impl<'s> Changed<'s> {
    /// Compares the sides of a change part by part.
    pub(super) fn of(change: &Change, sides: &'s Sides) -> Changed<'s> {
        let mut old = Old::of(&sides.base);
        // First those that stay, then what moved: an equal part elsewhere is of use once.
        let places = places(&sides.head, |path| change.base_path(path).to_owned());
        let same: Vec<Option<&Part>> = places.iter().map(|place| old.take(place)).collect();
        let mut parts = Vec::new();
        for (part, before) in sides.head.iter().zip(same) {
            match before {
                Some(before) if before.digest == part.digest => {}
                None if old.has_moved(part) => {}
                before => parts.push((part, before)),
            }
        }
        Changed { parts, files: sides.files, left_out: sides.left_out }
    }
}

/// Whether a file belongs to a target, and people write it.
pub(super) fn is_code(info: &FileInfo) -> bool {
    info.place.is_some() && !info.generated
}

/// File, path in it, and how many of that path stand above.
type Place = (String, String, usize);

fn places(parts: &[Part], file: impl Fn(&str) -> String) -> Vec<Place> {
    let mut above: HashMap<(&str, &str), usize> = HashMap::new();
    let place = |part: &Part, count: usize| (file(&part.file), part.path.clone(), count);
    let mut places = Vec::with_capacity(parts.len());
    for part in parts {
        let count = above.entry((&part.file, &part.path)).or_default();
        places.push(place(part, *count));
        *count += 1;
    }
    places
}

/// What the base has and head was not found to have.
struct Old<'s> {
    parts: BTreeMap<Place, &'s Part>,
    /// Where equal parts stand that nobody took, by name and digest.
    equal: HashMap<(&'s str, u64), BTreeSet<Place>>,
}

impl<'s> Old<'s> {
    fn of(parts: &'s [Part]) -> Old<'s> {
        let places = places(parts, str::to_owned);
        let mut equal: HashMap<(&str, u64), BTreeSet<Place>> = HashMap::new();
        for (place, part) in places.iter().zip(parts) {
            equal.entry((&part.name, part.digest)).or_default().insert(place.clone());
        }
        Old { parts: places.into_iter().zip(parts).collect(), equal }
    }

    fn take(&mut self, place: &Place) -> Option<&'s Part> {
        let part = self.parts.remove(place)?;
        if let Some(places) = self.equal.get_mut(&(part.name.as_str(), part.digest)) {
            places.remove(place);
        }
        Some(part)
    }

    /// Whether the base has it elsewhere, where head has it no more.
    fn has_moved(&mut self, part: &'s Part) -> bool {
        let places = self.equal.get_mut(&(part.name.as_str(), part.digest));
        places.is_some_and(|places| places.pop_first().is_some())
    }
}
