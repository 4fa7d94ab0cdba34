//! Another name in the place of the template's word, in the casing that each place asks for.
//!
//! The word is one word, so `mould` may stand for a package (`night-owl`), for a crate in code (`night_owl`) or, with a
//! capital, for a type (`NightOwl`) or a heading (`Night Owl`). What stands around it decides. Texts are gone through
//! once: what was put in is not looked at again.

use super::name::Name;

/// What a text is, by its file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Rust and protos: code, but for comments and texts.
    Code,
    /// Markdown: prose, but for what stands between backticks.
    Prose,
    /// Everything else: words that programs read.
    Data,
}

/// Where in a text a place lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    /// Identifiers.
    Code,
    /// Texts in code, words in data, and what prose has between backticks.
    Text,
    /// What people read.
    Prose,
}

/// A text with the name in the place of the word. Words that only begin or end like it stay: `moulding`.
pub(crate) fn restyle(path: &str, text: &str, word: &str, name: &Name) -> String {
    let kind = match path.rsplit('.').next() {
        Some("rs" | "proto") => Kind::Code,
        Some("md") => Kind::Prose,
        _ => Kind::Data,
    };
    let mut scan = Scan::new(kind);
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(token) = next_token(text, rest) {
        scan.pass(&text[rest..token.start]);
        out.push_str(&text[rest..token.start]);
        out.push_str(&renamed(text, token.start, token.end, scan.context(), word, name));
        scan.pass(&text[token.start..token.end]);
        rest = token.end;
    }
    out.push_str(&text[rest..]);
    out
}

/// A path with the name in the place of the word.
pub(crate) fn restyle_path(path: &str, word: &str, name: &Name) -> String {
    restyle("path", path, word, name)
}

/// Whether the word stands in a text as a part of any word, in any casing.
pub(crate) fn has_trace(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().contains(word)
}

/// A word of Rust's code: of no comment and no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identifier<'t> {
    pub(crate) text: &'t str,
    /// Whether it is what the code calls a module or a crate.
    pub(crate) is_module: bool,
    /// Whether it is reached through something else, as `Popular` in `Reason::Popular`.
    qualified: bool,
}

impl Identifier<'_> {
    /// Whether it is written as a type, and stands for itself.
    pub(crate) fn is_type(&self) -> bool {
        !self.qualified && self.text.starts_with(|first: char| first.is_ascii_uppercase())
    }
}

/// The identifiers of a Rust source.
pub(crate) fn identifiers(text: &str) -> Vec<Identifier<'_>> {
    let mut scan = Scan::new(Kind::Code);
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(token) = next_token(text, rest) {
        scan.pass(&text[rest..token.start]);
        let (before, after) = (&text[..token.start], &text[token.end..]);
        if scan.context() == Context::Code {
            found.push(Identifier {
                text: &text[token.clone()],
                is_module: after.starts_with("::") || before.ends_with("mod "),
                qualified: before.ends_with("::"),
            });
        }
        scan.pass(&text[token.clone()]);
        rest = token.end;
    }
    found
}

/// The next run of letters, digits and `_`.
fn next_token(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = from + text[from..].find(is_part)?;
    let end = text[start..].find(|letter| !is_part(letter)).map_or(text.len(), |end| start + end);
    Some(start..end)
}

/// A token with the name in the place of the word, wherever it is one of the token's own words.
fn renamed(text: &str, start: usize, end: usize, context: Context, word: &str, name: &Name) -> String {
    let token = &text[start..end];
    let mut out = String::new();
    let parts = parts(token);
    for part in &parts {
        let alone = parts.len() == 1;
        out.push_str(&match Casing::of(part, word) {
            None => (*part).to_owned(),
            Some(Casing::Upper) => name.screaming(),
            Some(Casing::Capital) if alone && is_heading(text, start, end, context) => name.title(),
            Some(Casing::Capital) => name.pascal(),
            // Cargo tells tests by this variable where a binary is, and calls binaries like packages.
            Some(Casing::Lower) if token.starts_with("CARGO_BIN_EXE_") => name.kebab().to_owned(),
            Some(Casing::Lower) if token.contains('_') => name.snake(),
            Some(Casing::Lower) if !alone => name.camel(),
            Some(Casing::Lower) if is_snake(text, start, end, context) => name.snake(),
            Some(Casing::Lower) => name.kebab().to_owned(),
        });
    }
    out
}

