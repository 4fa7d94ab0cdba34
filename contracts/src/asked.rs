//! Which of buf's rules are asked for: those of the policy's category, or those that `buf.yaml` says, file by file.

use std::collections::BTreeSet;

use findings::{Finding, Location};
use service::buf::{Breaking, Module, modules};
use source::Tree;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::rules::CHECKS;
use crate::rules::buf_yaml_loosened::BUF_YAML_LOOSENED;
use crate::rules::unreadable_buf_yaml::UNREADABLE_BUF_YAML;

/// The rules that are asked for.
pub(crate) enum Asked {
    /// Those of one category, everywhere.
    Category(Category),
    /// Those of each module, and for what is in none of them the default category's.
    Modules(Vec<Selection>),
}

/// What a module's `breaking` comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Path of the module.
    pub(crate) module: String,
    /// The file that says so.
    pub(crate) file: String,
    /// Buf's ids.
    pub(crate) ids: BTreeSet<&'static str>,
    /// Files and folders in which an id is not asked for.
    pub(crate) ignored: BTreeSet<(&'static str, String)>,
    /// Whether packages without a stable version may change as they like.
    pub(crate) ignores_unstable: bool,
}

/// Ids that older versions of buf knew under another name.
const FORMER: [(&str, &[&str]); 3] = [
    ("FIELD_SAME_CTYPE", &["FIELD_SAME_CPP_STRING_TYPE"]),
    (
        "FIELD_SAME_LABEL",
        &[
            "FIELD_SAME_CARDINALITY",
            "FIELD_WIRE_COMPATIBLE_CARDINALITY",
            "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        ],
    ),
    ("FILE_SAME_JAVA_STRING_CHECK_UTF8", &["FIELD_SAME_JAVA_UTF8_VALIDATION"]),
];

/// Rules that buf itself no longer looks for.
const RETIRED: [&str; 2] = ["FILE_SAME_PHP_GENERIC_SERVICES", "MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT"];

/// Rules and those that find all that they find.
const STRICTER: [(&str, &[&str]); 13] = [
    ("FIELD_WIRE_COMPATIBLE_TYPE", &["FIELD_WIRE_JSON_COMPATIBLE_TYPE", "FIELD_SAME_TYPE"]),
    ("FIELD_WIRE_JSON_COMPATIBLE_TYPE", &["FIELD_SAME_TYPE"]),
    (
        "FIELD_WIRE_COMPATIBLE_CARDINALITY",
        &["FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", "FIELD_SAME_CARDINALITY"],
    ),
    ("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", &["FIELD_SAME_CARDINALITY"]),
    ("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", &["FIELD_NO_DELETE"]),
    ("FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", &["FIELD_NO_DELETE"]),
    ("ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED", &["ENUM_VALUE_NO_DELETE"]),
    ("ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", &["ENUM_VALUE_NO_DELETE"]),
    // With `FILE_NO_DELETE`, which each category has that has these.
    ("PACKAGE_ENUM_NO_DELETE", &["ENUM_NO_DELETE"]),
    ("PACKAGE_EXTENSION_NO_DELETE", &["EXTENSION_NO_DELETE"]),
    ("PACKAGE_MESSAGE_NO_DELETE", &["MESSAGE_NO_DELETE"]),
    ("PACKAGE_SERVICE_NO_DELETE", &["SERVICE_NO_DELETE"]),
    ("PACKAGE_NO_DELETE", &["FILE_NO_DELETE"]),
];

/// What the base's `buf.yaml` asks for; what head's no longer does is found, and what cannot be read.
pub(crate) fn of_buf(base: &Tree, head: &Tree) -> (Asked, Vec<Finding>) {
    let read = |tree: &Tree| -> Result<Vec<Selection>, Box<Finding>> {
        let modules = modules(tree).map_err(|error| {
            let place = error.line.zip(error.column);
            let place = place.map(|(line, column)| Location::point(&error.file, line, column));
            Box::new(unreadable(place.unwrap_or_else(|| Location::file(&error.file)), &error.message))
        })?;
        Selection::of_all(&modules).map_err(|(file, word)| {
            let message = format!("`{word}` is no rule and no category of buf");
            Box::new(unreadable(Location::file(&file), &message))
        })
    };
    let (old, new) = (read(base), read(head));
    let mut findings: Vec<Finding> =
        new.as_ref().err().map(|finding| Finding::clone(finding)).into_iter().collect();
    // A base that cannot be read asks for what is asked without it.
    let old = old.unwrap_or_default();
    if let Ok(new) = &new {
        findings.extend(old.iter().filter_map(|was| loosened(was, new)));
    }
    (if old.is_empty() { Asked::Category(Category::default()) } else { Asked::Modules(old) }, findings)
}

fn unreadable(place: Location, message: &str) -> Finding {
    let message = message.strip_prefix("failed to read the file: ").unwrap_or(message);
    Finding::new(&UNREADABLE_BUF_YAML, place, format!("the file cannot be read: {message}"))
        .help("repair it; `buf config ls-breaking-rules` lists the rules")
        .fact(message)
}

/// What a module no longer asks for.
fn loosened(was: &Selection, new: &[Selection]) -> Option<Finding> {
    let is = new.iter().find(|is| is.module == was.module);
    let gone: Vec<String> = match is {
        None => vec!["everything".to_owned()],
        Some(is) => {
            let ids = was.ids.iter().filter(|id| !is.finds(id)).map(|id| format!("`{id}`"));
            let paths = is.ignored.difference(&was.ignored).map(|(_, path)| path).collect::<BTreeSet<_>>();
            let unstable = (is.ignores_unstable && !was.ignores_unstable)
                .then(|| "packages without a stable version".to_owned());
            ids.chain(paths.into_iter().map(|path| format!("what is in `{path}`"))).chain(unstable).collect()
        }
    };
    if gone.is_empty() {
        return None;
    }
    let module = if was.module.is_empty() { "the root" } else { &was.module };
    let shown = match gone.len() {
        0..=4 => gone.join(", "),
        more => format!("{} and {} more", gone[..3].join(", "), more - 3),
    };
    let file = is.map_or(&was.file, |is| &is.file);
    Some(
        Finding::new(
            &BUF_YAML_LOOSENED,
            Location::file(file),
            format!("`breaking` of the module `{module}` no longer asks for {shown}"),
        )
        .help("keep it, or have it approved by somebody else")
        .fact(module)
        .fact(gone.join(" "))
        .judged(format!("{was:?}"), format!("{is:?}")),
    )
}

impl Asked {
    /// The category whose idea of a breach holds: only CALLERS has one of its own.
    pub(crate) fn category(&self) -> Category {
        match self {
            Asked::Category(category) => *category,
            Asked::Modules(_) => Category::File,
        }
    }

    /// Whether a breach of one of buf's ids is asked for where it is.
    pub(crate) fn asks(&self, sides: &Sides, breach: &Breach) -> bool {
        match self {
            Asked::Category(category) => {
                CHECKS.iter().any(|check| (check.ids)(*category).contains(&breach.id))
            }
            Asked::Modules(selections) => {
                selections.iter().any(|selection| selection.ids.contains(breach.id))
                    && is_asked(selections, sides, breach)
            }
        }
    }

    /// Every breach that is asked for, in the order of the checks.
    pub(crate) fn breaches(&self, sides: &Sides) -> Vec<Breach> {
        let selections = match self {
            Asked::Category(_) => return sides.breaches(CHECKS),
            Asked::Modules(selections) => selections,
        };
        let mut breaches = Vec::new();
        for check in CHECKS {
            for id in ids(check) {
                if selections.iter().any(|selection| selection.ids.contains(id)) {
                    let found = (check.find)(sides, id);
                    breaches.extend(found.into_iter().filter(|breach| is_asked(selections, sides, breach)));
                }
            }
        }
        breaches
    }
}

/// Whether the module of what broke asks for it. What is in no module of its own is nobody's to ask.
fn is_asked(selections: &[Selection], sides: &Sides, breach: &Breach) -> bool {
    let old = sides.old.path_of(&breach.element);
    let new = breach.at.as_ref().map(|place| place.file.as_str());
    let Some(path) = old.or(new) else { return true };
    let innermost = selections
        .iter()
        .filter(|selection| is_below(path, &selection.module))
        .max_by_key(|selection| selection.module.len());
    innermost.is_none_or(|selection| {
        selection.ids.contains(breach.id)
            && ![old, new].into_iter().flatten().any(|path| selection.ignores(breach.id, path))
            && !(selection.ignores_unstable
                && sides.old.package_of(&breach.element).is_some_and(|package| is_unstable(&package)))
    })
}

impl Selection {
    /// What the modules that say something ask for; a word that is no rule and no category, with its file, is the error.
    pub(crate) fn of_all(modules: &[Module]) -> Result<Vec<Selection>, (String, String)> {
        let said = modules.iter().filter_map(|module| Some((module, module.breaking.as_ref()?)));
        let each = said.map(|(module, breaking)| {
            Selection::of(module, breaking).map_err(|word| (module.file.clone(), word))
        });
        each.collect()
    }

    fn of(module: &Module, breaking: &Breaking) -> Result<Selection, String> {
        let all = |words: &[String]| -> Result<BTreeSet<&'static str>, String> {
            let each: Result<Vec<_>, String> = words.iter().map(|word| meant(word)).collect();
            Ok(each?.concat().into_iter().collect())
        };
        let default = ["FILE".to_owned()];
        let uses = all(if breaking.uses.is_empty() { &default } else { &breaking.uses })?;
        let except = all(&breaking.except)?;
        let ids: BTreeSet<&'static str> = uses.difference(&except).copied().collect();
        let mut ignored = BTreeSet::new();
        for path in &breaking.ignore {
            ignored.extend(ids.iter().map(|id| (*id, path.clone())));
        }
        for (word, paths) in &breaking.ignore_only {
            for id in meant(word)? {
                ignored.extend(paths.iter().map(|path| (id, path.clone())));
            }
        }
        Ok(Selection {
            module: module.path.clone(),
            file: module.file.clone(),
            ids,
            ignored,
            ignores_unstable: breaking.ignore_unstable_packages,
        })
    }

    /// Whether what an id finds is still found.
    fn finds(&self, id: &str) -> bool {
        let stricter = STRICTER.iter().filter(|(of, _)| *of == id).flat_map(|(_, stricter)| *stricter);
        self.ids.contains(id) || stricter.into_iter().any(|id| self.ids.contains(id))
    }

    fn ignores(&self, id: &'static str, path: &str) -> bool {
        self.ignored.iter().any(|(ignored, folder)| *ignored == id && is_below(path, folder))
    }
}

