//! What was measured of what is claimed.

use findings::{JudgedFinding, Status};
use golden::intent::{Claim as Declared, Intent};
use golden::report::Corpus;

use super::find::Kind;
use super::manifests;
use crate::review::answer::{Answer, Line, Mark, Standing};
use crate::review::answers::Measured;
use crate::review::below::News;
use crate::review::look::{Looked, counted};
use crate::review::seen::Seen;
use crate::review::wording::{first_of, many, percent, things};

/// Whether a claim holds. The order is that of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    Broken,
    CannotTell,
    Holds,
}

impl Held {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Held::Broken => "does not hold",
            Held::CannotTell => "cannot tell",
            Held::Holds => "holds",
        }
    }

    /// A class of the style sheet, and an anchor of the word.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Held::Broken => "broken",
            Held::CannotTell => "unknown",
            Held::Holds => "sound",
        }
    }
}

/// A claim beside the fact. Its texts are as they were found.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// What is claimed; `None` for the declared intent.
    pub(crate) kind: Option<Kind>,
    /// The sentence that makes it.
    pub(crate) text: String,
    /// Who says it, for instance `commit 1a2b3c`.
    pub(crate) source: String,
    /// How many say the same as well.
    pub(crate) again: usize,
    pub(crate) fact: String,
    pub(crate) held: Held,
}

impl Claim {
    /// Whether both say the same with the same outcome.
    pub(crate) fn is_same(&self, other: &Claim) -> bool {
        self.kind == other.kind
            && self.held == other.held
            && self.text.to_lowercase() == other.text.to_lowercase()
    }
}

/// Measures what is claimed.
pub(super) fn measure(seen: &Seen<'_>, measured: &Measured, kind: Kind) -> (Held, String) {
    let Measured { weakened, listeners, callers } = measured;
    match kind {
        Kind::NoBehaviour => no_behaviour(seen, listeners, callers),
        Kind::NoRanking => by_listeners(seen, listeners),
        Kind::NoBreaking => no_breaking(seen, callers),
        Kind::OnlyRefactoring => match only_refactoring(seen) {
            Some(fact) => (Held::Broken, fact),
            None if weakened.standing == Standing::Blocks => {
                (Held::Broken, format!("weakened: {}", first(&weakened.lines)))
            }
            None => no_behaviour(seen, listeners, callers),
        },
        Kind::OnlyDocs => only(seen, "prose or comments", &seen.code),
        Kind::OnlyTests => only_tests(seen),
        Kind::AddsTests => adds_tests(seen),
        Kind::NoDependencies => no_dependencies(seen),
        Kind::TestsPass => cannot("Gatefold runs no test suite; CI's own result says it"),
        Kind::NotSlower => match counted(&seen.judgement.report, "contracts", "requests compared by cost") {
            0 => cannot("nobody measured cost (`--tier live` with `contracts.cost`)"),
            count => cannot(format!(
                "{} compared by cost, and time is not judged by one run",
                many(count, "request")
            )),
        },
    }
}

fn cannot(fact: impl Into<String>) -> (Held, String) {
    (Held::CannotTell, fact.into())
}

fn first(lines: &[Line]) -> String {
    match lines {
        [] => String::new(),
        [one] => one.text.clone(),
        [first, rest @ ..] => format!("{}; and {} more", first.text, rest.len()),
    }
}

/// What became of rankings and of what ranks, in the form of a fact.
fn by_listeners(seen: &Seen<'_>, listeners: &Answer) -> (Held, String) {
    match seen.moved() {
        (0, _) => by_answer(seen, listeners),
        (moved, of) => (Held::Broken, format!("{moved} of {} changed", many(of, "recorded ranking"))),
    }
}

/// What the answer says, in the form of a fact. A line that only advises says nothing of behaviour.
fn by_answer(seen: &Seen<'_>, answer: &Answer) -> (Held, String) {
    let told: Vec<Line> = answer.lines.iter().filter(|line| is_fact(line)).cloned().collect();
    let is_still = answer.standing == Standing::Nothing;
    match told.is_empty() {
        false => (Held::Broken, first(&told)),
        true if is_still => (Held::Holds, answer.says.clone()),
        true if seen.judgement.scene.change.files.is_empty() => (Held::Holds, "no file differs".to_owned()),
        true => cannot(answer.says.clone()),
    }
}

fn is_fact(line: &Line) -> bool {
    matches!(line.mark, Mark::Blocks | Mark::Accepted)
}

