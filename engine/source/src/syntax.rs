//! One Rust file as a syntax tree whose spans are those of the file, to the byte.

mod calls;
mod comments;
mod lexed;
mod macros;
mod same;
mod scan;
mod stack;

use std::borrow::Cow;
use std::sync::Arc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;

use crate::cache::{Cache, Key};
use crate::code::{Problem, ProblemKind};
use crate::tree::MAX_FILE_BYTES;
use crate::workspace::TargetKind;

pub use calls::{Call, CallKind, Calls, Token};
pub use comments::{Comment, comments};
pub use lexed::{Inside, Lexed, Lexeme};
pub use macros::{MacroBody, macro_arms, macro_body, macro_expressions, macro_statements};
pub(crate) use macros::{import_in_tokens, items_in_macro};
pub use same::is_same_code;
pub use stack::{STACK_BYTES, with_stack};

/// A Rust file that parses.
pub struct SourceFile {
    /// Path from the root.
    pub path: String,
    /// The text as it is in the file, with byte order mark and shebang.
    pub text: Arc<str>,
    /// The syntax tree.
    pub ast: syn::File,
    /// Where in the workspace the file belongs; `None` where no target reaches it.
    pub place: Option<Place>,
    /// Characters by which columns of the first line are too large: a byte order mark is blanked by three spaces.
    shift: u32,
}

/// Where in the workspace a file belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index into the workspace's crates.
    pub krate: usize,
    /// Kind of the target that reaches the file; a library first where several do.
    pub target: TargetKind,
    /// Modules from the crate's root, without the crate's name.
    pub module: Vec<String>,
    /// Whether the file is only compiled for tests, by `cfg(test)` on the way to it.
    pub test: bool,
    /// Whether the file says in its header that it is generated.
    pub generated: bool,
}

/// Parses a file. Deeply nested code needs the stack that [`with_stack`] gives, both here and wherever the
/// tree is visited and dropped.
///
/// # Errors
/// A [`Problem`] that says where: text that is too large, nested too deeply, or not Rust.
pub fn parse(path: &str, text: &str) -> Result<SourceFile, Problem> {
    parse_as(path, &text.into(), blanked, scan::bound_text)
}

/// [`parse`] for what code does: its documentation is left out.
pub(crate) fn parse_code(path: &str, text: &Arc<str>) -> Result<SourceFile, Problem> {
    parse_as(path, text, undocumented, scan::bound_text)
}

/// [`parse_code`] for a text that has been parsed before, if its content is the known one: that it is not too deep need
/// not be found out again.
pub(crate) fn parse_again(path: &str, text: &Arc<str>, known: Option<Key>) -> Result<SourceFile, Problem> {
    match known == Some(Cache::key(text)) {
        true => parse_as(path, text, undocumented, |_| Ok(())),
        false => parse_code(path, text),
    }
}

/// What is parsed of a text, with every byte in its place.
type Shown = fn(&str) -> Cow<'_, str>;

/// Refuses a text whose tokens are nested too deeply.
type Bound = fn(&str) -> Result<(), scan::TooDeep<usize>>;

fn parse_as(path: &str, text: &Arc<str>, shown: Shown, bound: Bound) -> Result<SourceFile, Problem> {
    parse_plain(path, text, shown, bound).map_err(|problem| match crate::conflict(text) {
        Some((line, message)) if problem.kind == ProblemKind::Unparsable => {
            Problem::at(path, line, 1, ProblemKind::Unparsable, message)
        }
        _ => problem,
    })
}

fn parse_plain(path: &str, text: &Arc<str>, shown: Shown, bound: Bound) -> Result<SourceFile, Problem> {
    if text.len() as u64 > MAX_FILE_BYTES {
        let message =
            format!("the file has {} bytes, more than the {MAX_FILE_BYTES} that are read", text.len());
        return Err(Problem::of_file(path, ProblemKind::TooLarge, message));
    }
    let shift = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() as u32 } else { 0 };
    let position = |span: proc_macro2::Span| {
        let start = span.start();
        point(start.line, start.column, shift)
    };
    let shown = shown(text);
    let tokens = shown.parse::<TokenStream>().map_err(|error| {
        let (line, column) = position(error.span());
        Problem::at(path, line, column, ProblemKind::Unparsable, "this is not a sequence of Rust tokens")
    })?;
    bound(&shown).map_err(|scan::TooDeep(at)| {
        let before = shown.get(..at).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let (line, column) = point(before.matches('\n').count() + 1, column, shift);
        Problem::at(path, line, column, ProblemKind::TooDeep, "this is nested too deeply to be parsed")
    })?;
    drop(shown);
    match syn::parse2::<syn::File>(tokens) {
        Ok(ast) => Ok(SourceFile { path: path.to_owned(), text: text.clone(), ast, place: None, shift }),
        Err(error) => {
            // At the end of the input there is no token whose span could be given.
            let (line, column) =
                if error.span().byte_range().is_empty() { end_of(text) } else { position(error.span()) };
            Err(Problem::at(path, line, column, ProblemKind::Unparsable, one_line(&error.to_string())))
        }
    }
}

