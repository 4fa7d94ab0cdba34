//! One simple command of a script: what it changes for those after it, and whether its failure counts.

use super::super::Command;
use super::meaning;
use super::tree::parse;
use super::walk::{End, Place, STEPS, Walk};
use super::words::Word;
use crate::evidence::short;

/// More commands than a script has that somebody wrote.
const MOST: usize = 20_000;

/// Calls within calls that are followed.
const CALLS: usize = 16;

/// Early ends of one script that are told.
const STANDING: usize = 16;

impl Walk {
    pub(super) fn simple(&mut self, words: &[Word], document: Option<&str>, place: &Place) {
        let raw = words.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ");
        let mut plain: Vec<String> = words.iter().map(|word| filled(&word.plain, &place.values)).collect();
        if let Some(alias) = plain.first().and_then(|first| self.aliases.get(first)) {
            plain.splice(0..1, alias.clone());
        }
        let (mut plain, leaves) = meaning::unwrapped(plain);
        let Some(program) = plain.first().cloned() else {
            // `found=$(cargo test)` runs what it names.
            let inside: Vec<String> =
                words.iter().filter_map(|word| meaning::substituted(&word.raw)).collect();
            inside.iter().for_each(|script| self.inner(script, place));
            return;
        };
        // `cargo sort` and `cargo-sort` are one.
        if let Some(tool) = program.strip_prefix("cargo-") {
            plain.splice(0..1, ["cargo".to_owned(), tool.to_owned()]);
        }
        match program.as_str() {
            "set" => self.set(&plain[1..]),
            "exit" | "return" => self.end(&plain, place, &raw),
            "trap" => {
                if meaning::swallows(&plain[1..]) {
                    self.trapped = Some(format!("is let pass by `{}`", short(&raw)));
                }
            }
            "alias" => self.alias(&plain[1..]),
            "unset" | "unalias" => plain[1..].iter().for_each(|name| {
                self.functions.remove(name);
                self.aliases.remove(name);
            }),
            "eval" => self.inner(&plain[1..].join(" "), place),
            _ if meaning::is_shell(&program) => match meaning::script_of(&plain) {
                Some(script) => self.started(&plain, script, place),
                None => match document.filter(|_| plain.iter().skip(1).all(|word| word.starts_with('-'))) {
                    Some(text) => self.started(&plain, text, place),
                    None => self.push(plain, raw, place),
                },
            },
            name if self.functions.contains_key(name) && self.depth < CALLS => {
                self.call(name, &plain, raw, place)
            }
            name => {
                self.dynamic |= name.starts_with('$') && name.contains(['@', '1', '*', '{', '_'])
                    || name.starts_with('$') && !name.contains("CARGO") && !name.contains('(');
                self.dynamic |= ["xargs", "parallel"].contains(&name);
                self.push(plain, raw, place);
            }
        }
        if leaves && self.ended.is_none() && place.maybe.is_none() {
            self.ended = Some(End { by: "exec".to_owned(), of_function: false });
        }
    }

    /// A function, which may stand in for a program of its name and hand over what it is given.
    fn call(&mut self, name: &str, plain: &[String], raw: String, place: &Place) {
        self.called.insert(name.to_owned());
        let Some(body) = self.functions.remove(name) else { return };
        let forwards = meaning::forwards(&body, name);
        if forwards {
            self.push(plain.to_vec(), raw, place);
        } else {
            self.depth += 1;
            let standing = self.standing.len();
            self.node(&body, place);
            self.depth -= 1;
            if self.ended.as_ref().is_some_and(|end| end.of_function) {
                self.ended = None;
                self.standing.truncate(standing);
            }
        }
        self.functions.entry(name.to_owned()).or_insert(body);
    }

    fn started(&mut self, plain: &[String], script: &str, place: &Place) {
        let settings = self.shell;
        let flags = plain.iter().skip(1).filter(|word| word.starts_with('-') && !word.starts_with("--"));
        self.shell.errexit = flags.clone().any(|word| word.contains('e'));
        self.shell.pipefail = plain.iter().any(|word| word == "pipefail");
        let (ended, standing) = (self.ended.clone(), self.standing.len());
        self.inner(script, place);
        (self.shell, self.ended) = (settings, ended);
        self.standing.truncate(standing);
    }

    fn inner(&mut self, script: &str, place: &Place) {
        if self.depth >= CALLS {
            return;
        }
        self.steps += script.len() / 16;
        if self.steps > STEPS {
            return;
        }
        self.depth += 1;
        let list = parse(script);
        self.list(&list, place);
        self.depth -= 1;
    }

    fn set(&mut self, words: &[String]) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let Some(on) = word.starts_with(['-', '+']).then(|| word.starts_with('-')) else { return };
            if word[1..].contains('e') {
                self.shell.errexit = on;
            }
            if word.ends_with('o') {
                match words.next().map(String::as_str) {
                    Some("pipefail") => self.shell.pipefail = on,
                    Some("errexit") => self.shell.errexit = on,
                    _ => {}
                }
            }
        }
    }

    fn alias(&mut self, words: &[String]) {
        for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
            let value = value.trim_matches(['\'', '"']).split_whitespace().map(str::to_owned).collect();
            self.aliases.insert(name.to_owned(), value);
        }
    }

    fn end(&mut self, plain: &[String], place: &Place, raw: &str) {
        let passes = matches!(plain.get(1).map(String::as_str), None | Some("0" | "$?"));
        if place.soft.is_some() || self.ended.is_some() {
            return;
        }
        match &place.maybe {
            Some(condition) if passes && !condition.is_empty() && self.standing.len() < STANDING => {
                self.standing.push(opposite(condition));
            }
            Some(_) => {}
            None => {
                let of_function = plain.first().is_some_and(|word| word == "return");
                self.ended = Some(End { by: raw.to_owned(), of_function });
            }
        }
    }

    fn push(&mut self, words: Vec<String>, raw: String, place: &Place) {
        if self.commands.len() >= MOST {
            return;
        }
        let ended =
            self.ended.as_ref().map(|end| format!("never runs, since `{}` stands before it", short(&end.by)));
        let soft = ended.or_else(|| self.trapped.clone()).or_else(|| place.soft.clone());
        let decides = place.last || place.asked;
        let loose = place.piped || !(self.shell.errexit || decides);
        let conditions = self.standing.iter().chain(&place.conditions).cloned().collect();
        let stops = self.shell.errexit || place.asked || self.depth > 0;
        self.commands.push(Command { words, raw, soft, loose, stops, conditions });
    }
}

fn opposite(condition: &str) -> String {
    condition.strip_prefix("not ").map_or_else(|| format!("not {condition}"), str::to_owned)
}

fn filled(word: &str, values: &[(String, String)]) -> String {
    let mut word = word.to_owned();
    if !word.contains('$') {
        return word;
    }
    for (name, value) in values {
        word = word.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
    }
    word
}
