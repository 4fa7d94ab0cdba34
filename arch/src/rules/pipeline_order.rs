//! Pipelines without a stage that they must have, or with stages in the wrong order, or twice.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};
use source::{Code, Tree};

use crate::evidence::{of_package, of_path, reasoned};
use crate::flow::{Function, Put, Site, Step, bodies, functions, is_sure, put_together};
use crate::map::Map;
use crate::path::{Pattern, is_below};
use crate::policy::Entry;
use crate::{Error, Pipelines, Policy};

rule! {
    /// Functions that build a pipeline and leave out a stage that the policy requires, put stages in another order, or put
    /// one in twice. What counts is in which order constructors, types and functions get into the value that the function
    /// gives back: in chains of methods, in `vec![…]`, in literals, through local variables, and through functions of the same
    /// crate that it calls. A stage under an `if`, in some arms of a `match`, in a loop or in a closure that may not be
    /// called is not surely there, which the finding says; one in every arm is, and arms that end in an error do not
    /// count.
    ///
    /// Where the rule lists `members`, each of them must hold such a function: one that nobody finds by its name is held to
    /// nothing.
    ///
    /// Syntax does not see what a value is made of that comes from another crate, from a field or a parameter, or that a
    /// macro writes, and not whether a stage does anything once it runs. A stage that is made and not seen to be put in
    /// counts as there, without a place in the order.
    ///
    /// ## Why it hurts
    /// A scorer that runs before the features are read scores nothing but defaults, and a ranking still comes out. A
    /// pipeline without its exposure effect serves well and leaves the next model nothing to learn from.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   pipelines:
    ///     ranking:
    ///       functions: ["*::pipeline::build"]
    ///       stages: ["stages::Features", "stages::Seen", "stages::Scorer", "stages::TopK", "stages::Exposure"]
    ///       repeatable: ["stages::Scorer"]
    ///       because: what is scored is known, and what is shown is logged
    ///
    /// crate stages
    /// crate home -> stages
    /// stages/src/lib.rs | pub struct Features; pub struct Seen; pub struct Scorer; pub struct TopK; pub struct Exposure;
    /// home/src/pipeline.rs | use stages::*;
    /// home/src/pipeline.rs | pub fn build(log: bool) -> Pipeline { //~
    /// home/src/pipeline.rs |     let pipeline = Pipeline::default()
    /// home/src/pipeline.rs |         .scorer(Scorer)
    /// home/src/pipeline.rs |         .hydrator(Features) //~
    /// home/src/pipeline.rs |         .selector(TopK::new(10))
    /// home/src/pipeline.rs |         .selector(TopK::new(5)); //~
    /// home/src/pipeline.rs |     if log { pipeline.effect(Exposure) } else { pipeline } //~
    /// home/src/pipeline.rs | }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   pipelines:
    ///     ranking:
    ///       functions: ["*::pipeline::build"]
    ///       stages: ["stages::Features", "stages::Seen", "stages::Scorer", "stages::TopK | stages::Page", "stages::Exposure"]
    ///       optional: ["stages::Seen"]
    ///       repeatable: ["stages::Scorer"]
    ///       because: what is scored is known, and what is shown is logged
    ///
    /// crate stages
    /// crate home -> stages
    /// stages/src/lib.rs | pub struct Features; pub struct Seen; pub struct Scorer; pub struct TopK; pub struct Page; pub struct Exposure;
    /// home/src/pipeline.rs | use stages::*;
    /// home/src/pipeline.rs | pub fn build(paged: bool) -> Result<Pipeline, Refused> {
    /// home/src/pipeline.rs |     let scorer = Scorer::new()?;
    /// home/src/pipeline.rs |     let mut pipeline = Pipeline::default().hydrator(Features).scorer(scorer).scorer(prior());
    /// home/src/pipeline.rs |     pipeline = if paged { pipeline.selector(Page) } else { pipeline.selector(TopK::new(10)) };
    /// home/src/pipeline.rs |     Ok(pipeline.effect(Exposure))
    /// home/src/pipeline.rs | }
    /// home/src/pipeline.rs | fn prior() -> Scorer { Scorer::default() }
    /// ```
    pub static PIPELINE_ORDER = {
        id: "pipeline-order",
        guard: "arch",
        group: "items",
        level: Error,
        summary: "finds pipelines that lack a stage, or have stages in another order or twice",
    };
}

