//! What stands before a token.

/// What stands before a token, as far as it decides what the token is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prev {
    /// Something after which an operand begins, so that `-` is a prefix.
    Open,
    /// A name, which ends an operand.
    Name,
    /// A literal or a `(…)` or `[…]`, which ends an operand and is not followed by generics.
    Value,
    /// `{…}`, which ends an operand or a statement.
    Block,
    /// `#` or `#!`: a bracket that follows is an attribute.
    Pound,
    /// `name!` or `name! name`: a bracket that follows is the body of a macro.
    MacroBang,
    /// The `'` of a lifetime.
    Tick,
    /// `.`
    Dot,
    /// The first half of `||`, `&&` or `<<` behind an operand.
    Half,
    /// `<` that may open generics; how many stand in a row.
    Angle(u8),
    /// `>`
    Greater,
    /// The first half of `=>`.
    HalfArrow,
    /// `-`, which may be the first half of `->`.
    Minus,
    /// An operator to which a joint `=` belongs.
    Operator,
    /// `else`
    Else,
}

/// Words after which an operand or a type begins, also those that only some versions of the language reserve.
pub(super) fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "async"
            | "auto"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "do"
            | "dyn"
            | "enum"
            | "extern"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "raw"
            | "ref"
            | "return"
            | "safe"
            | "static"
            | "struct"
            | "trait"
            | "try"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yeet"
            | "yield"
    )
}
