//! The walk over both documents.

use findings::Rule;

use super::Effect;
use super::direction::{self, DefaultList, Side};
use crate::cursor::Cursor;
use crate::schema::{Direction, Key};
use crate::yaml::{Entry, Mark, Node, Value};

/// A difference as the walk finds it.
pub(super) struct Found<'a> {
    pub(super) path: &'a str,
    pub(super) before: Option<&'a Node>,
    pub(super) after: Option<&'a Node>,
    pub(super) effect: Effect,
    pub(super) mark: Option<Mark>,
}

/// Merges two documents, asking at each difference whether head's side is taken.
pub(super) struct Merge<'m> {
    pub(super) rules: &'m [&'static Rule],
    pub(super) accept: &'m mut dyn FnMut(Found<'_>) -> bool,
}

impl Merge<'_> {
    /// The value that holds. `mark` is that of the key, if the value has one.
    pub(super) fn value(
        &mut self,
        cursor: &Cursor<'_>,
        path: &str,
        base: Option<&Node>,
        head: Option<&Node>,
        mark: Option<Mark>,
    ) -> Option<Node> {
        let said = |node: &&Node| !node.is_null();
        let (before, after) = (base.filter(said), head.filter(said));
        if before == after {
            return head.or(base).cloned();
        }
        let empty_map = Node { value: Value::Map(Vec::new()), ..Node::absent() };
        let empty_list = Node { value: Value::List(Vec::new()), ..Node::absent() };
        let is_map = |node: Option<&Node>| node.is_none_or(|node| matches!(node.value, Value::Map(_)));
        let is_list = |node: Option<&Node>| node.is_none_or(|node| matches!(node.value, Value::List(_)));
        let whole = before.is_none() != after.is_none() && decides_on_entries(cursor.here());
        if is_map(before) && is_map(after) && cursor.goes_deeper() && !whole {
            return Some(self.map(cursor, path, before.unwrap_or(&empty_map), after.unwrap_or(&empty_map)));
        }
        let mut key = cursor.here();
        if is_list(before) && is_list(after) && !whole {
            let default = direction::default_list(cursor.item().here().or(key));
            let absent = match &default {
                DefaultList::Empty => Some(&empty_list),
                DefaultList::Items(items) => Some(items),
                DefaultList::Described => None,
            };
            if let (Some(before), Some(after)) = (before.or(absent), after.or(absent)) {
                return Some(self.list(cursor, path, before, after));
            }
            key = cursor
                .item()
                .here()
                .filter(|key| matches!(key.direction, Direction::Free | Direction::AllowList));
        }
        let effect = direction::effect(key, last_word(path), Side { before, after }, self.rules);
        let mark = match after {
            Some(node) if !matches!(node.value, Value::Map(_) | Value::List(_)) => Some(node.mark),
            Some(node) => mark.or(Some(node.mark)),
            None => before.map(|node| node.mark),
        };
        match (self.accept)(Found { path, before, after, effect, mark }) {
            true => after.cloned(),
            false => before.cloned(),
        }
    }

    fn map(&mut self, cursor: &Cursor<'_>, path: &str, base: &Node, head: &Node) -> Node {
        let only_head = head.entries().iter().filter(|entry| base.get(&entry.key).is_none());
        let mut entries = Vec::new();
        for entry in base.entries().iter().chain(only_head) {
            let (before, after) = (base.entry(&entry.key), head.entry(&entry.key));
            let path = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
            let mark = after.or(before).map(|entry| entry.mark);
            let below = cursor.key(&entry.key);
            let value = |entry: &'_ Entry| entry.value.clone();
            let (before, after) = (before.map(value), after.map(value));
            if let Some(value) = self.value(&below, &path, before.as_ref(), after.as_ref(), mark) {
                entries.push(Entry { key: entry.key.clone(), mark: mark.unwrap_or(entry.mark), value });
            }
        }
        Node { mark: head.mark, value: Value::Map(entries) }
    }

    fn list(&mut self, cursor: &Cursor<'_>, path: &str, base: &Node, head: &Node) -> Node {
        let below = cursor.item();
        let (before, after) = (base.items(), head.items());
        let is_title = below.key("name").here().is_some_and(|key| key.direction == Direction::Free);
        let mut partner = partners(before, after);
        if is_title {
            pair_renamed(before, after, &mut partner);
        }
        let mut kept: Vec<Option<Node>> = vec![None; before.len()];
        let mut joined: Vec<Option<Node>> = vec![None; after.len()];
        for (index, item) in before.iter().enumerate() {
            let after = partner[index].map(|index| &after[index]);
            kept[index] = match after {
                Some(after) => {
                    self.value(&below, &item_path(path, item), Some(item), Some(after), Some(after.mark))
                }
                None => self.entry(&below, path, (Some(item), None), head.items()),
            };
        }
        for (index, item) in after.iter().enumerate().filter(|(index, _)| !partner.contains(&Some(*index))) {
            joined[index] = self.entry(&below, path, (None, Some(item)), base.items());
        }

        let pairs: Vec<usize> = partner.iter().flatten().copied().collect();
        let reordered = !pairs.is_sorted();
        let matters = cursor.here().is_some_and(|key| key.direction == Direction::Order);
        let effect = if matters { Effect::Loosens } else { Effect::Free };
        let found = || Found { path, before: Some(base), after: Some(head), effect, mark: Some(head.mark) };
        let heads_order = !reordered || (self.accept)(found());
        let items = if heads_order {
            for (index, partner) in partner.iter().enumerate() {
                if let Some(partner) = partner {
                    joined[*partner] = kept[index].take();
                }
            }
            weave(joined, kept, |index| index.checked_sub(1).map(|before| partner[before]))
        } else {
            let back = |index: usize| partner.iter().position(|partner| *partner == Some(index));
            weave(kept, joined, |index| index.checked_sub(1).map(back))
        };
        Node { mark: head.mark, value: Value::List(items) }
    }

    /// An entry that only one side has, given all that the other one has.
    fn entry(
        &mut self,
        cursor: &Cursor<'_>,
        path: &str,
        (before, after): (Option<&Node>, Option<&Node>),
        others: &[Node],
    ) -> Option<Node> {
        let node = after.or(before)?;
        let named = name(node).is_some();
        let path = if named { item_path(path, node) } else { format!("{path}[]") };
        let effect = direction::entry_effect(cursor.here(), before.is_none(), node, others);
        match (self.accept)(Found { path: &path, before, after, effect, mark: Some(node.mark) }) {
            true => after.cloned(),
            false => before.cloned(),
        }
    }
}

