//! Claude Code's settings: our hooks, permissions and variables merged into what is there, and taken out again.

use serde_json::Value;

use super::json::{Fault, Json, Kind, Node, Step};

/// The settings that are put in, as they are kept in `ci/`.
const OURS: &str = include_str!("../../../ci/claude-code/settings.json");

/// By what a hook of ours is known, whatever the rest of its command is.
const LAUNCHER: &str = "gatefold-hook";

/// What was merged.
pub(super) struct Merged {
    pub(super) text: String,
    pub(super) added: Added,
    /// What stands in the way of ours and was left.
    pub(super) notes: Vec<String>,
}

/// What of ours was not there before, so that nothing else is taken out again.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Added {
    #[serde(default)]
    pub(super) deny: Vec<String>,
    #[serde(default)]
    pub(super) env: Vec<String>,
}

/// A hook of ours, as it should be or as it is found.
struct Hook {
    event: String,
    matcher: Option<String>,
    /// The handler's text.
    handler: String,
    value: Value,
    group: usize,
    item: usize,
}

/// Settings in which ours are there once, and everything else is as it was.
///
/// `prefix` is the gated folder from the repository's root; paths of it that are denied lie below. A pattern is denied where
/// `holds` says that it fits a file there.
pub(super) fn merge(text: &str, prefix: &str, holds: &dyn Fn(&str) -> bool) -> Result<Merged, Fault> {
    let text = if text.trim_start_matches('\u{feff}').trim().is_empty() { "{}\n" } else { text };
    let mut merged = Merged { text: text.to_owned(), added: Added::default(), notes: Vec::new() };
    check_shape(&Json::read(text)?)?;
    merge_env(&mut merged)?;
    merge_deny(&mut merged, prefix, holds)?;
    merged.text = with_hooks(merged.text)?;
    let json = Json::read(&merged.text)?;
    if json.value(&[Step::Key("disableAllHooks")]) == Some(Value::Bool(true)) {
        merged.notes.push("`disableAllHooks` is set there, so no hook runs; take it out".to_owned());
    }
    Ok(merged)
}

/// Settings without ours. What is empty after that is taken out too.
pub(super) fn without(text: &str, added: &Added) -> Result<String, Fault> {
    let mut text = text.to_owned();
    check_shape(&Json::read(&text)?)?;
    while let Some(hook) = found(&Json::read(&text)?).into_iter().next_back() {
        text = without_hook(&text, &hook)?;
    }
    let deny = [Step::Key("permissions"), Step::Key("deny")];
    for entry in &added.deny {
        let at = words(&Json::read(&text)?, &deny).iter().position(|word| word == entry);
        if let Some(at) = at {
            text = cut(&text, &[deny[0], deny[1], Step::Item(at)])?;
            text = cut_empty(text, &[&deny, &deny[..1]])?;
        }
    }
    for key in &added.env {
        let path = [Step::Key("env"), Step::Key(key)];
        let json = Json::read(&text)?;
        if json.value(&path).is_some() && json.value(&path) == ours().value(&path) {
            text = cut(&text, &path)?;
            text = cut_empty(text, &[&path[..1]])?;
        }
    }
    Ok(text)
}

/// Whether nothing of ours is left to hold a file for.
pub(super) fn is_empty(text: &str) -> bool {
    Json::read(text).is_ok_and(|json| json.value(&[]) == Some(Value::Object(serde_json::Map::new())))
}

fn ours() -> Json<'static> {
    match Json::read(OURS) {
        Ok(json) => json,
        // A test reads it.
        Err(_) => Json::read("{}").unwrap_or_else(|_| unreachable!("an empty object is JSON")),
    }
}

fn merge_env(merged: &mut Merged) -> Result<(), Fault> {
    let ours = ours();
    for (key, wanted) in entries(&ours, &[Step::Key("env")]) {
        let json = Json::read(&merged.text)?;
        let there = json.value(&[Step::Key("env"), Step::Key(&key)]);
        match there {
            Some(value) if Some(&value) == ours.value(&[Step::Key("env"), Step::Key(&key)]).as_ref() => {}
            Some(value) => merged.notes.push(format!(
                "`env.{key}` is {value} there and stays; Gatefold would have it {}",
                ours.written(&wanted)
            )),
            None => {
                let text = with_container(&merged.text, &[], "env", "{}")?;
                merged.text = entered(&text, &[Step::Key("env")], &key, ours.written(&wanted))?;
                merged.added.env.push(key);
            }
        }
    }
    Ok(())
}

