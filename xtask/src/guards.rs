//! How each guard is asked: what it needs of the scene, and what its answer means.

use serde_json::Value;
use source::{Cache, Code};

use crate::answer::{Answer, said, with_section};
use crate::scene::Scene;
use crate::surroundings::{self, process_env};
use crate::{delegate, house, live, store, touched};

/// The guards, in the order of the report.
pub(crate) static NAMES: &[&str] = &["lints", "arch", "contracts", "golden", "integrity"];

/// What has something to judge and was not asked after an edit, by what it judges; nothing where the whole change counts.
pub(crate) fn judged_later(scene: &Scene) -> Vec<&'static str> {
    if scene.ask.files.is_none() {
        return Vec::new();
    }
    let has_layers =
        || scene.effective.section::<arch::Policy>("arch").is_ok_and(|it| it != Default::default());
    let has_protos = || scene.change.head.paths().any(|path| path.ends_with(".proto"));
    // Without its expressions, for which the agent would wait 1.7 ms.
    let has_corpora = || {
        let golden: Value = scene.effective.section("golden").unwrap_or_default();
        golden.get("corpora").and_then(Value::as_object).is_some_and(|corpora| !corpora.is_empty())
    };
    let kinds: [(&str, &str, &dyn Fn() -> bool); 3] = [
        ("arch", "layers", &has_layers),
        ("contracts", "contracts", &has_protos),
        ("golden", "rankings", &has_corpora),
    ];
    let is_left = |guard| touched::left_for_later(guard, scene.ask.files.as_deref(), &scene.change).is_some();
    let left = kinds.into_iter().filter(|(guard, _, has)| is_left(guard) && has()).map(|(_, name, _)| name);
    std::iter::once("what files say of each other").chain(left).collect()
}

/// Asks a guard about head, in the tiers that are asked for.
pub(crate) fn ask(name: &str, scene: &Scene) -> Answer {
    if !scene.ask.wants(name) {
        return Answer::NotAsked(None);
    }
    if let Some(reason) = touched::left_for_later(name, scene.ask.files.as_deref(), &scene.change) {
        return Answer::NotAsked(Some(reason));
    }
    let tier = scene.ask.tier;
    let in_static = || match name {
        "lints" => {
            let (head, few) = (scene.head_code(), scene.ask.files.as_deref());
            let side = (head, &scene.change.head);
            match scene.change.base {
                Some(_) => {
                    lints(scene, side, Some(lints_base(scene, &|| scene.base_code().unwrap_or(head))), few)
                }
                None => lints(scene, side, None, few),
            }
        }
        "arch" => {
            let base = &|| scene.base_code();
            with_section(scene, "arch", |own| arch(scene, (scene.head_code(), base), &scene.change.head, own))
        }
        "contracts" => contracts(scene),
        "golden" => golden(scene),
        _ => integrity(scene),
    };
    let in_live = || match name {
        "lints" if scene.ask.files.is_none() => delegate::ask(scene),
        "contracts" => live::contracts(scene),
        "golden" => live::golden(scene),
        _ => Answer::NotAsked(Some("nothing of it belongs to the live tier".to_owned())),
    };
    match (tier.is_static(), tier.is_live()) {
        (true, true) => in_static().and(in_live()),
        (true, false) => in_static(),
        _ => in_live(),
    }
}

/// Asks a guard that judges one side about the base, to know what the base already has.
pub(crate) fn ask_at_base(name: &str, scene: &Scene, code: &Code) -> Answer {
    let asked = scene.ask.wants(name)
        && touched::left_for_later(name, scene.ask.files.as_deref(), &scene.change).is_none();
    match (name, &scene.change.base) {
        // What the base has was not added to it.
        ("lints", Some(base)) if asked => {
            let few = touched::at_base(scene.ask.files.as_deref(), &scene.change);
            let in_static = || lints(scene, (code, base), Some(lints_base(scene, &|| code)), few.as_deref());
            match (scene.ask.tier.is_static(), scene.ask.tier.is_live()) {
                (true, true) => in_static().and(delegate::ask_at_base(scene, base, code)),
                (true, false) => in_static(),
                _ => delegate::ask_at_base(scene, base, code),
            }
        }
        ("arch", Some(base)) if asked && scene.ask.tier.is_static() => {
            match scene.base_policy.section("arch") {
                Ok(own) => arch(scene, (code, &|| None), base, &own),
                Err(error) => Answer::CouldNotRun(error.to_string()),
            }
        }
        ("contracts", Some(base)) if asked && scene.ask.tier.is_static() => {
            let outside = surroundings::outside(&scene.ask.root, scene.ask.today, &process_env);
            with_section(scene, "contracts", |policy| {
                said(contracts::check_base(base, policy, code, &outside))
            })
        }
        _ => Answer::NotAsked(None),
    }
}

