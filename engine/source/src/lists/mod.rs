//! Lists of names that are written out in code: the entries of a constant or static, the fields of a struct, the variants
//! of an enum.

mod entry;
mod found;

use std::collections::{BTreeMap, BTreeSet};

use findings::Location;
use syn::ext::IdentExt as _;

use crate::code::{Code, ItemKind};
use crate::syntax::SourceFile;
use entry::{Entry, Name, Reader};

/// A list of names in the code.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Where its own name stands.
    pub place: Location,
    /// Its entries, in order.
    pub entries: Vec<ListedEntry>,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedEntry {
    /// The first text of an entry, also by way of a constant; the name of a field or variant, unless an attribute
    /// (`#[feature(name = "..")]`, `#[serde(rename = "..")]`) gives it another.
    pub name: String,
    /// Whether the name is that of a variant, and so is written as a type is.
    pub is_variant: bool,
    /// Where the name stands.
    pub place: Location,
    /// The Rust type of its field, where it is one: `i64` of `Option<i64>` too.
    pub dtype: Option<String>,
    /// The number that the entry puts in for a value that is not there, where a closure of it says so.
    pub fill: Option<f64>,
}

/// Why a list cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Unlisted {
    /// Where, if that is in the code.
    pub place: Option<Location>,
    /// What is there instead of a list.
    pub reason: String,
}

impl Listed {
    /// Whether another list has the same entries, wherever they stand.
    fn says(&self, other: &Listed) -> bool {
        let said =
            |entry: &ListedEntry| (entry.name.clone(), entry.dtype.clone(), entry.fill.map(f64::to_bits));
        self.entries.iter().map(said).eq(other.entries.iter().map(said))
    }
}

impl Unlisted {
    fn at(place: &Location, reason: &str) -> Self {
        Unlisted { place: Some(place.clone()), reason: reason.to_owned() }
    }
}

impl Code {
    /// The list at a path: `package::module::NAME`, which may be that of an import, of something that is no test.
    ///
    /// # Errors
    /// An [`Unlisted`] if the code has no such item that is built, if a macro writes it, if it is computed or has fields
    /// without names, if an entry shows no name, or if several that share the path, each under its `cfg`, differ.
    pub fn listed(&self, path: &str) -> Result<Listed, Unlisted> {
        let wanted = self.names().canonical(path).unwrap_or_else(|| path.replace('-', "_"));
        let name = wanted.rsplit("::").next().unwrap_or(&wanted);
        let kinds = [ItemKind::Constant, ItemKind::Static, ItemKind::Struct, ItemKind::Enum];
        let items = self.names().items().filter(|item| kinds.contains(&item.kind()) && item.name() == name);
        let items = items.filter(|item| !item.in_test() && item.path() == wanted);
        let places: BTreeSet<(String, u32, u32)> =
            items.map(|item| (item.file().to_string(), item.line(), item.column())).collect();
        let mut unlisted = Unlisted {
            place: None,
            reason: format!("the code has no constant, static, struct or enum `{path}`"),
        };
        let mut first: Option<Listed> = None;
        for (file, line, column) in &places {
            let place = Location::point(file, *line, *column);
            let read = self.each_file(&|info| info.path == *file, &|file| self.entries(file, name, *line));
            let read = read.into_iter().next().map(|(_, entries)| entries);
            let read = read.ok_or_else(|| Unlisted::at(&place, "its file cannot be read"))?;
            let Some(entries) = read else {
                unlisted = Unlisted::at(&place, "it is written by a macro, or no build has it");
                continue;
            };
            let entries = entries?;
            let texts = self.texts(&entries);
            let entries = entries.into_iter().map(|entry| named(entry, &texts));
            let listed = Listed { place, entries: entries.collect::<Result<_, _>>()? };
            match &first {
                None => first = Some(listed),
                Some(first) if first.says(&listed) => {}
                Some(_) => {
                    return Err(Unlisted::at(&listed.place, "another list has this path, too, and differs"));
                }
            }
        }
        first.ok_or(unlisted)
    }

