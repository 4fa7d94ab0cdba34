//! The modules that a file declares without a body, read as tokens, so that those inside macros are seen as well.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, token_stream};

/// What one file says of other files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declarations {
    /// `#![cfg(..)]`: conditions on the file itself.
    pub(crate) gates: Vec<Condition>,
    pub(crate) modules: Vec<Declared>,
    /// Files that `include!` brings in, as they are written.
    pub(crate) included: Vec<String>,
    /// Macros whose every rule makes nothing of what it is given.
    pub(crate) empty_macros: Vec<String>,
}

/// `mod name;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    /// `#[path = ".."]`
    pub(crate) path: Option<String>,
    /// Conditions on it, and on the modules and macros around it.
    pub(crate) gates: Vec<Condition>,
}

/// What stands between a file and the compiler.
#[derive(Clone, Debug, Eq)]
pub(crate) struct Condition {
    pub(crate) what: What,
    /// In the file that has it.
    pub(crate) line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The predicate of `cfg(..)`.
    Cfg(String),
    /// The name of the macro that it is handed to.
    Macro(String),
}

impl PartialEq for Condition {
    /// The same words in another line are the same condition.
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what
    }
}

/// More conditions than this are not kept, so that what is nested deeply takes no more time than what is not.
const DEPTH: usize = 32;

