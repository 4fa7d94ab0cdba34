//! A finding out of the breaches of one cause, with the base's line, buf's rows and a witness.

use findings::{Finding, Location};
use prost_reflect::prost::Message;

use crate::breach::{Breach, Sides, method_of};
use crate::cause::Cause;
use crate::element::Element;
use crate::rules::enum_value_renumbered::ENUM_VALUE_RENUMBERED;
use crate::rules::field_renumbered::FIELD_RENUMBERED;
use crate::slot::Slot;
use crate::surface::part;
use crate::witness;

/// How many rows of buf a finding lists.
const ROWS: usize = 40;

/// How much of the base's line is shown, in characters.
const SHOWN: usize = 160;

/// The finding of one cause, with the rows of buf that it stands for.
pub(crate) fn finding(sides: &Sides, cause: &Cause, breaches: &[Breach]) -> Finding {
    let mut finding =
        headline(sides, cause, breaches).fact(subject(cause)).fact(distinct(breaches).join(" "));
    // What the headline itself says needs no note.
    let rows: Vec<&Breach> =
        breaches.iter().filter(|breach| !finding.message.starts_with(&breach.message)).collect();
    for breach in rows.iter().take(ROWS) {
        let text = format!("`{}`: {}", breach.id, breach.message);
        finding = match breach.at.clone() {
            Some(place) => finding.note_at(place, text),
            None => finding.note(text),
        };
    }
    if rows.len() > ROWS {
        finding = finding.note(format!("and {} more of the same cause", rows.len() - ROWS));
    }
    let (old, new) = judged(sides, cause);
    finding.judged(old, new)
}

/// Adds the line of the base, and what becomes of a message on the way.
pub(crate) fn with_evidence(
    mut finding: Finding,
    sides: &Sides,
    base: &source::Tree,
    cause: &Cause,
) -> Finding {
    if let Some((place, text)) = base_line(sides, base, cause) {
        finding = finding.note(format!("the base has `{text}` ({place})"));
    }
    for text in witness::notes(sides, cause) {
        finding = finding.note(text);
    }
    finding
}

/// Buf's ids, each once, in the order of the checks.
fn distinct(breaches: &[Breach]) -> Vec<&'static str> {
    let mut ids: Vec<&str> = breaches.iter().map(|breach| breach.id).collect();
    ids.dedup();
    ids
}

fn headline(sides: &Sides, cause: &Cause, breaches: &[Breach]) -> Finding {
    let first = &breaches[0];
    match cause {
        Cause::Renumbered { message, field } => {
            let was = sides.old.messages[message].get_field_by_name(field);
            let is = sides.new.messages[message].get_field_by_name(field);
            let numbers = was.zip(is.clone()).map(|(was, is)| (was.number(), is.number()));
            let (was, now) = numbers.expect("a renumbered field has a number on both sides");
            let place = is.and_then(|field| sides.new.field_place(&field, None));
            let text =
                format!("field `{field}` of `{message}` moved from number {was} to {now} (`{}`)", first.id);
            Finding::new(&FIELD_RENUMBERED, place, text)
                .help(format!(
                    "give `{field}` its number {was} back, and new fields numbers that were never used"
                ))
                .fact(format!("{was} -> {now}"))
        }
        Cause::ValueRenumbered { enumeration, value } => {
            let was = sides.old.enums[enumeration].get_value_by_name(value);
            let is = sides.new.enums[enumeration].get_value_by_name(value);
            let numbers = was.zip(is.clone()).map(|(was, is)| (was.number(), is.number()));
            let (was, now) = numbers.expect("a renumbered value has a number on both sides");
            let place = is.and_then(|value| sides.new.place(&value.parent_file(), value.path()));
            let text = format!(
                "value `{value}` of `{enumeration}` moved from number {was} to {now} (`{}`)",
                first.id
            );
            Finding::new(&ENUM_VALUE_RENUMBERED, place, text)
                .help(format!("give `{value}` its number {was} back"))
                .fact(format!("{was} -> {now}"))
        }
        Cause::Of(_) => {
            Finding::new(first.rule, first.at.clone(), format!("{} (`{}`)", first.message, first.id))
                .help(first.help.clone())
                .fact(&first.message)
        }
    }
}