/// The ids that a word of `buf.yaml` stands for.
fn meant(word: &str) -> Result<Vec<&'static str>, String> {
    if RETIRED.contains(&word) {
        return Ok(Vec::new());
    }
    if let Some((_, now)) = FORMER.iter().find(|(former, _)| *former == word) {
        return Ok(now.to_vec());
    }
    if let Some(category) = Category::OF_BUF.iter().find(|category| category.word() == word) {
        return Ok(CHECKS.iter().flat_map(|check| (check.ids)(*category)).collect());
    }
    let known = CHECKS.iter().flat_map(|check| ids(check)).find(|id| *id == word);
    known.map(|id| vec![id]).ok_or_else(|| word.to_owned())
}

/// Every id of a check, in whatever category of buf's.
fn ids(check: &Check) -> BTreeSet<&'static str> {
    Category::OF_BUF.iter().flat_map(|category| (check.ids)(*category)).collect()
}

/// Whether a package's version says that it may still change: `v1alpha1`, `v1p1beta2`, `v1test`.
/// Buf: "ignore_unstable_packages".
fn is_unstable(package: &str) -> bool {
    let Some((_, version)) = package.rsplit_once('.') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(rest) = version.strip_prefix('v') else { return false };
    if let Some((major, _)) = rest.split_once("test") {
        return digits(major);
    }
    ["alpha", "beta"].iter().any(|word| {
        rest.split_once(word).is_some_and(|(major, minor)| {
            let (major, patch) =
                major.split_once('p').map_or((major, None), |(major, patch)| (major, Some(patch)));
            digits(major) && patch.is_none_or(digits) && (minor.is_empty() || digits(minor))
        })
    })
}

fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_whose_version_is_not_stable_are_known() {
        for (package, unstable) in [
            ("p.v1alpha1", true),
            ("p.v1beta", true),
            ("p.v1p1beta2", true),
            ("p.v1test", true),
            ("p.v12testfoo", true),
            ("p.v1", false),
            ("p.vbeta1", false),
            ("p.v1betax", false),
            ("beta", false),
            ("v1beta1", false),
            ("", false),
        ] {
            assert_eq!(is_unstable(package), unstable, "{package}");
        }
    }
}
