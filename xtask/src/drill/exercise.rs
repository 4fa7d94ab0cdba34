//! Plants each fault alone and all at once, asks the gate, and holds its answer against what had to be caught.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use findings::{Finding, Level, Outcome as Looked, Status, Tier};
use source::{BaseRequest, Cache, Surroundings};

use super::copy::Copy;
use super::faults::{Fault, LIVE, RANKINGS, STATIC};
use super::plot::{Place, Plot};
use super::seed::seed;
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::scene::Ask;
use crate::surroundings;

/// What is drilled, and how.
pub(crate) struct Drill<'a> {
    /// The reference workspace.
    pub(crate) workspace: &'a Path,
    pub(crate) tier: Tier,
    /// Whether the copies stay.
    pub(crate) keep: bool,
    /// A cache for each judgement.
    pub(crate) cache: &'a dyn Fn(&Path) -> Result<Cache, Failure>,
    /// Told what happens next.
    pub(crate) progress: &'a dyn Fn(&str),
}

/// What came of it.
pub(crate) struct Outcome {
    /// One a judgement, in order.
    pub(crate) rows: Vec<Row>,
    /// The copies that were kept.
    pub(crate) kept: Vec<PathBuf>,
}

impl Outcome {
    /// Whether every fault was caught by its guard, and nothing else was said.
    pub(crate) fn is_good(&self) -> bool {
        self.rows.iter().all(Row::is_good)
    }
}

/// One judgement.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) tier: Tier,
    /// The faults that were planted, each with where, and with the place where it was caught.
    pub(crate) planted: Vec<Planted>,
    /// What else was said, in words.
    pub(crate) besides: Vec<String>,
    pub(crate) took: Duration,
}

impl Row {
    pub(crate) fn is_good(&self) -> bool {
        self.besides.is_empty() && self.planted.iter().all(|planted| planted.caught.is_some())
    }
}

/// A planted fault.
pub(crate) struct Planted {
    pub(crate) fault: &'static Fault,
    pub(crate) places: Vec<Place>,
    pub(crate) caught: Option<Place>,
}

/// Carries out the drill.
pub(crate) fn drill(drill: &Drill<'_>) -> Result<Outcome, Failure> {
    let mut outcome = Outcome { rows: Vec::new(), kept: Vec::new() };
    if drill.tier.is_static() {
        let mut copy = Copy::of(drill.workspace, &std::env::temp_dir())?;
        outcome.rows.push(row(drill, &mut copy, "nothing planted", Tier::Static, &[])?);
        for fault in STATIC {
            outcome.rows.push(row(drill, &mut copy, fault.name, Tier::Static, std::slice::from_ref(fault))?);
        }
        outcome.rows.push(row(drill, &mut copy, "all five", Tier::Static, STATIC)?);
        outcome.kept.extend(drill.keep.then(|| copy.keep()));
    }
    if drill.tier.is_live() {
        (drill.progress)("building the services, so that the copy needs not build what they depend on");
        let target = seed(drill.workspace)?;
        let mut copy = Copy::of(drill.workspace, target.path())?;
        target.hand_over(copy.folder())?;
        outcome.rows.push(row(drill, &mut copy, "nothing planted, live", Tier::Live, &[])?);
        for fault in LIVE {
            outcome.rows.push(row(drill, &mut copy, fault.name, Tier::Live, std::slice::from_ref(fault))?);
        }
        if drill.keep {
            outcome.kept.push(copy.keep());
            target.keep();
        }
    }
    Ok(outcome)
}

/// Plants faults on a branch of their own and judges it against the commit before.
fn row(
    drill: &Drill<'_>,
    copy: &mut Copy,
    name: &'static str,
    tier: Tier,
    faults: &'static [Fault],
) -> Result<Row, Failure> {
    (drill.progress)(name);
    let mut plot = Plot::on(&copy.tree);
    let mut planted = Vec::new();
    for fault in faults {
        let before = plot.places().len();
        (fault.plant)(&mut plot).map_err(|why| {
            Failure::could_not_run(format_args!("failed to plant `{}`: {}", fault.name, why.0))
        })?;
        planted.push(Planted { fault, places: plot.places()[before..].to_vec(), caught: None });
    }
    let edits = plot.into_texts();
    match faults {
        [] => {}
        [fault] => copy.commit(fault.branch, name, &edits)?,
        _ => copy.commit("all-faults", name, &edits)?,
    }
    let started = Instant::now();
    let judgement = judge(Ask {
        root: copy.folder().to_owned(),
        base: BaseRequest::Revision(copy.base.clone()),
        head: None,
        surroundings: Surroundings::default(),
        tier,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: false,
        against: None,
        cache: (drill.cache)(copy.folder())?,
        today: surroundings::today(),
    })?;
    let took = started.elapsed();
    refuse_blindness(name, &judgement)?;
    let besides = hold_against(&judgement, &mut planted);
    Ok(Row { name, tier, planted, besides, took })
}

/// A guard that could not look has caught nothing and cleared nothing.
fn refuse_blindness(name: &str, judgement: &Judgement) -> Result<(), Failure> {
    let blind = judgement.report.guards.iter().find(|run| run.outcome == Looked::CouldNotRun);
    blind.map_or(Ok(()), |run| {
        let reason = run.reason.as_deref().unwrap_or("no reason given");
        Err(Failure::could_not_run(format_args!("`{}` could not look at `{name}`: {reason}", run.guard)))
    })
}

/// Marks what was caught, and gives back what else weighs in the report, in words.
fn hold_against(judgement: &Judgement, planted: &mut [Planted]) -> Vec<String> {
    let mut besides = Vec::new();
    let weighs = |finding: &Finding| finding.level > Level::Note;
    let judged = judgement.report.findings.iter().filter(|judged| judged.status == Status::New);
    for finding in judged.map(|judged| &judged.finding).filter(|finding| weighs(finding)) {
        let place = place_of(finding);
        let hit = planted.iter_mut().find(|planted| {
            planted.caught.is_none() && finding.level == Level::Error && planted.is_hit_by(finding, &place)
        });
        match hit {
            Some(planted) => planted.caught = Some(place),
            None => besides.push(format!(
                "{} {}[{}] at {}:{}: {}",
                finding.rule.guard,
                finding.level.name(),
                finding.rule.id,
                place.file,
                place.line,
                finding.message
            )),
        }
    }
    besides
}

fn place_of(finding: &Finding) -> Place {
    let line = finding.location.as_ref().and_then(|location| location.span).map_or(0, |span| span.line);
    Place { file: finding.file().unwrap_or_default().to_owned(), line }
}

impl Planted {
    /// By its rule, on a line that was planted. What only the running service shows stands with the recording that it
    /// no longer answers to.
    fn is_hit_by(&self, finding: &Finding, place: &Place) -> bool {
        let is_shown_by_the_service = LIVE.iter().any(|fault| std::ptr::eq(fault, self.fault));
        let in_place = match is_shown_by_the_service {
            true => place.file == RANKINGS,
            false => self.places.contains(place),
        };
        finding.rule.guard == self.fault.guard && finding.rule.id == self.fault.rule && in_place
    }
}
