//! A text whose bytes are checked, and were not, or the other way round.

use findings::rule;
use prost_reflect::{Kind, Syntax};

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;
use crate::surface::{Surface, part};

rule! {
    /// Finds fields of type `string` that must be UTF-8 now and were not held to it, or the other way round: `proto3` checks,
    /// `proto2` does not, and `java_string_check_utf8` says it for Java. Only the categories FILE and PACKAGE ask for it.
    ///
    /// ## Why it hurts
    /// A message with a text that is no UTF-8 was read, and now is refused as a whole; or it is let through to code that
    /// relied on the check.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// message Track {
    ///   optional string title = 1;
    /// }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto2";
    /// option java_string_check_utf8 = true; //~
    /// message Track {
    ///   optional string title = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Track {
    ///   optional string title = 1;
    /// }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto2";
    /// message Track {
    ///   optional string title = 1;
    ///   optional bytes raw_title = 2;
    /// }
    /// ```
    pub static FIELD_SAME_UTF8_VALIDATION = {
        id: "field-same-utf8-validation",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds texts that must be UTF-8 and were not held to it, or the other way round",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const ANY: &str = "FIELD_SAME_UTF8_VALIDATION";
const JAVA: &str = "FIELD_SAME_JAVA_UTF8_VALIDATION";

/// The number of `java_string_check_utf8` in `google.protobuf.FileOptions`.
const JAVA_STRING_CHECK_UTF8: i32 = 27;

/// `utf8_validation` of `google.protobuf.FeatureSet` in the options of a field.
const FEATURE: [i32; 3] = [part::FIELD_OPTIONS, 21, 4];

fn ids(category: Category) -> Vec<&'static str> {
    if category.is_source() { vec![ANY, JAVA] } else { Vec::new() }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let is_checked: fn(&Surface, &Slot) -> bool = if id == JAVA { is_checked_in_java } else { is_checked };
    let shown = |checked: bool| if checked { "checked" } else { "not checked" };
    let mut breaches = Vec::new();
    for (old, new) in sides.slots() {
        let texts = matches!((old.kind(), new.kind()), (Kind::String, Kind::String));
        let (was, is) = (is_checked(&sides.old, &old), is_checked(&sides.new, &new));
        if !texts || was == is {
            continue;
        }
        let option = sides.new.place(&new.file(), &[part::FILE_OPTIONS, JAVA_STRING_CHECK_UTF8]);
        let feature = || sides.new.place(&new.file(), &[new.path(), &FEATURE].concat());
        breaches.push(Breach {
            rule: &FIELD_SAME_UTF8_VALIDATION,
            id,
            at: option
                .filter(|_| id == JAVA)
                .or_else(|| feature().filter(|_| id == ANY))
                .or_else(|| sides.new.slot_place(&new, &[])),
            element: new.element(),
            message: format!(
                "{} was {} to be UTF-8{} and is {}",
                new.shown(),
                shown(was),
                if id == JAVA { " in Java" } else { "" },
                shown(is)
            ),
            help: "keep the syntax and the options of its file".to_owned(),
        });
    }
    breaches
}

fn is_checked(surface: &Surface, slot: &Slot) -> bool {
    let by_syntax = || slot.file().syntax() == Syntax::Proto3;
    surface.features.checks_utf8(slot.full_name()).unwrap_or_else(by_syntax)
}

fn is_checked_in_java(surface: &Surface, slot: &Slot) -> bool {
    let file = slot.file();
    let options = file.file_descriptor_proto().options.as_ref();
    options.is_some_and(|options| options.java_string_check_utf8()) || is_checked(surface, slot)
}