fn merge_deny(merged: &mut Merged, prefix: &str, holds: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
    let path = [Step::Key("permissions"), Step::Key("deny")];
    let ours = words(&ours(), &path);
    let fits = |word: &&String| pattern(word).is_none_or(holds);
    for wanted in ours.iter().filter(fits).map(|word| below(word, prefix)) {
        if words(&Json::read(&merged.text)?, &path).contains(&wanted) {
            continue;
        }
        let text = with_container(&merged.text, &[], "permissions", "{}")?;
        let text = with_container(&text, &path[..1], "deny", "[]")?;
        let json = Json::read(&text)?;
        merged.text =
            json.with_item(&path, &Value::from(wanted.as_str()).to_string()).unwrap_or(text.clone());
        merged.added.deny.push(wanted);
    }
    Ok(())
}

/// The pattern of a rule that is about many files of the gated folder.
fn pattern(rule: &str) -> Option<&str> {
    let path = rule.strip_prefix("Edit(/")?.strip_suffix(')')?;
    (!path.starts_with('.') && path.contains('*')).then_some(path)
}

/// A rule about a path of the gated folder, with that folder in front. The client's own files lie at the repository's root.
fn below(rule: &str, prefix: &str) -> String {
    match rule.strip_prefix("Edit(/").filter(|rest| !prefix.is_empty() && !rest.starts_with('.')) {
        Some(rest) => format!("Edit(/{prefix}/{rest}"),
        None => rule.to_owned(),
    }
}

/// Puts our hooks in where they are missing, in the place of older ones, and takes out those that are there too often.
fn with_hooks(mut text: String) -> Result<String, Fault> {
    let mut wanted = found(&ours());
    // From behind, so that what is found first stays where it is.
    let mut kept: Vec<(String, Option<String>)> = Vec::new();
    let mut seen = 0;
    while let Some(hook) = found(&Json::read(&text)?).into_iter().nth(seen) {
        let place = (hook.event.clone(), hook.matcher.clone());
        let meant = wanted.iter().find(|ours| (&ours.event, &ours.matcher) == (&place.0, &place.1));
        match meant.filter(|_| !kept.contains(&place)) {
            None => text = without_hook(&text, &hook)?,
            Some(meant) => {
                if meant.value != hook.value {
                    let json = Json::read(&text)?;
                    let path = path_of(&hook);
                    text = json.with_value(&path, &meant.handler).unwrap_or(text.clone());
                }
                kept.push(place);
                seen += 1;
            }
        }
    }
    wanted.retain(|hook| !kept.contains(&(hook.event.clone(), hook.matcher.clone())));
    for hook in wanted {
        text = with_container(&text, &[], "hooks", "{}")?;
        text = with_container(&text, &[Step::Key("hooks")], &hook.event, "[]")?;
        let matcher =
            hook.matcher.map(|it| format!("\"matcher\": {}, ", Value::from(it))).unwrap_or_default();
        let group = format!("{{ {matcher}\"hooks\": [{}] }}", hook.handler);
        let path = [Step::Key("hooks"), Step::Key(&hook.event)];
        text = Json::read(&text)?.with_item(&path, &group).unwrap_or(text.clone());
    }
    Ok(text)
}

fn without_hook(text: &str, hook: &Hook) -> Result<String, Fault> {
    let path = path_of(hook);
    let text = cut(text, &path)?;
    cut_empty_group(text, &path)
}

