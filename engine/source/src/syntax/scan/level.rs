//! The content of one bracket: what may be open at each of its tokens.

use proc_macro2::Delimiter;

use super::NEST;
use super::prev::{Prev, is_keyword};
use crate::syntax::lexed::Flat;

/// What a bracket opens.
pub(super) struct Opens {
    /// Whether it is the body of a macro.
    pub(super) is_macro: bool,
    /// Whether it lies in the body of a macro, which syn does not parse.
    pub(super) opaque: bool,
}

/// One bracket's content.
pub(super) struct Level {
    /// Units of the brackets around.
    around: u32,
    /// Whether this is the body of a macro, which syn does not parse.
    opaque: bool,
    /// Units of what stays open until the statement or list element ends.
    open: u32,
    /// Units of prefix operators, which an infix operator closes.
    prefixes: u32,
    /// Units of the tree that leans to the left.
    chain: u32,
    /// For each `<` that may be open: what `open` and `chain` were.
    angles: Vec<(u32, u32)>,
    /// Whether a `|` may have begun a closure, whose parameters have commas of their own.
    closure: bool,
    /// Whether this is a `use` item, whose `::` nest.
    import: bool,
    prev: Prev,
    /// Whether the sign before had another one at once behind it.
    is_joint: bool,
    /// The sign that is next in this bracket.
    next: Option<char>,
}

impl Level {
    pub(super) fn of(around: u32, opaque: bool) -> Self {
        Level {
            around,
            opaque,
            open: 0,
            prefixes: 0,
            chain: 0,
            angles: Vec::new(),
            closure: false,
            import: false,
            prev: Prev::Open,
            is_joint: false,
            next: None,
        }
    }

    /// Units at the current token.
    pub(super) fn depth(&self) -> u32 {
        self.around + self.open + self.prefixes + self.chain + NEST * self.angles.len() as u32
    }

    /// A statement or an arm ends: nothing continues.
    fn end(&mut self) {
        (self.open, self.prefixes, self.chain) = (0, 0, 0);
        self.angles.clear();
        (self.closure, self.import) = (false, false);
    }

    /// An element of a list ends. Within closure parameters and generics more stays open.
    fn end_of_element(&mut self) {
        if !self.closure {
            (self.open, self.chain) = self.angles.last().copied().unwrap_or_default();
            self.prefixes = 0;
        }
    }

    /// Something that the parser recurses into and that stays open.
    fn nest(&mut self) {
        self.open += NEST + std::mem::take(&mut self.prefixes);
    }

    /// An infix operator: what was prefixed before it is complete.
    fn infix(&mut self) {
        self.prefixes = 0;
        self.chain += 1;
    }

    /// Whether what stands before is a whole operand for certain.
    fn ends_operand(&self) -> bool {
        matches!(self.prev, Prev::Name | Prev::Value)
    }

    /// A bracket in this one.
    pub(super) fn group(&mut self, delimiter: Delimiter) -> Opens {
        let is_macro = self.prev == Prev::MacroBang;
        let opens = Opens { is_macro, opaque: self.opaque || is_macro };
        if self.ends_operand() || self.prev == Prev::Block {
            // A call, an index, the fields of a struct.
            self.chain += u32::from(!self.opaque);
        }
        self.prev = match delimiter {
            Delimiter::Brace => Prev::Block,
            _ if self.prev == Prev::Pound => Prev::Open,
            _ => Prev::Value,
        };
        opens
    }

    /// Behind `{…}`, what follows shows whether a new statement, item or arm begins. These continue the old one:
    /// operators, brackets, `else`, `as`, and the `in` of `for S {} in x`.
    pub(super) fn end_of_block(&mut self, next: Option<&Flat<impl AsRef<str>>>) {
        let begins = match next {
            Some(Flat::Word(name)) => !["else", "as", "in"].contains(&name.as_ref()),
            Some(Flat::Literal(_)) => true,
            Some(Flat::Sign(sign, _)) => matches!(sign, '#' | '\''),
            _ => false,
        };
        if self.prev == Prev::Block && begins {
            self.end();
            self.prev = Prev::Open;
        }
    }

    /// A word, a sign or a literal, with what stands behind it.
    pub(super) fn token<W: AsRef<str>>(&mut self, token: &Flat<W>, next: Option<&Flat<W>>) {
        if self.opaque {
            self.prev = match token {
                Flat::Word(_) if self.prev == Prev::MacroBang => Prev::MacroBang,
                Flat::Word(_) => Prev::Name,
                Flat::Sign('!', _) if self.prev == Prev::Name => Prev::MacroBang,
                _ => Prev::Open,
            };
            return;
        }
        match token {
            Flat::Word(name) => self.name(name.as_ref()),
            Flat::Literal(_) => {
                match self.prev {
                    // `.0.0` is two fields.
                    Prev::Dot => self.chain += 1,
                    // `A << 8`: a literal is no type, so that this cannot be `A<<8 as B>::C>`.
                    Prev::Angle(2..) => {
                        self.angles.pop();
                        self.angles.pop();
                        self.infix();
                    }
                    _ => {}
                }
                self.prev = Prev::Value;
            }
            Flat::Sign(sign, is_joint) => {
                self.next = match next {
                    Some(Flat::Sign(sign, _)) => Some(*sign),
                    _ => None,
                };
                self.prev = self.sign(*sign, *is_joint);
                self.is_joint = *is_joint;
            }
            Flat::Open(_) | Flat::Close => {}
        }
    }