/// How a part of a token writes the word.
enum Casing {
    Lower,
    Capital,
    Upper,
}

impl Casing {
    fn of(part: &str, word: &str) -> Option<Casing> {
        if !part.eq_ignore_ascii_case(word) {
            return None;
        }
        let upper = part.bytes().filter(u8::is_ascii_uppercase).count();
        match (upper, part.starts_with(|first: char| first.is_ascii_uppercase())) {
            (0, _) => Some(Casing::Lower),
            (1, true) => Some(Casing::Capital),
            (many, _) if many == part.len() => Some(Casing::Upper),
            _ => None,
        }
    }
}

/// The words of a token and what stands between them: `rank`, `_`, `Mould`, `Request` of `rank_MouldRequest`.
fn parts(token: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = token.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, pair) in letters.windows(2).enumerate() {
        let ((_, one), (at, other)) = (pair[0], pair[1]);
        let third = letters.get(index + 2).map(|(_, letter)| *letter);
        let ends_acronym =
            one.is_uppercase() && other.is_uppercase() && third.is_some_and(char::is_lowercase);
        let begins = !one.is_uppercase() && other.is_uppercase();
        if begins || ends_acronym || (one == '_') != (other == '_') {
            parts.push(&token[start..at]);
            start = at;
        }
    }
    parts.push(&token[start..]);
    parts
}

/// Whether a capital word that stands alone is one of a sentence or a heading, not the name of a type.
fn is_heading(text: &str, start: usize, end: usize, context: Context) -> bool {
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let (next, second) = (after.next(), after.next());
    let opens = before.is_none_or(|letter| letter.is_whitespace() || "(\"'>*[".contains(letter));
    let closes = match next {
        Some('.') => second.is_none_or(char::is_whitespace),
        Some(letter) => letter.is_whitespace() || ",;:!?)\"'<*]".contains(letter),
        None => true,
    };
    let word_beside = before == Some(' ') || next == Some(' ');
    opens
        && closes
        && match context {
            Context::Code => false,
            Context::Text => word_beside,
            Context::Prose => true,
        }
}

/// Whether a lower-case word that stands alone is written with `_`.
fn is_snake(text: &str, start: usize, end: usize, context: Context) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    const FILES: [&str; 5] = [".proto", ".onnx", ".signature", ".binpb", ".rs"];
    let file = FILES.iter().any(|ending| after.starts_with(ending));
    // A path in code, and a recorded series as Prometheus names it.
    let joined = after.starts_with("::")
        || before.ends_with("::")
        || (after.starts_with(':') && after[1..].starts_with(|letter: char| letter.is_ascii_lowercase()));
    let hyphened = before.ends_with('-') || after.starts_with('-');
    file || joined || (context == Context::Code && !hyphened)
}

/// Where a text has been read up to.
struct Scan {
    kind: Kind,
    state: State,
    /// Whether a backtick is open, in prose or in a comment.
    ticked: bool,
    before: [char; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment,
    /// A text, with the number of `#` of a raw one.
    Text(Option<usize>),
    /// A fenced block of Markdown.
    Fence,
}

impl Scan {
    fn new(kind: Kind) -> Scan {
        Scan { kind, state: State::Code, ticked: false, before: ['\n', '\n'] }
    }

