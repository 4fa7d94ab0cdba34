//! Files of promises: whether what head has promises all that the base's file did.
//!
//! A service that keeps the stricter promise keeps the former one as well. What changes a promise into another one (a
//! seed, a request, a deadline of the caller) is no such thing, whichever way it goes.

mod entries;
mod laws;
mod limits;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use ::policy::Document;
use serde_json::{Map, Value};

/// An entry of a section, or a part of one.
type Entry = Map<String, Value>;

/// Puts back what an entry of head's only promises more than the base's.
type PutBack = fn(&Entry, &mut Entry, &Said<'_>);

/// The sections of scenario files, and what of their entries only promises more.
const SECTIONS: [(&str, PutBack); 4] = [
    ("scenarios", entries::scenario),
    ("properties", entries::property),
    ("deadlines", entries::deadline),
    ("robustness", entries::robustness),
];

/// The profile of a file that names none: the specification's statuses and no others.
const STRICT: &str = "grpc";

/// What stands beside a file and has a say in what it promises.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    limits_in_protos: bool,
    /// The base's scenario files that have requests saved beside them, which are asked for promises of that file alone.
    with_saved: BTreeSet<String>,
    /// The promises of head's scenario files, by service, section and name.
    promises: BTreeMap<[String; 3], Vec<(Terms, Entry)>>,
}

/// What the sides say besides an entry, and it depends on.
struct Said<'a> {
    before: &'a Terms,
    after: &'a Terms,
    limits_in_protos: bool,
}

/// What a scenario file says once for all of its promises.
#[derive(Clone, Debug, PartialEq)]
struct Terms {
    /// Whatever is no section, value or profile.
    said: Entry,
    profile: String,
}

/// A scenario file as data, with values where they are named.
struct File {
    terms: Terms,
    sections: BTreeMap<&'static str, Vec<Entry>>,
}

impl Beside {
    /// `limits_in_protos`: whether protos may have limits of their own, which what a property says stands over. `files`:
    /// the scenario files that head adds or changes, as path and text. `with_saved`: those of the base that have requests
    /// saved beside them, which are asked for promises of that file alone.
    pub(crate) fn new(
        limits_in_protos: bool,
        files: impl IntoIterator<Item = (String, String)>,
        with_saved: BTreeSet<String>,
    ) -> Beside {
        let mut promises: BTreeMap<[String; 3], Vec<(Terms, Entry)>> = BTreeMap::new();
        for file in files.into_iter().filter_map(|(path, text)| File::read(&path, &text)) {
            for (section, entries) in file.sections {
                for entry in entries {
                    let promise = (file.terms.clone(), entry);
                    if let Some(key) = key(&promise.0, section, &promise.1) {
                        promises.entry(key).or_default().push(promise);
                    }
                }
            }
        }
        Beside { limits_in_protos, with_saved, promises }
    }
}

/// Whether head promises all that a file of the base did, in the file of that name or, where it moved, in another; `None`
/// where the base's is no file of promises.
pub(crate) fn says_as_much(path: &str, base: &str, head: Option<&str>, beside: &Beside) -> Option<bool> {
    if !matches!(path.rsplit('.').next(), Some("yaml" | "yml")) {
        return None;
    }
    if let Some(saved) = saved(path, base) {
        let now = head.map_or_else(|| Some(BTreeSet::new()), |head| self::saved(path, head));
        return Some(now.is_some_and(|now| saved.is_subset(&now)));
    }
    let base = File::read(path, base)?;
    let head = match head {
        Some(head) => match File::read(path, head) {
            Some(head) => Some(head),
            None => return Some(false),
        },
        None => None,
    };
    let head = head.as_ref();
    let kept = |section: &str, entry: &Entry, put_back: PutBack| {
        let is_kept = |after: &Terms, now: &Entry| {
            let said = Said { before: &base.terms, after, limits_in_protos: beside.limits_in_protos };
            base.terms.asks_no_more_than(after) && promises_as_much(entry, now, put_back, &said)
        };
        match head.and_then(|head| Some((&head.terms, head.named(section, entry)?))) {
            Some((after, now)) => is_kept(after, now),
            None if beside.with_saved.contains(path) => false,
            None => key(&base.terms, section, entry)
                .and_then(|key| beside.promises.get(&key))
                .is_some_and(|moved| moved.iter().any(|(after, now)| is_kept(after, now))),
        }
    };
    let all = SECTIONS.iter().all(|(section, put_back)| {
        base.sections.get(section).into_iter().flatten().all(|entry| kept(section, entry, *put_back))
    });
    // New promises under other terms are another file's business: what stays here is asked as it was.
    Some(all && head.is_none_or(|head| base.terms.asks_no_more_than(&head.terms)))
}

