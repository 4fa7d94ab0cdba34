//! Public items that came, went, moved, or are seen otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use source::{Code, Exposed, ItemKind, Part, TargetKind, Visibility};

use super::Block;
use super::changed::Sides;
use crate::gate::Judgement;
use crate::review::wording::things;

/// What other crates can name in the libraries that a change touches.
pub(super) fn block(judgement: &Judgement, sides: &Sides) -> Block {
    let scene = &judgement.scene;
    let (anchor, title) = ("public", "Public items");
    let Some(base) = scene.base_code() else {
        return Block::unseen(anchor, title, "there is no base to compare with");
    };
    let head = scene.head_code();
    let paths: BTreeSet<&str> = scene
        .change
        .files
        .iter()
        .flat_map(|file| [Some(file.path.as_str()), file.from.as_deref()])
        .flatten()
        .filter(|path| path.ends_with(".rs") || path.ends_with("Cargo.toml"))
        .collect();
    let crates: BTreeSet<&str> = [base, head].into_iter().flat_map(|code| touched(code, &paths)).collect();
    let (before, after) = (Surface::of(base, &crates, &sides.base), Surface::of(head, &crates, &sides.head));
    let looked = match crates.len() {
        0 => "no file of a library changed".to_owned(),
        count => format!(
            "{} of {} whose files changed; re-exports of other packages are not compared",
            things(after.items.len(), "public item"),
            if count == 1 { "the library".to_owned() } else { format!("{count} libraries") }
        ),
    };
    Block::of(anchor, title, lines(&before, &after), looked)
}

/// The members with a library below whose folder something changed.
fn touched<'c>(code: &'c Code, paths: &BTreeSet<&str>) -> Vec<&'c str> {
    let is_below = |dir: &str| {
        let folder = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        paths.range(folder.as_str()..).next().is_some_and(|path| path.starts_with(&folder))
    };
    let touched = code.workspace.members().filter(|krate| krate.lib_name.is_some() && is_below(&krate.dir));
    touched.map(|krate| krate.name.as_str()).collect()
}

/// Crate, kind, and the path by which others write it.
type Key = (String, ItemKind, String);

/// A public item, as far as the change may have touched it.
struct Seen {
    place: String,
    /// What others see of it; `None` in a file that did not change.
    digest: Option<u64>,
    signature: String,
}

struct Surface {
    items: BTreeMap<Key, Seen>,
}

impl Surface {
    fn of(code: &Code, crates: &BTreeSet<&str>, parts: &[Part]) -> Surface {
        let names = code.names();
        let parts: HashMap<(&str, u32, u32), &Part> =
            parts.iter().map(|part| ((part.file.as_str(), part.line, part.column), part)).collect();
        let mut exposed: HashMap<usize, Exposed<'_>> = HashMap::new();
        for (index, module) in names.modules().iter().enumerate() {
            let krate =
                module.krate.filter(|_| module.parent.is_none() && module.target == TargetKind::Library);
            if let Some(krate) =
                krate.filter(|krate| crates.contains(code.workspace.crates[*krate].name.as_str()))
            {
                exposed.entry(krate).or_insert_with(|| names.exposed(index, Visibility::Public));
            }
        }
        let mut items = BTreeMap::new();
        for item in names.items() {
            let kind = item.kind();
            if matches!(kind, ItemKind::Implementation | ItemKind::Module) || item.in_test() {
                continue;
            }
            let krate = item.module().and_then(|module| names.modules()[module].krate);
            let Some((krate, exposed)) = krate.and_then(|krate| Some((krate, exposed.get(&krate)?))) else {
                continue;
            };
            let Some(route) = exposed.route(&item) else { continue };
            let part = parts.get(&(item.file().as_ref(), item.line(), item.column()));
            let seen = Seen {
                place: format!("{}:{}", item.file(), item.line()),
                digest: part.map(|part| part.seen),
                signature: part.map(|part| part.signature.clone()).unwrap_or_default(),
            };
            // Where a `cfg` decides between several, the first stands for all.
            items.entry((code.workspace.crates[krate].name.clone(), kind, route.path)).or_insert(seen);
        }
        Surface { items }
    }
}

/// What differs: what went first, since somebody may miss it.
fn lines(before: &Surface, after: &Surface) -> Vec<String> {
    let (before, after) = (&before.items, &after.items);
    let mut gone: BTreeMap<&Key, &Seen> =
        before.iter().filter(|(key, _)| !after.contains_key(*key)).collect();
    let mut origins: HashMap<(ItemKind, &str, u64), Vec<&Key>> = HashMap::new();
    for (key, was) in gone.iter().rev() {
        if let Some(digest) = was.digest {
            origins.entry((key.1, last(&key.2), digest)).or_default().push(key);
        }
    }
    let (mut changed, mut moved, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for (key, is) in after {
        let said = |word: &str| format!("{word}: {} (`{}`)", named(key), is.place);
        let Some(was) = before.get(key) else {
            let equal = is.digest.and_then(|digest| origins.get_mut(&(key.1, last(&key.2), digest))?.pop());
            match equal {
                Some(from) => {
                    gone.remove(from);
                    moved.push(format!("{}, was `{}`", said("moved"), from.2));
                }
                None => new.push(said("new")),
            }
            continue;
        };
        if was.digest.is_some() && is.digest.is_some() && was.digest != is.digest {
            let both = format!(": `{}` became `{}`", was.signature, is.signature);
            changed.push(said("changed") + if was.signature == is.signature { "" } else { &both });
        }
    }
    let removed = gone.iter().map(|(key, was)| format!("removed: {} (was `{}`)", named(key), was.place));
    removed.chain(changed).chain(moved).chain(new).collect()
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

fn named((krate, kind, path): &Key) -> String {
    let kind = match kind {
        ItemKind::Struct => "struct",
        ItemKind::Enum => "enum",
        ItemKind::Union => "union",
        ItemKind::Trait => "trait",
        ItemKind::Alias => "type",
        ItemKind::Function => "function",
        ItemKind::Constant => "constant",
        ItemKind::Static => "static",
        ItemKind::Module => "module",
        ItemKind::Implementation => "implementation",
        ItemKind::Macro => "macro",
    };
    format!("{kind} `{path}` of `{krate}`")
}