/// A text that is no file but an expression or statements, as `include!` may have: its statements, with a file
/// without items that knows where they stand.
pub(crate) fn parse_fragment(path: &str, text: &Arc<str>) -> Option<(SourceFile, Vec<syn::Stmt>)> {
    let tokens = blanked(text).parse::<TokenStream>().ok()?;
    scan::bound(&tokens).ok()?;
    let statements = syn::Block::parse_within.parse2(tokens).ok()?;
    let ast = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: Vec::new() };
    let shift = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() as u32 } else { 0 };
    Some((SourceFile { path: path.to_owned(), text: text.clone(), ast, place: None, shift }, statements))
}

impl SourceFile {
    /// The span in the file as findings give it.
    pub fn span(&self, span: proc_macro2::Span) -> findings::Span {
        let (start, end) = (span.start(), span.end());
        let (line, column) = point(start.line, start.column, self.shift);
        let (end_line, end_column) = point(end.line, end.column, self.shift);
        findings::Span { line, column, end_line, end_column }
    }

    /// Line and column of the start of a span.
    pub(crate) fn start(&self, span: proc_macro2::Span) -> (u32, u32) {
        let start = span.start();
        point(start.line, start.column, self.shift)
    }

    /// The span of a whole node, from its first token to its last.
    pub fn span_of(&self, node: &impl ToTokens) -> findings::Span {
        self.span(node.span())
    }

    /// Whether the file as a whole is there for tests: by its target, by `cfg(test)`, or by its folder where
    /// no target reaches it.
    pub fn is_test(&self) -> bool {
        is_test(self.place.as_ref(), &self.path)
    }
}

impl Place {
    /// Whether what stands here is there for tests, benchmarks or examples.
    pub fn is_test(&self) -> bool {
        self.test || matches!(self.target, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
    }
}

/// Whether a file is there for tests, by its place or else by its folder.
pub(crate) fn is_test(place: Option<&Place>, path: &str) -> bool {
    place.map_or_else(|| in_test_folder(path), Place::is_test)
}

/// Whether a path lies in a folder that Cargo keeps for tests, benchmarks or examples.
fn in_test_folder(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| matches!(folder, "tests" | "benches" | "examples"))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text with byte order mark and shebang overwritten by as many spaces, so that no byte moves.
fn blanked(text: &str) -> Cow<'_, str> {
    let length = head(text);
    if length == 0 {
        return Cow::Borrowed(text);
    }
    let mut blank = " ".repeat(length);
    blank.push_str(&text[length..]);
    Cow::Owned(blank)
}

/// The same, with documentation made plain comments.
fn undocumented(text: &str) -> Cow<'_, str> {
    comments::undocumented(blanked(text))
}

/// Length in bytes of byte order mark and shebang.
fn head(text: &str) -> usize {
    let rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    text.len() - rest.len() + shebang(rest)
}

/// Length in bytes of the shebang line; `#![` begins an attribute, also with white space or comments between.
fn shebang(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("#!") else { return 0 };
    if skip_trivia(rest).starts_with('[') {
        return 0;
    }
    text.find('\n').unwrap_or(text.len())
}

fn point(line: usize, column: usize, shift: u32) -> (u32, u32) {
    let column = column as u32 + 1;
    (line as u32, if line == 1 { column.saturating_sub(shift).max(1) } else { column })
}

fn end_of(text: &str) -> (u32, u32) {
    let text = text.trim_end();
    let line = text.matches('\n').count() as u32 + 1;
    let last = text.rsplit('\n').next().unwrap_or("");
    (line, last.chars().count() as u32 + 1)
}

/// The first words of a message, which may list all of the grammar.
fn one_line(message: &str) -> String {
    let mut line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(120) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// The text behind white space and comments.
fn skip_trivia(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        if let Some(line) = trimmed.strip_prefix("//") {
            text = line.find('\n').map_or("", |end| &line[end..]);
        } else if let Some(block) = trimmed.strip_prefix("/*") {
            text = block.find("*/").map_or("", |end| &block[end + 2..]);
        } else {
            return trimmed;
        }
    }
}
