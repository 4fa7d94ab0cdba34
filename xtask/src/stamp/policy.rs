//! gatefold.yaml with a service more, or without packages that are left behind.

use std::collections::BTreeSet;

use policy::edit;
use serde_json::Value;

use super::name::Name;
use super::restyle::restyle;
use crate::failure::Failure;

/// What came of registering a service.
pub(crate) struct Registered {
    pub(crate) text: String,
    /// What a human must know or do.
    pub(crate) notes: Vec<String>,
}

/// The maps of the policy that have an entry for every service.
const BY_SERVICE: [&str; 4] = ["services", "contracts.models", "golden.corpora", "golden.mutants"];

/// Registers a service beside the others: how it is started, its golden corpus with the code that mutants are planted
/// in, its layer. Entries are made like those of the service `word`, which the policy itself has, or else the template's.
pub(crate) fn with_service(
    text: &str,
    template: &str,
    word: &str,
    name: &Name,
    services: &BTreeSet<String>,
) -> Result<Registered, Failure> {
    let read = read(text)?;
    let mut registered = Registered { text: text.to_owned(), notes: Vec::new() };
    // Which code ranks is said by whose files they are: a policy that has the service and says nothing means all of it.
    let own = edit::entry(text, "golden.corpora", word).is_some();
    for path in BY_SERVICE {
        let taken = at(&read, path).and_then(Value::as_object);
        if taken.is_some_and(|entries| entries.keys().any(|key| name.clashes(key))) {
            return Err(Failure::usage(format_args!(
                "`{path}` in gatefold.yaml has an entry `{}` already; choose another name",
                name.kebab()
            )));
        }
        let like = edit::entry(text, path, word);
        let others = || edit::entry(template, path, word).filter(|_| !own || path != "golden.mutants");
        let like = like.or_else(others);
        if let Some(entry) = like {
            let entry = restyle("gatefold.yaml", &entry, word, name);
            registered.text = edit::add_entry(&registered.text, path, name.kebab(), &entry)?;
        }
    }
    layer(&read, &mut registered, word, name, services)?;
    for (path, list) in lists(&read) {
        let members = list.iter().filter(|member| is_of(member, word));
        for member in members {
            let member = restyle("gatefold.yaml", member, word, name);
            registered.text = edit::add_item(&registered.text, &path, &member)?;
            if path.ends_with("only_in") {
                registered.notes.push(format!(
                    "`{path}` in gatefold.yaml names services one by one, so the entry `{member}` needs an approval; \
                     `layer:NAME` there would let every member of a layer through"
                ));
            }
        }
    }
    Ok(registered)
}

/// Puts the service into the layer where the services are.
fn layer(
    read: &Value,
    registered: &mut Registered,
    word: &str,
    name: &Name,
    services: &BTreeSet<String>,
) -> Result<(), Failure> {
    let layers = layers(read);
    let holds = |wanted: &dyn Fn(&str) -> bool| {
        layers.iter().position(|(_, members)| members.iter().any(|member| wanted(member)))
    };
    let at = holds(&|member| member == word)
        .or_else(|| holds(&|member| services.contains(member)))
        .or_else(|| layers.iter().position(|(layer, _)| layer == "services"));
    match at {
        Some(at) => {
            let path = format!("arch.layers[{at}].members");
            registered.text = edit::add_item(&registered.text, &path, name.kebab())?;
        }
        None if layers.is_empty() => {}
        None => registered.notes.push(format!(
            "no layer of gatefold.yaml holds services; add `{}` to the `members` of the one where it belongs",
            name.kebab()
        )),
    }
    Ok(())
}

/// The policy without packages that are left behind, and without rules that are only about them. `known` are the crates
/// that a path may still lead to.
pub(crate) fn without(
    text: &str,
    gone: &BTreeSet<String>,
    known: &BTreeSet<String>,
) -> Result<String, Failure> {
    let mut text = text.to_owned();
    for path in BY_SERVICE {
        for (key, entry) in at(&read(&text)?, path).and_then(Value::as_object).into_iter().flatten() {
            // A second corpus of a service says whose it is.
            let of = entry["service"].as_str().unwrap_or(key);
            if gone.contains(of) {
                text = edit::remove_entry(&text, path, key)?;
            }
        }
    }
    let is_gone = |member: &str| gone.iter().any(|package| is_of(member, package));
    while let Some(at) = layers(&read(&text)?).iter().position(|(_, members)| all(members, &is_gone)) {
        text = edit::remove_block(&text, "arch.layers", at)?;
    }
    let leads_nowhere = |path: &str| {
        let first = path.split("::").next().unwrap_or_default();
        !first.contains('*')
            && !["std", "core", "alloc"].contains(&first)
            && !known.contains(&first.replace('_', "-"))
    };
    for (kind, list, is_gone) in [
        ("acyclic", "members", &is_gone as &dyn Fn(&str) -> bool),
        ("forbidden", "only_in", &is_gone),
        ("forbidden", "paths", &leads_nowhere),
        ("leaks", "members", &is_gone),
        ("leaks", "crates", &leads_nowhere),
        ("attributes", "members", &is_gone),
        ("external", "crates", &is_gone),
        ("implementations", "only_in", &is_gone),
        ("implementations", "traits", &leads_nowhere),
    ] {
        let before = read(&text)?;
        for (rule, value) in
            at(&before, &format!("arch.{kind}")).and_then(Value::as_object).into_iter().flatten()
        {
            if all(&words(value.get(list)), is_gone) {
                text = edit::remove_entry(&text, &format!("arch.{kind}"), rule)?;
            }
        }
    }
    let before = read(&text)?;
    for (path, members) in lists(&before) {
        for member in members.iter().filter(|member| is_gone(member)) {
            text = edit::remove_item(&text, &path, member)?;
        }
    }
    for (path, paths) in paths(&before) {
        for member in paths.iter().filter(|member| leads_nowhere(member)) {
            text = edit::remove_item(&text, &path, member)?;
        }
    }
    for (at, (_, members)) in layers(&before).iter().enumerate() {
        for member in members.iter().filter(|member| is_gone(member)) {
            text = edit::remove_item(&text, &format!("arch.layers[{at}].members"), member)?;
        }
    }
    Ok(text)
}

