//! Snapshots, scenarios and fixtures that say something else.

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::{ChangeKind, FileChange};

use crate::Scene;
use crate::artefacts::{self, differences, says_as_much};
use crate::compare::Kind;
use crate::evidence::{HELP, HELP_OTHER, gone, side_by_side};
use crate::exchanged;
use crate::orphans::{self, Orphan};
use crate::promises::{self, Beside};
use crate::rules::Check;
use crate::scene::{base_path, texts};
use crate::signature::{self, Swap};

rule! {
    /// A file that says what is expected of the code, by the globs of `integrity.expectations`, whose content changed or that is gone:
    /// snapshots, scenarios, signatures of models, assignment vectors, fixtures of tests. Inline snapshots (`@"..."`,
    /// `expect![[..]]`) belong to it. So does a snapshot that its test reads no more, where another text takes its place: under
    /// another name, in another folder, with a suffix, or in the test; and a fixture in whose place a test reads a new file that says
    /// something else. A snapshot that is written in the test instead, as it was, is silent. New files are silent, and so is what
    /// expects more: one more scenario, check, case or
    /// seed, lines at the end of a table, and in scenario files one more promise, more cases of a property, one more law, a
    /// narrower bound, less time to answer in. Promises may move from one scenario file to another of the same service.
    /// Requests that failed once, saved beside scenario files, can only become more. YAML, JSON and TOML are compared as data. A retrained model is one of these
    /// findings, which says whether its inputs, outputs and features stay. The corpora of `golden` are that guard's.
    ///
    /// ## Why it hurts
    /// Accepting a snapshot is one key. The change that breaks a promise and the one that rewrites the promise then look alike.
    ///
    /// ## Example
    /// ```base text tests/snapshots/page.snap
    /// ---
    /// source: tests/page.rs
    /// ---
    /// 7 3 9
    /// ```
    /// ```head text tests/snapshots/page.snap bad
    /// ---
    /// source: tests/page.rs
    /// ---
    /// 3 7 9
    /// ```
    /// Written in the test:
    /// ```base rust
    /// #[test]
    /// fn the_page_is_ranked() {
    ///     insta::assert_snapshot!(page(), @"7 3 9");
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_page_is_ranked() {
    ///     insta::assert_snapshot!(page(), @"3 7 9"); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base yaml services/now-playing/contracts/deadline.yaml
    /// scenarios:
    ///   - name: a deadline is kept
    ///     status: DEADLINE_EXCEEDED
    /// ```
    /// ```head yaml services/now-playing/contracts/deadline.yaml good
    /// # One more scenario; the others stand.
    /// scenarios:
    ///   - { name: a deadline is kept, status: DEADLINE_EXCEEDED }
    ///   - name: no deadline, no limit
    ///     status: OK
    /// ```
    pub static EXPECTATION_CHANGED = {
        id: "expectation-changed",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds snapshots, scenarios and fixtures that changed or are gone",
    };
}

pub(super) static CHECK: Check = Check { rule: &EXPECTATION_CHANGED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&EXPECTATION_CHANGED, Kind::Snapshot, findings);
    let corpora = corpora(scene);
    let beside = beside(scene);
    for file in &scene.change.files {
        let path = base_path(file);
        if file.kind != ChangeKind::Added
            && scene.expectations.is_match(path)
            && !(path.ends_with(".rs") && file.kind != ChangeKind::Removed)
            && !is_golden(path)
            && !corpora.iter().any(|corpus| corpus == path)
        {
            findings.extend(changed(scene, file, &beside));
        }
    }
    findings.extend(orphans::found(scene).iter().map(|orphan| left_behind(scene, orphan)));
    let is_one = |path: &str| scene.expectations.is_match(path) && !is_golden(path);
    let other = exchanged::found(scene, |path| is_one(path) && !corpora.iter().any(|corpus| corpus == path));
    let told = |other| exchanged::told(scene, &EXPECTATION_CHANGED, other).note(with_what(scene));
    findings.extend(other.iter().map(told));
    for (model, signature) in signature::unsigned(scene) {
        let name = signature.rsplit('/').next().unwrap_or(&signature);
        let message = format!("the model changed, and `{name}` still has the digest of the base's");
        let bytes = |side: &source::Tree| side.read(&model).unwrap_or_default();
        findings.push(
            Finding::new(&EXPECTATION_CHANGED, Location::file(&model), message)
                .help(HELP_OTHER)
                .fact("model without signature")
                .judged(bytes(scene.base), bytes(&scene.change.head)),
        );
    }
}

