//! A shell command in words, as far as a fence needs it: quotes, separators, redirections and here-documents are
//! known, expansions are not.

use std::iter::Peekable;
use std::str::Chars;

/// A simple command: one program with what it is given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Simple {
    /// Assignments in front, the program, its arguments; without their quotes.
    pub(super) words: Vec<String>,
    /// The files that `>` and its like write.
    pub(super) into: Vec<String>,
}

/// Words that stand in front of a program without being one.
const PREFIXES: [&str; 11] =
    ["!", "{", "builtin", "command", "do", "elif", "else", "if", "then", "until", "while"];

/// Programs that run the words behind their own options, and the options that take the next word.
const WRAPPERS: [(&str, &[&str]); 10] = [
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("exec", &["-a"]),
    ("ionice", &["-c", "-n"]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("setsid", &[]),
    ("stdbuf", &[]),
    ("sudo", &["-u", "-g", "-C", "-h", "-p"]),
    ("time", &["-f", "-o"]),
    ("xargs", &["-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E"]),
];

/// Programs that run the words behind `-c`.
const SHELLS: [&str; 5] = ["bash", "dash", "ksh", "sh", "zsh"];

/// How deep commands within commands are looked into.
const DEPTH: usize = 3;

impl Simple {
    /// The program by its name, whatever folder it is called from, and its arguments.
    pub(super) fn program(&self) -> Option<(&str, &[String])> {
        let (program, given) = self.words[self.in_front()..].split_first()?;
        Some((name(program), given))
    }

    /// How many words stand in front of the program.
    fn in_front(&self) -> usize {
        let mut words = &self.words[..];
        while let Some((first, rest)) = words.split_first() {
            words = match name(first) {
                word if PREFIXES.contains(&word) || is_assignment(first) => rest,
                // `timeout -k 5 60 PROGRAM`
                "timeout" => {
                    behind_options(rest, &[], |word| word.starts_with(|it: char| it.is_ascii_digit()))
                }
                word => match WRAPPERS.iter().find(|(wrapper, _)| *wrapper == word) {
                    Some((_, with_value)) => behind_options(rest, with_value, |_| false),
                    None => break,
                },
            };
        }
        self.words.len() - words.len()
    }

    /// Assignments in front of the program, and those that `export` and its like make.
    pub(super) fn assignments(&self) -> impl Iterator<Item = &str> {
        const SET: [&str; 5] = ["declare", "export", "readonly", "set", "typeset"];
        let sets = self.program().is_some_and(|(program, _)| SET.contains(&program));
        let looked_at = if sets { self.words.len() } else { self.in_front() };
        self.words[..looked_at].iter().map(String::as_str).filter(|word| is_assignment(word))
    }
}

/// The name of a program, whatever folder it is called from.
fn name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The words behind options, their values and what else is passed over.
fn behind_options<'w>(
    mut words: &'w [String],
    with_value: &[&str],
    also: impl Fn(&str) -> bool,
) -> &'w [String] {
    while let Some((first, rest)) = words.split_first() {
        words = match first.as_str() {
            option if with_value.contains(&option) => rest.get(1..).unwrap_or_default(),
            word if word.starts_with('-') || also(word) => rest,
            _ => break,
        };
    }
    words
}

fn is_assignment(word: &str) -> bool {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && is_name(name))
}

/// The subcommand of git, and what follows it.
pub(super) fn subcommand(given: &[String]) -> Option<(&str, &[String])> {
    const WITH_VALUE: [&str; 7] =
        ["-C", "-c", "--config-env", "--exec-path", "--git-dir", "--namespace", "--work-tree"];
    let mut words = given;
    loop {
        let (first, rest) = words.split_first()?;
        words = match first.as_str() {
            option if WITH_VALUE.contains(&option) => rest.get(1..)?,
            option if option.starts_with('-') => rest,
            subcommand => return Some((subcommand, rest)),
        };
    }
}

/// The simple commands of a text, and those that its shells and `eval` are given to run.
pub(super) fn commands_within(text: &str) -> Vec<Simple> {
    fn add(text: &str, depth: usize, all: &mut Vec<Simple>) {
        for command in commands(text) {
            let inner = match command.program() {
                Some((program, given)) if SHELLS.contains(&program) => {
                    let runs = |word: &String| {
                        word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
                    };
                    given.iter().position(runs).and_then(|at| given.get(at + 1)).cloned()
                }
                Some(("eval", given)) => Some(given.join(" ")),
                _ => None,
            };
            all.push(command);
            if let Some(inner) = inner.filter(|_| depth > 0) {
                add(&inner, depth - 1, all);
            }
        }
    }
    let mut all = Vec::new();
    add(text, DEPTH, &mut all);
    all
}

