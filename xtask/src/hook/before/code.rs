//! Code that a command hands to an interpreter (`python -c`, `node -e`, a here-document): which files it evidently writes
//! and what it runs, where both are written out. Reading is nobody's business.

use std::collections::BTreeMap;

use super::shell::Simple;

/// Interpreters with the options that take code, without the numbers behind their names.
const INTERPRETERS: [(&str, &[&str]); 7] = [
    ("bun", &["-e", "--eval"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("perl", &["-e", "-E"]),
    ("php", &["-r"]),
    ("pypy", &["-c"]),
    ("python", &["-c"]),
    ("ruby", &["-e"]),
];

/// Modules whose functions take files. The same names elsewhere say something else.
const MODULES: [&str; 10] =
    ["Bun", "File", "FileUtils", "IO", "fs", "fsp", "os", "promises", "shutil", "subprocess"];

/// Functions that write the first file that they are given, both, and the second.
const FIRST: [&str; 21] = [
    "appendFile",
    "appendFileSync",
    "chmod",
    "chmodSync",
    "createWriteStream",
    "delete",
    "remove",
    "rm",
    "rm_f",
    "rm_rf",
    "rmSync",
    "rmtree",
    "truncate",
    "truncateSync",
    "unlink",
    "unlinkSync",
    "write",
    "writeFile",
    "writeFileSync",
    "file_put_contents",
    "outputFileSync",
];
const BOTH: [&str; 6] = ["move", "mv", "rename", "renameSync", "renames", "replace"];
const SECOND: [&str; 10] = [
    "copy",
    "copy2",
    "copyFile",
    "copyFileSync",
    "copyfile",
    "cp",
    "cpSync",
    "link",
    "symlink",
    "symlinkSync",
];

/// Methods of a path that write it.
const OF_PATH: [&str; 6] = ["chmod", "rename", "touch", "unlink", "write_bytes", "write_text"];

/// Functions that run a command.
const RUN: [&str; 11] = [
    "Popen",
    "call",
    "check_call",
    "check_output",
    "exec",
    "execFileSync",
    "execSync",
    "popen",
    "run",
    "spawnSync",
    "system",
];

/// The most tokens that one call is taken to have, and what it is called on.
const MOST_TOKENS: usize = 200;

/// What code does beside itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// The files that it writes.
    pub(super) writes: Vec<String>,
    /// The commands that it runs, each a shell's text or words.
    pub(super) runs: Vec<Vec<String>>,
}

/// What the code does that a command is given, if it is an interpreter's.
pub(super) fn done(command: &Simple) -> Done {
    let Some((program, given)) = command.program() else { return Done::default() };
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let Some((_, options)) = INTERPRETERS.iter().find(|(known, _)| *known == name) else {
        return Done::default();
    };
    let takes_code = |word: &String| options.contains(&word.as_str());
    let behind =
        given.iter().enumerate().filter(|(_, word)| takes_code(word)).filter_map(|(at, _)| given.get(at + 1));
    let mut codes: Vec<&String> = behind.collect();
    let has_file = given.iter().any(|word| !word.starts_with('-'));
    if codes.is_empty() && !has_file {
        codes.extend(&command.input);
    }
    let mut done = Done::default();
    for code in codes {
        Code::read(code, matches!(name, "node" | "bun")).add_to(&mut done);
    }
    done
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Text(String),
    Mark(char),
}

struct Code {
    tokens: Vec<Token>,
    /// Names that stand for a text.
    known: BTreeMap<String, String>,
}

impl Code {
    fn read(code: &str, is_script: bool) -> Code {
        let mut read = Code { tokens: tokens(code, is_script), known: BTreeMap::new() };
        let mut known = Vec::new();
        for (at, window) in read.tokens.windows(3).enumerate() {
            if let [Token::Name(name), Token::Mark('='), next] = window
                && *next != Token::Mark('=')
            {
                known.push((name.clone(), at + 2));
            }
        }
        for (name, at) in known {
            let behind = &read.tokens[at..read.tokens.len().min(at + 16)];
            let end = behind.iter().position(|token| matches!(token, Token::Mark(';' | '\n')));
            if let Some(text) = read.text(&behind[..end.unwrap_or(behind.len())]) {
                read.known.insert(name, text);
            }
        }
        read
    }

    fn add_to(&self, done: &mut Done) {
        for (at, pair) in self.tokens.windows(2).enumerate() {
            let [Token::Name(name), Token::Mark('(')] = pair else { continue };
            let given = self.given(at + 2);
            let module = match at.checked_sub(2).map(|before| &self.tokens[before..at]) {
                Some([Token::Name(module), Token::Mark('.')]) => Some(module.as_str()),
                Some([_, Token::Mark('.')]) => Some(""),
                _ => None,
            };
            // `require("fs").writeFileSync(..)`: no other thing has a method of that name.
            let is_function = module.is_none_or(|module| MODULES.contains(&module) || name.ends_with("Sync"));
            let mut writes = |at: usize| done.writes.extend(given.get(at).and_then(|it| self.text(it)));
            match name.as_str() {
                "open" => done.writes.extend(self.opened(at, &given)),
                name if is_function && FIRST.contains(&name) => writes(0),
                name if is_function && SECOND.contains(&name) => writes(1),
                name if is_function && BOTH.contains(&name) => [0, 1].into_iter().for_each(writes),
                name if OF_PATH.contains(&name) => done.writes.extend(self.receiver(at)),
                name if RUN.contains(&name) => {
                    done.runs.extend(given.first().map(|it| self.texts(it)).filter(|it| !it.is_empty()));
                }
                _ => {}
            }
        }
    }

    /// The file that `open` is to write, if it is.
    fn opened(&self, at: usize, given: &[&[Token]]) -> Option<String> {
        let text = |at: usize| given.get(at).and_then(|it| self.text(it));
        // Perl: `open(F, '>', FILE)`, `open(F, '>FILE')`.
        if let Some((at, mode)) =
            (0..given.len()).find_map(|at| Some((at, text(at).filter(|it| it.starts_with(['>', '+']))?)))
        {
            let file = mode.trim_start_matches(['>', '+', '<']).trim().to_owned();
            return if file.is_empty() { text(at + 1) } else { Some(file) };
        }
        let is_mode = |text: &String| {
            text.bytes().all(|byte| b"rwxabt+U".contains(&byte)) && text.contains(['w', 'a', 'x', '+'])
        };
        let has_mode = |from: usize| (from..given.len()).filter_map(text).any(|text| is_mode(&text));
        // `Path(FILE).open(MODE)`, else `open(FILE, MODE)`.
        match self.receiver(at) {
            Some(file) => has_mode(0).then_some(file),
            None => has_mode(1).then(|| text(0)).flatten(),
        }
    }

    /// What a method is called on: a name, or a call like `Path(FILE)`.
    fn receiver(&self, at: usize) -> Option<String> {
        if self.tokens.get(at.checked_sub(1)?) != Some(&Token::Mark('.')) {
            return None;
        }
        let end = at - 1;
        let mut depth = 0;
        let start = (end.saturating_sub(MOST_TOKENS)..end).rev().find(|at| {
            match &self.tokens[*at] {
                Token::Mark(')') => depth += 1,
                Token::Mark('(') => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        self.text(&self.tokens[start..end])
    }

    /// What stands between the brackets of a call, by argument.
    fn given(&self, start: usize) -> Vec<&[Token]> {
        let (mut depth, mut from, mut given) = (0_usize, start, Vec::new());
        for (at, token) in self.tokens.iter().enumerate().skip(start).take(MOST_TOKENS) {
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') if depth > 0 => depth -= 1,
                Token::Mark(')') => {
                    given.push(&self.tokens[from..at]);
                    return given;
                }
                Token::Mark(',') if depth == 0 => {
                    given.push(&self.tokens[from..at]);
                    from = at + 1;
                }
                _ => {}
            }
        }
        Vec::new()
    }

    fn texts(&self, tokens: &[Token]) -> Vec<String> {
        let text = |token: &Token| match token {
            Token::Text(text) => Some(text.clone()),
            Token::Name(name) => self.known.get(name).cloned(),
            Token::Mark(_) => None,
        };
        tokens.iter().filter_map(text).collect()
    }

    /// The texts of an expression as one path, as `Path("a") / "b"` and `join("a", "b")` put them together.
    fn text(&self, tokens: &[Token]) -> Option<String> {
        let tokens = match tokens {
            // `mode="w"`
            [Token::Name(_), Token::Mark('='), value @ ..] => value,
            all => all,
        };
        Some(self.texts(tokens)).filter(|texts| !texts.is_empty()).map(|texts| texts.join("/"))
    }
}

fn tokens(code: &str, is_script: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\'' | '"' | '`' => {
                let mark = if rest.starts_with("'''") || rest.starts_with("\"\"\"") {
                    &rest[..3]
                } else {
                    &rest[..1]
                };
                let (text, length) = quoted(&rest[mark.len()..], mark);
                // `r"..."`, `f"..."`
                if tokens.last().is_some_and(|last| matches!(last, Token::Name(name) if name.len() <= 2 && name.bytes().all(|byte| b"rbfuRBFU".contains(&byte)))) {
                    tokens.pop();
                }
                tokens.push(Token::Text(text));
                mark.len() + length
            }
            '#' if !is_script => rest.find('\n').unwrap_or(rest.len()),
            '/' if is_script && rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            letter if letter.is_alphanumeric() || letter == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                tokens.push(Token::Name(rest[..end].to_owned()));
                end
            }
            blank if blank.is_whitespace() && blank != '\n' => blank.len_utf8(),
            mark => {
                tokens.push(Token::Mark(mark));
                mark.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// A text up to the mark that ends it, and how many bytes were read.
fn quoted(rest: &str, mark: &str) -> (String, usize) {
    let mut text = String::new();
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        if rest[at..].starts_with(mark) {
            return (text, at + mark.len());
        }
        match letter {
            '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
            letter => text.push(letter),
        }
    }
    (text, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(program: &str, code: &str, writes: &[&str], runs: &[&[&str]]) {
        let words = [program, if program == "python3" { "-c" } else { "-e" }, code];
        let command = Simple { words: words.map(str::to_owned).to_vec(), ..Simple::default() };
        let found = done(&command);
        let runs: Vec<Vec<String>> =
            runs.iter().map(|run| run.iter().map(|word| (*word).to_owned()).collect()).collect();
        assert_eq!(
            (found.writes, found.runs),
            (writes.iter().map(|it| (*it).to_owned()).collect(), runs),
            "{code}"
        );
    }

    #[test]
    fn what_code_writes_is_seen_and_what_it_reads_is_not() {
        check("python3", "open('a','w').write('b')", &["a"], &[]);
        check("python3", "with open(\"a\", mode='a') as f: f.write('b')", &["a"], &[]);
        check("python3", "p = 'a'\nopen(p, 'r+')", &["a"], &[]);
        check("python3", "from pathlib import Path; p = Path('a') / 'b'\np.write_text('x')", &["a/b"], &[]);
        check("python3", "Path('a').write_text(Path('b').read_text().replace('x', 'w'))", &["a"], &[]);
        check("python3", "Path(r'a').open('w')", &["a"], &[]);
        check(
            "python3",
            "import os; os.remove('a'); os.rename('b', 'c'); shutil.copy('d', 'e')",
            &["a", "b", "c", "e"],
            &[],
        );
        check("node", "require('fs').writeFileSync('a', 'b')", &["a"], &[]);
        check(
            "node",
            "const fs = require('fs'); fs.writeFileSync(`a`, fs.readFileSync('b')) // fs.rmSync('c')",
            &["a"],
            &[],
        );
        check("perl", "open(my $f, '>', 'a'); open(G, '>>b')", &["a", "b"], &[]);
        check("ruby", "File.write('a', File.read('b'))", &["a"], &[]);
        for reads in [
            "print(open('a').read())",
            "print(open('a', 'rb').read())",
            "d = yaml.safe_load(open('a')); open(out, 'w').write(str(d))",
            "l.remove('a'); s.replace('a', 'b'); f.write('a')",
            "# open('a', 'w')",
            "print(\"open('a', 'w')\")",
            "print('a', 'w'",
            "",
        ] {
            check("python3", reads, &[], &[]);
        }
    }

    #[test]
    fn what_code_runs_is_seen() {
        check(
            "python3",
            "import subprocess\nsubprocess.run(['git', 'log'], check=True)",
            &[],
            &[&["git", "log"]],
        );
        check("python3", "os.system('rm a')", &[], &[&["rm a"]]);
        check("node", "require('child_process').execSync(\"git log\")", &[], &[&["git log"]]);
    }
}