/// Where the requests of a scenario file are saved that failed once.
pub(crate) fn saved_beside(scenario: &str) -> String {
    match scenario.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/regressions/{name}"),
        None => format!("regressions/{scenario}"),
    }
}

/// The consumer's file of head without what only says more of who they are.
pub(crate) fn put_back_owner(base: &Value, head: &Value) -> Value {
    let mut head = head.clone();
    let is_consumer = base.get("contracts").is_some() && base.get("consumer").is_some();
    if let (true, None, Some(entries)) = (is_consumer, base.get("owner"), head.as_object_mut()) {
        entries.remove("owner");
    }
    head
}

/// What identifies a promise among those of all files.
fn key(terms: &Terms, section: &str, entry: &Entry) -> Option<[String; 3]> {
    let service = terms.said.get("service")?.as_str()?;
    Some([service, section, entry.get("name")?.as_str()?].map(str::to_owned))
}

fn promises_as_much(old: &Entry, new: &Entry, put_back: PutBack, said: &Said<'_>) -> bool {
    let mut now = new.clone();
    put_back(old, &mut now, said);
    *old == now
}

impl Terms {
    /// Whether what is promised under other terms is promised under these: their profile lets no other status pass.
    fn asks_no_more_than(&self, after: &Terms) -> bool {
        self.said == after.said && (self.profile == after.profile || after.profile == STRICT)
    }
}

impl File {
    fn read(path: &str, text: &str) -> Option<File> {
        let document = Document::of_file(path, text).ok()?.with_values().ok()?;
        let Value::Object(mut said) = document.whole::<Value>().ok()? else { return None };
        if !said.contains_key("contracts") || !said.contains_key("service") {
            return None;
        }
        said.remove("values");
        let profile = match said.remove("profile") {
            None => STRICT.to_owned(),
            Some(profile) => profile.as_str()?.to_owned(),
        };
        let mut sections = BTreeMap::new();
        for (section, _) in SECTIONS {
            let Some(entries) = said.remove(section) else { continue };
            let Value::Array(entries) = entries else { return None };
            let read = |entry| if let Value::Object(entry) = entry { Some(entry) } else { None };
            sections.insert(section, entries.into_iter().map(read).collect::<Option<Vec<Entry>>>()?);
        }
        Some(File { terms: Terms { said, profile }, sections })
    }

    fn named(&self, section: &str, entry: &Entry) -> Option<&Entry> {
        let name = entry.get("name")?;
        self.sections.get(section)?.iter().find(|other| other.get("name") == Some(name))
    }
}

/// The requests that failed once, each with its property, where a file has them; their law is for readers.
fn saved(path: &str, text: &str) -> Option<BTreeSet<String>> {
    let file: Value = Document::of_file(path, text).ok()?.whole().ok()?;
    let version = file.get("regressions")?;
    let requests = file.get("requests")?.as_array()?.iter();
    Some(
        requests
            .map(|entry| format!("{version} {:?} {:?}", entry.get("property"), entry.get("request")))
            .collect(),
    )
}

fn restore(key: &str, old: &Entry, new: &mut Entry) {
    match old.get(key) {
        Some(value) => drop(new.insert(key.to_owned(), value.clone())),
        None => drop(new.remove(key)),
    }
}

/// Whether every entry of one list stands in another.
fn is_part(part: &Value, whole: &Value) -> bool {
    let (Some(part), Some(whole)) = (part.as_array(), whole.as_array()) else { return false };
    part.iter().all(|entry| whole.contains(entry))
}
