//! Kinds of findings that particular people approve.

use std::collections::BTreeMap;

use gatefold_policy::approvals::Words;
use gatefold_policy::{Approvers, Document, Effect, POLICY_FILE, Schema, Settings, Vouching, differences};

use crate::common::{ANN, Key, Moved, files, moved, on, with};

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| text.to_string()).collect()
}

/// Ann and Bob have keys, and rankings are for the people of `by`.
fn asking(kind: Approvers) -> Moved {
    let kinds = BTreeMap::from([("rankings".to_owned(), kind)]);
    let settings = Settings { approvers: kinds, ..Settings::default() };
    Moved::under(&(Key::new(1).line(ANN) + &Key::new(2).line("bob@ranking.example.org")), settings)
}

#[test]
fn a_finding_of_a_kind_needs_one_of_its_people() {
    let by = texts(&["*@ranking.example.org"]);
    for kind in [
        Approvers { rules: texts(&["ranking-changed"]), ..Approvers::default() },
        Approvers { guards: texts(&["golden"]), ..Approvers::default() },
        Approvers { files: texts(&["services/*/golden/**"]), ..Approvers::default() },
    ] {
        let moved = asking(Approvers { by: by.clone(), ..kind });
        moved.signed("bob@ranking.example.org", &Key::new(2)).passes();
        moved
            .signed(ANN, &Key::new(1))
            .blocks("`rankings` is for `*@ranking.example.org` to approve, and not for `ann@example.org`");
    }
    let other = Approvers { rules: texts(&["policy-loosened"]), by, ..Approvers::default() };
    asking(other).signed(ANN, &Key::new(1)).passes();
}

#[test]
fn a_kind_without_people_is_approved_by_nobody() {
    let moved = asking(Approvers { guards: texts(&["golden"]), ..Approvers::default() });
    let why = "`rankings` is for nobody to approve, and not for `ann@example.org`";
    moved.signed(ANN, &Key::new(1)).blocks(why);
}

#[test]
fn what_is_of_two_kinds_needs_an_approval_for_each() {
    let mut both = asking(Approvers {
        guards: texts(&["golden"]),
        by: texts(&["bob@ranking.example.org"]),
        ..Approvers::default()
    });
    let home = Approvers { files: texts(&["services/home/**"]), by: texts(&[ANN]), ..Approvers::default() };
    both.settings.approvers.insert("home".to_owned(), home);
    let of_ann = both.signed(ANN, &Key::new(1));
    of_ann.blocks("`rankings` is for `bob@ranking.example.org` to approve, and not for `ann@example.org`");
    let by_bob = both.request(&Words { reason: "meant", by: "bob@ranking.example.org", ..Words::default() });
    let signature = Key::new(2).sign(&by_bob);
    of_ann.with(&[("approvals/two.yaml", &by_bob), ("approvals/two.yaml.sig", &signature)]).passes();

    let requests = both.read();
    let found = moved();
    let change = both.change();
    let requests = requests.requests(&[&found], &change, on("2026-11-20"), &Words::default());
    let told: Vec<_> = requests.iter().map(|one| (one.kind.as_deref(), one.who.as_str())).collect();
    let expected = [
        (Some("home"), "`ann@example.org`, with a signature"),
        (Some("rankings"), "`bob@ranking.example.org`, with a signature"),
    ];
    assert_eq!(told, expected);
    assert!(requests[0].file.starts_with("approvals/home/ranking-changed-"), "{}", requests[0].file);
}

#[test]
fn an_emergency_waits_for_nobody_in_particular() {
    let moved = asking(Approvers { guards: texts(&["golden"]), ..Approvers::default() });
    let words = Words { reason: "down", by: ANN, until: Some("2026-11-22"), emergency: true };
    let text = moved.request(&words);
    let signature = Key::new(1).sign(&text);
    moved.with(&[("approvals/one.yaml", &text), ("approvals/one.yaml.sig", &signature)]).passes();
}

#[test]
fn where_the_forge_vouches_a_kind_has_a_folder_with_owners() {
    let mut moved = asking(Approvers { guards: texts(&["golden"]), ..Approvers::default() });
    moved.settings.approvals = Some(Vouching::Owners);
    moved.base.extend(files(&[("CODEOWNERS", "* @all\n")]));
    let text = moved.request(&Words { reason: "meant", by: "whoever", ..Words::default() });
    moved
        .with(&[("approvals/one.yaml", &text)])
        .blocks("an approval of `rankings` belongs into `approvals/rankings/`, whose owners the forge asks");
    let mut inside = moved.with(&[("approvals/rankings/one.yaml", &text)]);
    inside.blocks(
        "CODEOWNERS of the base has no owners for `approvals/rankings/`, so that the forge asks nobody in particular",
    );
    let owners = files(&[("CODEOWNERS", "/approvals/ @all\n/approvals/rankings/ @ranking\n")]);
    inside.head.extend(owners);
    assert!(inside.why().is_some(), "head's owners say nothing");
    inside.base = with(&inside.base, &[("CODEOWNERS", "/approvals/ @all\n/approvals/rankings/ @ranking\n")]);
    inside.passes();
    assert_eq!(
        inside.read().who(&crate::common::moved(), &inside.change()),
        "a code owner of `approvals/rankings/`, in the forge"
    );
}

#[test]
fn the_kinds_of_the_base_count() {
    let by = texts(&["*@ranking.example.org"]);
    let moved = asking(Approvers { guards: texts(&["golden"]), by, ..Approvers::default() });
    let loosened = moved.with(&[("gatefold.yaml", "approvers: {}\n")]).signed(ANN, &Key::new(1));
    assert!(loosened.why().is_some());
}

#[test]
fn a_kind_tightens_whoever_more_may_approve_it_loosens() {
    let schema = Schema { sections: &[] };
    let kind = |by: &str| format!("approvers:\n  rankings: {{guards: [golden], by: [{by}], because: b}}\n");
    let read = |text: &str| Document::parse(POLICY_FILE, text, &schema).expect("a policy");
    let check = |base: &str, head: &str, expected: &[(&str, Effect)]| {
        let found = differences(&read(base), &read(head), &schema, &[]);
        let told: Vec<_> = found.iter().map(|one| (one.path.as_str(), one.effect)).collect();
        assert_eq!(told, expected, "{base} {head}");
    };
    let (one, two) = (kind("ann"), kind("ann, bob"));
    let (tightens, loosens) = (Effect::Tightens, Effect::Loosens);
    check("mode: enforce\n", &one, &[("mode", Effect::Free), ("approvers.rankings", tightens)]);
    check(&one, "approvers: {}\n", &[("approvers.rankings", loosens)]);
    check(&one, &two, &[("approvers.rankings.by[]", loosens)]);
    check(&two, &one, &[("approvers.rankings.by[]", tightens)]);
    check(&one, &one.replace("golden", "golden, lints"), &[("approvers.rankings.guards[]", tightens)]);
    check(&one, &one.replace("golden", ""), &[("approvers.rankings.guards[]", loosens)]);
    check(&one, &one.replace("because: b", "because: c"), &[("approvers.rankings.because", Effect::Free)]);
    check("exclude_authors: true\n", "exclude_authors: false\n", &[("exclude_authors", loosens)]);
    check("{}", "exclude_authors: true\n", &[("exclude_authors", tightens)]);
}