/// Reads a file. What is no Rust declares nothing, and is a finding of its own.
pub(crate) fn read(text: &str) -> Declarations {
    let text = text.trim_start_matches('\u{feff}');
    let found = text.parse::<TokenStream>().map(walk).unwrap_or_default();
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

/// One pair of brackets that is being read.
struct Level {
    trees: token_stream::IntoIter,
    /// Conditions on everything within.
    around: Vec<Condition>,
    /// Attributes of what comes next.
    pending: Pending,
    /// The words since the last `;` or body.
    words: Vec<String>,
}

#[derive(Default)]
struct Pending {
    gates: Vec<Condition>,
    path: Option<String>,
}

impl Level {
    fn new(stream: TokenStream, around: Vec<Condition>) -> Level {
        Level { trees: stream.into_iter(), around, pending: Pending::default(), words: Vec::new() }
    }

    fn begin_item(&mut self) {
        self.pending = Pending::default();
        self.words.clear();
    }
}

fn walk(stream: TokenStream) -> Declarations {
    let mut found = Declarations::default();
    let mut levels = vec![Level::new(stream, Vec::new())];
    let outermost = |levels: &[Level]| levels.len() == 1;
    while let Some(top) = levels.last_mut() {
        match top.trees.next() {
            None => {
                levels.pop();
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => {
                if let [.., keyword, name] = top.words.as_slice()
                    && keyword == "mod"
                {
                    let mut gates = top.around.clone();
                    gates.append(&mut top.pending.gates);
                    let path = top.pending.path.take();
                    found.modules.push(Declared {
                        name: name.trim_start_matches("r#").to_owned(),
                        path,
                        gates,
                    });
                }
                top.begin_item();
            }
            Some(TokenTree::Punct(punct)) if "#!".contains(punct.as_char()) => {
                top.words.push(punct.to_string());
            }
            Some(TokenTree::Punct(_)) => {}
            Some(TokenTree::Ident(word)) => {
                if top.words.len() > 64 {
                    top.words.drain(..32);
                }
                top.words.push(word.to_string());
            }
            Some(TokenTree::Literal(_)) => {}
            Some(TokenTree::Group(group)) => {
                let at = (group.delimiter(), top.words.as_slice());
                match at {
                    (Delimiter::Bracket, [.., hash]) if hash == "#" => {
                        top.words.pop();
                        attribute(&group, &mut top.pending);
                    }
                    (Delimiter::Bracket, [.., hash, inner]) if hash == "#" && inner == "!" => {
                        top.words.truncate(top.words.len() - 2);
                        let mut said = Pending::default();
                        attribute(&group, &mut said);
                        // Within a body, it is the body's.
                        if top.around.len() < DEPTH {
                            top.around.extend(said.gates.iter().cloned());
                        }
                        if outermost(&levels) {
                            found.gates.extend(said.gates);
                        }
                    }
                    _ => {
                        let next = body(&group, top, &mut found);
                        levels.push(next);
                    }
                }
            }
        }
    }
    found
}

/// What stands in brackets that are no attribute, to be read as well.
fn body(group: &Group, top: &mut Level, found: &mut Declarations) -> Level {
    let mut around = top.around.clone();
    if around.len() < DEPTH {
        around.extend(top.pending.gates.iter().cloned());
    }
    match top.words.as_slice() {
        [.., rules, bang, name]
            if rules == "macro_rules" && bang == "!" && makes_nothing(&group.stream()) =>
        {
            found.empty_macros.push(name.clone());
        }
        [.., name, bang] if bang == "!" => {
            if name == "include" {
                found.included.extend(group.stream().into_iter().filter_map(|tree| text_of(&tree)));
            }
            let line = line_of(group);
            // Deeper, no module is meant.
            if around.len() < DEPTH {
                around.push(Condition { what: What::Macro(name.clone()), line });
            }
        }
        _ => {}
    }
    if group.delimiter() == Delimiter::Brace {
        top.begin_item();
    }
    Level::new(group.stream(), around)
}

fn attribute(group: &Group, pending: &mut Pending) {
    let mut trees = group.stream().into_iter();
    let Some(TokenTree::Ident(word)) = trees.next() else { return };
    let (next, last) = (trees.next(), trees.next());
    match (word.to_string().as_str(), next, last) {
        ("cfg", Some(TokenTree::Group(inner)), _) => {
            let what = What::Cfg(crate::facts::line_of_tokens(&inner.stream()));
            pending.gates.push(Condition { what, line: line_of(group) });
        }
        ("path", Some(TokenTree::Punct(_)), Some(literal)) => pending.path = text_of(&literal),
        _ => {}
    }
}

/// Whether every rule of a macro has an empty expansion, or throws away all that it is given.
fn makes_nothing(rules: &TokenStream) -> bool {
    let mut groups = rules.clone().into_iter().filter_map(|tree| match tree {
        TokenTree::Group(group) => Some(group.stream().is_empty()),
        _ => None,
    });
    let mut any = false;
    while let (Some(_), Some(empty)) = (groups.next(), groups.next()) {
        if !empty {
            return false;
        }
        any = true;
    }
    any
}

fn line_of(group: &Group) -> u32 {
    u32::try_from(group.span_open().start().line).unwrap_or(1)
}

/// The text of a literal.
fn text_of(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else { return None };
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is declared, each module with its conditions, as one line.
    fn check(text: &str, wanted: &[&str]) {
        let shown = |condition: &Condition| match &condition.what {
            What::Cfg(predicate) => predicate.clone(),
            What::Macro(name) => format!("{name}!"),
        };
        let read = read(text);
        let mut found: Vec<String> = read.gates.iter().map(|gate| format!("file: {}", shown(gate))).collect();
        found.extend(read.modules.iter().map(|module| {
            let gates: Vec<String> = module.gates.iter().map(shown).collect();
            let path = module.path.as_ref().map(|path| format!(" at {path}")).unwrap_or_default();
            format!("{}{path} if [{}]", module.name, gates.join("; "))
        }));
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn modules_are_found_with_what_stands_on_them() {
        check("pub mod a; mod b { mod c; } mod r#d;", &["a if []", "c if []", "d if []"]);
        check(
            "#[cfg(test)] #[path = \"x.rs\"] pub(crate) mod a; mod b;",
            &["a at x.rs if [test]", "b if []"],
        );
        check("#![cfg(any())]\nmod a;", &["file: any ( )", "a if [any ( )]"]);
        check("#[cfg(unix)] mod a { #![cfg(test)] mod b; } mod c;", &["b if [unix; test]", "c if []"]);
        check("quiet! { #[cfg(unix)] mod a; }", &["a if [quiet!; unix]"]);
        check("fn a() { let x = [1; 2]; } #[cfg(unix)] fn b(); mod c;", &["c if []"]);
        check("macro_rules! m { () => { mod inside; } }", &["inside if []"]);
        check("mod broken; {", &[]);
    }

    #[test]
    fn macros_that_make_nothing_are_known() {
        let text = "macro_rules! quiet { ($($any:tt)*) => {}; } macro_rules! loud { ($a:item) => { $a } }";
        assert_eq!(read(text).empty_macros, ["quiet"]);
        assert_eq!(read("include!(\"x.rs\");").included, ["x.rs"]);
    }
}
