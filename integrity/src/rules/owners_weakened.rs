//! Paths that lost those who must look at them.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, Rule, rule};
use policy::{POLICY_FILE, Settings};

use crate::Scene;
use crate::evidence::{HELP_OTHER, short, side_by_side};
use crate::owners::{Forge, Owners, Rights};
use crate::rules::Check;
use crate::scene::{Around, base_path};

rule! {
    /// A path that nobody owns any more, or, among those that judge a change (approvals, policy, CI, hooks, CODEOWNERS
    /// itself, what the policy protects), one that others own than before. Both sides are read as the forge does: the
    /// last line that matches a path counts, void lines do not, and of several files the first place that is looked at.
    /// So a line further down takes a path from its owners, and a file that is moved protects nothing.
    ///
    /// ## Why it hurts
    /// Where approvals rely on code owners, whoever owns `approvals/` passes everything. Nothing turns red when the
    /// owner becomes nobody: the forge only stops asking.
    ///
    /// ## Example
    /// ```base text .github/CODEOWNERS
    /// * @team
    /// /approvals/ @platform
    /// ```
    /// ```head text .github/CODEOWNERS bad
    /// /approvals/ @platform
    /// * @team #~
    /// ```
    ///
    /// ## Instead
    /// ```base text .github/CODEOWNERS
    /// * @team
    /// /approvals/ @platform
    /// ```
    /// ```head text .github/CODEOWNERS good
    /// # Who must look at what.
    /// *            @team
    /// /docs/       @writers
    /// /approvals/  @platform
    /// ```
    pub static OWNERS_WEAKENED = {
        id: "owners-weakened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds paths that lost their code owners",
    };
}

pub(super) static CHECK: Check = Check { rule: &OWNERS_WEAKENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    report(scene, &OWNERS_WEAKENED, true, findings);
}

/// How much hangs on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Code,
    /// Tests and what they expect.
    Test,
    /// What judges a change, and says who may approve.
    Judge,
}

/// The paths of one line of base that are worse off, and in what.
struct Loss<'a> {
    path: String,
    more: usize,
    what: String,
    was: Rights<'a>,
    now: Option<Rights<'a>>,
}

/// Reports what lost its owners (`blocking`), or what has others.
pub(super) fn report(scene: &Scene<'_>, rule: &'static Rule, blocking: bool, findings: &mut Vec<Finding>) {
    let around = scene.around();
    let places = [Forge::GitHub, Forge::GitLab].map(Forge::places).concat();
    let touched = |path: &str| places.contains(&path);
    if !around.files.iter().any(|file| touched(base_path(file)) || touched(&file.path)) {
        return;
    }
    for forge in Forge::of(around.base) {
        let Some((from, base)) = forge.owners(around.base) else { continue };
        let head = forge.owners(around.head);
        let place = head.as_ref().map_or(from, |(place, _)| place);
        let text = |tree: &source::Tree, place: &str| tree.text(place).unwrap_or_default();
        let (before, after) = (text(around.base, from), text(around.head, place));
        if before == after && from == place {
            continue;
        }
        let nobody = Owners::default();
        let losses =
            losses(scene, &around, (&base, head.as_ref().map_or(&nobody, |(_, head)| head)), blocking);
        for loss in losses {
            let more = match loss.more {
                0 => String::new(),
                more => format!("; the same holds of {more} more"),
            };
            let message = format!("`{}` {}{more}", short(&loss.path), loss.what);
            let shown = around.shown(place);
            let location = match loss.now.filter(|_| head.is_some()) {
                Some(now) => Location::point(&shown, now.line.number, 1),
                None => Location::file(&shown),
            };
            let now = loss.now.map(|now| now.line.text.clone()).unwrap_or_default();
            let finding = Finding::new(rule, location, message).help(HELP_OTHER).note_at_base(
                Location::point(around.shown(from), loss.was.line.number, 1),
                side_by_side(&loss.was.line.text, &now),
            );
            findings.push(finding.fact(&loss.path).fact(&loss.what).judged(&*before, &*after));
        }
    }
}

fn losses<'a>(
    scene: &Scene<'_>,
    around: &Around<'_>,
    (base, head): (&'a Owners, &'a Owners),
    blocking: bool,
) -> Vec<Loss<'a>> {
    // An adoption brings what judges, and names who looks after it: of that nobody is robbed, and somebody is asked.
    let adopted = !scene.policies.base.exists() && scene.policies.head.exists();
    let mut losses: BTreeMap<(&str, u32, String), Loss<'_>> = BTreeMap::new();
    for (was_path, path, weight, shown) in paths(scene, around, (base, head)) {
        for was in base.of(&was_path).into_iter().filter(|was| !was.line.owners.is_empty()) {
            let now = of_section(head, &path, &was);
            let Some((what, blocks)) = worse(&was, now.as_ref(), weight) else { continue };
            let handed_over = adopted && now.as_ref().is_some_and(|now| !now.line.owners.is_empty());
            if (blocks && !handed_over) != blocking {
                continue;
            }
            losses
                .entry((was.section, was.line.number, what.clone()))
                .and_modify(|loss| loss.more += 1)
                .or_insert_with(|| Loss { path: shown.clone(), more: 0, what, was, now });
        }
    }
    losses.into_values().collect()
}

