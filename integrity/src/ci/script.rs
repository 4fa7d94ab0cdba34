//! Scripts by their kind: what a shell runs, and the recipes of `make` and `just`.

use std::collections::{BTreeMap, BTreeSet};

use super::shell::{Shell, commands};
use super::{Command, Job, Pipeline, Step};

/// Everything that a script runs, as one job, or one job a recipe.
pub(super) fn pipeline(path: &str, text: &str) -> Pipeline {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let jobs = match name.as_str() {
        "makefile" | "gnumakefile" => recipes(text, "make", make),
        _ if name.ends_with(".mk") => recipes(text, "make", make),
        "justfile" | ".justfile" => recipes(text, "just", just),
        _ => vec![shell(path, text)],
    };
    Pipeline { jobs, ..Pipeline::default() }
}

fn job(name: &str, commands: Vec<Command>) -> Job {
    Job { name: name.to_owned(), steps: vec![Step { commands, ..Step::default() }], ..Job::default() }
}

fn shell(path: &str, text: &str) -> Job {
    let interpreter = interpreter(text);
    let by_hand = path.contains("hooks/") || path.contains(".husky/");
    let errexit = interpreter.iter().skip(1).any(|word| word.starts_with('-') && word.contains('e'));
    let mut commands = commands(text, Shell { errexit, pipefail: false, ci: !by_hand });
    let program = interpreter.iter().find(|word| *word != "env" && !word.starts_with('-'));
    if let Some(program) = program.filter(|program| !is_shell(program)) {
        for command in &mut commands {
            command.soft =
                Some(format!("is read by `{}`, which is no shell", crate::evidence::short(program)));
        }
    }
    job(path, commands)
}

/// The words of the first line, without folders.
fn interpreter(text: &str) -> Vec<String> {
    let line = text.strip_prefix("#!").and_then(|rest| rest.lines().next()).unwrap_or_default();
    line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned()).collect()
}

fn is_shell(program: &str) -> bool {
    ["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"].contains(&program)
}

/// The head of a recipe: its name, and the recipes that come before it.
type Head = (String, Vec<String>);

/// A recipe that is one script is read as one; of any other, every line is.
fn recipes(text: &str, program: &str, head: fn(&str) -> Option<Head>) -> Vec<Job> {
    let joined = text.replace("\\\n", " ");
    let variables = variables(&joined);
    let mut found: Vec<(Head, Vec<&str>)> = Vec::new();
    for line in joined.lines() {
        let indented = line.starts_with(['\t', ' ']);
        match (indented, found.last_mut(), head(line)) {
            (true, Some((_, lines)), _) => lines.push(line),
            (false, _, Some(head)) => found.push((head, Vec::new())),
            _ => {}
        }
    }
    let names: BTreeSet<String> = found.iter().map(|((name, _), _)| name.clone()).collect();
    let ignored = joined.lines().any(|line| line.trim_end() == ".IGNORE:");
    let recipe = |((name, before), lines): (Head, Vec<&str>)| {
        let asked = before.iter().filter(|name| names.contains(*name));
        let called = asked.map(|name| format!("{program} {name}")).collect::<Vec<_>>().join("\n");
        let mut all = commands(&called, Shell { errexit: true, pipefail: false, ci: true });
        all.extend(body(&lines, &variables));
        if ignored {
            all.iter_mut().for_each(|command| command.soft = Some("is let pass by `.IGNORE`".to_owned()));
        }
        job(&name, all)
    };
    found.into_iter().map(recipe).collect()
}

fn body(lines: &[&str], variables: &BTreeMap<String, String>) -> Vec<Command> {
    let first = lines.iter().find(|line| !line.trim().is_empty()).map_or("", |line| line.trim());
    if first.starts_with("#!") {
        let text = lines.iter().map(|line| line.trim_start()).collect::<Vec<_>>().join("\n");
        return shell("recipe", &text).steps.into_iter().flat_map(|step| step.commands).collect();
    }
    let mut all = Vec::new();
    for line in lines {
        let plain = line.trim_start().trim_start_matches(['@', '+', ' ']);
        let ignored = plain.starts_with('-');
        let line = expanded(plain.trim_start_matches(['@', '+', '-', ' ']), variables);
        // Every line is a shell of its own, whose status is that of its last command.
        for mut command in commands(&line, Shell { errexit: false, pipefail: false, ci: true }) {
            if ignored {
                command.soft = Some("is let pass by the `-` before it".to_owned());
            }
            all.push(command);
        }
    }
    all
}

/// Variables with one plain value, so that `CARGO = true` is seen.
fn variables(text: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with(['\t', ' ', '#'])) {
        if all.len() >= 200 {
            break;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim_end_matches([':', '?', '+', ' ']).trim_start_matches("export ").trim();
        let value = value.trim().trim_matches(['"', '\'']);
        if !name.is_empty() && !name.contains([' ', '\t', ':']) && !value.contains("$(") && value.len() < 200
        {
            all.insert(name.to_owned(), value.to_owned());
        }
    }
    all
}

fn expanded(line: &str, variables: &BTreeMap<String, String>) -> String {
    let mut line = line.to_owned();
    for (name, value) in variables {
        if line.len() > 10_000 {
            break;
        }
        for form in [
            format!("$({name})"),
            format!("${{{name}}}"),
            format!("{{{{{name}}}}}"),
            format!("{{{{ {name} }}}}"),
        ] {
            if line.contains(&form) {
                line = line.replace(&form, value);
            }
        }
    }
    line.replace("$$", "$")
}

/// `name: before1 before2`.
fn make(line: &str) -> Option<Head> {
    let (name, rest) = line.split_once(':')?;
    let target = !name.is_empty()
        && !name.starts_with(['#', '.'])
        && !name.contains(['=', '$'])
        && !rest.starts_with('=');
    let before = rest.split('#').next().unwrap_or_default();
    let before = before.trim_start_matches(':').split_whitespace().map(str::to_owned).collect();
    target.then(|| (name.trim().to_owned(), before))
}

/// `@name argument='x': before1 (before2 y)`.
fn just(line: &str) -> Option<Head> {
    let (start, rest) = line.split_once(':')?;
    let name = start.trim_start_matches('@').split_whitespace().next()?;
    let recipe = !line.starts_with(['#', '[']) && !rest.starts_with('=') && name != "alias" && name != "set";
    let words = rest.split('#').next().unwrap_or_default().split(['(', ')', ' ', '&']);
    let before = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    recipe.then(|| (name.to_owned(), before))
}