    fn name(&mut self, name: &str) {
        self.prev = match name {
            _ if self.prev == Prev::Tick => Prev::Open,
            // `macro_rules! name { … }`
            _ if self.prev == Prev::MacroBang => Prev::MacroBang,
            _ if self.prev == Prev::Dot => Prev::Name,
            "as" => {
                self.infix();
                Prev::Open
            }
            // syn reads `else if` in a loop.
            "else" => {
                self.chain += 1;
                Prev::Else
            }
            "if" if self.prev == Prev::Else => Prev::Open,
            _ if is_keyword(name) => {
                self.import |= name == "use";
                self.nest();
                Prev::Open
            }
            _ => Prev::Name,
        };
    }

    fn sign(&mut self, sign: char, is_joint: bool) -> Prev {
        let follows = self.is_joint;
        match sign {
            '|' | '&' | '<' if self.prev == Prev::Half => self.operator(is_joint),
            ';' => {
                self.end();
                Prev::Open
            }
            ',' => {
                self.end_of_element();
                Prev::Open
            }
            '\'' => Prev::Tick,
            '#' => Prev::Pound,
            '?' => {
                self.chain += 1;
                Prev::Value
            }
            '!' if self.prev == Prev::Pound => Prev::Pound,
            '!' if self.prev == Prev::Name && !self.joins(is_joint, '=') => Prev::MacroBang,
            '.' => self.dot(),
            ':' => {
                // A segment of a `use` needs 4 KiB; one of its two colons counts.
                self.open += u32::from(self.import && is_joint) * 2;
                Prev::Open
            }
            '=' if self.joins(is_joint, '>') => Prev::HalfArrow,
            '=' if follows && self.prev == Prev::Operator => Prev::Open,
            '=' if self.joins(is_joint, '=') => {
                self.infix();
                Prev::Operator
            }
            '=' | '@' => {
                self.nest();
                Prev::Open
            }
            '|' => self.bar(is_joint),
            '<' => self.less(is_joint),
            '>' => self.greater(is_joint),
            '-' | '*' | '&' | '!' if !self.ends_operand() => {
                self.prefixes += NEST;
                if sign == '-' { Prev::Minus } else { Prev::Open }
            }
            '-' => {
                self.operator(is_joint);
                Prev::Minus
            }
            '&' if self.joins(is_joint, '&') => {
                self.infix();
                Prev::Half
            }
            '!' => {
                self.infix();
                Prev::Operator
            }
            _ => self.operator(is_joint),
        }
    }

    /// An infix operator that `=` makes an assignment, whose right side the parser reads by recursion.
    fn operator(&mut self, is_joint: bool) -> Prev {
        self.infix();
        if self.joins(is_joint, '=') {
            self.nest();
        }
        Prev::Operator
    }

    fn dot(&mut self) -> Prev {
        match self.prev {
            Prev::Name | Prev::Value | Prev::Block => {
                self.chain += 1;
                Prev::Dot
            }
            // The second dot of a range behind an operand.
            Prev::Dot => Prev::Operator,
            _ => {
                self.nest();
                Prev::Operator
            }
        }
    }

    /// `|` is an infix operator, one of the two of a closure, or leads alternatives.
    fn bar(&mut self, is_joint: bool) -> Prev {
        if !self.ends_operand() {
            self.closure = true;
            self.nest();
            return Prev::Open;
        }
        // Where a closure may be open, `||` may be the end of its parameters and another closure.
        if !self.closure && self.joins(is_joint, '|') {
            self.infix();
            return Prev::Half;
        }
        self.operator(is_joint)
    }

    /// `<` opens generics or compares or shifts. Behind a value, and before `=`, it opens nothing.
    fn less(&mut self, is_joint: bool) -> Prev {
        if self.prev == Prev::Value || self.joins(is_joint, '=') {
            self.infix();
            return if self.joins(is_joint, '<') { Prev::Half } else { Prev::Operator };
        }
        self.open += std::mem::take(&mut self.prefixes);
        self.angles.push((self.open, self.chain));
        match self.prev {
            Prev::Angle(row) => Prev::Angle(row.saturating_add(1)),
            _ => Prev::Angle(1),
        }
    }

    fn greater(&mut self, is_joint: bool) -> Prev {
        let follows = self.is_joint;
        match self.prev {
            Prev::HalfArrow => {
                self.end();
                return Prev::Open;
            }
            Prev::Minus if follows => {
                self.nest();
                return Prev::Open;
            }
            _ => {}
        }
        let closes = self.angles.pop().is_some();
        self.infix();
        if !self.joins(is_joint, '=') {
            return Prev::Greater;
        }
        // `a >= b` compares, `a >>= b` assigns, and so does `let a: A<B>= c`.
        if closes || follows && self.prev == Prev::Greater {
            self.nest();
        }
        Prev::Operator
    }

    /// Whether a sign follows without a space.
    fn joins(&self, is_joint: bool, sign: char) -> bool {
        is_joint && self.next == Some(sign)
    }
}