    fn context(&self) -> Context {
        match (self.kind, self.state) {
            (Kind::Data, _) | (_, State::Fence | State::Text(_)) => Context::Text,
            (Kind::Prose, _) | (_, State::LineComment | State::BlockComment) if self.ticked => Context::Text,
            (Kind::Prose, _) | (_, State::LineComment | State::BlockComment) => Context::Prose,
            (Kind::Code, State::Code) => Context::Code,
        }
    }

    fn pass(&mut self, piece: &str) {
        let mut letters = piece.char_indices();
        while let Some((at, letter)) = letters.next() {
            match self.kind {
                Kind::Code => self.code(letter, &piece[at..]),
                Kind::Prose if piece[at..].starts_with("```") => {
                    self.state = if self.state == State::Fence { State::Code } else { State::Fence };
                    self.ticked = false;
                    letters.nth(1);
                }
                Kind::Prose if letter == '`' => self.ticked = !self.ticked,
                Kind::Prose if letter == '\n' && self.before[1] == '\n' => self.ticked = false,
                Kind::Prose | Kind::Data => {}
            }
            self.before = [self.before[1], letter];
        }
    }

    fn code(&mut self, letter: char, rest: &str) {
        match self.state {
            State::Code if rest.starts_with("//") => (self.state, self.ticked) = (State::LineComment, false),
            State::Code if rest.starts_with("/*") => (self.state, self.ticked) = (State::BlockComment, false),
            State::Code if letter == '"' && self.before != ['b', '\''] && self.before[1] != '\'' => {
                self.state = State::Text((self.before[1] == 'r').then_some(0));
            }
            State::Code if rest.starts_with("#\"") && "r#".contains(self.before[1]) => {
                self.state = State::Text(Some(1));
                // The quote that opens it is passed in this state and must not close it.
                self.ticked = true;
            }
            State::LineComment if letter == '\n' => self.state = State::Code,
            State::BlockComment if letter == '/' && self.before[1] == '*' => self.state = State::Code,
            State::LineComment | State::BlockComment if letter == '`' => self.ticked = !self.ticked,
            State::Text(None) if letter == '"' && !self.escaped() => self.state = State::Code,
            State::Text(Some(0)) if letter == '"' => self.state = State::Code,
            State::Text(Some(_)) if letter == '"' && self.ticked => self.ticked = false,
            State::Text(Some(_)) if rest.starts_with("\"#") => self.state = State::Code,
            _ => {}
        }
    }

    /// Whether a backslash that counts stands in front.
    fn escaped(&self) -> bool {
        self.before[1] == '\\' && self.before[0] != '\\'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        let name = Name::read("night-owl").expect("a name");
        assert_eq!(restyle(path, text, "mould", &name), expected, "{path}");
    }

    #[test]
    fn code_has_the_casings_of_code() {
        for (text, expected) in [
            ("use mould::pipeline;", "use night_owl::pipeline;"),
            ("use crate::mould;", "use crate::night_owl;"),
            ("mod mould;", "mod night_owl;"),
            ("MouldServer::new(Mould { mould })", "NightOwlServer::new(NightOwl { night_owl })"),
            ("v1::mould_server::MouldServer", "v1::night_owl_server::NightOwlServer"),
            ("const MOULD_LIMIT: u32", "const NIGHT_OWL_LIMIT: u32"),
            ("HTTPMouldError", "HTTPNightOwlError"),
            ("rank_mould(RankMouldRequest)", "rank_night_owl(RankNightOwlRequest)"),
            ("let moulding = remould(unmoulded);", "let moulding = remould(unmoulded);"),
        ] {
            check("a.rs", text, expected);
        }
    }