/// The gated workspaces below that a policy lists, by their paths; none where it cannot be read.
pub(crate) fn workspaces(text: &str) -> Vec<String> {
    read(text).map(|read| words(read.get("workspaces"))).unwrap_or_default()
}

fn read(text: &str) -> Result<Value, Failure> {
    Ok(policy::yaml::<Option<Value>>(policy::POLICY_FILE, text)?.unwrap_or_default())
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// Layers by their names, with their members.
fn layers(read: &Value) -> Vec<(String, Vec<String>)> {
    let list = at(read, "arch.layers").and_then(Value::as_array);
    let layer =
        |layer: &Value| (layer["name"].as_str().unwrap_or_default().to_owned(), words(layer.get("members")));
    list.into_iter().flatten().map(layer).collect()
}

/// Every list outside the layers that names crates or modules, with its path.
fn lists(read: &Value) -> Vec<(String, Vec<String>)> {
    const LISTS: [(&str, &str); 6] = [
        ("acyclic", "members"),
        ("forbidden", "only_in"),
        ("leaks", "members"),
        ("attributes", "members"),
        ("external", "crates"),
        ("implementations", "only_in"),
    ];
    LISTS.iter().flat_map(|(kind, list)| of_rules(read, kind, list)).collect()
}

fn paths(read: &Value) -> Vec<(String, Vec<String>)> {
    const LISTS: [(&str, &str); 3] =
        [("forbidden", "paths"), ("leaks", "crates"), ("implementations", "traits")];
    LISTS.iter().flat_map(|(kind, list)| of_rules(read, kind, list)).collect()
}

fn of_rules(read: &Value, kind: &str, list: &str) -> Vec<(String, Vec<String>)> {
    let rules = at(read, &format!("arch.{kind}")).and_then(Value::as_object);
    let rule = |(name, value): (&String, &Value)| {
        (format!("arch.{kind}[\"{name}\"].{list}"), words(value.get(list)))
    };
    rules.into_iter().flatten().map(rule).collect()
}

fn words(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Whether a pattern is a package or something in it.
fn is_of(member: &str, package: &str) -> bool {
    let first = member.split("::").next().unwrap_or_default();
    first.replace('_', "-") == package.replace('_', "-")
}

/// Whether there are words, and all are such.
fn all(words: &[String], such: &dyn Fn(&str) -> bool) -> bool {
    !words.is_empty() && words.iter().all(|word| such(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "\
services:
  home:
    run: [home]
  mould:
    # A clock that stands still.
    run: [target/debug/mould]

arch:
  layers:
    - { name: tools, members: [fixtures], because: a }
    - name: services
      members: [home, mould] # wiring
      because: b
    - name: crates
      members: [features]
      because: c
  acyclic:
    modules: { members: [\"layer:services\"], because: d }
  forbidden:
    wiring: { paths: [redb], only_in: [\"home::main\"], because: e }
    index: { paths: [tantivy], only_in: [home, features], because: f }

golden:
  corpora:
    mould:
      rpc: ranking.v1.Mould/Rank
";

    fn owl() -> Name {
        Name::read("night-owl").expect("a name")
    }

    fn services() -> BTreeSet<String> {
        BTreeSet::from(["home".to_owned()])
    }

    #[test]
    fn a_service_is_registered_beside_the_mould_and_all_else_stays() {
        let registered = with_service(POLICY, "", "mould", &owl(), &services()).map_err(|it| it.message);
        let registered = registered.expect("it is registered");
        let expected = POLICY
            .replace("/mould]\n", "/mould]\n  night-owl:\n    # A clock that stands still.\n    run: [target/debug/night-owl]\n")
            .replace("[home, mould]", "[home, mould, night-owl]")
            + "    night-owl:\n      rpc: ranking.v1.NightOwl/Rank\n";
        assert_eq!(registered.text, expected);
        assert_eq!(registered.notes, Vec::<String>::new());
    }

    #[test]
    fn without_a_mould_the_entries_are_like_the_templates() {
        let own = "arch:\n  layers:\n    - { name: top, members: [home], because: b }\n";
        let registered = with_service(own, POLICY, "mould", &owl(), &services()).map_err(|it| it.message);
        let text = registered.expect("it is registered").text;
        assert!(text.contains("members: [home, night-owl]"), "{text}");
        assert!(
            text.ends_with("golden:\n  corpora:\n    night-owl:\n      rpc: ranking.v1.NightOwl/Rank\n"),
            "{text}"
        );
        let other = own.replace("home", "other");
        let registered = with_service(&other, POLICY, "mould", &owl(), &services()).map_err(|it| it.message);
        assert!(registered.expect("it is registered").notes[0].contains("no layer"));
    }

    #[test]
    fn a_list_that_names_services_one_by_one_is_added_to_and_told() {
        let own = POLICY.replace("\"home::main\"", "\"home::main\", \"mould::main\"");
        let registered = with_service(&own, "", "mould", &owl(), &services()).map_err(|it| it.message);
        let registered = registered.expect("it is registered");
        assert!(registered.text.contains("\"mould::main\", \"night_owl::main\"]"), "{}", registered.text);
        assert!(registered.notes[0].contains("needs an approval"), "{:?}", registered.notes);
    }

    #[test]
    fn mutants_are_planted_where_those_of_the_mould_are() {
        let mutants = "  mutants:\n    home:\n      code: [services/home/src]\n    mould:\n      # What ranks.\n      \
                       code: [services/mould/src/pipeline.rs]\n";
        let planted =
            "    night-owl:\n      # What ranks.\n      code: [services/night-owl/src/pipeline.rs]\n";
        let with = |text: &str, template: &str| {
            let registered = with_service(text, template, "mould", &owl(), &services());
            registered.map_err(|it| it.message).expect("it is registered").text
        };
        let own = format!("{POLICY}{mutants}");
        assert!(with(&own, "").ends_with(&format!("{mutants}{planted}")), "{}", with(&own, ""));
        let unsaid = with(POLICY, &own);
        assert!(!unsaid.contains("mutants"), "its own mould is tried as a whole: {unsaid}");
        let bare = with("arch: { layers: [{ name: top, members: [home], because: b }] }\n", &own);
        assert!(bare.contains("services/night-owl/src/pipeline.rs"), "{bare}");
        let gone = BTreeSet::from(["home".to_owned()]);
        let known = ["features", "redb", "mould", "tantivy"].map(str::to_owned).into();
        let left = without(&own, &gone, &known).map_err(|it| it.message).expect("it is edited");
        let of_home = "    home:\n      code: [services/home/src]\n";
        assert!(left.ends_with(&mutants.replace(of_home, "")), "{left}");
    }

    #[test]
    fn an_entry_of_that_name_is_refused() {
        let taken = Name::read("home").expect("a name");
        let refusal = with_service(POLICY, "", "mould", &taken, &services()).err().expect("a refusal");
        assert!(
            refusal.message.contains("`services` in gatefold.yaml has an entry `home`"),
            "{}",
            refusal.message
        );
    }

    #[test]
    fn every_corpus_of_a_service_that_is_left_behind_goes() {
        let policy =
            format!("{POLICY}    home-pages:\n      service: home\n      rpc: ranking.v1.Home/Pages\n");
        let gone = BTreeSet::from(["home".to_owned()]);
        let known = ["features", "redb", "mould", "tantivy"].map(str::to_owned).into();
        let left = without(&policy, &gone, &known).map_err(|it| it.message).expect("it is edited");
        assert!(left.ends_with("    mould:\n      rpc: ranking.v1.Mould/Rank\n"), "{left}");
    }

    #[test]
    fn packages_that_are_left_behind_go_with_the_rules_about_them() {
        let gone = ["fixtures", "home"].map(str::to_owned).into();
        let known = ["features", "redb", "mould"].map(str::to_owned).into();
        let policy = POLICY.replace(
            "    - { name: tools, members: [fixtures], because: a }\n",
            "    - name: tools\n      members: [fixtures]\n      because: a\n",
        );
        let left = without(&policy, &gone, &known).map_err(|it| it.message).expect("it is edited");
        assert_eq!(
            left,
            "services:\n  mould:\n    # A clock that stands still.\n    run: [target/debug/mould]\n\narch:\n  layers:\n    \
             - name: services\n      members: [mould] # wiring\n      because: b\n    - name: crates\n      members: \
             [features]\n      because: c\n  acyclic:\n    modules: { members: [\"layer:services\"], because: d \
             }\n\ngolden:\n  corpora:\n    mould:\n      rpc: ranking.v1.Mould/Rank\n"
        );
    }
}
