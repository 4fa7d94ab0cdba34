//! The words and operators of a script.

/// What a script consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `&&`, `||`, `;`, `;;`, `|`, `&`, `(`, `)`, and the end of a line.
    Operator(&'static str),
    /// The text between `<<END` and `END`, which belongs to the command before it.
    Document(String),
}

/// A word with its quotes, and without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) raw: String,
    pub(super) plain: String,
}

const OPERATORS: [&str; 13] = [";;&", ";;", ";&", "&&", "||", "|&", ";", "|", "&", "(", ")", "\n", "\r"];

/// Reads a script. Redirections are left out, with where they lead.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut reader = Reader { rest: script, tokens: Vec::new(), ends: Vec::new() };
    while reader.step() {}
    reader.tokens
}

struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// The words that end the documents that begin after this line, and whether their tabs are cut.
    ends: Vec<(String, bool)>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) -> bool {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        if let Some(rest) = self.rest.strip_prefix("\\\n").or_else(|| self.rest.strip_prefix("\\\r\n")) {
            self.rest = rest;
            return true;
        }
        let Some(first) = self.rest.chars().next() else { return false };
        if first == '#' {
            self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]);
            return true;
        }
        if self.redirection() {
            return true;
        }
        if let Some(operator) = OPERATORS.into_iter().find(|operator| self.rest.starts_with(operator)) {
            self.rest = &self.rest[operator.len()..];
            let shown = match operator {
                "|&" => "|",
                ";;&" | ";&" => ";;",
                other => other,
            };
            if operator != "\r" {
                self.tokens.push(Token::Operator(shown));
            }
            if operator == "\n" {
                self.documents();
            }
            return true;
        }
        let word = self.word();
        self.tokens.push(Token::Word(word));
        true
    }

    /// `2>&1`, `>> file`, `<<END`, `<<<word`.
    fn redirection(&mut self) -> bool {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &self.rest[digits..];
        let both = after.starts_with("&>");
        let after = if both { &after[1..] } else { after };
        if !after.starts_with(['<', '>']) || after.starts_with("<(") || after.starts_with(">(") {
            return false;
        }
        if after.starts_with("<<") && !after.starts_with("<<<") {
            let cut = after.starts_with("<<-");
            self.rest = after[2..].trim_start_matches('-').trim_start_matches([' ', '\t']);
            let end = self.word().plain;
            self.ends.push((end, cut));
            return true;
        }
        self.rest = after.trim_start_matches(['<', '>', '|', '&']).trim_start_matches([' ', '\t']);
        if !self.rest.starts_with(['\n', ';', '|', '&', ')']) {
            self.word();
        }
        true
    }

    fn documents(&mut self) {
        for (end, cut) in std::mem::take(&mut self.ends) {
            let mut body = String::new();
            loop {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                let ended = self.rest.is_empty();
                self.rest = rest;
                let plain = if cut { line.trim_start_matches('\t') } else { line };
                if ended || plain.trim_end_matches('\r') == end {
                    break;
                }
                body.push_str(plain);
                body.push('\n');
            }
            self.tokens.push(Token::Document(body));
        }
    }

    fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(first) = self.rest.chars().next() {
            if first.is_whitespace() || ";|&()<>".contains(first) {
                let inside =
                    first == '(' && word.raw.ends_with(['$', '<', '>', '=', '@', '?', '*', '+', '!']);
                let process = "<>".contains(first) && self.rest[1..].starts_with('(') && word.raw.is_empty();
                if !inside && !process {
                    break;
                }
                if first == '(' {
                    let inside = balanced(self.rest, '(', ')');
                    self.take(inside, &mut word, |text| text.to_owned());
                    continue;
                }
            }
            let (length, plain): (usize, fn(&str) -> String) = match first {
                '\'' => (quoted(self.rest), |text| text.trim_matches('\'').to_owned()),
                '"' => (double_quoted(self.rest), unescaped),
                '`' => (quoted(self.rest), str::to_owned),
                '\\' => (1 + self.rest[1..].chars().next().map_or(0, char::len_utf8), |text| {
                    text[1..].trim_matches('\n').to_owned()
                }),
                '$' if self.rest.starts_with("${{") => {
                    let end = self.rest.find("}}").map_or(self.rest.len(), |end| end + 2);
                    (end, |text| text.replace(' ', ""))
                }
                '$' if self.rest.starts_with("${") => (balanced(self.rest, '{', '}'), str::to_owned),
                '$' if self.rest.starts_with("$(") => (balanced(self.rest, '(', ')'), str::to_owned),
                other => (other.len_utf8(), str::to_owned),
            };
            self.take(length, &mut word, plain);
        }
        if word.raw.is_empty() {
            // A letter that begins nothing must not stop the reader.
            let length = self.rest.chars().next().map_or(0, char::len_utf8);
            self.take(length, &mut word, str::to_owned);
        }
        word
    }

    fn take(&mut self, length: usize, word: &mut Word, plain: fn(&str) -> String) {
        let (text, rest): (&'a str, &'a str) = self.rest.split_at(length.min(self.rest.len()));
        word.raw.push_str(text);
        word.plain.push_str(&plain(text));
        self.rest = rest;
    }
}

/// The length of what stands between two quotes of one kind, with them. Without the second, up to the end.
fn quoted(text: &str) -> usize {
    let quote = text.chars().next().unwrap_or('\'');
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn double_quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn unescaped(text: &str) -> String {
    let inside = text.strip_prefix('"').unwrap_or(text);
    inside.strip_suffix('"').unwrap_or(inside).replace("\\\"", "\"").replace("\\\n", "")
}

/// The length up to the bracket that closes the first one.
fn balanced(text: &str, open: char, close: char) -> usize {
    let (mut depth, mut quote) = (0usize, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, letter) if letter == open => depth += 1,
            (None, letter) if letter == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + letter.len_utf8();
                }
            }
            _ => {}
        }
    }
    text.len()
}