/// What is judged: path at base, path at head, its weight, and how it is shown.
fn paths(
    scene: &Scene<'_>,
    around: &Around<'_>,
    (base, head): (&Owners, &Owners),
) -> Vec<(String, String, Weight, String)> {
    let protected = Settings::read(scene.policies.base).unwrap_or_default().protected_files();
    let inside = |path: &str| around.shown(path);
    let weight = |path: &str| {
        let below = inside(path);
        let judge = ["approvals/", ".github/", ".gitlab", ".claude/", ".ci/"]
            .iter()
            .any(|start| path.starts_with(start) || below.starts_with(start));
        match () {
            () if judge || path.ends_with("CODEOWNERS") || below == POLICY_FILE => Weight::Judge,
            () if protected.is_match(&below) => Weight::Judge,
            () if scene.expectations.is_match(&below) || below.contains("tests/") => Weight::Test,
            () => Weight::Code,
        }
    };
    // What need not be there yet: an approval that somebody will write.
    let common = ["approvals/x.yaml", "approvals/x.sig", POLICY_FILE];
    let common = common.map(|path| (around.in_repository(path), path.to_owned()));
    // A line of head may pick out one approval by its name, wherever it lies.
    let picked = head.samples().into_iter().flat_map(|(sample, pattern)| {
        let name = sample.rsplit('/').next().unwrap_or_default();
        let may_be_one = [".yaml", ".sig"].iter().any(|end| name.ends_with(end)) || pattern.ends_with('*');
        let below = around.in_repository(&format!("approvals/{name}"));
        let named = may_be_one.then(|| (below, pattern.clone()));
        std::iter::once((sample.clone(), pattern)).chain(named)
    });
    let unwritten = common.into_iter().chain(picked).filter(|_| scene.policies.base.exists());
    let samples = base.samples().into_iter().chain(unwritten);
    let mut all: Vec<_> = samples
        .map(|(sample, pattern)| (sample.clone(), weight(&sample), sample, pattern))
        .filter(|(_, weight, _, _)| *weight == Weight::Judge)
        .map(|(path, weight, same, shown)| (path, same, weight, shown))
        .collect();
    let came_from: BTreeMap<&str, &str> =
        around.files.iter().map(|file| (file.path.as_str(), base_path(file))).collect();
    for path in around.head.paths() {
        let was = came_from.get(path).copied().unwrap_or(path);
        if around.base.contains(was) {
            all.push((was.to_owned(), path.to_owned(), weight(was), inside(path)));
        }
    }
    all
}

/// The rights in the section of the same name, or in one that asks the same people.
fn of_section<'a>(head: &'a Owners, path: &str, was: &Rights<'_>) -> Option<Rights<'a>> {
    let now = head.of(path);
    let same = |rights: &&Rights<'_>| rights.line.owners == was.line.owners && rights.needed >= was.needed;
    now.iter().find(same).or_else(|| now.iter().find(|rights| rights.section == was.section)).copied()
}

/// What is worse, and whether it blocks.
fn worse(was: &Rights<'_>, now: Option<&Rights<'_>>, weight: Weight) -> Option<(String, bool)> {
    let list = |owners: &BTreeSet<String>| {
        owners.iter().map(|owner| format!("`{}`", short(owner))).collect::<Vec<_>>().join(", ")
    };
    let Some(now) = now.filter(|now| !now.line.owners.is_empty()) else {
        return Some((format!("has no owner any more: {} had to look at it", list(&was.line.owners)), true));
    };
    let (before, after) = (&was.line.owners, &now.line.owners);
    if now.needed < was.needed {
        return Some((
            format!("needs {} approvals of its owners and needed {}", now.needed, was.needed),
            true,
        ));
    }
    let lost: BTreeSet<String> = before.difference(after).cloned().collect();
    let new: BTreeSet<String> = after.difference(before).cloned().collect();
    match (lost.is_empty(), new.is_empty(), weight) {
        (true, true, _) | (_, _, Weight::Code) => None,
        (false, false, _) => {
            let what = format!("is owned by {} in place of {}", list(&new), list(&lost));
            Some((what, weight == Weight::Judge))
        }
        (true, false, Weight::Judge) => Some((format!("is owned by {} as well", list(&new)), false)),
        (false, true, Weight::Judge) => Some((format!("is no longer owned by {}", list(&lost)), false)),
        (_, _, Weight::Test) => None,
    }
}
