//! Which item of head's list is the one that the base had: by its own name, never by its place alone.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

/// Keys by which items are known.
const NAMES: [&str; 6] = ["alert", "record", "slo", "id", "name", "key"];

/// The name of an item, with the key that holds it.
pub(super) fn name(item: &Value) -> Option<(&'static str, &str)> {
    NAMES.iter().find_map(|key| Some((*key, item.get(key)?.as_str()?)))
}

/// For each item of the base its partner at head: of the same name and content, of the same name and labels, of the
/// same name, of the same content but the name, of alerts those that watch the same; and, of items without a name, the same one or else the next.
pub(super) fn partners(base: &[Value], head: &[Value]) -> Vec<Option<usize>> {
    let mut pairing = Pairing { base, head, partner: vec![None; base.len()], taken: vec![false; head.len()] };
    pairing.pass(|item| Some(item.to_string()));
    pairing.pass(|item| {
        let labels = item.get("labels").map(Value::to_string);
        name(item).map(|name| format!("{name:?} {}", labels.unwrap_or_default()))
    });
    pairing.pass(|item| name(item).map(|name| format!("{name:?}")));
    pairing.pass(|item| {
        let (key, _) = name(item)?;
        let mut rest = item.as_object()?.clone();
        rest.remove(key);
        Some(Value::Object(rest).to_string())
    });
    // An alert is what it watches; how it is called and what it tells people may change with it.
    pairing.pass(|item| {
        item.get("alert")?;
        let watched = ["expr", "for", "labels", "keep_firing_for"].map(|key| item.get(key));
        watched[0].is_some().then(|| format!("{watched:?}"))
    });
    pairing.pass(|item| name(item).is_none().then(String::new));
    pairing.partner
}

struct Pairing<'a> {
    base: &'a [Value],
    head: &'a [Value],
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairing<'_> {
    /// Pairs what is left and has the same key, in order.
    fn pass(&mut self, key: impl Fn(&Value) -> Option<String>) {
        let mut free: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (index, item) in self.head.iter().enumerate().filter(|(index, _)| !self.taken[*index]) {
            if let Some(key) = key(item) {
                free.entry(key).or_default().push_back(index);
            }
        }
        if free.is_empty() {
            return;
        }
        for (index, item) in self.base.iter().enumerate() {
            if self.partner[index].is_some() {
                continue;
            }
            let next = key(item).and_then(|key| free.get_mut(&key)?.pop_front());
            if let Some(next) = next {
                (self.partner[index], self.taken[next]) = (Some(next), true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_known_by_their_names() {
        let list = |text: &str| serde_json::from_str::<Vec<Value>>(text).expect("a list");
        let check = |base: &str, head: &str, expected: &[Option<usize>]| {
            assert_eq!(partners(&list(base), &list(head)), expected, "{base} | {head}");
        };
        check(
            r#"[{"name": "a", "n": 1}, {"name": "b"}]"#,
            r#"[{"name": "b"}, {"name": "a", "n": 2}]"#,
            &[Some(1), Some(0)],
        );
        check(r#"[{"name": "a", "n": 1}]"#, r#"[{"name": "z", "n": 1}]"#, &[Some(0)]);
        check(r#"[{"name": "a", "n": 1}]"#, r#"[{"name": "z", "n": 2}]"#, &[None]);
        check(
            r#"[{"alert": "a", "labels": {"s": 1}, "n": 1}, {"alert": "a", "labels": {"s": 2}, "n": 1}]"#,
            r#"[{"alert": "a", "labels": {"s": 2}, "n": 2}, {"alert": "a", "labels": {"s": 1}, "n": 2}]"#,
            &[Some(1), Some(0)],
        );
        check(
            r#"[{"alert": "a", "expr": "x > 1", "labels": {"s": 1}, "annotations": {"t": "a"}}]"#,
            r#"[{"alert": "b", "expr": "x > 1", "labels": {"s": 1}, "annotations": {"t": "b"}}]"#,
            &[Some(0)],
        );
        check(
            r#"[{"alert": "a", "expr": "x > 1", "labels": {"s": 1}, "annotations": {"t": "a"}}]"#,
            r#"[{"alert": "b", "expr": "x > 1", "labels": {"s": 2}, "annotations": {"t": "b"}}]"#,
            &[None],
        );
        check(r#"[{"n": 1}, {"n": 2}]"#, r#"[{"n": 2}, {"n": 3}]"#, &[Some(1), Some(0)]);
        check(r"[1, 2]", r"[1, 2, 3]", &[Some(0), Some(1)]);
    }
}