    /// The entries of the item of that name whose name stands on that line, if the file has it.
    fn entries(&self, file: &SourceFile, name: &str, line: u32) -> Option<Result<Vec<Entry>, Unlisted>> {
        let found = found::all(file)
            .into_iter()
            .find(|found| found.ident.unraw() == name && file.start(found.ident.span()).0 == line)?;
        let reader = Reader { file, names: self.names(), scope: &found.scope };
        Some(reader.item(found.item))
    }

    /// The texts of the constants that entries name, by path.
    fn texts(&self, entries: &[Entry]) -> BTreeMap<String, String> {
        let names = entries.iter().flat_map(|entry| &entry.names);
        let paths: BTreeSet<&str> = names
            .filter_map(|(name, _)| match name {
                Name::Constant(path) => Some(path.as_str()),
                Name::Text(_) => None,
            })
            .collect();
        let lasts: BTreeSet<&str> = paths.iter().filter_map(|path| path.rsplit("::").next()).collect();
        let constants = self
            .names()
            .items()
            .filter(|item| item.kind() == ItemKind::Constant && lasts.contains(item.name()));
        let mut places: BTreeMap<String, BTreeMap<(String, u32), String>> = BTreeMap::new();
        for item in constants {
            let path = item.path();
            if paths.contains(path.as_str()) {
                let file = places.entry(item.file().to_string()).or_default();
                file.insert((item.name().to_owned(), item.line()), path);
            }
        }
        let read = self.each_file(&|info| places.contains_key(&info.path), &|file| {
            let Some(wanted) = places.get(&file.path) else { return Vec::new() };
            let text = |found: found::Found<'_>| {
                let key = (found.ident.unraw().to_string(), file.start(found.ident.span()).0);
                Some((wanted.get(&key)?.clone(), entry::text_of(found.item)?))
            };
            found::all(file).into_iter().filter_map(text).collect()
        });
        let mut texts = BTreeMap::new();
        for (path, text) in read.into_iter().flat_map(|(_, texts)| texts) {
            // Of several, by `cfg`, the first.
            texts.entry(path).or_insert(text);
        }
        texts
    }
}