/// The simple commands of a text, in their order.
fn commands(text: &str) -> Vec<Simple> {
    let mut reader = Reader {
        commands: Vec::new(),
        current: Simple::default(),
        word: None,
        role: Role::Word,
        documents: Vec::new(),
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
    /// Behind `<<`: the line that ends a document.
    Delimiter,
}

struct Reader {
    commands: Vec<Simple>,
    current: Simple,
    /// The word so far; `Some` also for an empty one in quotes.
    word: Option<String>,
    role: Role,
    /// The lines that end the documents of this line.
    documents: Vec<String>,
}

impl Reader {
    fn take(&mut self, next: char, text: &mut Peekable<Chars<'_>>) {
        match next {
            '\'' => self.word.get_or_insert_default().extend(text.by_ref().take_while(|c| *c != '\'')),
            '"' => self.quoted(text),
            '\\' => match text.next() {
                Some('\n') | None => {}
                Some(escaped) => self.word.get_or_insert_default().push(escaped),
            },
            '#' if self.word.is_none() => while text.next_if(|c| *c != '\n').is_some() {},
            '\n' => {
                self.end_command();
                self.skip_documents(text);
            }
            ';' | '|' | '&' | '(' | ')' | '`' => self.end_command(),
            '>' => {
                self.redirect(Role::Target);
                // `>>`, `>|` and `>&` write, too.
                while text.next_if(|c| matches!(c, '>' | '|' | '&')).is_some() {}
            }
            '<' => {
                let document = text.next_if_eq(&'<').is_some();
                self.redirect(if document { Role::Delimiter } else { Role::Source });
                text.next_if(|c| *c == '-' || *c == '<');
            }
            blank if blank.is_whitespace() => self.end_word(),
            other => self.word.get_or_insert_default().push(other),
        }
    }

    fn quoted(&mut self, text: &mut Peekable<Chars<'_>>) {
        let word = self.word.get_or_insert_default();
        while let Some(next) = text.next() {
            match next {
                '"' => return,
                '\\' => word.extend(text.next()),
                other => word.push(other),
            }
        }
    }

    /// A number in front of a redirection is a stream and no word.
    fn redirect(&mut self, role: Role) {
        if self.word.as_ref().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
        self.role = role;
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        match std::mem::replace(&mut self.role, Role::Word) {
            Role::Word => self.current.words.push(word),
            Role::Target => self.current.into.push(word),
            Role::Source => {}
            Role::Delimiter => self.documents.push(word),
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.role = Role::Word;
        let command = std::mem::take(&mut self.current);
        if command != Simple::default() {
            self.commands.push(command);
        }
    }

    fn skip_documents(&mut self, text: &mut Peekable<Chars<'_>>) {
        for end in std::mem::take(&mut self.documents) {
            while text.peek().is_some() {
                let line: String = text.by_ref().take_while(|c| *c != '\n').collect();
                if line.trim_start_matches('\t') == end {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each command as its words in brackets, and behind `>` what it writes.
    fn check(text: &str, expected: &str) {
        let shown = |command: Simple| {
            let into: String = command.into.iter().map(|file| format!(">[{file}]")).collect();
            command.words.iter().map(|word| format!("[{word}]")).collect::<String>() + &into
        };
        assert_eq!(commands(text).into_iter().map(shown).collect::<Vec<_>>().join(" "), expected, "{text}");
    }

    #[test]
    fn quotes_hold_words_together_and_separators_part_commands() {
        check("git commit -m 'a; b | c'", "[git][commit][-m][a; b | c]");
        check("a && b;c|d & (e)", "[a] [b] [c] [d] [e]");
        check(r#"echo "it's \"so\"" a\ b ''"#, r#"[echo][it's "so"][a b][]"#);
        check("x=$(cat f)", "[x=$] [cat][f]");
        check("a # b > c\nd", "[a] [d]");
        check("a \\\n b", "[a][b]");
    }

    #[test]
    fn redirections_are_no_words() {
        check("cat a > b", "[cat][a]>[b]");
        check("a >b 2>>c &>d", "[a]>[b]>[c] >[d]");
        check("a > 'b c' 2>&1", "[a]>[b c]>[1]");
        check("a < b", "[a]");
        check("echo 'a > b'", "[echo][a > b]");
        check("a >| b", "[a]>[b]");
    }

    #[test]
    fn documents_are_no_commands() {
        check("cat > a <<EOF\nrm b; it's\nEOF\nc", "[cat]>[a] [c]");
        check("cat <<-'E' | d\n\trm b\n\tE\nc", "[cat] [d] [c]");
        check("cat <<EOF\nrm b", "[cat]");
        check("cat <<< a", "[cat]");
    }

    #[test]
    fn a_program_is_known_behind_what_stands_in_front() {
        let program = |text: &str| {
            let commands = commands(text);
            commands[0].program().map(|(program, given)| (program.to_owned(), given.to_vec()))
        };
        let git = Some(("git".to_owned(), vec!["log".to_owned()]));
        for text in ["git log", "A=b C=d git log", "sudo /usr/bin/git log", "then env X=y git log"] {
            assert_eq!(program(text), git, "{text}");
        }
        assert_eq!(program("A=b"), None);
    }
}