pub(crate) fn find(map: &Map<'_>, code: &Code, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    if policy.pipelines.is_empty() {
        return Ok(findings);
    }
    let all = functions(map);
    for (name, rule) in &policy.pipelines {
        let entry = Entry::named("pipelines", name, rule);
        let patterns = Pattern::read_all(&rule.functions)?;
        let means = |function: &&Function| patterns.iter().any(|pattern| pattern.names(&function.name));
        let wanted: Vec<&Function> = all.iter().filter(means).collect();
        let mut stages = Vec::new();
        for stage in &rule.stages {
            let paths: Vec<String> = Pipelines::alternatives(stage).map(str::to_owned).collect();
            stages.push(map.canonical_patterns(&paths)?);
        }
        let stage = |path: &str| {
            stages.iter().position(|paths| paths.iter().any(|pattern| pattern.covers(path).is_some()))
        };
        let bodies = bodies(code, &all, &wanted);
        let names: Vec<&str> = wanted.iter().map(|function| function.name.as_str()).collect();
        let mut seen = BTreeSet::new();
        for function in wanted {
            // A file in two targets is read twice.
            if !seen.insert((&function.file, function.line, function.column)) {
                continue;
            }
            let Some(krate) = function.krate else { continue };
            let Some(put) = put_together(&bodies, krate, &function.path, &stage) else { continue };
            let judged = Judged { rule, entry: &entry, function, put: &put, tree };
            findings.extend(judged.missing());
            findings.extend(judged.swapped());
            findings.extend(judged.repeated());
        }
        let members = policy.patterns(&rule.members)?;
        findings.extend(without_pipeline(map, (rule, &entry), &members, &names, tree));
    }
    Ok(findings)
}

/// The members that must have a pipeline and hold no function that could be one.
fn without_pipeline(
    map: &Map<'_>,
    (rule, entry): (&Pipelines, &Entry<'_>),
    members: &[Pattern],
    functions: &[&str],
    tree: &Tree,
) -> Vec<Finding> {
    let is_member = |place: &str| members.iter().any(|member| member.names(place));
    let has_one = |place: &str| functions.iter().any(|function| is_below(function, place));
    let without = map.places().filter(|(place, _)| is_member(place) && !has_one(place));
    let told = without.map(|(place, home)| {
        let krate = &map.workspace.crates[home.krate];
        let location = match place == krate.name {
            true => of_package(&krate.manifest, tree),
            false => Location::file(&*home.file),
        };
        let wanted: Vec<String> = rule.functions.iter().map(|pattern| format!("`{pattern}`")).collect();
        let wanted = wanted.join(" or ");
        let message =
            format!("`{place}` holds no function that {wanted} matches, so that its stages are not known");
        let help = format!("name the function that builds the pipeline so that {wanted} matches it");
        let finding = Finding::new(&PIPELINE_ORDER, location, message);
        let finding = reasoned(finding, entry, help);
        finding.fact(place).fact("no function")
    });
    told.collect()
}

/// One function under one rule.
struct Judged<'j> {
    rule: &'j Pipelines,
    entry: &'j Entry<'j>,
    function: &'j Function,
    put: &'j Put,
    tree: &'j Tree,
}

