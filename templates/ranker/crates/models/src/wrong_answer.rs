//! Why a server's answer is not believed.

/// An answer that is not one to the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongAnswer {
    /// Another model answered, or another version of it.
    #[error("{got} answered, {expected} was asked")]
    Model {
        /// The model and version in the signature.
        expected: String,
        /// The model and version that answered.
        got: String,
    },
    /// The output is not there, or more than once.
    #[error("the output `{name}` is there {count} times")]
    Output {
        /// The output in the signature.
        name: String,
        /// How often it is there.
        count: usize,
    },
    /// The output is not of the type in the signature.
    #[error("the output is of type {got}, not FP32")]
    Datatype {
        /// Its type.
        got: String,
    },
    /// The output is not one score a row.
    #[error("the output is of shape {got}, {rows} rows were asked about")]
    Shape {
        /// How many rows were asked about.
        rows: usize,
        /// Its shape.
        got: String,
    },
    /// Its elements are given both ways, neither way, or as those of another type.
    #[error("the elements of the output are not given in one way")]
    Contents,
    /// It has not as many elements as its shape says.
    #[error("the output has {got} bytes of elements, {expected} belong to its shape")]
    Length {
        /// Bytes for one score a row.
        expected: usize,
        /// Bytes that are there.
        got: usize,
    },
}
