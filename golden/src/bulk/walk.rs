//! Two sides of a corpus of any size, met request by request.

use std::cmp::Ordering;

use super::lists::{Lists, Translation};
use super::reader::Row;

/// What stands at one request.
pub(crate) enum Met {
    /// Both sides have the same ranking, of this request or of a whole block.
    Same,
    /// Both sides have one, and they are not the same.
    Both(Box<(Row, Row)>),
    /// Only the first side has one.
    Removed(Row),
    /// Only the second side has one.
    Added(Row),
}

/// Goes through both sides at once. Blocks that have the same digest on both sides are not read; rankings that are the
/// same are compared as numbers and never become text.
///
/// # Errors
/// Where a side cannot be read to its end; the reason.
pub(crate) fn walk(
    base: &mut Lists<'_>,
    head: &mut Lists<'_>,
    met: &mut dyn FnMut(Met),
) -> Result<(), String> {
    let translation = match (&*base, &*head) {
        (Lists::Bulk(base), Lists::Bulk(head)) => Some(Translation::between(&head.reader, &base.reader)),
        _ => None,
    };
    loop {
        if let Some(translation) = &translation
            && skip(base, head, translation)
        {
            met(Met::Same);
            continue;
        }
        let order = match (base.id()?, head.id()?) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.cmp(after),
        };
        match order {
            Ordering::Less => met(Met::Removed(base.take())),
            Ordering::Greater => met(Met::Added(head.take())),
            Ordering::Equal if is_same(base, head, translation.as_ref()) => {
                base.pass();
                head.pass();
                met(Met::Same);
            }
            Ordering::Equal => met(Met::Both(Box::new((base.take(), head.take())))),
        }
    }
}

/// Passes over a block that both sides have; whether there was one.
fn skip(base: &mut Lists<'_>, head: &mut Lists<'_>, translation: &Translation) -> bool {
    let (Lists::Bulk(base), Lists::Bulk(head)) = (base, head) else { return false };
    if !(base.is_between_blocks() && head.is_between_blocks() && translation.is_identity()) {
        return false;
    }
    let block = |cursor: &super::lists::Cursor| cursor.reader.manifest().blocks.get(cursor.next).cloned();
    let (before, after) = (block(base), block(head));
    if before.is_none() || before != after {
        return false;
    }
    base.skip_block();
    head.skip_block();
    true
}

fn is_same(base: &Lists<'_>, head: &Lists<'_>, translation: Option<&Translation>) -> bool {
    match (base, head, translation) {
        (Lists::Bulk(base), Lists::Bulk(head), Some(translation)) => {
            translation.same(&head.block, head.at, &base.block, base.at)
        }
        (Lists::Text(base, before), Lists::Text(head, after), _) => {
            let (before, after) = (&base.entries[*before], &head.entries[*after]);
            before.segment == after.segment && before.ranking == after.ranking
        }
        _ => false,
    }
}
