//! What functions do in their bodies, as far as it matters in which order things are named: plain data, read on demand.
//!
//! Bodies are most of a file, and rules ask for few of them, so that they are no facts that are kept.

mod lower;

use crate::code::{Code, FileInfo};

/// The body of a function.
#[derive(Clone, Debug)]
pub struct Body {
    /// Path of the file.
    pub file: String,
    /// Line of the function's name.
    pub line: u32,
    /// Column of the same, in characters.
    pub column: u32,
    /// The names of its parameters, in order, `self` too; empty where a pattern has none or several.
    pub parameters: Vec<String>,
    /// What it does.
    pub does: Piece,
}

/// A part of a body. What names nothing is left out.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A path in an expression, or a type among its generics.
    Path(PathPiece),
    /// `receiver.name(arguments)`
    Method {
        /// What it is called on.
        receiver: Box<Piece>,
        /// Its name.
        name: String,
        /// Types among its generics, then its arguments.
        arguments: Vec<Piece>,
    },
    /// Parts that are evaluated in order; the value is made of all of them.
    Group(Vec<Piece>),
    /// Statements, of which the last is the value where `tail` says so.
    Block {
        /// In order.
        statements: Vec<Piece>,
        /// Whether the last one is the value.
        tail: bool,
    },
    /// A pattern with names, bound to a value.
    Let {
        /// The names in the pattern.
        names: Vec<String>,
        /// The value.
        value: Box<Piece>,
    },
    /// A local variable that is given another value.
    Assign {
        /// The variable.
        name: String,
        /// The value.
        value: Box<Piece>,
    },
    /// Parts of which one is evaluated, those left out that end in an error or a panic.
    Fork {
        /// The parts.
        arms: Vec<Piece>,
        /// Whether one of them surely is.
        whole: bool,
    },
    /// What is evaluated any number of times.
    Loop(Box<Piece>),
    /// What is evaluated when somebody calls it.
    Closure(Box<Piece>),
    /// `return value`
    Return(Box<Piece>),
    /// A panic, a `break`, or `return Err(…)`.
    Diverge,
}

/// A path in an expression.
#[derive(Clone, Debug)]
pub struct PathPiece {
    /// What it means, where that is known.
    pub canonical: Option<String>,
    /// As it is written, without generics.
    pub written: String,
    /// What it is called with, the fields of a literal, and types among its generics.
    pub arguments: Vec<Piece>,
    /// Whether it is called.
    pub called: bool,
    /// Line of its first segment.
    pub line: u32,
    /// Column of the same, in characters.
    pub column: u32,
}

impl Piece {
    /// What names nothing.
    pub const NOTHING: Piece = Piece::Group(Vec::new());

    /// Whether nothing comes after it.
    pub fn diverges(&self) -> bool {
        match self {
            Piece::Diverge | Piece::Return(_) => true,
            Piece::Block { statements, .. } => statements.iter().any(Piece::diverges),
            Piece::Group(parts) => parts.iter().any(Piece::diverges),
            Piece::Fork { arms, whole } => *whole && arms.iter().all(Piece::diverges),
            _ => false,
        }
    }
}

impl Code {
    /// The bodies of all functions in the wanted files, in the order of paths and lines. Reads those files again.
    pub fn bodies(&self, wanted: &(dyn Fn(&FileInfo) -> bool + Sync)) -> Vec<Body> {
        let read = self.each_file(wanted, &|file| lower::bodies(self.names(), file));
        read.into_iter().flat_map(|(_, bodies)| bodies).collect()
    }
}