/// The full name of what broke.
fn subject(cause: &Cause) -> String {
    match cause {
        Cause::Renumbered { message, field } => format!("{message}.{field}"),
        Cause::ValueRenumbered { enumeration, value } => format!("{enumeration}.{value}"),
        Cause::Of(element) => match element {
            Element::Field { message, number } | Element::Extension { message, number } => {
                format!("{message}.{number}")
            }
            Element::EnumValue { enumeration, number } => format!("{enumeration}.{number}"),
            Element::Method { service: owner, name } | Element::Oneof { message: owner, name } => {
                format!("{owner}.{name}")
            }
            Element::File(name)
            | Element::Package(name)
            | Element::Message(name)
            | Element::Enum(name)
            | Element::Service(name) => name.clone(),
        },
    }
}

/// The first line of what broke as the base writes it, and where.
fn base_line(sides: &Sides, base: &source::Tree, cause: &Cause) -> Option<(String, String)> {
    let place = base_place(sides, cause)?;
    let line = place.span?.line;
    let text = base.text(&place.file).ok()?;
    let text = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?.trim();
    let shown: String = text.chars().take(SHOWN).collect();
    // Backticks would end the quotation.
    Some((format!("{}:{line}", place.file), shown.replace('`', "'")))
}

fn base_place(sides: &Sides, cause: &Cause) -> Option<Location> {
    let old = &sides.old;
    match cause {
        Cause::Renumbered { message, field } => {
            old.field_place(&old.messages.get(message)?.get_field_by_name(field)?, None)
        }
        Cause::ValueRenumbered { enumeration, value } => {
            let value = old.enums.get(enumeration)?.get_value_by_name(value)?;
            old.place(&value.parent_file(), value.path())
        }
        Cause::Of(element) => match element {
            Element::Field { message, number } => {
                old.field_place(&old.messages.get(message)?.get_field(*number)?, None)
            }
            Element::Extension { message, number } => {
                old.slot_place(&Slot::Extension(old.extension(message, *number)?.clone()), &[])
            }
            Element::EnumValue { enumeration, number } => {
                let value = old.enums.get(enumeration)?.get_value(*number)?;
                old.place(&value.parent_file(), value.path())
            }
            Element::Message(name) => old.message_place(old.messages.get(name)?),
            Element::Oneof { message, name } => {
                let message = old.messages.get(message)?;
                let oneof = message.oneofs().find(|oneof| oneof.name() == name)?;
                old.place(&message.parent_file(), oneof.path())
            }
            Element::Enum(name) => old.enum_place(old.enums.get(name)?),
            Element::Service(name) => old.service_place(old.services.get(name)?),
            Element::Method { service, name } => {
                old.method_place(&method_of(old.services.get(service)?, name)?, None)
            }
            Element::File(name) => old.place(old.files.get(name)?, &[part::PACKAGE]),
            Element::Package(_) => None,
        },
    }
}

/// The descriptors of what broke on both sides, for an approval to bind.
fn judged(sides: &Sides, cause: &Cause) -> (Vec<u8>, Vec<u8>) {
    let of = |surface: &crate::surface::Surface| -> Option<Vec<u8>> {
        Some(match cause {
            Cause::Renumbered { message, field } => surface
                .messages
                .get(message)?
                .get_field_by_name(field)?
                .field_descriptor_proto()
                .encode_to_vec(),
            Cause::ValueRenumbered { enumeration, .. }
            | Cause::Of(Element::EnumValue { enumeration, .. } | Element::Enum(enumeration)) => {
                surface.enums.get(enumeration)?.enum_descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::Field { message, number }) => {
                surface.messages.get(message)?.get_field(*number)?.field_descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::Extension { message, number }) => {
                surface.extension(message, *number)?.field_descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::Message(name) | Element::Oneof { message: name, .. }) => {
                surface.messages.get(name)?.descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::Service(name)) => {
                surface.services.get(name)?.service_descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::Method { service, name }) => {
                method_of(surface.services.get(service)?, name)?.method_descriptor_proto().encode_to_vec()
            }
            Cause::Of(Element::File(name)) => surface.files.get(name)?.encode_to_vec(),
            Cause::Of(Element::Package(name)) => surface
                .files
                .values()
                .filter(|file| file.package_name() == name)
                .flat_map(prost_reflect::FileDescriptor::encode_to_vec)
                .collect(),
        })
    };
    (of(&sides.old).unwrap_or_default(), of(&sides.new).unwrap_or_default())
}
