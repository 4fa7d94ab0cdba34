//! A shell command in words, as far as a fence needs it: what the text itself says is followed, what files, variables of
//! the surroundings and other programs would add is not.

mod find;
mod of_git;
mod reader;

use std::path::PathBuf;
use std::rc::Rc;

pub(super) use find::found;

/// Where a text runs.
pub(super) struct Setting {
    pub(super) folder: PathBuf,
    /// What `~` stands for.
    pub(super) home: Option<PathBuf>,
}

/// A simple command: one program with what it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Simple {
    /// Assignments in front, the program, its arguments; without their quotes.
    pub(super) words: Vec<String>,
    /// The files that `>` and its like write.
    pub(super) into: Vec<String>,
    /// The files that `<` reads.
    pub(super) from: Vec<String>,
    /// The texts that are read: here-documents, `<<<`, and what `echo` or a document of `cat` sends through a pipe.
    pub(super) input: Vec<String>,
    /// The folder that it runs in. Many commands share one.
    pub(super) folder: Rc<PathBuf>,
    /// The command in the same text whose output it reads.
    pub(super) feeds: Option<usize>,
}

/// Words that stand in front of a program without being one.
const PREFIXES: [&str; 12] =
    ["!", "{", "builtin", "busybox", "command", "do", "elif", "else", "if", "then", "until", "while"];

/// Programs that run the words behind their own options, and the options that take the next word.
const WRAPPERS: [(&str, &[&str]); 13] = [
    ("chronic", &[]),
    ("doas", &["-u", "-C"]),
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("exec", &["-a"]),
    ("ionice", &["-c", "-n"]),
    ("nice", &["-n"]),
    ("nohup", &[]),
    ("setsid", &[]),
    ("stdbuf", &[]),
    ("strace", &["-e", "-o", "-p"]),
    ("sudo", &["-u", "-g", "-C", "-h", "-p"]),
    ("time", &["-f", "-o"]),
    ("xargs", &["-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E"]),
];

/// Programs that run the words behind `-c`.
const SHELLS: [&str; 5] = ["bash", "dash", "ksh", "sh", "zsh"];

/// How deep commands within commands are looked into.
const DEPTH: usize = 3;

impl Simple {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.into.is_empty() && self.from.is_empty() && self.input.is_empty()
    }

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

/// The most bytes that pipes of one text bring.
const MAX_PIPED: usize = 1024 * 1024;

/// The simple commands of a text, and those that its shells, `eval` and `find` are given to run.
pub(super) fn commands_within(text: &str, setting: &Setting) -> Vec<Simple> {
    let mut all = Vec::new();
    add(text, setting, DEPTH, &mut all);
    all
}

fn add(text: &str, setting: &Setting, depth: usize, all: &mut Vec<Simple>) {
    let mut commands = reader::commands(text, setting);
    let mut room = MAX_PIPED;
    for at in 0..commands.len() {
        let piped = commands[at].feeds.and_then(|from| said(commands.get(from)?));
        if let Some(piped) = piped.filter(|piped| piped.len() <= room) {
            room -= piped.len();
            commands[at].input.push(piped);
        }
        if commands[at].words.iter().any(|word| name(word) == "xargs") {
            let given: Vec<String> = commands[at]
                .input
                .iter()
                .flat_map(|text| text.split_whitespace())
                .map(str::to_owned)
                .collect();
            commands[at].words.extend(given);
        }
    }
    commands.into_iter().for_each(|command| add_with_inner(command, setting, depth, all));
}

fn add_with_inner(command: Simple, setting: &Setting, depth: usize, all: &mut Vec<Simple>) {
    let inner = if depth > 0 { run_by(&command) } else { Vec::new() };
    let folder = command.folder.clone();
    all.push(command);
    for inner in inner {
        match inner {
            Inner::Text(text) => {
                let setting = Setting { folder: folder.to_path_buf(), home: setting.home.clone() };
                add(&text, &setting, depth - 1, all);
            }
            Inner::Words(words) => {
                let command = Simple { words, folder: folder.clone(), ..Simple::default() };
                add_with_inner(command, setting, depth - 1, all);
            }
        }
    }
}

/// What a command sends through a pipe, where the text itself says it.
fn said(command: &Simple) -> Option<String> {
    match command.program()? {
        ("echo", given) => Some(given.join(" ")),
        ("printf", given) => Some(given.join(" ").replace("\\n", "\n")),
        ("cat" | "tee", _) if !command.input.is_empty() => Some(command.input.join("\n")),
        _ => None,
    }
}

/// What a command gets to run.
enum Inner {
    Text(String),
    Words(Vec<String>),
}