/// The base, given how to come by its code.
fn lints_base<'b, 'c>(scene: &'b Scene, code: &'b (dyn Fn() -> &'c Code + Sync)) -> lints::Base<'b, 'c> {
    let commit = scene.change.base_info.commit.as_deref();
    lints::Base { code, commit: commit.map(|commit| (commit, scene.prefix())) }
}

/// Asks about one side, and of that about these files, where there are any given.
fn lints(
    scene: &Scene,
    (code, tree): (&Code, &source::Tree),
    base: Option<lints::Base<'_, '_>>,
    few: Option<&[String]>,
) -> Answer {
    let wanted: &(dyn Fn(&str) -> bool + Sync) =
        &|path| few.is_some_and(|files| files.iter().any(|file| file == path));
    let only = few.map(|_| wanted);
    with_section(scene, "lints", |policy: &lints::Policy| {
        let policy = &lints::Policy { today: Some(scene.ask.today), ..policy.clone() };
        // A few files are looked at sooner than all notes are read.
        let cache = if only.is_some() { &Cache::off() } else { &scene.ask.cache };
        let checked = lints::check_change(code, base, tree, policy, only, cache).and_then(|mut checked| {
            if !house::own().is_empty() {
                let own = house::own();
                let own = lints::check_own_with(own, code, tree, policy, only, cache)?;
                checked.findings.extend(own);
            }
            Ok(checked)
        });
        said(checked)
    })
}

/// Judges one side by the policy that judges, and the policy of that side, `own`, by its examples: the base's rules are
/// known to find something, or not, as the base has them. Beside head's code stands how to come by the base's.
fn arch<'b>(
    scene: &Scene,
    (code, base): (&Code, &'b dyn Fn() -> Option<&'b Code>),
    tree: &source::Tree,
    own: &arch::Policy,
) -> Answer {
    with_section(scene, "arch", |policy: &arch::Policy| match *policy == arch::Policy::default() {
        true => Answer::NotConfigured("the policy has no section `arch`".to_owned()),
        false => said(arch::check_head(code, tree, policy, base).and_then(|mut checked| {
            let of_policy = arch::check_policy(tree, own)?;
            checked.findings.extend(of_policy.findings);
            checked.counts.extend(of_policy.counts);
            Ok(checked)
        })),
    })
}

fn contracts(scene: &Scene) -> Answer {
    let has_protos = |tree: &source::Tree| tree.paths().any(|path| path.ends_with(".proto"));
    let protos = has_protos(&scene.change.head) || scene.change.base.as_ref().is_some_and(has_protos);
    let codes = contracts::Codes { head: &|| scene.head_code(), base: &|| scene.base_code() };
    // Head's own, also where they await an approval: that is told by itself, and scenario files come with them.
    let services: service::Services = match scene.head_policy.section("services") {
        Ok(services) => services,
        Err(error) => return Answer::CouldNotRun(error.to_string()),
    };
    let outside = contracts::Outside { against: scene.ask.against.clone(), services, ..scene.outside() };
    with_section(scene, "contracts", |policy: &contracts::Policy| {
        // What moved to where nobody looks is there at the base alone.
        let mut sides = std::iter::once(&scene.change.head).chain(&scene.change.base);
        let watches = sides.any(|tree| contracts::has_operations(tree, policy));
        if !protos && policy.models.is_empty() && !watches {
            return Answer::NotConfigured("there are no protos".to_owned());
        }
        said(contracts::check_static_with(&scene.change, policy, codes, &outside))
    })
}

fn golden(scene: &Scene) -> Answer {
    with_section(scene, "golden", |policy: &golden::Policy| match policy.corpora.is_empty() {
        true => Answer::NotConfigured("the policy names no corpora under `golden`".to_owned()),
        false => {
            let approved =
                |finding: &findings::Finding| scene.approvals.covered_parts(finding, &scene.change);
            let store = store::of(&scene.ask.root, policy, None, &process_env);
            Answer::Checked(golden::check_static_with(&scene.change, policy, &store, &approved))
        }
    })
}

fn integrity(scene: &Scene) -> Answer {
    let policies = integrity::Policies {
        base: &scene.base_policy,
        head: &scene.head_policy,
        schema: &house::SCHEMA,
        rules: &scene.rules,
        spoke_of_nothing: &|difference| scene.spoke_of_nothing(difference),
    };
    with_section(scene, "integrity", |policy| {
        let files = scene.ask.files.as_deref();
        let of_written =
            touched::code_of(files, &scene.change).map(|change| integrity::check(&change, &policies, policy));
        let checked = match of_written {
            Some(Ok(Some(checked))) if !touched::concerns_some(files, &checked.findings) => Ok(Some(checked)),
            // What left a file may stand in another one of the change, so that all of it has the word.
            _ => integrity::check(&scene.change, &policies, policy),
        };
        match checked {
            Ok(Some(checked)) => Answer::Checked(checked),
            Ok(None) => Answer::NotConfigured("there is no base to compare with".to_owned()),
            Err(error) => Answer::CouldNotRun(error.to_string()),
        }
    })
}
