//! The rule card.

use crate::client::{ask, context, payload};
use crate::workspace::Workspace;

fn card(workspace: &Workspace) -> String {
    let answer = ask(workspace, &payload(workspace, "SessionStart", "s")).expect("an answer");
    let card = context(answer).expect("a card");
    assert!(card.chars().count() <= 1_500, "{}: {card}", card.chars().count());
    card
}

#[test]
fn the_card_says_the_architecture_as_the_policy_has_it() {
    let workspace = Workspace::new();
    let text = card(&workspace);
    for said in [
        "- services: home, mould, now-playing, search",
        "- crates: experiments",
        "recorded rankings",
        "gate`",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(text.find("- services").expect("a layer") < text.find("- crates").expect("a layer"), "{text}");
    let policy = workspace.read("gatefold.yaml");
    let renamed =
        policy.replace("- name: services\n", "- name: faces\n").replace("layer:services", "layer:faces");
    workspace.write("gatefold.yaml", renamed);
    assert!(card(&workspace).contains("- faces: home"), "the tree's own policy");
}

#[test]
fn a_long_policy_makes_no_long_card() {
    let workspace = Workspace::small();
    let layer = |number: usize| {
        format!(
            "    - {{name: layer-{number}, members: [crate-{number}], because: \"{}\"}}\n",
            "x".repeat(200)
        )
    };
    let layers: String = (0..60).map(layer).collect();
    workspace.write(
        "gatefold.yaml",
        format!("protected: [\"{}/**\"]\narch:\n  layers:\n{layers}", "y".repeat(3_000)),
    );
    assert!(card(&workspace).contains("layer"), "it says that there are layers");
}

#[test]
fn a_policy_that_cannot_be_read_is_on_the_card() {
    let workspace = Workspace::small();
    workspace.write("gatefold.yaml", "lints: [\n");
    assert!(card(&workspace).contains("cannot be read"));
}

#[test]
fn a_policy_that_only_observes_is_on_the_card_unless_only_the_change_says_so() {
    const SAID: &str = "only observes";
    let workspace = Workspace::small();
    assert!(!card(&workspace).contains(SAID));
    workspace.write("gatefold.yaml", "mode: observe\n");
    assert!(!card(&workspace).contains(SAID), "the base enforces");
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", "mode: observe\n");
    workspace.commit("observe");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    let of_new_session = |session: &str| {
        context(ask(&workspace, &payload(&workspace, "SessionStart", session)).expect("an answer"))
            .expect("a card")
    };
    let text = of_new_session("observed");
    assert!(text.contains(SAID) && text.contains("stops nothing"), "{text}");
    workspace.write("gatefold.yaml", "\n");
    assert!(!of_new_session("enforced").contains(SAID), "what is tightened counts at once");
}