fn no_behaviour(seen: &Seen<'_>, listeners: &Answer, callers: &Answer) -> (Held, String) {
    let (heard, fact) = by_listeners(seen, listeners);
    let (called, other) = by_answer(seen, callers);
    match (heard, called) {
        (Held::Broken, Held::Broken) => (Held::Broken, format!("{fact}; {other}")),
        (Held::Broken, _) => (Held::Broken, fact),
        (_, Held::Broken) => (Held::Broken, other),
        (Held::Holds, Held::Holds) => (Held::Holds, format!("{fact}; {other}")),
        (Held::CannotTell, Held::CannotTell) if fact == other => cannot(fact),
        (Held::CannotTell, Held::CannotTell) => cannot(format!("{fact}; {other}")),
        (Held::CannotTell, _) => cannot(fact),
        (_, Held::CannotTell) => cannot(other),
    }
}

/// Protos are compared as they stand, so that no service has to be asked for them.
fn no_breaking(seen: &Seen<'_>, callers: &Answer) -> (Held, String) {
    let told: Vec<Line> = callers.lines.iter().filter(|line| is_fact(line)).cloned().collect();
    let report = &seen.judgement.report;
    let compared = counted(report, "contracts", "protos");
    let has_base = seen.judgement.scene.change.base.is_some();
    match (told.is_empty(), Looked::at_any(report, "contracts", &["protos"])) {
        (false, _) => (Held::Broken, first(&told)),
        (true, Looked::At(_)) if report.tier.is_static() && has_base => {
            let consumers = counted(report, "contracts", "consumer files");
            (
                Held::Holds,
                format!(
                    "{} keep what the base's promised; {} read",
                    many(compared, "proto"),
                    many(consumers, "consumer file")
                ),
            )
        }
        _ => cannot(callers.says.clone()),
    }
}

/// What a refactoring leaves alone.
fn only_refactoring(seen: &Seen<'_>) -> Option<String> {
    let is_other = |path: &&String| {
        path.ends_with(".proto")
            || path.contains("/golden/")
            || path.ends_with("experiments.yaml")
            || path.ends_with(".onnx")
    };
    let touched: Vec<String> = seen.code.iter().filter(is_other).cloned().collect();
    (!touched.is_empty()).then(|| format!("it changes more than code: {}", first_of(&touched)))
}

/// Whether no file of the change is one of `others`, which are more than `what`.
fn only(seen: &Seen<'_>, what: &str, others: &[String]) -> (Held, String) {
    let change = &seen.judgement.scene.change;
    if change.base.is_none() {
        return cannot("there is no base to compare with");
    }
    let files = things(change.files.len(), "file");
    match (change.files.len(), others.len()) {
        (0, _) => cannot("no file differs"),
        (_, 0) => (Held::Holds, format!("{files} changed, nothing but {what}")),
        (_, other) => {
            (Held::Broken, format!("{other} of {files} changed more than {what}: {}", first_of(others)))
        }
    }
}

/// Tests of a Rust file may stand beside its code, so that such a file tells nothing.
fn only_tests(seen: &Seen<'_>) -> (Held, String) {
    let others: Vec<String> = seen.code.iter().filter(|path| !is_test(path)).cloned().collect();
    match others.iter().all(|path| path.ends_with(".rs")) {
        true if !others.is_empty() => {
            cannot(format!("whether only tests differ in it is not known: {}", first_of(&others)))
        }
        _ => only(seen, "tests and prose", &others),
    }
}

fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    parts.any(|part| part == "tests" || part == "test" || part == "testdata")
        || name.ends_with("_test.rs")
        || name == "tests.rs"
}

fn adds_tests(seen: &Seen<'_>) -> (Held, String) {
    let report = &seen.judgement.report;
    let run = report.guards.iter().find(|run| run.guard == "integrity");
    if let Looked::Not { why, .. } = Looked::of(run) {
        return cannot(format!("nobody compared tests: {why}"));
    }
    let count = |name| counted(report, "integrity", name);
    let (new, idle) = (count("new tests"), count("new tests that check nothing"));
    let lost = report.findings.iter().filter(|judged| is_lost(judged)).count();
    let gone = if lost > 0 { format!("; {} weaker or gone", things(lost, "test")) } else { String::new() };
    let idle_said = if idle > 0 { format!(", {idle} more check nothing") } else { String::new() };
    let has_others = seen.code.iter().any(|path| is_test(path) && !path.ends_with(".rs"));
    match new {
        0 if count("rust files") == 0 && has_others => {
            cannot("only tests in Rust are counted, and no Rust file differs")
        }
        0 => (Held::Broken, format!("no new test that runs and checks something{idle_said}{gone}")),
        count => (Held::Holds, format!("{} in Rust{idle_said}{gone}", many(count, "new test"))),
    }
}

fn is_lost(judged: &JudgedFinding) -> bool {
    let rule = judged.finding.rule;
    rule.guard == "integrity" && rule.group == "test-integrity" && judged.status != Status::Known
}

