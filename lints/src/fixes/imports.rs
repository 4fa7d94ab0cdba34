//! Imports that nobody needs any more once repairs are carried out.

use std::collections::HashMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Item, UseTree, Visibility};

use crate::calls::identifiers;

/// A text without the imports of names that only what was repaired has used.
pub(super) fn without_unused(before: &str, after: String) -> String {
    let edits = source::with_stack(|| edits(before, &after)).unwrap_or_default();
    let mut text = after;
    for (range, instead) in edits.into_iter().rev() {
        text.replace_range(range, &instead);
    }
    text
}

/// What to replace, in its order.
fn edits(before: &str, after: &str) -> Option<Vec<(Range<usize>, String)>> {
    let used = mentions(&syn::parse_file(before).ok()?);
    let file = syn::parse_file(after).ok()?;
    // A module in another file may use what is imported here.
    let has_more = |item: &Item| matches!(item, Item::Mod(module) if module.content.is_none());
    if file.items.iter().any(has_more) {
        return None;
    }
    let left = mentions(&file);
    let count = |of: &HashMap<String, usize>, name: &str| of.get(name).copied().unwrap_or_default();
    let is_unused = |name: &String| count(&left, name) == 1 && count(&used, name) > 1;
    let imports = file.items.iter().filter_map(|item| match item {
        Item::Use(item) if item.attrs.is_empty() && matches!(item.vis, Visibility::Inherited) => Some(item),
        _ => None,
    });
    Some(imports.filter_map(|item| edit(item, &is_unused, after)).collect())
}

fn mentions(file: &syn::File) -> HashMap<String, usize> {
    let mut mentions = HashMap::new();
    for name in identifiers(file) {
        *mentions.entry(name.to_string()).or_default() += 1;
    }
    mentions
}

fn edit(
    item: &syn::ItemUse,
    is_unused: &dyn Fn(&String) -> bool,
    text: &str,
) -> Option<(Range<usize>, String)> {
    let mut tree = &item.tree;
    while let UseTree::Path(path) = tree {
        tree = &path.tree;
    }
    let whole = || (with_line_end(item.span().byte_range(), text), String::new());
    let UseTree::Group(group) = tree else { return is_unused(&name(tree)?).then(whole) };
    let names: Option<Vec<(String, String)>> =
        group.items.iter().map(|tree| Some((name(tree)?, written(tree)))).collect();
    let names = names?;
    let kept: Vec<&str> =
        names.iter().filter(|(name, _)| !is_unused(name)).map(|(_, written)| written.as_str()).collect();
    match kept.as_slice() {
        _ if kept.len() == names.len() => None,
        [] => Some(whole()),
        [one] => Some((group.span().byte_range(), (*one).to_owned())),
        more => Some((group.span().byte_range(), format!("{{{}}}", more.join(", ")))),
    }
}

/// The name that a part of an import brings.
fn name(tree: &UseTree) -> Option<String> {
    match tree {
        UseTree::Name(name) if name.ident != "self" => Some(name.ident.to_string()),
        UseTree::Rename(renamed) => Some(renamed.rename.to_string()),
        _ => None,
    }
}

fn written(tree: &UseTree) -> String {
    match tree {
        UseTree::Rename(renamed) => format!("{} as {}", renamed.ident, renamed.rename),
        tree => name(tree).unwrap_or_default(),
    }
}

/// With the end of the line, where nothing else stands in it.
fn with_line_end(range: Range<usize>, text: &str) -> Range<usize> {
    let begins_line = text[..range.start].is_empty() || text[..range.start].ends_with('\n');
    let rest = &text[range.end..];
    let end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    range.start..range.end + if begins_line { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(imports: &str, after: &str, expected: &str) {
        let body = |uses: &str| format!("fn f() {{ {uses} }}\n");
        let used = "h(Ordering::Equal, Other);";
        let text = without_unused(&format!("{imports}{}", body(used)), format!("{imports}{}", body(after)));
        assert_eq!(text, format!("{expected}{}", body(after)));
    }

    #[test]
    fn an_import_goes_that_only_what_was_repaired_had_used() {
        let one = "use std::fmt;\nuse std::cmp::Ordering;\nuse a::Other;\n";
        check(one, "h(Other);", "use std::fmt;\nuse a::Other;\n");
        check(one, "h(Ordering::Equal);", "use std::fmt;\nuse std::cmp::Ordering;\n");
        check(one, "h(Ordering::Less, Other);", one);
        check("use std::cmp::{Ordering, Reverse};\n", "h(Other);", "use std::cmp::Reverse;\n");
        check("use std::cmp::{Max, Ordering, Reverse as R};\n", "", "use std::cmp::{Max, Reverse as R};\n");
        check("use a::{Other, Ordering};\n", "", "");
        check("use a::Any as Ordering; // why\n", "", " // why\n");
    }

    #[test]
    fn an_import_stays_that_somebody_else_may_use() {
        for imports in [
            "pub use std::cmp::Ordering;\n",
            "#[allow(unused)]\nuse std::cmp::Ordering;\n",
            "use std::cmp::Ordering;\nmod inner;\n",
            "use std::cmp::Unused;\n",
            "use std::cmp::*;\n",
        ] {
            check(imports, "", imports);
        }
    }
}