impl Judged<'_> {
    fn steps(&self, stage: usize) -> Vec<&Step> {
        self.put.steps.iter().filter(|step| step.stage == stage).collect()
    }

    fn is_in(&self, list: &[String], stage: usize) -> bool {
        list.contains(&self.rule.stages[stage])
    }

    fn missing(&self) -> Vec<Finding> {
        let wanted = (0..self.rule.stages.len()).filter(|stage| !self.is_in(&self.rule.optional, *stage));
        let mut findings = Vec::new();
        for stage in wanted {
            let (name, text) = (&self.function.name, &self.rule.stages[stage]);
            let steps = self.steps(stage);
            if is_sure(&steps, &self.put.forks) {
                continue;
            }
            let (location, message) = match steps.first() {
                _ if self.put.cut => {
                    (self.place(), format!("`{name}` is too large to be followed to `{text}`"))
                }
                None => (self.place(), format!("`{name}` puts in no `{text}`")),
                Some(step) => {
                    let how = if step.looped { "in a loop" } else { "under a condition" };
                    (
                        self.at(step),
                        format!("`{name}` puts in `{text}` only {how}, so that it may be missing"),
                    )
                }
            };
            let help = format!("put in `{}` whatever happens, or list it as `optional`", text);
            findings.push(self.finding(location, message, help, &["missing", text]));
        }
        findings
    }

    /// For each stage, the first one that comes before it and belongs behind it.
    fn swapped(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut told = BTreeSet::new();
        let steps: Vec<&Step> = self.put.steps.iter().filter(|step| !step.loose).collect();
        for (index, step) in steps.iter().enumerate() {
            let behind = |other: &&&Step| other.stage > step.stage && !other.excludes(step);
            let Some(before) = steps[..index].iter().find(behind) else { continue };
            if !told.insert(step.stage) {
                continue;
            }
            let (late, early) = (&self.rule.stages[step.stage], &self.rule.stages[before.stage]);
            let message = format!(
                "`{}` puts in `{late}` behind `{early}`, which belongs behind it",
                self.function.name
            );
            let help = format!("put in `{late}` before `{early}`");
            let finding = self.finding(self.at(step), message, help, &["swapped", late, early]);
            let finding = finding.note_at(self.at(before), format!("`{early}` comes here"));
            findings.push(self.within(self.within(finding, before), step));
        }
        findings
    }

    fn repeated(&self) -> Vec<Finding> {
        let once = (0..self.rule.stages.len()).filter(|stage| !self.is_in(&self.rule.repeatable, *stage));
        let mut findings = Vec::new();
        for stage in once {
            let steps: Vec<&Step> = self.steps(stage).into_iter().filter(|step| !step.loose).collect();
            let again = steps.iter().enumerate().find_map(|(index, step)| {
                let same = |other: &&&Step| !other.is(step) && !other.excludes(step);
                Some((*step, *steps[..index].iter().find(same)?))
            });
            let Some((again, first)) = again else { continue };
            let text = &self.rule.stages[stage];
            let message = format!("`{}` puts in `{text}` once more", self.function.name);
            let help = format!("put in `{text}` once, or list it as `repeatable`");
            let finding = self.finding(self.at(again), message, help, &["repeated", text]);
            let finding = finding.note_at(self.at(first), "it comes here already");
            findings.push(self.within(self.within(finding, first), again));
        }
        findings
    }

    fn finding(&self, location: Location, message: String, help: String, facts: &[&str]) -> Finding {
        let finding = Finding::new(&PIPELINE_ORDER, location, message);
        let finding = reasoned(finding, self.entry, help);
        facts.iter().fold(finding.fact(&self.function.name), |finding, fact| finding.fact(*fact))
    }

    fn place(&self) -> Location {
        of_path(&self.function.file, self.function.line, self.function.column, self.tree)
    }

    fn at(&self, step: &Step) -> Location {
        self.of(&step.site)
    }

    fn of(&self, site: &Site) -> Location {
        of_path(&site.file, site.line, site.column, self.tree)
    }

    /// Says where a function that is called puts in what.
    fn within(&self, finding: Finding, step: &Step) -> Finding {
        let text = format!("`{}` is put in here", self.rule.stages[step.stage]);
        match &step.within {
            Some(site) => finding.note_at(self.of(site), text),
            None => finding,
        }
    }
}
