//! Reads a shell's text into simple commands, in their order, each with the folder that it runs in and what is known to
//! come in: quotes, separators, redirections, here-documents, substitutions, variables that the text itself sets, `cd`.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::Chars;

use super::{Setting, Simple};

/// How deep substitutions are followed.
const DEPTH: usize = 20;

/// The most values that a word is taken to have, as in a loop.
const MOST_VALUES: usize = 32;

/// The longest word of which more than one value is followed, and the longest value of a variable, in bytes.
const MAX_WORD: usize = 16 * 1024;

/// The most bytes that variables bring, with what stands in front of them and a few for each value.
const MAX_BROUGHT: usize = 1024 * 1024;

/// The longest folder that is followed, in bytes, and how many are gone back to.
const MAX_FOLDER: usize = 4 * 1024;
const MOST_BEFORE: usize = 16;

/// The simple commands of a text, in their order.
pub(super) fn commands(text: &str, setting: &Setting) -> Vec<Simple> {
    let mut reader = Reader {
        commands: Vec::new(),
        current: Simple::default(),
        word: None,
        role: Role::Word,
        documents: Vec::new(),
        place: Place { folder: Rc::new(setting.folder.clone()), before: Vec::new() },
        outer: Vec::new(),
        feeds: None,
        variables: BTreeMap::new(),
        brought: 0,
        setting,
        depth: 0,
    };
    let mut text = text.chars().peekable();
    while let Some(next) = text.next() {
        reader.take(next, &mut text);
    }
    reader.end_command();
    reader.commands
}

/// What the word that is being read is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Word,
    /// Behind `>`.
    Target,
    /// Behind `<`.
    Source,
    /// Behind `<<<`.
    Text,
    /// Behind `<<`: the line that ends a document.
    Delimiter,
}

/// Where commands run.
#[derive(Clone)]
struct Place {
    folder: Rc<PathBuf>,
    /// Where `cd -` and `popd` go back to.
    before: Vec<Rc<PathBuf>>,
}

/// A document that begins on the next line: what ends it, and whose it is once that is known.
struct Document {
    end: String,
    of: Option<usize>,
}

struct Reader<'s> {
    commands: Vec<Simple>,
    current: Simple,
    /// The word so far, with each of its values; `Some` also for an empty one in quotes.
    word: Option<Vec<String>>,
    role: Role,
    documents: Vec<Document>,
    place: Place,
    /// Where the shells around a subshell stand.
    outer: Vec<Place>,
    /// The command that the next one reads from.
    feeds: Option<usize>,
    variables: BTreeMap<String, Vec<String>>,
    /// Bytes that variables brought so far.
    brought: usize,
    setting: &'s Setting,
    depth: usize,
}

type Text<'t, 'c> = &'t mut Peekable<Chars<'c>>;