/// Takes out the group that has no handlers any more, then the event without groups, then hooks without events.
fn cut_empty_group(text: String, path: &[Step<'_>; 5]) -> Result<String, Fault> {
    let has_none = Json::read(&text)?.value(&path[..4]) == Some(Value::Array(Vec::new()));
    if !has_none {
        return Ok(text);
    }
    let text = cut(&text, &path[..3])?;
    cut_empty(text, &[&path[..2], &path[..1]])
}

/// Takes out each container in turn that has nothing in it.
fn cut_empty(mut text: String, paths: &[&[Step<'_>]]) -> Result<String, Fault> {
    for path in paths {
        let value = Json::read(&text)?.value(path);
        let is_empty = match &value {
            Some(Value::Object(map)) => map.is_empty(),
            Some(Value::Array(list)) => list.is_empty(),
            _ => false,
        };
        if is_empty {
            text = cut(&text, path)?;
        }
    }
    Ok(text)
}

fn path_of(hook: &Hook) -> [Step<'_>; 5] {
    [
        Step::Key("hooks"),
        Step::Key(&hook.event),
        Step::Item(hook.group),
        Step::Key("hooks"),
        Step::Item(hook.item),
    ]
}

/// Every hook of ours in settings, in the order in which they stand there.
fn found(json: &Json<'_>) -> Vec<Hook> {
    let mut found = Vec::new();
    for (event, groups) in entries(json, &[Step::Key("hooks")]) {
        let Kind::List(groups) = groups.kind else { continue };
        for group in 0..groups.len() {
            let at = [Step::Key("hooks"), Step::Key(&event), Step::Item(group)];
            let matcher = json.value(&[at[0], at[1], at[2], Step::Key("matcher")]);
            let handlers = [at[0], at[1], at[2], Step::Key("hooks")];
            let Some(Kind::List(items)) = json.node(&handlers).map(|node| &node.kind) else { continue };
            for (item, node) in items.iter().enumerate() {
                let value: Value = serde_json::from_str(json.written(node)).unwrap_or_default();
                if value["command"].as_str().is_some_and(|command| command.contains(LAUNCHER)) {
                    found.push(Hook {
                        event: event.clone(),
                        matcher: matcher.as_ref().and_then(Value::as_str).map(str::to_owned),
                        handler: json.written(node).to_owned(),
                        value,
                        group,
                        item,
                    });
                }
            }
        }
    }
    found
}

/// Refuses settings in which what we add to is something else.
fn check_shape(json: &Json<'_>) -> Result<(), Fault> {
    let must = |path: &[Step<'_>], list: bool, what: &str| match json.node(path) {
        Some(node) if list && !matches!(node.kind, Kind::List(_)) => {
            Err(json.fault(node.at.start, format!("{what} is no list; the client does not read it either")))
        }
        Some(node) if !list && !matches!(node.kind, Kind::Object(_)) => {
            Err(json.fault(node.at.start, format!("{what} is no object; the client does not read it either")))
        }
        _ => Ok(()),
    };
    must(&[], false, "what is in the file")?;
    must(&[Step::Key("env")], false, "`env`")?;
    must(&[Step::Key("permissions")], false, "`permissions`")?;
    must(&[Step::Key("permissions"), Step::Key("deny")], true, "`permissions.deny`")?;
    must(&[Step::Key("hooks")], false, "`hooks`")?;
    for (event, _) in entries(json, &[Step::Key("hooks")]) {
        must(&[Step::Key("hooks"), Step::Key(&event)], true, &format!("`hooks.{event}`"))?;
    }
    Ok(())
}

fn entries(json: &Json<'_>, path: &[Step<'_>]) -> Vec<(String, Node)> {
    match json.node(path).map(|node| &node.kind) {
        Some(Kind::Object(entries)) => {
            entries.iter().map(|(key, _, value)| (key.clone(), value.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// The words of a list.
fn words(json: &Json<'_>, path: &[Step<'_>]) -> Vec<String> {
    match json.value(path) {
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// The text with an empty container under a key, if there is none.
fn with_container(text: &str, above: &[Step<'_>], key: &str, empty: &str) -> Result<String, Fault> {
    let json = Json::read(text)?;
    let there = entries(&json, above).iter().any(|(name, _)| name == key);
    if there { Ok(text.to_owned()) } else { entered(text, above, key, empty) }
}

fn entered(text: &str, object: &[Step<'_>], key: &str, value: &str) -> Result<String, Fault> {
    Ok(Json::read(text)?.with_entry(object, key, value).unwrap_or_else(|| text.to_owned()))
}

fn cut(text: &str, path: &[Step<'_>]) -> Result<String, Fault> {
    Ok(Json::read(text)?.without(path).unwrap_or_else(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was there stays, ours are there once, a second time changes nothing, and taking ours out leaves what was there.
    fn check(before: &str) -> String {
        let merged = merge(before, "", &|_| true).unwrap_or_else(|fault| panic!("{before}: {fault:?}"));
        let again = merge(&merged.text, "", &|_| true).expect("it is merged");
        assert_eq!(again.text, merged.text, "{before}");
        let count = |text: &str| found(&Json::read(text).expect("JSON")).len();
        assert_eq!(count(&merged.text), count(OURS), "{}", merged.text);
        let left = without(&merged.text, &merged.added).expect("it is merged");
        let value =
            |text: &str| serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).expect("JSON");
        assert_eq!(value(&left), value(before), "{left}");
        merged.text
    }

    #[test]
    fn what_is_put_in_is_read() {
        assert!(found(&ours()).len() >= 4);
        assert_eq!(Json::read(OURS).expect("strict JSON").value(&[]), serde_json::from_str(OURS).ok());
    }

    #[test]
    fn settings_of_any_style_are_merged_in_their_own() {
        assert_eq!(check("{}"), check("{}"));
        let wide =
            check("{\n\t\"model\": \"opus\",\n\t\"permissions\": {\n\t\t\"allow\": [\"Bash(ls)\"]\n\t}\n}\n");
        assert!(wide.starts_with("{\n\t\"model\": \"opus\",\n\t\"permissions\": {\n\t\t\"allow\": [\"Bash(ls)\"],\n\t\t\"deny\": [\n\t\t\t\"Edit("), "{wide}");
        let windows = check("\u{feff}{\r\n    \"model\": \"opus\"\r\n}");
        assert!(windows.starts_with('\u{feff}') && windows.ends_with('}'));
        assert_eq!(windows.matches('\n').count(), windows.matches("\r\n").count());
        assert!(windows.contains("\r\n    \"hooks\": {\r\n        \""), "{windows}");
        let narrow = check(r#"{"model":"opus","env":{"A":"\"b\\"}}"#);
        assert!(!narrow.contains('\n'), "{narrow}");
    }

    #[test]
    fn hooks_of_others_stay_and_ours_are_brought_up_to_date() {
        let theirs = r#"{"type":"command","command":"./theirs.sh"}"#;
        let text = format!(
            r#"{{"hooks":{{"Stop":[{{"hooks":[{theirs},{{"type":"command","command":"x/gatefold-hook antique","timeout":1}}]}},
            {{"hooks":[{{"type":"command","command":"gatefold-hook twice"}}]}}],"Gone":[{{"hooks":[{{"type":"command","command":"gatefold-hook"}}]}}]}}}}"#
        );
        let merged = merge(&text, "", &|_| true).expect("settings").text;
        let value: Value = serde_json::from_str(&merged).expect("JSON");
        assert_eq!(value["hooks"]["Stop"].as_array().map(Vec::len), Some(1), "{merged}");
        assert_eq!(value["hooks"]["Stop"][0]["hooks"][0]["command"], "./theirs.sh");
        assert_eq!(value["hooks"]["Stop"][0]["hooks"].as_array().map(Vec::len), Some(2));
        assert!(value["hooks"].get("Gone").is_none() && !merged.contains("antique"), "{merged}");
        assert_eq!(merge(&merged, "", &|_| true).expect("settings").text, merged);
    }

    #[test]
    fn what_cannot_be_merged_is_refused_with_its_place() {
        let check = |text: &str, line: usize, column: usize, says: &str| match merge(text, "", &|_| true) {
            Ok(merged) => panic!("{text} became {}", merged.text),
            Err(fault) => {
                assert_eq!((fault.line, fault.column), (line, column), "{text}: {}", fault.message);
                assert!(fault.message.contains(says), "{}", fault.message);
            }
        };
        check("{\n  // mine\n  \"a\": 1\n}", 2, 3, "comment");
        check("{\"a\": 1 /* mine */}", 1, 9, "comment");
        check("{\n  \"a\": 1,\n}", 3, 1, "trailing comma");
        check("[]", 1, 1, "no object");
        check("{\n  \"hooks\": []\n}", 2, 12, "`hooks` is no object");
        check("{\"hooks\": {\"Stop\": {}}}", 1, 20, "`hooks.Stop` is no list");
        check("{\"a\": 1, \"a\": 2}", 1, 10, "twice");
        check(&"[".repeat(500), 1, 128, "no JSON");
    }

    #[test]
    fn values_of_others_are_left_and_said() {
        let merged = merge(r#"{"env":{"INSTA_UPDATE":"always"},"disableAllHooks":true}"#, "", &|_| true)
            .expect("settings");
        assert!(merged.text.contains("always") && merged.added.env.is_empty());
        assert_eq!(merged.notes.len(), 2);
    }

    #[test]
    fn denied_paths_lie_below_the_gated_folder() {
        assert_eq!(below("Edit(/approvals/allowed_signers)", "a/b"), "Edit(/a/b/approvals/allowed_signers)");
        assert_eq!(below("Edit(/.claude/settings*.json)", "a/b"), "Edit(/.claude/settings*.json)");
        assert_eq!(below("Edit(/approvals/x)", ""), "Edit(/approvals/x)");
    }
}