/// An entry with the first of its names that is one.
fn named(entry: Entry, texts: &BTreeMap<String, String>) -> Result<ListedEntry, Unlisted> {
    let name = entry.names.into_iter().find_map(|(name, place)| match name {
        Name::Text(text) => Some((text, place)),
        Name::Constant(path) => Some((texts.get(&path)?.clone(), place)),
    });
    let (name, place) = name.ok_or_else(|| {
        Unlisted::at(&entry.place, "the entry shows no name: no text, and no constant that is one")
    })?;
    Ok(ListedEntry { name, is_variant: entry.is_variant, place, dtype: entry.dtype, fill: entry.fill })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cache, Tree};

    const NAMES: &str =
        "pub const AGE: &str = \"age\"; pub const LIMIT: u8 = 3; pub const GENRE: &str = \"genre\";";

    /// Reads `t::list::LIST` of a file and compares its entries, each with its line, type and number; or why not, and on
    /// which line.
    #[track_caller]
    fn check(list: &str, expected: &[&str]) {
        let code = Code::read(
            &Tree::from_memory([
                ("Cargo.toml", "[package]\nname = \"t\"\nedition = \"2024\"\n"),
                ("src/lib.rs", "mod list;\nmod names;\n"),
                ("src/names.rs", NAMES),
                ("src/list.rs", list),
            ]),
            &Cache::off(),
        );
        let line = |place: &Location| place.span.map_or(0, |span| span.line);
        let found: Vec<String> = match code.listed("t::list::LIST") {
            Ok(listed) => listed
                .entries
                .iter()
                .map(|entry| {
                    let variant = if entry.is_variant { " variant" } else { "" };
                    let dtype = entry.dtype.as_ref().map_or(String::new(), |dtype| format!(": {dtype}"));
                    let fill = entry.fill.map_or(String::new(), |fill| format!(" or {fill}"));
                    format!("{} {}{variant}{dtype}{fill}", line(&entry.place), entry.name)
                })
                .collect(),
            Err(unlisted) => vec![format!("{:?} {unlisted}", unlisted.place.as_ref().map(line))],
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn entries_begin_with_a_text_or_a_constant_that_is_one() {
        check("pub const LIST: [&str; 2] = [\"a\",\n\"b\"];", &["1 a", "2 b"]);
        check(
            "use crate::names::{self, AGE as DAYS, LIMIT};\npub static LIST: &[F] = &[\n\
             F::new(LIMIT, DAYS, \"no\"),\n(names::GENRE, 1),\n&F { of: 1, name: \"x\" },\n{ F::of(\"y\").log(\"z\") }];",
            &["3 age", "4 genre", "5 x", "6 y"],
        );
        check("pub static LIST: &[&str] = &[];", &[]);
    }

    #[test]
    fn a_constant_is_looked_up_from_the_module_that_the_list_is_in() {
        let list = "mod inner { const A: &str = \"inner\"; pub static LIST: &[&str] = &[A]; }\n\
                    const A: &str = \"outer\";\npub use inner::LIST;";
        check(list, &["1 inner"]);
    }

    #[test]
    fn what_no_build_has_is_no_list() {
        let (decoy, live) =
            ("#[cfg(any())] pub static LIST: &[&str] = &[\"a\"];", "pub static LIST: &[&str] = &[\"b\"];");
        check(&format!("{decoy}\n{live}"), &["2 b"]);
        check(&format!("{live}\n{decoy}"), &["1 b"]);
    }

    #[test]
    fn fields_and_variants_have_their_own_names_or_those_of_attributes() {
        check(
            "pub struct LIST { r#type: Option<i64>, #[serde(default, rename = \"b\")] c: Vec<f32>, #[feature(skip)] d: u8 }",
            &["1 type: i64", "1 b"],
        );
        check("pub enum LIST { AgeInDays, #[feature(name = \"g\")] Genre }", &["1 AgeInDays variant", "1 g"]);
    }

    #[test]
    fn a_closure_says_what_stands_for_a_missing_value() {
        check(
            "pub static LIST: &[F] = &[F::new(\"a\", |it| Some(it.a.unwrap_or(-1.5))), F::new(\"b\", |it| it.b),\n\
             F::new(\"c\", |it| Some(it.c.unwrap_or_default())), F::new(\"d\", |it| Some(it.d.unwrap_or(f32::NAN)))];",
            &["1 a or -1.5", "1 b", "2 c or 0", "2 d or NaN"],
        );
    }

    #[test]
    fn what_is_no_list_of_names_is_told_with_its_place() {
        let none = "the entry shows no name: no text, and no constant that is one";
        let gone = "None the code has no constant, static, struct or enum `t::list::LIST`";
        check("", &[gone]);
        check("#[cfg(test)] pub static LIST: &[&str] = &[];", &[gone]);
        let unbuilt = "Some(1) it is written by a macro, or no build has it";
        check("#[cfg(any())] pub static LIST: &[&str] = &[];", &[unbuilt]);
        let two = "Some(2) another list has this path, too, and differs";
        check(
            "#[cfg(unix)] pub static LIST: &[&str] = &[\"a\"];\n#[cfg(not(unix))] pub static LIST: &[&str] = &[];",
            &[two],
        );
        check("pub static LIST: &[u8] = &[\n1];", &[&format!("Some(2) {none}")]);
        check("pub static LIST: &[u8] = &[crate::names::LIMIT];", &[&format!("Some(1) {none}")]);
        check("pub static LIST: &[&str] =\nmade();", &["Some(2) it is no list that is written out"]);
        check("pub struct LIST(u8);", &["Some(1) its fields have no names"]);
    }
}