fn run_by(command: &Simple) -> Vec<Inner> {
    let texts = |texts: &[String]| texts.iter().cloned().map(Inner::Text).collect();
    // `env -S "PROGRAM .."`
    let split = command.words.iter().position(|word| word == "-S" || word == "--split-string");
    if let Some(at) = split.filter(|at| command.words[..*at].iter().any(|word| name(word) == "env")) {
        return texts(&command.words[at + 1..]);
    }
    match command.program() {
        Some((program, given)) if SHELLS.contains(&program) => match of_shell(given) {
            Some(text) => vec![Inner::Text(text.to_owned())],
            None if reads_input(given) => texts(&command.input),
            None => Vec::new(),
        },
        Some(("." | "source", [file, ..])) if file == "/dev/stdin" => texts(&command.input),
        Some(("eval", given)) => vec![Inner::Text(given.join(" "))],
        Some((program @ ("find" | "fd"), given)) => {
            let found = if program == "find" { find::found(given) } else { Vec::new() };
            find::executed(given, &found).into_iter().map(Inner::Words).collect()
        }
        Some(("git", given)) => of_git::given_to_run(given),
        _ => Vec::new(),
    }
}

/// The text behind `-c`.
fn of_shell(given: &[String]) -> Option<&str> {
    let runs = |word: &String| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    given.iter().position(runs).and_then(|at| given.get(at + 1)).map(String::as_str)
}

/// Whether a shell reads its commands from standard input: with `-s`, or where it is given no file.
fn reads_input(given: &[String]) -> bool {
    let is_short_s = |word: &String| word.starts_with('-') && !word.starts_with("--") && word.contains('s');
    given.iter().any(is_short_s) || !given.iter().any(|word| !word.starts_with('-') && word != "/dev/stdin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(text: &str) -> Vec<Simple> {
        reader::commands(text, &setting())
    }

    fn setting() -> Setting {
        Setting { folder: PathBuf::from("/top"), home: Some(PathBuf::from("/home/mira")) }
    }

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
        check("x=$(cat f)", "[cat][f] [x=$()]");
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
        check("cat <<< a\nb", "[cat] [b]");
        check(
            "git commit -m \"$(cat <<'EOF'\nit's (a \"b\" --no-verify\nEOF\n)\" -q",
            "[cat] [git][commit][-m][$()][-q]",
        );
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

    #[test]
    fn what_the_text_sets_is_put_in() {
        check("F=a; echo > $F", "[F=a] [echo]>[a]");
        check("F='a b'; x $F \"$F\" '$F' ${F}c", "[F=a b] [x][a][b][a b][$F][a][bc]");
        check("for f in a b; do rm x/$f; done", "[for][f][in][a][b] [do][rm][x/a][x/b] [done]");
        check("x $PWD/a ${PWD}/a $(pwd)/a \"`pwd`/a\"", "[pwd] [pwd] [x][/top/a][/top/a][/top/a][/top/a]");
        check("x ~/a ~ a~ ${U:-b} $U $1 $'c'", "[x][/home/mira/a][/home/mira][a~][b][$U][$1][c]");
        let grown = commands(&format!("A=aaaa; {}", "A=$A$A$A$A; ".repeat(2_000)));
        assert!(grown.iter().flat_map(|command| &command.words).map(String::len).sum::<usize>() < 1 << 25);
    }

    #[test]
    fn a_folder_is_left_with_its_subshell() {
        let folders = |text: &str| -> Vec<String> {
            let shown = |command: Simple| command.folder.to_string_lossy().into_owned();
            commands(text).into_iter().map(shown).collect()
        };
        assert_eq!(folders("cd a && x; cd ..; y"), ["/top", "/top/a", "/top/a", "/top/a/.."]);
        assert_eq!(folders("(cd a; x); y"), ["/top", "/top/a", "/top"]);
        assert_eq!(folders("z $(cd a; x); y"), ["/top", "/top/a", "/top", "/top"]);
        assert_eq!(folders("pushd a; popd; y"), ["/top", "/top/a", "/top"]);
        assert_eq!(folders("cd a; cd -; y"), ["/top", "/top/a", "/top"]);
        assert_eq!(folders("cd; y"), ["/top", "/home/mira"]);
    }

    #[test]
    fn what_shells_are_given_to_run_is_looked_into() {
        let programs = |text: &str| -> Vec<String> {
            let shown = |command: Simple| command.words.join(" ");
            commands_within(text, &setting()).into_iter().map(shown).collect()
        };
        for text in [
            "bash <<EOF\nx y\nEOF",
            "sh -s a <<'E'\nx y\nE\n",
            "bash - <<< 'x y'",
            "cat <<EOF | bash\nx y\nEOF",
            "echo 'x y' | sh",
            "printf 'z\\nx y\\n' | bash -x",
            "bash -c 'x y'",
            "bash -lc \"x y\"",
            "eval x y",
            "env -S 'x y'",
            "find . -exec x y ';'",
            "find . -exec a b ';' -exec x y ';'",
            "find . -exec find c -exec x y ';' ';'",
            "echo y | xargs x",
            "source /dev/stdin <<< 'x y'",
            "bash -c \"bash -c 'x y'\"",
        ] {
            assert!(
                programs(text).iter().any(|it| it == "x y" || it == "xargs x y"),
                "{text}: {:?}",
                programs(text)
            );
        }
        for text in ["cat <<EOF\nx y\nEOF", "bash run.sh <<EOF\nx y\nEOF", "echo x y | cat", "echo 'x y'"] {
            assert!(!programs(text).iter().any(|it| it == "x y"), "{text}");
        }
    }
}