/// A snapshot that is as it was, and is read no more.
fn left_behind(scene: &Scene<'_>, orphan: &Orphan) -> Finding {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (old, new) = (name(&orphan.path), name(&orphan.instead));
    let message = format!(
        "expectation `{old}` is read by no test any more, and `{new}` says something else in its place"
    );
    let text =
        |tree: &source::Tree, path: &str| tree.text(path).map(|text| text.to_string()).unwrap_or_default();
    let (before, after) = (text(scene.base, &orphan.path), text(&scene.change.head, &orphan.instead));
    let note = match orphan.instead.ends_with(".snap") {
        true => side_by_side(&before, &after),
        false => gone(&before),
    };
    Finding::new(&EXPECTATION_CHANGED, Location::file(&orphan.instead), message)
        .help(HELP)
        .note_at_base(Location::file(&orphan.path), note)
        .note(with_what(scene))
        .fact("is read no more")
        .judged(before.into_bytes(), after.into_bytes())
}

fn changed(scene: &Scene<'_>, file: &FileChange, beside: &Beside) -> Option<Finding> {
    if exchanged::moved_out(scene, file).is_some() {
        return None;
    }
    let path = base_path(file);
    let sides = texts(scene.base, &scene.change.head, file);
    let (before, after) = (sides.base?, sides.head);
    let moved = file.kind == ChangeKind::Renamed && !scene.expectations.is_match(&file.path);
    let same = || same_bytes(scene, path, &file.path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let expectation = |what: &str| format!("expectation `{name}` {what}");
    let (what, message, note) = match (&before, &after) {
        (_, None) if has_copy(scene, path) || orphans::is_written_in_test(scene, path) => return None,
        (Ok(before), None) if promises::says_as_much(path, before, None, beside) == Some(true) => {
            return None;
        }
        (_, None) => ("is gone", expectation("is gone"), gone(before.as_deref().unwrap_or("(not text)"))),
        (Ok(_), Some(Ok(_))) if moved => {
            let what = "moved to where nothing reads it as an expectation";
            (what, expectation(what), format!("- {path}\n+ {}", file.path))
        }
        (Ok(before), Some(Ok(after))) if says_as_much(path, before, after, beside) => return None,
        (Ok(before), Some(Ok(after)))
            if artefacts::read(path, before).is_some() && artefacts::read(path, after).is_none() =>
        {
            let what = "can no longer be read";
            (what, expectation(what), side_by_side(before, after))
        }
        (Ok(before), Some(Ok(after))) => {
            let what = "says something else";
            let note = differences(path, before, after).unwrap_or_else(|| side_by_side(before, after));
            let swap =
                if signature::is_one(path) { signature::swap(scene, path, before, after) } else { None };
            match swap {
                None => {
                    let gone = artefacts::entries_gone(path, before, after);
                    let gone = gone.map(|gone| format!(": {gone}")).unwrap_or_default();
                    (what, format!("{}{gone}", expectation(what)), note)
                }
                Some(Swap::Retrained(said)) => ("another model", said, note),
                Some(Swap::DigestAlone) => {
                    let what = "has another digest, and the model is as it was";
                    (what, expectation(what), note)
                }
                Some(Swap::Declares(keys)) => (what, format!("{}: {keys}", expectation(what)), note),
            }
        }
        _ if same() && !moved => return None,
        _ => ("has another content", expectation("has another content"), "(not text)".to_owned()),
    };
    let place = match file.lines.first() {
        Some(lines) if after.is_some() => Location::point(&file.path, *lines.start(), 1),
        _ => Location::file(&file.path),
    };
    let bytes = |tree: &source::Tree, path: &str| {
        let mut all = tree.read(path).map(|bytes| bytes.to_vec()).unwrap_or_default();
        if signature::is_one(path) {
            all.extend(signature::model_bytes(tree, path));
        }
        all
    };
    Some(
        Finding::new(&EXPECTATION_CHANGED, place, message)
            .help(HELP)
            .note_at_base(Location::file(path), note)
            .note(with_what(scene))
            .fact(what)
            .judged(bytes(scene.base, path), bytes(&scene.change.head, &file.path)),
    )
}

/// What stands beside scenario files, where one of them changed.
fn beside(scene: &Scene<'_>) -> Beside {
    let is_one = |path: &str| scene.scenarios.is_match(path);
    if !scene.change.files.iter().any(|file| is_one(base_path(file))) {
        return Beside::default();
    }
    let mut protos = scene.base.paths().filter(|path| path.ends_with(".proto")).peekable();
    // Limits of a descriptor set are not looked for.
    let limits_in_protos = protos.peek().is_none()
        || protos.any(|path| scene.base.text(path).map_or(true, |text| text.contains("buf/validate/")));
    let of_head = scene.change.files.iter().filter(|file| file.kind != ChangeKind::Removed);
    let of_head = of_head.filter(|file| is_one(&file.path));
    let texts =
        of_head.filter_map(|file| Some((file.path.clone(), scene.change.head.text(&file.path).ok()?)));
    let of_base = scene.change.files.iter().map(base_path).filter(|path| is_one(path));
    let with_saved = of_base.filter(|path| scene.base.contains(&promises::saved_beside(path)));
    let with_saved = with_saved.map(str::to_owned).collect();
    Beside::new(limits_in_protos, texts.map(|(path, text)| (path, text.to_string())), with_saved)
}

/// Whether the code changed with what is expected of it.
fn with_what(scene: &Scene<'_>) -> String {
    let files = scene.rust.files.iter().filter(|file| file.differs_in_production());
    let paths: Vec<&str> = files
        .filter_map(|file| file.head.as_ref().or(file.base.as_ref()))
        .map(|side| side.path.as_str())
        .collect();
    match paths.as_slice() {
        [] => "no code that is not a test changed with it".to_owned(),
        [one] => format!("the code changed with it: `{one}`"),
        [one, other] => format!("the code changed with it: `{one}` and `{other}`"),
        [one, rest @ ..] => format!("the code changed with it: `{one}` and {} more files", rest.len()),
    }
}

/// Rankings and requests are `golden`'s: behaviour changed, not an artefact edited.
/// Where the policy that judges has the corpora of `golden`, which judges them as rankings, in both forms of each.
fn corpora(scene: &Scene<'_>) -> Vec<String> {
    let policy = if scene.policies.base.exists() { scene.policies.base } else { scene.policies.head };
    let golden: Value = policy.section("golden").unwrap_or_default();
    let corpora =
        golden.get("corpora").and_then(Value::as_object).into_iter().flat_map(|corpora| corpora.values());
    let paths = corpora.flat_map(|corpus| [corpus.get("requests"), corpus.get("rankings")]);
    let paths = paths.filter_map(|path| path?.as_str());
    let forms = paths.flat_map(|path| {
        let stem = path.strip_suffix(".snap").or(path.strip_suffix(".jsonl")).unwrap_or(path);
        [path.to_owned(), format!("{stem}.snap"), format!("{stem}.jsonl")]
    });
    forms.collect()
}

fn is_golden(path: &str) -> bool {
    let recorded = path.ends_with(".jsonl") || path.ends_with(".snap");
    let of_service = path.starts_with("services/") && path.contains("/golden/") && recorded;
    let names = ["/golden/requests.jsonl", "/golden/rankings.jsonl", "/golden/rankings.snap"];
    of_service || names.iter().any(|name| path.ends_with(name))
}

fn same_bytes(scene: &Scene<'_>, base: &str, head: &str) -> bool {
    matches!((scene.base.read(base), scene.change.head.read(head)), (Ok(one), Ok(other)) if one == other)
}

/// Whether a new expectation is the one that is gone, to the byte.
fn has_copy(scene: &Scene<'_>, path: &str) -> bool {
    let fresh = scene.change.files.iter().filter(|file| file.kind == ChangeKind::Added);
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut likely =
        fresh.filter(|file| scene.expectations.is_match(&file.path) && name(&file.path) == name(path));
    likely.any(|file| same_bytes(scene, path, &file.path))
}
