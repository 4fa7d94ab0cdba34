//! What the promises about a service leave out: methods that nobody calls, fields that nobody sets or looks at.
//!
//! What the base leaves out is known, and what head leaves out besides is told of its own.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Checked, Finding, Location, Rule};
use prost_reflect::{MethodDescriptor, ServiceDescriptor};
use service::Protos;

use crate::promise::{Touched, fields_below};
use crate::rules::uncovered_field::UNCOVERED_FIELD;
use crate::rules::uncovered_rpc::UNCOVERED_RPC;
use crate::surface::Surface;
use crate::{Error, Policy};

/// How many of what is left out a finding lists.
const SHOWN: usize = 40;

/// The promises about one service, from all its files.
#[derive(Default)]
pub(crate) struct Promised {
    touched: Touched,
    /// Where the first of its files names the service.
    place: Option<Location>,
}

/// The promises about every service that a file names.
#[derive(Default)]
pub(crate) struct Covered(BTreeMap<String, Promised>);

/// What is left out of a whole.
struct Gap {
    rule: &'static Rule,
    /// What is counted, in plural.
    what: &'static str,
    /// Everything that is counted, in the words that say that it is left out.
    all: BTreeSet<String>,
    /// What is left out, in these words, and where it is declared.
    missed: Vec<Missed>,
    share: Option<f64>,
}

/// What is left out, in words, and where it is declared.
type Missed = (String, Option<Location>);

/// What is left out of each service, with the service and where the first of its files names it.
#[derive(Default)]
pub(crate) struct Gaps(Vec<(String, Option<Location>, Gap)>);

impl Covered {
    /// What the promises about a service touch, to be added to by each of them.
    pub(crate) fn of(&mut self, service: &str, place: impl FnOnce() -> Option<Location>) -> &mut Touched {
        let promised = self.0.entry(service.to_owned()).or_default();
        if promised.place.is_none() {
            promised.place = place();
        }
        &mut promised.touched
    }

    /// What is left out of the services that the protos have.
    pub(crate) fn gaps(&self, policy: &Policy, protos: &Protos) -> Gaps {
        let mut gaps = Gaps::default();
        let surface = Surface::of(protos);
        for (name, promised) in &self.0 {
            let Some(service) = protos.pool.get_service_by_name(name) else { continue };
            let of_service = [
                methods(&service, promised, &surface, policy.coverage.rpcs),
                fields(&service, promised, &surface, policy.coverage.fields),
            ];
            gaps.0.extend(of_service.map(|gap| (name.clone(), promised.place.clone(), gap)));
        }
        gaps
    }
}

impl Gaps {
    /// Holds what is covered against the shares of the policy. What the base leaves out is asked for only where a share
    /// is missed.
    ///
    /// # Errors
    /// Those of asking the base.
    pub(crate) fn check(&self, base: impl FnOnce() -> Result<Gaps, Error>) -> Result<Checked, Error> {
        let mut checked = Checked::default();
        for (_, _, gap) in &self.0 {
            let counted = if gap.what == "RPCs" { "RPCs promised" } else { "fields promised" };
            *checked.counts.entry(gap.what).or_default() += gap.all.len() as u64;
            *checked.counts.entry(counted).or_default() += gap.covered() as u64;
        }
        if !self.0.iter().any(|(_, _, gap)| gap.is_too_wide()) {
            return Ok(checked);
        }
        let base = base()?;
        for (service, place, gap) in &self.0 {
            let was = base.0.iter().find(|(name, _, was)| name == service && was.rule == gap.rule);
            let was = was.map(|(_, _, was)| was).filter(|was| was.is_too_wide());
            checked.findings.extend(gap.findings(service, place.as_ref(), was));
        }
        Ok(checked)
    }
}

fn methods(service: &ServiceDescriptor, promised: &Promised, surface: &Surface, share: Option<f64>) -> Gap {
    let left_out = |method: &MethodDescriptor| format!("nobody calls `{}`", method.name());
    let missed = service.methods().filter(|method| !promised.touched.methods.contains(method.full_name()));
    Gap {
        rule: &UNCOVERED_RPC,
        what: "RPCs",
        all: service.methods().map(|method| left_out(&method)).collect(),
        missed: missed.map(|method| (left_out(&method), surface.method_place(&method, None))).collect(),
        share,
    }
}

