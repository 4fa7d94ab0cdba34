//! A field whose generated type in C++ or JavaScript is another one.

use findings::rule;
use prost_reflect::Kind;
use prost_reflect::prost_types::FieldOptions;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;
use crate::surface::part;

rule! {
    /// Finds a field of text or bytes whose `ctype` changed, and a field of 64 bits whose `jstype` changed. Only the categories
    /// FILE and PACKAGE ask for it: nothing of it is sent. `STRING_PIECE` may become `STRING`.
    ///
    /// ## Why it hurts
    /// The code of whoever compiles the protos for C++ or JavaScript no longer fits: a number became a text, a string a cord.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   int64 plays = 1 [jstype = JS_STRING];
    /// }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3";
    /// message Track {
    ///   int64 plays = 1 [jstype = JS_NUMBER]; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   int64 plays = 1 [jstype = JS_STRING];
    /// }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto3";
    /// message Track {
    ///   int64 plays = 1 [jstype = JS_STRING];
    ///   int64 skips = 2 [jstype = JS_NUMBER];
    /// }
    /// ```
    pub static FIELD_SAME_GENERATED_TYPE = {
        id: "field-same-generated-type",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields whose generated type in C++ or JavaScript changed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const CPP: &str = "FIELD_SAME_CPP_STRING_TYPE";
const JS: &str = "FIELD_SAME_JSTYPE";

/// Numbers in `google.protobuf.FieldOptions`.
const CTYPE: i32 = 1;
const JSTYPE: i32 = 6;

fn ids(category: Category) -> Vec<&'static str> {
    if category.is_source() { vec![CPP, JS] } else { Vec::new() }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let (option, number, value): (_, _, fn(&Slot) -> Option<&'static str>) = match id {
        CPP => ("ctype", CTYPE, string_type),
        _ => ("jstype", JSTYPE, js_type),
    };
    let mut breaches = Vec::new();
    for (old, new) in sides.slots() {
        let (Some(was), Some(is)) = (value(&old), value(&new)) else { continue };
        if was == is || (was, is) == ("STRING_PIECE", "STRING") {
            continue;
        }
        breaches.push(Breach {
            rule: &FIELD_SAME_GENERATED_TYPE,
            id,
            at: sides
                .new
                .slot_place(&new, &[part::FIELD_OPTIONS, number])
                .or_else(|| sides.new.slot_place(&new, &[])),
            element: new.element(),
            message: format!("{} changed `{option}` from `{was}` to `{is}`", new.shown()),
            help: format!("write `[{option} = {was}]`"),
        });
    }
    breaches
}

fn options(slot: &Slot) -> FieldOptions {
    slot.proto().options.clone().unwrap_or_default()
}

/// How C++ holds a text; none for what is no text. Entries of maps cannot say it.
fn string_type(slot: &Slot) -> Option<&'static str> {
    let text = matches!(slot.kind(), Kind::String | Kind::Bytes) && !slot.message().is_map_entry();
    text.then(|| options(slot).ctype().as_str_name())
}

/// How JavaScript holds a number of 64 bits; none for anything else.
fn js_type(slot: &Slot) -> Option<&'static str> {
    let wide =
        matches!(slot.kind(), Kind::Int64 | Kind::Sint64 | Kind::Uint64 | Kind::Fixed64 | Kind::Sfixed64);
    wide.then(|| options(slot).jstype().as_str_name())
}