fn no_dependencies(seen: &Seen<'_>) -> (Held, String) {
    let Some(compared) = seen.dependencies() else { return cannot("there is no base to compare with") };
    let of =
        |asked| compared.lines.iter().filter(move |(news, _)| *news == asked).map(|(_, line)| line.as_str());
    let told = |lines: Vec<&str>| match lines.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [first, rest @ ..] => Some(format!("{first}; and {} more", rest.len())),
    };
    if let Some(fresh) = told(of(News::Fresh).collect()) {
        return (Held::Broken, fresh);
    }
    let paths = seen.judgement.scene.change.files.iter().map(|file| file.path.clone());
    let (read, other): (Vec<String>, Vec<String>) =
        paths.filter(|path| manifests::declares(path)).partition(|path| compared.files.contains(path));
    if !other.is_empty() {
        return cannot(format!("{} changed, and nobody compared what it asks for", first_of(&other)));
    }
    if let Some(unread) = compared.unread.first() {
        return cannot(unread.clone());
    }
    match (told(of(News::Other).collect()), read.is_empty()) {
        (Some(other), _) => cannot(format!("no package is new by name: {other}")),
        (None, true) => (Held::Holds, "no manifest and no lock file differs".to_owned()),
        (None, false) => (Held::Holds, format!("no package is new: {} read", compared.looked)),
    }
}

/// A declared intent, held against the recorded rankings and the guard's own findings about it.
pub(super) fn about_intent(seen: &Seen<'_>, intent: &Intent, source: String) -> Claim {
    let (text, (held, fact)) = match intent {
        Intent::Declared(claim) => (format!("Ranking-Intent: {claim}"), of_claim(seen, claim)),
        Intent::Unclear(reasons) => {
            ("Ranking-Intent".to_owned(), (Held::Broken, format!("it is no claim: {}", reasons.join("; "))))
        }
        Intent::Undeclared(_) => ("Ranking-Intent".to_owned(), cannot("nothing is declared")),
    };
    Claim { kind: None, text, source, again: 0, fact, held }
}

fn of_claim(seen: &Seen<'_>, claim: &Declared) -> (Held, String) {
    let report = &seen.judgement.report;
    let exceeded = report.findings.iter().find(|judged| judged.finding.rule.id == "intent-exceeded");
    if let Some(judged) = exceeded {
        return (Held::Broken, judged.finding.message.clone());
    }
    if let Looked::Not { why, .. } = Looked::at_any(report, "golden", &["requests", "replayed"]) {
        return cannot(format!("nobody looked at rankings: {why}"));
    }
    if let Some(unread) = seen.corpora.iter().find(|corpus| corpus.unread.is_some()) {
        return cannot(format!("`{}` was not compared", unread.name));
    }
    if let Some(why) = seen.uncompared() {
        return cannot(why);
    }
    let (moved, of) = seen.moved();
    let fact = format!("{moved} of {} changed", many(of, "recorded ranking"));
    // What is recorded tells nothing of code that nobody asked.
    let holds = |fact: String| match seen.replayed() > 0 || seen.code.is_empty() {
        true => (Held::Holds, fact),
        false if report.tier.is_live() => cannot(format!("{fact}; nobody asked the services")),
        false => cannot(format!("{fact}; nobody asked the services (the live tier did not run)")),
    };
    match claim {
        Declared::None if moved > 0 => (Held::Broken, fact),
        Declared::None => holds(fact),
        Declared::Scoped(segments) => match seen.corpora.iter().find_map(|corpus| beyond(corpus, segments)) {
            Some(beyond) => (Held::Broken, beyond),
            None => holds(fact),
        },
        Declared::Model { name, version } => {
            let pairs: Vec<&String> = seen.corpora.iter().flat_map(|corpus| &corpus.models).collect();
            let named = format!("{name}@{version}");
            let is_meant = |pair: &&&String| pair.rsplit(" -> ").next() == Some(named.as_str());
            match pairs.iter().find(is_meant) {
                Some(pair) => holds(format!("{fact}; model `{pair}`")),
                None if moved == 0 => cannot(format!("{fact}, so that no recorded ranking names the model")),
                None => (Held::Broken, format!("{fact}, and none of these rankings names that model")),
            }
        }
    }
}

/// What a corpus shows beyond a scope.
fn beyond(corpus: &Corpus, segments: &std::collections::BTreeMap<String, f64>) -> Option<String> {
    let exceeds = corpus.segments.iter().find(|blast| {
        let most = segments.get(&blast.segment).copied().unwrap_or(0.0);
        blast.changed > 0 && 100.0 * blast.share > most
    })?;
    Some(format!(
        "`{}`: {} of {} rankings of `{}` changed ({})",
        corpus.name,
        exceeds.changed,
        exceeds.of,
        exceeds.segment,
        percent(exceeds.share)
    ))
}
