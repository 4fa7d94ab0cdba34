//! The known consumers of what the base promised: which of them a change breaks, and what none of them uses.

use std::collections::{BTreeMap, BTreeSet};

use findings::Finding;
use prost_reflect::{DescriptorPool, MessageDescriptor};

use super::affected::{affects, is_told};
use super::field_path::value_message;
use super::{Consumer, How, Use};
use crate::breach::{Breach, Sides, method_of};
use crate::cause::Cause;
use crate::element::Element;
use crate::ranges::{Reserved, inclusive};
use crate::rules::field_no_delete::FIELD_NO_DELETE;
use crate::rules::removed_while_consumed::{ID, REMOVED_WHILE_CONSUMED};

/// How many consumers a finding names.
const SHOWN: usize = 10;

/// Every known consumer of what the base promised.
#[derive(Default)]
pub(crate) struct Known {
    consumers: Vec<Consumer>,
    /// The base's protos.
    protos: DescriptorPool,
    /// What any of them uses.
    used: BTreeSet<Element>,
    /// Messages of which consumers' files would say it if they used a field.
    reached: BTreeSet<String>,
}

impl Known {
    /// The consumers of what the base's protos promise.
    pub(crate) fn of(consumers: Vec<Consumer>, protos: &DescriptorPool) -> Known {
        let used =
            consumers.iter().flat_map(|consumer| &consumer.uses).map(|used| used.element.clone()).collect();
        let reached = reached(&consumers, protos);
        Known { consumers, protos: protos.clone(), used, reached }
    }

    /// Says who uses what broke. Nothing is said where nobody is known to use anything.
    pub(crate) fn name_users(&self, mut finding: Finding, sides: &Sides, cause: &Cause) -> Finding {
        let total = self.consumers.len();
        if total == 0 {
            return finding;
        }
        let mut broken = 0;
        for consumer in &self.consumers {
            let uses: Vec<&Use> =
                consumer.uses.iter().filter(|used| affects(&sides.old, cause, &used.element)).collect();
            let Some(first) = uses.first() else { continue };
            broken += 1;
            if broken <= SHOWN {
                finding = finding.note(format!("used by {}: {}", consumer.name, said(first, uses.len() - 1)));
            }
        }
        match (broken, total) {
            (0, 1) => finding.note("the one known consumer does not use it"),
            (0, total) => finding.note(format!("none of the {total} known consumers uses it")),
            (broken, total) if broken > SHOWN => {
                finding.note(format!("and {} more of {total} known consumers", broken - SHOWN))
            }
            _ => finding,
        }
    }

    /// Fields and methods that consumers say they use and that head does not have, although the category lets them go.
    pub(crate) fn removed(&self, sides: &Sides, breaches: &[Breach]) -> Vec<Breach> {
        let told: BTreeSet<Element> = breaches.iter().map(|breach| breach.element.clone()).collect();
        let mut lost: BTreeSet<&Element> = BTreeSet::new();
        for consumer in self.consumers.iter().filter(|consumer| consumer.declared) {
            lost.extend(
                consumer.uses.iter().map(|used| &used.element).filter(|element| is_gone(sides, element)),
            );
        }
        lost.into_iter()
            .filter(|element| !is_told(&told, &self.protos, element))
            .filter_map(|element| self.breach(sides, element))
            .collect()
    }

    fn breach(&self, sides: &Sides, element: &Element) -> Option<Breach> {
        let uses = |consumer: &&Consumer| consumer.uses.iter().any(|used| used.element == *element);
        let names: Vec<&str> = self
            .consumers
            .iter()
            .filter(|consumer| consumer.declared)
            .filter(uses)
            .map(|consumer| consumer.name.as_str())
            .collect();
        let who = match names.as_slice() {
            [one] => format!("{one} uses it"),
            [one, other] => format!("{one} and {other} use it"),
            [one, rest @ ..] => format!("{one} and {} more use it", rest.len()),
            [] => return None,
        };
        let (what, at) = match element {
            Element::Field { message, number } => {
                let field = sides.old.messages.get(message)?.get_field(*number)?;
                let at = sides.new.messages.get(message).and_then(|message| sides.new.message_place(message));
                (format!("field `{}` with number {number} of `{message}`", field.name()), at)
            }
            Element::Method { service, name } => {
                let file = sides.old.services.get(service)?.parent_file();
                let at = sides.new.services.get(service).and_then(|service| sides.new.service_place(service));
                (format!("method `{name}` of `{service}`"), at.or_else(|| sides.new.file_place(file.name())))
            }
            _ => return None,
        };
        Some(Breach {
            rule: &REMOVED_WHILE_CONSUMED,
            id: ID,
            at,
            element: element.clone(),
            message: format!("{what} is gone, and {who}"),
            help: "keep it until the consumer does without it, and take it out of the consumer's file then"
                .to_owned(),
        })
    }

    /// Whether a breach is that of a field that went with its number and name reserved, and that nobody uses of a message
    /// that is known to be used.
    pub(crate) fn is_unread(&self, sides: &Sides, breach: &Breach) -> bool {
        let Element::Field { message, number } = &breach.element else { return false };
        if *breach.rule != FIELD_NO_DELETE
            || !self.reached.contains(message)
            || self.used.contains(&breach.element)
        {
            return false;
        }
        let field = sides.old.messages.get(message).and_then(|message| message.get_field(*number));
        let Some((field, now)) = field.zip(sides.new.messages.get(message)) else { return false };
        let reserved = Reserved::of(now.reserved_ranges().map(inclusive), now.reserved_names());
        reserved.has_number(i64::from(*number)) && reserved.has_name(field.name())
    }
}

/// The messages that the methods which consumers say they call carry.
fn reached(consumers: &[Consumer], protos: &DescriptorPool) -> BTreeSet<String> {
    let declared = consumers.iter().filter(|consumer| consumer.declared).flat_map(|consumer| &consumer.uses);
    let methods = declared.filter_map(|used| match &used.element {
        Element::Method { service, name } => method_of(&protos.get_service_by_name(service)?, name),
        _ => None,
    });
    let mut left: Vec<MessageDescriptor> =
        methods.flat_map(|method| [method.input(), method.output()]).collect();
    let mut reached = BTreeSet::new();
    while let Some(message) = left.pop() {
        if reached.insert(message.full_name().to_owned()) {
            left.extend(message.fields().filter_map(|field| value_message(&field)));
        }
    }
    reached
}

/// Whether head has lost a field or method of the base whose owner is still there.
fn is_gone(sides: &Sides, element: &Element) -> bool {
    match element {
        Element::Field { message, number } => {
            let on = |messages: &BTreeMap<String, MessageDescriptor>| {
                messages.get(message).map(|message| message.get_field(*number).is_some())
            };
            on(&sides.old.messages) == Some(true) && on(&sides.new.messages) == Some(false)
        }
        Element::Method { service, name } => {
            let was = sides.old.services.get(service).and_then(|service| method_of(service, name));
            let is = sides.new.services.get(service).and_then(|service| method_of(service, name));
            was.is_some() && is.is_none()
        }
        _ => false,
    }
}

fn said(used: &Use, more: usize) -> String {
    let verb = match used.how {
        How::Calls => "calls",
        How::Sends => "sends",
        How::Reads => "reads",
    };
    let more = match more {
        0 => String::new(),
        1 => ", and in one more place".to_owned(),
        more => format!(", and in {more} more places"),
    };
    format!("{verb} {} ({}{more})", used.what, used.place)
}
