//! Values of features, and the Rust types they are read as.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value of a feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A finite number.
    Number(f64),
    /// A word, such as a name.
    Text(String),
    /// Words in their order.
    Texts(Vec<String>),
    /// A finite number for each of some words.
    Weights(BTreeMap<String, f64>),
}

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// A word.
    Text,
    /// A list of words.
    Texts,
    /// A number for each of some words.
    Weights,
}

impl Kind {
    /// The kind in words, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Weights => "an object of numbers",
        }
    }
}

impl Value {
    /// The kind of this value.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Flag(_) => Kind::Flag,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Texts(_) => Kind::Texts,
            Self::Weights(_) => Kind::Weights,
        }
    }
}

/// A type that a feature can be read as.
pub trait FromValue: Sized {
    /// The kind of value it is read from.
    const KIND: Kind;

    /// The value, if it is of that kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! read_as {
    ($type:ty, $kind:ident) => {
        impl FromValue for $type {
            const KIND: Kind = Kind::$kind;

            fn from_value(value: &Value) -> Option<Self> {
                if let Value::$kind(value) = value { Some(value.clone()) } else { None }
            }
        }
    };
}

read_as!(bool, Flag);
read_as!(f64, Number);
read_as!(String, Text);
read_as!(Vec<String>, Texts);
read_as!(BTreeMap<String, f64>, Weights);