impl Reader<'_> {
    fn take(&mut self, next: char, text: Text<'_, '_>) {
        match next {
            '\'' => {
                let quoted: String = text.by_ref().take_while(|c| *c != '\'').collect();
                self.push(&quoted);
            }
            '"' => self.quoted(text),
            '\\' => match text.next() {
                Some('\n') | None => {}
                Some(escaped) => self.push_char(escaped),
            },
            '$' => self.expanded(text, false),
            '`' => self.substituted('`', text),
            '~' if self.word.is_none() && text.peek().is_none_or(|c| c.is_whitespace() || *c == '/') => {
                match &self.setting.home {
                    Some(home) => self.push(&home.to_string_lossy()),
                    None => self.push_char('~'),
                }
            }
            '#' if self.word.is_none() => while text.next_if(|c| *c != '\n').is_some() {},
            '\n' => {
                self.end_command();
                self.read_documents(text);
            }
            '(' => {
                self.end_command();
                self.outer.push(self.place.clone());
            }
            ')' => {
                self.end_command();
                self.place = self.outer.pop().unwrap_or_else(|| self.place.clone());
            }
            '|' => {
                let is_or = text.next_if_eq(&'|').is_some();
                text.next_if_eq(&'&');
                let count = self.commands.len();
                self.end_command();
                self.feeds = (!is_or && self.commands.len() > count).then_some(count);
            }
            ';' | '&' => self.end_command(),
            '>' => {
                self.redirect(Role::Target);
                // `>>`, `>|` and `>&` write, too.
                while text.next_if(|c| matches!(c, '>' | '|' | '&')).is_some() {}
            }
            '<' => {
                let document = text.next_if_eq(&'<').is_some();
                let is_text = document && text.next_if_eq(&'<').is_some();
                self.redirect(match (document, is_text) {
                    (_, true) => Role::Text,
                    (true, _) => Role::Delimiter,
                    _ => Role::Source,
                });
                text.next_if_eq(&'-');
            }
            blank if blank.is_whitespace() => self.end_word(),
            other => self.push_char(other),
        }
    }

    fn push_char(&mut self, letter: char) {
        self.push(letter.encode_utf8(&mut [0; 4]));
    }

    fn push(&mut self, text: &str) {
        let word = self.word.get_or_insert_with(|| vec![String::new()]);
        if word.first().is_some_and(|value| value.len() > MAX_WORD) {
            word.truncate(1);
        }
        for value in word {
            value.push_str(text);
        }
    }

    fn quoted(&mut self, text: Text<'_, '_>) {
        self.push("");
        while let Some(next) = text.next() {
            match next {
                '"' => return,
                '\\' => text.next().into_iter().for_each(|escaped| self.push_char(escaped)),
                '$' => self.expanded(text, true),
                '`' => self.substituted('`', text),
                other => self.push_char(other),
            }
        }
    }

    /// What stands behind `$`. What is not known stays as it is written.
    fn expanded(&mut self, text: Text<'_, '_>, quoted: bool) {
        match text.peek() {
            Some('(') => {
                text.next();
                self.substituted(')', text);
            }
            // `$'..'` and `$".."` are quotes.
            Some('\'' | '"') if !quoted => {}
            Some('{') => {
                text.next();
                let inside: String = text.by_ref().take_while(|c| *c != '}').collect();
                let end = inside.find(|c: char| !is_of_name(c)).unwrap_or(inside.len());
                let (name, rest) = inside.split_at(end);
                match (self.values(name), rest.trim_start_matches(':').strip_prefix(['-', '='])) {
                    (Some(values), _) => self.put(&values, quoted),
                    (None, Some(otherwise)) => self.push(otherwise),
                    (None, None) => self.push(&format!("${{{inside}}}")),
                }
            }
            _ => {
                let mut name = String::new();
                while let Some(letter) = text.next_if(|c| is_of_name(*c)) {
                    name.push(letter);
                }
                match self.values(&name) {
                    Some(values) => self.put(&values, quoted),
                    None => self.push(&format!("${name}")),
                }
            }
        }
    }

    fn values(&self, name: &str) -> Option<Vec<String>> {
        let path = |path: &Path| Some(vec![path.to_string_lossy().into_owned()]);
        match (self.variables.get(name), name) {
            (Some(values), _) => Some(values.clone()),
            (_, "PWD") => path(&self.place.folder),
            (_, "OLDPWD") => path(self.place.before.last()?),
            (_, "HOME") => path(self.setting.home.as_ref()?),
            (_, "CLAUDE_PROJECT_DIR") => path(&self.setting.folder),
            _ => None,
        }
    }

    /// Puts values behind what the word has so far. Outside of quotes white space parts words.
    fn put(&mut self, values: &[String], quoted: bool) {
        let before = self.word.as_ref().and_then(|word| word.first()).map_or(0, String::len);
        self.brought += values.iter().map(|value| before + value.len() + 16).sum::<usize>();
        if self.brought > MAX_BROUGHT {
            return self.push("$");
        }
        if let ([one], false) = (values, quoted)
            && one.contains(char::is_whitespace)
        {
            for (at, part) in one.split_whitespace().enumerate() {
                if at > 0 {
                    self.end_word();
                }
                self.push(part);
            }
            return;
        }
        let before = self.word.take().unwrap_or_else(|| vec![String::new()]);
        let all = before.iter().flat_map(|before| values.iter().map(move |value| format!("{before}{value}")));
        self.word = Some(all.take(MOST_VALUES).collect());
    }

    /// The commands of a substitution, which run before the one that it stands in, and what it gives, where that is known.
    fn substituted(&mut self, end: char, text: Text<'_, '_>) {
        if self.depth == DEPTH {
            return;
        }
        let first = self.commands.len();
        let place = self.place.clone();
        let current = std::mem::take(&mut self.current);
        let (word, documents) = (self.word.take(), std::mem::take(&mut self.documents));
        let (outer, feeds) = (std::mem::take(&mut self.outer), self.feeds.take());
        let role = std::mem::replace(&mut self.role, Role::Word);
        self.depth += 1;
        while let Some(next) = text.next() {
            if next == end && self.outer.is_empty() {
                break;
            }
            self.take(next, text);
        }
        self.end_command();
        self.depth -= 1;
        let given = self.given(first);
        (self.current, self.word, self.documents) = (current, word, documents);
        (self.outer, self.feeds, self.role, self.place) = (outer, feeds, role, place);
        match given {
            Some(given) => self.push(&given),
            None => self.push("$()"),
        }
    }

    fn given(&self, first: usize) -> Option<String> {
        let [command] = self.commands.get(first..)? else { return None };
        let folder = &command.folder;
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["pwd", ..] => Some(folder.to_string_lossy().into_owned()),
            ["git", "rev-parse", "--show-toplevel"] => {
                let top = folder.ancestors().find(|folder| folder.join(".git").exists())?;
                Some(top.to_string_lossy().into_owned())
            }
            ["echo", said @ ..] => Some(said.join(" ")),
            _ => None,
        }
    }

    /// A number in front of a redirection is a stream and no word.
    fn redirect(&mut self, role: Role) {
        let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
        if self.word.as_ref().is_some_and(|word| word.iter().all(is_number)) {
            self.word = None;
        }
        self.end_word();
        self.role = role;
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        match std::mem::replace(&mut self.role, Role::Word) {
            Role::Word => self.current.words.extend(word),
            Role::Target => self.current.into.extend(word),
            Role::Source => self.current.from.extend(word),
            Role::Text => self.current.input.extend(word),
            Role::Delimiter => {
                self.documents.push(Document { end: word.into_iter().next().unwrap_or_default(), of: None });
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.role = Role::Word;
        let mut command = std::mem::take(&mut self.current);
        if command.is_empty() {
            return;
        }
        command.folder = self.place.folder.clone();
        command.feeds = self.feeds.take();
        for document in self.documents.iter_mut().rev().take_while(|document| document.of.is_none()) {
            document.of = Some(self.commands.len());
        }
        self.remember(&command);
        self.commands.push(command);
    }

    /// What a command changes for those behind it: variables, and the folder.
    fn remember(&mut self, command: &Simple) {
        for word in command.assignments() {
            if let Some((name, value)) = word.split_once('=').filter(|(_, value)| value.len() <= MAX_WORD) {
                self.variables.insert(name.to_owned(), vec![value.to_owned()]);
            }
        }
        if let [first, name, of, values @ ..] = command.words.as_slice()
            && first == "for"
            && of == "in"
        {
            self.variables.insert(name.clone(), values.iter().take(MOST_VALUES).cloned().collect());
        }
        let Some((program, given)) = command.program() else { return };
        let to = given.iter().find(|word| word.as_str() == "-" || !word.starts_with('-'));
        let to = match (program, to.map(String::as_str)) {
            ("popd", _) | ("cd", Some("-")) => self.place.before.pop(),
            ("cd" | "pushd", Some(to)) => Some(Rc::new(self.place.folder.join(to))),
            ("cd", None) => self.setting.home.clone().map(Rc::new),
            _ => return,
        };
        let Some(to) = to.filter(|to| to.as_os_str().len() <= MAX_FOLDER) else { return };
        let before = &mut self.place.before;
        if before.len() == MOST_BEFORE {
            before.remove(0);
        }
        before.push(std::mem::replace(&mut self.place.folder, to));
    }

    /// The documents of the line that ended, each given to its command.
    fn read_documents(&mut self, text: Text<'_, '_>) {
        for document in std::mem::take(&mut self.documents) {
            let mut lines = Vec::new();
            while text.peek().is_some() {
                let line: String = text.by_ref().take_while(|c| *c != '\n').collect();
                if line.trim_start_matches('\t') == document.end {
                    break;
                }
                lines.push(line);
            }
            if let Some(command) = document.of.and_then(|of| self.commands.get_mut(of)) {
                command.input.push(lines.join("\n"));
            }
        }
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