/// Whether a key speaks of whole entries, so that one that is new or gone is judged as a whole.
fn decides_on_entries(key: Option<&'static Key>) -> bool {
    use Direction::*;
    key.is_some_and(|key| {
        matches!(key.direction, MoreLoosens | MoreTightens | Joins | AnyChangeLoosens | Free)
            && (key.path.ends_with('*') || key.path.ends_with("[]"))
    })
}

/// For each item of the base, the item of head that is the same entry: of the same name, else of the same value.
fn partners(before: &[Node], after: &[Node]) -> Vec<Option<usize>> {
    let mut free: Vec<bool> = vec![true; after.len()];
    let same = |one: &Node, other: &Node| match (name(one), name(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        _ => false,
    };
    let mut partner = |item: &Node| {
        let index = after.iter().enumerate().position(|(index, other)| free[index] && same(item, other))?;
        free[index] = false;
        Some(index)
    };
    before.iter().map(&mut partner).collect()
}

/// How many renamed entries are looked for: each is compared with each.
const MOST_RENAMED: usize = 32;

/// Pairs entries whose name says nothing about strictness with those of other names: with the one that is alike in all else,
/// and the last that is left with the last. What they say is compared key by key, so that nothing is lost by it.
fn pair_renamed(before: &[Node], after: &[Node], partner: &mut [Option<usize>]) {
    // A name that the other side has is that of another entry.
    let is_alone = |node: &Node, others: &[Node]| {
        name(node).is_some_and(|own| others.iter().all(|other| name(other) != Some(own)))
    };
    let gone =
        (0..before.len()).filter(|index| partner[*index].is_none() && is_alone(&before[*index], after));
    let mut gone: Vec<usize> = gone.collect();
    let new =
        (0..after.len()).filter(|index| !partner.contains(&Some(*index)) && is_alone(&after[*index], before));
    let mut new: Vec<usize> = new.collect();
    if gone.len().max(new.len()) > MOST_RENAMED {
        return;
    }
    gone.retain(|index| {
        let at = new.iter().position(|other| are_alike(&before[*index], &after[*other]));
        partner[*index] = at.map(|at| new.remove(at));
        at.is_none()
    });
    if let (&[gone], &[new]) = (&gone[..], &new[..]) {
        partner[gone] = Some(new);
    }
}

/// Whether two entries say the same but for their names.
fn are_alike(one: &Node, other: &Node) -> bool {
    let within = |one: &Node, other: &Node| {
        let mut rest = one.entries().iter().filter(|entry| entry.key != "name");
        rest.all(|entry| other.get(&entry.key) == Some(&entry.value))
    };
    within(one, other) && within(other, one)
}

/// The name by which an entry of a list is known.
fn name(node: &Node) -> Option<&str> {
    match node.get("name").map(|node| &node.value) {
        Some(Value::Text(name)) => Some(name),
        _ => None,
    }
}

fn item_path(path: &str, item: &Node) -> String {
    match name(item) {
        Some(name) => format!("{path}[{name}]"),
        None => format!("{path}[]"),
    }
}

fn last_word(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The first list in its order, and each remaining entry of the second behind the one that it followed.
fn weave(
    first: Vec<Option<Node>>,
    second: Vec<Option<Node>>,
    predecessor: impl Fn(usize) -> Option<Option<usize>>,
) -> Vec<Node> {
    // Behind which entry of `first`, counted from 1; 0 is the front.
    let mut behind: Vec<Vec<Node>> = vec![Vec::new(); first.len() + 1];
    let mut last = 0;
    for (index, node) in second.into_iter().enumerate() {
        if let Some(Some(position)) = predecessor(index) {
            last = position + 1;
        }
        behind[last].extend(node);
    }
    let mut behind = behind.into_iter();
    let mut items = behind.next().unwrap_or_default();
    for (node, followers) in first.into_iter().zip(behind) {
        items.extend(node);
        items.extend(followers);
    }
    items
}
