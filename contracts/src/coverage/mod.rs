//! What the promises about a service leave out: methods that nobody calls, fields that nobody sets or looks at.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Checked, Finding, Location, Rule};
use prost_reflect::ServiceDescriptor;
use service::Protos;

use crate::Policy;
use crate::promise::{Touched, fields_below};
use crate::rules::uncovered_field::UNCOVERED_FIELD;
use crate::rules::uncovered_rpc::UNCOVERED_RPC;
use crate::surface::Surface;

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
    all: usize,
    /// What is left out, in words, and where it is declared.
    missed: Vec<(String, Option<Location>)>,
    share: Option<f64>,
}

impl Covered {
    /// What the promises about a service touch, to be added to by each of them.
    pub(crate) fn of(&mut self, service: &str, place: impl FnOnce() -> Option<Location>) -> &mut Touched {
        let promised = self.0.entry(service.to_owned()).or_default();
        if promised.place.is_none() {
            promised.place = place();
        }
        &mut promised.touched
    }

    /// Holds what is covered against the shares of the policy.
    pub(crate) fn check(&self, policy: &Policy, protos: &Protos) -> Checked {
        let mut checked = Checked::default();
        let surface = Surface::of(protos);
        for (name, promised) in &self.0 {
            let Some(service) = protos.pool.get_service_by_name(name) else { continue };
            let gaps = [
                methods(&service, promised, &surface, policy.coverage.rpcs),
                fields(&service, promised, &surface, policy.coverage.fields),
            ];
            for gap in gaps {
                let covered = gap.all - gap.missed.len();
                *checked.counts.entry(gap.what).or_default() += gap.all as u64;
                let counted = if gap.what == "RPCs" { "RPCs promised" } else { "fields promised" };
                *checked.counts.entry(counted).or_default() += covered as u64;
                checked.findings.extend(gap.finding(name, promised.place.clone()));
            }
        }
        checked
    }
}

fn methods(service: &ServiceDescriptor, promised: &Promised, surface: &Surface, share: Option<f64>) -> Gap {
    let missed = service.methods().filter(|method| !promised.touched.methods.contains(method.full_name()));
    Gap {
        rule: &UNCOVERED_RPC,
        what: "RPCs",
        all: service.methods().len(),
        missed: missed
            .map(|method| (format!("nobody calls `{}`", method.name()), surface.method_place(&method, None)))
            .collect(),
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
    let unset = asked.iter().filter(|name| !touched.set.contains(*name));
    let unread = answered.iter().filter(|name| !touched.read.contains(*name));
    let missed = unset
        .map(|name| (format!("nobody sets `{name}`"), place(name)))
        .chain(unread.map(|name| (format!("nobody looks at `{name}`"), place(name))));
    Gap {
        rule: &UNCOVERED_FIELD,
        what: "fields",
        all: asked.len() + answered.len(),
        missed: missed.collect(),
        share,
    }
}

impl Gap {
    /// The finding of a service of which less is covered than the policy asks for.
    fn finding(&self, service: &str, place: Option<Location>) -> Option<Finding> {
        let share = self.share?;
        let covered = self.all - self.missed.len();
        // What comes of writing a share in decimals.
        let slack = 1e-9;
        if self.all == 0 || covered as f64 / self.all as f64 >= share - slack {
            return None;
        }
        let message = format!(
            "promises about `{service}` touch {covered} of its {} {}, less than the share {share} of the policy",
            self.all, self.what
        );
        let list: Vec<&str> = self.missed.iter().map(|(left_out, _)| left_out.as_str()).collect();
        let help = match self.what {
            "RPCs" => "add a scenario for each of them, or a property",
            _ => "name them in a scenario, or in a law of a property",
        };
        let mut finding = Finding::new(self.rule, place, message)
            .help(help)
            .fact(service)
            .judged(String::new(), list.join("\n"));
        for (left_out, place) in self.missed.iter().take(SHOWN) {
            finding = match place.clone() {
                Some(place) => finding.note_at(place, left_out),
                None => finding.note(left_out),
            };
        }
        if self.missed.len() > SHOWN {
            finding = finding.note(format!("and {} more", self.missed.len() - SHOWN));
        }
        Some(finding)
    }
}