fn fields(service: &ServiceDescriptor, promised: &Promised, surface: &Surface, share: Option<f64>) -> Gap {
    let (mut asked, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for method in service.methods() {
        asked.extend(fields_below(&method.input()));
        answered.extend(fields_below(&method.output()));
    }
    let place = |name: &str| {
        let (message, field) = name.rsplit_once('.')?;
        surface.field_place(&surface.messages.get(message)?.get_field_by_name(field)?, None)
    };
    let touched = &promised.touched;
    let (sets, looks) =
        (|name: &str| format!("nobody sets `{name}`"), |name: &str| format!("nobody looks at `{name}`"));
    let unset = asked.iter().filter(|name| !touched.set.contains(*name));
    let unread = answered.iter().filter(|name| !touched.read.contains(*name));
    let missed = unset
        .map(|name| (sets(name), place(name)))
        .chain(unread.map(|name| (looks(name), place(name))))
        .collect();
    Gap {
        rule: &UNCOVERED_FIELD,
        what: "fields",
        all: asked.iter().map(|name| sets(name)).chain(answered.iter().map(|name| looks(name))).collect(),
        missed,
        share,
    }
}

impl Gap {
    fn covered(&self) -> usize {
        self.all.len() - self.missed.len()
    }

    /// Whether less is covered than the policy asks for.
    fn is_too_wide(&self) -> bool {
        // What comes of writing a share in decimals.
        let slack = 1e-9;
        let is_less = |share: f64| (self.covered() as f64) / (self.all.len() as f64) < share - slack;
        !self.all.is_empty() && self.share.is_some_and(is_less)
    }

    /// The findings of a service of which less is covered than the policy asks for: one where the base covers enough;
    /// else one of what the base leaves out as well, and one of what head leaves out besides. Of what head declares anew
    /// the share is granted.
    fn findings(&self, service: &str, place: Option<&Location>, base: Option<&Gap>) -> Vec<Finding> {
        let Some(share) = self.share.filter(|_| self.is_too_wide()) else { return Vec::new() };
        let (covered, all, what) = (self.covered(), self.all.len(), self.what);
        let message = format!(
            "promises about `{service}` touch {covered} of its {all} {what}, less than the share {share} of the policy"
        );
        let finding = |message: String, missed: &[&Missed]| {
            let finding = Finding::new(self.rule, place.cloned(), message).help(self.help()).fact(service);
            listing(finding, missed)
        };
        let missed: Vec<&Missed> = self.missed.iter().collect();
        let Some(base) = base else { return vec![finding(message, &missed)] };
        let left_out: BTreeSet<&str> = base.missed.iter().map(|(left_out, _)| left_out.as_str()).collect();
        let (known, new): (Vec<_>, Vec<_>) =
            missed.iter().copied().partition(|(words, _)| left_out.contains(words.as_str()));
        let declared = self.all.difference(&base.all).count();
        if new.len() as f64 <= (1.0 - share) * declared as f64 + 1e-9 {
            return vec![finding(message, &missed)];
        }
        let besides = format!(
            "promises about `{service}` leave out {} of its {what} that the base does not leave out, and touch less \
             than the share {share} of the policy",
            new.len()
        );
        let names: Vec<&str> = new.iter().map(|(left_out, _)| left_out.as_str()).collect();
        let besides = finding(besides, &new).fact(names.join(", "));
        if known.is_empty() { vec![besides] } else { vec![finding(message, &known), besides] }
    }

    fn help(&self) -> &'static str {
        match self.what {
            "RPCs" => "add a scenario for each of them, or a property",
            _ => "name them in a scenario, or in a law of a property",
        }
    }
}

/// A finding with what is left out, which an approval of it binds.
fn listing(finding: Finding, missed: &[&Missed]) -> Finding {
    let list: Vec<&str> = missed.iter().map(|(left_out, _)| left_out.as_str()).collect();
    let mut finding = finding.judged(String::new(), list.join("\n"));
    for (left_out, place) in missed.iter().take(SHOWN) {
        finding = match place.clone() {
            Some(place) => finding.note_at(place, left_out),
            None => finding.note(left_out),
        };
    }
    if missed.len() > SHOWN {
        finding = finding.note(format!("and {} more", missed.len() - SHOWN));
    }
    finding
}