    #[test]
    fn texts_and_comments_in_code_have_the_casings_of_what_they_name() {
        for (text, expected) in [
            ("env!(\"CARGO_BIN_EXE_mould\")", "env!(\"CARGO_BIN_EXE_night-owl\")"),
            ("\"ranking.v1.Mould/Rank\"; mould", "\"ranking.v1.NightOwl/Rank\"; night_owl"),
            ("\"services/mould/config.yaml\"", "\"services/night-owl/config.yaml\""),
            ("\"ranking/v1/mould.proto\"", "\"ranking/v1/night_owl.proto\""),
            ("\"a \\\" mould\"; mould", "\"a \\\" night-owl\"; night_owl"),
            ("r\"\\\"; mould; r#\"a\"mould\"#; mould", "r\"\\\"; night_owl; r#\"a\"night-owl\"#; night_owl"),
            ("'\"'; mould", "'\"'; night_owl"),
            ("//! The service mould.\nmould", "//! The service night-owl.\nnight_owl"),
            (
                "/// `Mould` of Mould, see [`mould::run`].",
                "/// `NightOwl` of Night Owl, see [`night_owl::run`].",
            ),
            ("/* mould */ mould", "/* night-owl */ night_owl"),
        ] {
            check("a.rs", text, expected);
        }
        check("a.proto", "// Mould ranks.\nservice Mould {\n", "// Night Owl ranks.\nservice NightOwl {\n");
        check("a.proto", "import \"ranking/v1/mould.proto\";", "import \"ranking/v1/night_owl.proto\";");
    }

    #[test]
    fn data_has_the_casings_of_what_it_names() {
        for (text, expected) in [
            ("name = \"mould\"", "name = \"night-owl\""),
            (
                "service: ranking.v1.Mould\ntarget: mould\n",
                "service: ranking.v1.NightOwl\ntarget: night-owl\n",
            ),
            ("var/exposures/mould.jsonl", "var/exposures/night-owl.jsonl"),
            ("models/mould.signature.yaml", "models/night_owl.signature.yaml"),
            (
                "alert: MouldErrors\nexpr: mould:errors:rate5m{service=\"mould\"} > mould_limit",
                "alert: NightOwlErrors\nexpr: night_owl:errors:rate5m{service=\"night-owl\"} > night_owl_limit",
            ),
            ("summary: Mould is slow", "summary: Night Owl is slow"),
            ("mould: 3\nmould-model: {mouldId: 1}", "night-owl: 3\nnight-owl-model: {nightOwlId: 1}"),
            ("only_in: [\"mould::main\"]", "only_in: [\"night_owl::main\"]"),
        ] {
            check("a.yaml", text, expected);
        }
    }

    #[test]
    fn prose_has_the_casings_of_prose_and_of_code_between_backticks() {
        check(
            "a.md",
            "# Mould\n\nMould (`Mould`, `mould::run`) is mould.\n```sh\ncargo run -p mould Mould\n```\nMould.\n",
            "# Night Owl\n\nNight Owl (`NightOwl`, `night_owl::run`) is night-owl.\n```sh\ncargo run -p night-owl Night Owl\n```\nNight Owl.\n",
        );
    }

    #[test]
    fn paths_are_renamed_by_their_parts() {
        let name = Name::read("night-owl").expect("a name");
        for (path, expected) in [
            ("services/mould/src/main.rs", "services/night-owl/src/main.rs"),
            ("protos/ranking/v1/mould.proto", "protos/ranking/v1/night_owl.proto"),
            ("services/mould/src/mould_source.rs", "services/night-owl/src/night_owl_source.rs"),
            ("models/mould.signature.yaml", "models/night_owl.signature.yaml"),
            ("services/mould/operations/mould-slow.md", "services/night-owl/operations/night-owl-slow.md"),
        ] {
            assert_eq!(restyle_path(path, "mould", &name), expected);
        }
    }

    #[test]
    fn a_name_that_has_the_word_in_it_is_put_in_once() {
        let name = Name::read("mould-maker").expect("a name");
        let text = "mould::Mould, MOULD_X, mould_maker";
        assert_eq!(
            restyle("a.rs", text, "mould", &name),
            "mould_maker::MouldMaker, MOULD_MAKER_X, mould_maker_maker"
        );
    }
}
