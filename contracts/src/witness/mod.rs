//! Witnesses: a concrete message, written by one side and read by the other, for a finding that concerns data.

mod alike;
mod json;
mod sample;
mod trip;
mod verdict;

use prost_reflect::{
    DynamicMessage, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor,
};

use crate::breach::{Sides, method_of};
use crate::cause::Cause;
use crate::element::Element;
use crate::surface::Surface;

use trip::{Trip, travel};
use verdict::Verdict;

/// What becomes of a message on the way from the base to head and back, one note a way; of types of another name, whether
/// only the name is another.
pub(crate) fn notes(sides: &Sides, cause: &Cause) -> Vec<String> {
    let json = sides.category.has_json();
    let trips = trips(sides, cause).into_iter().flat_map(|(way, trip)| trip.notes(way, json));
    trips.chain(alike::notes(sides, cause)).collect()
}

/// Whether a message means something else after one of the ways, or cannot be read, in bytes or, where that counts, in
/// proto JSON.
pub(crate) fn is_lossy(sides: &Sides, cause: &Cause, json: bool) -> bool {
    trips(sides, cause).iter().any(|(_, trip)| trip.worst(json) >= Verdict::Lossy)
}

/// The worst trip of each way.
pub(crate) fn trips(sides: &Sides, cause: &Cause) -> Vec<(Way, Trip)> {
    let (there, back) = match cause {
        Cause::Renumbered { message, field } => {
            let Some((old, new)) = messages(sides, message) else { return Vec::new() };
            let of = |side: &MessageDescriptor| side.get_field_by_name(field);
            (field_trip(of(&old), &new), field_trip(of(&new), &old))
        }
        Cause::Of(Element::Field { message, number }) => {
            let Some((old, new)) = messages(sides, message) else { return Vec::new() };
            (field_trip(old.get_field(*number), &new), field_trip(new.get_field(*number), &old))
        }
        Cause::Of(Element::Extension { message, number }) => {
            let of = |side: &Surface| side.extension(message, *number).cloned();
            let Some((old, new)) = of(&sides.old).zip(of(&sides.new)) else { return Vec::new() };
            (extension_trip(&old, &new), extension_trip(&new, &old))
        }
        Cause::ValueRenumbered { enumeration, value } => {
            let of = |side: &EnumDescriptor| side.get_value_by_name(value).map(|value| value.number());
            value_trips(sides, enumeration, of)
        }
        Cause::Of(Element::EnumValue { enumeration, number }) => {
            value_trips(sides, enumeration, |side| side.get_value(*number).map(|value| value.number()))
        }
        Cause::Of(Element::Method { service, name }) => return method_trips(sides, service, name),
        Cause::Of(_) => return Vec::new(),
    };
    let there = there.map(|trip| (Way::There, trip));
    let back = back.map(|trip| (Way::Back, trip));
    there.into_iter().chain(back).collect()
}

/// Who writes and who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The base writes, head reads.
    There,
    /// Head writes, the base reads.
    Back,
}

impl Way {
    fn shown(self) -> &'static str {
        match self {
            Way::There => "written by the base, read by head",
            Way::Back => "written by head, read by the base",
        }
    }
}

fn messages(sides: &Sides, name: &str) -> Option<(MessageDescriptor, MessageDescriptor)> {
    Some((sides.old.messages.get(name)?.clone(), sides.new.messages.get(name)?.clone()))
}

fn field_trip(field: Option<FieldDescriptor>, reader: &MessageDescriptor) -> Option<Trip> {
    let field = field?;
    worst(sample::messages_with(&field, reader), reader)
}

fn extension_trip(extension: &ExtensionDescriptor, reader: &ExtensionDescriptor) -> Option<Trip> {
    worst(sample::messages_with_extension(extension), &reader.containing_message())
}

/// The first of the worst; an identical one shows that nothing was found to go wrong.
fn worst(samples: Vec<DynamicMessage>, reader: &MessageDescriptor) -> Option<Trip> {
    let mut worst: Option<Trip> = None;
    for sample in samples {
        let trip = travel(&sample, reader);
        if worst.as_ref().is_none_or(|worst| trip.verdict > worst.verdict) {
            worst = Some(trip);
        }
    }
    worst
}

/// An enum travels inside a message: the first one that both sides have with a field of its type.
fn value_trips(
    sides: &Sides,
    enumeration: &str,
    number: impl Fn(&EnumDescriptor) -> Option<i32>,
) -> (Option<Trip>, Option<Trip>) {
    let carries = |field: &FieldDescriptor| match field.kind() {
        Kind::Enum(found) => found.full_name() == enumeration,
        _ => false,
    };
    let carrier = sides
        .slots()
        .filter_map(|(old, new)| Some((old.field()?.clone(), new.field()?.clone())))
        .find(|(old, new)| carries(old) && carries(new) && !old.parent_message().is_map_entry());
    let Some((old, new)) = carrier else { return (None, None) };
    let trip = |field: &FieldDescriptor, reader: &FieldDescriptor| {
        let Kind::Enum(enumeration) = field.kind() else { return None };
        let sample = sample::message_with_value(field, number(&enumeration)?);
        Some(travel(&sample, reader.parent_message()))
    };
    (trip(&old, &new), trip(&new, &old))
}

/// Requests go there, answers come back.
fn method_trips(sides: &Sides, service: &str, name: &str) -> Vec<(Way, Trip)> {
    let methods = sides.old.services.get(service).zip(sides.new.services.get(service));
    let Some((old, new)) = methods.and_then(|(old, new)| method_of(old, name).zip(method_of(new, name)))
    else {
        return Vec::new();
    };
    let mut trips = Vec::new();
    if old.input().full_name() != new.input().full_name() {
        trips.push((Way::There, travel(&sample::filled(&old.input()), &new.input())));
    }
    if old.output().full_name() != new.output().full_name() {
        trips.push((Way::Back, travel(&sample::filled(&new.output()), &old.output())));
    }
    trips
}
