//! What a loop over a table asserts, row by row: its assertions with what stands in the rows.

use std::collections::BTreeMap;

use syn::Pat;

use super::{Assertion, tokens};

/// More assertions than this are not written out of one loop.
const ASSERTIONS: usize = 400;

/// The assertions of a loop as each row makes them; none where it cannot be seen which name stands for which column.
pub(super) fn of(rows: &[String], pattern: &Pat, said: &[Assertion]) -> Vec<Assertion> {
    let Some(names) = names(pattern) else { return Vec::new() };
    if rows.len() * said.len() > ASSERTIONS {
        return Vec::new();
    }
    let mut all = Vec::new();
    for row in rows {
        let tokens = tokens::of_line(row);
        let columns = if names.len() == 1 { vec![tokens] } else { tokens::columns(&tokens) };
        if columns.len() == names.len() {
            let values: BTreeMap<&str, Vec<String>> =
                names.iter().map(String::as_str).zip(columns.iter().map(|column| plain(column))).collect();
            all.extend(said.iter().map(|assertion| assertion.with(&values)));
        }
    }
    all
}

/// The names that a pattern binds, column by column; `_` where it binds none.
fn names(pattern: &Pat) -> Option<Vec<String>> {
    let name = |pattern: &Pat| match pattern {
        Pat::Ident(name) if name.subpat.is_none() => Some(name.ident.to_string()),
        Pat::Wild(_) => Some("_".to_owned()),
        _ => None,
    };
    match pattern {
        Pat::Reference(inner) => names(&inner.pat),
        Pat::Paren(inner) => names(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().map(name).collect(),
        one => Some(vec![name(one)?]),
    }
}

fn plain(column: &[String]) -> Vec<String> {
    column.iter().skip_while(|token| *token == "&").cloned().collect()
}
