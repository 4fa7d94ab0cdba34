//! What a change adds to the tests of a service by which insta sees less of its rankings: comparators, redactions,
//! filters. The gate judges rankings by itself; these are for whoever still reads insta's verdict.
//!
//! What ties a setting to a ranking: the test is in the package of a service with a corpus, and the selector names the
//! list, the ids or the scores of that corpus, or the assertion speaks of a ranking. Settings that a helper makes are
//! followed to the tests that call it, by name. Where the tie is not sure, it is a warning.

mod fields;
mod filter;
mod selector;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Level, Location, Rule};
use source::{Call, CallKind, Calls, Change, Token, Tree};

use crate::Recording;
use crate::policy::{Corpus, Policy};
use crate::rules::snapshot_comparator::SNAPSHOT_COMPARATOR;
use crate::rules::snapshot_redacted::SNAPSHOT_REDACTED;
use crate::side::{Side, standing};
use fields::{Fields, is_ranking};
use selector::{cover, is_selector};

/// What a file has that can matter here.
const TRIGGERS: &[&str] =
    &["comparator", "redaction", "snapshot", "with_settings", "sort_selector", "add_filter", "set_filters"];

/// How many callers of a helper are followed upwards.
const FOLLOWED: usize = 200;

/// The findings that head has and the base has not.
pub(crate) fn find(change: &Change, policy: &Policy) -> Vec<Finding> {
    let touched = || {
        let files = change.files.iter().filter(|file| file.path.ends_with(".rs"));
        files.filter_map(|file| change.head.text(&file.path).ok()).any(|text| has_trigger(&text))
    };
    if policy.corpora.is_empty() || change.base.is_some() && !touched() {
        return Vec::new();
    }
    let mut known: BTreeMap<(&str, Vec<String>), usize> = BTreeMap::new();
    for finding in change.base.iter().flat_map(|base| of_tree(base, policy)) {
        *known.entry((finding.rule.id, finding.facts)).or_default() += 1;
    }
    let mut found = of_tree(&change.head, policy);
    found.retain(|finding| match known.get_mut(&(finding.rule.id, finding.facts.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    found
}

fn has_trigger(text: &str) -> bool {
    TRIGGERS.iter().any(|trigger| text.contains(trigger))
}

/// A file with its calls.
struct File {
    path: String,
    calls: Calls,
}

/// A corpus with the folder of the package that its service is.
struct Package<'a> {
    corpus: &'a Corpus,
    folder: String,
    fields: Fields,
    /// What is recorded, read once it is asked for; `None` where it cannot be.
    recording: OnceCell<Option<Recording>>,
}

impl Package<'_> {
    fn has(&self, path: &str) -> bool {
        path.starts_with(&self.folder)
    }

    fn recording(&self, tree: &Tree) -> Option<&Recording> {
        let read = || {
            let (corpus, rankings) = (self.corpus, standing(tree, &self.corpus.rankings()));
            Some(Side::read(tree, corpus, &corpus.requests(), &rankings)?.ok()?.recording)
        };
        self.recording.get_or_init(read).as_ref()
    }
}

fn of_tree(tree: &Tree, policy: &Policy) -> Vec<Finding> {
    let packages: Vec<Package<'_>> =
        policy.corpora.iter().filter_map(|corpus| package(tree, corpus)).collect();
    if packages.is_empty() {
        return Vec::new();
    }
    let files = source::with_stack(|| {
        let read = |path: &str| {
            let text = tree.text(path).ok().filter(|text| has_trigger(text))?;
            Some(File { path: path.to_owned(), calls: Calls::read(&text) })
        };
        tree.paths().filter(|path| path.ends_with(".rs")).filter_map(read).collect::<Vec<File>>()
    });
    let tests = Tests::of(&files, &packages);
    let mut found = Vec::new();
    for file in &files {
        for call in &file.calls.calls {
            found.extend(tests.judge(tree, file, call));
        }
    }
    found
}

/// The package of a service: the nearest folder with a manifest above the requests of its corpus.
fn package<'a>(tree: &Tree, corpus: &'a Corpus) -> Option<Package<'a>> {
    let requests = corpus.requests();
    let above = requests.rmatch_indices('/').map(|(end, _)| &requests[..=end]).chain([""]);
    let folder = above.into_iter().find(|folder| {
        let manifest = tree.text(&format!("{folder}Cargo.toml"));
        manifest.is_ok_and(|manifest| manifest.contains("[package]"))
    })?;
    let (folder, fields) = (folder.to_owned(), Fields::of_corpus(corpus));
    Some(Package { corpus, folder, fields, recording: OnceCell::new() })
}

/// The tests of the packages, and which of their functions hand a ranking to insta.
struct Tests<'a> {
    packages: &'a [Package<'a>],
    /// By the name of a function: the functions that call it, with their files.
    callers: BTreeMap<&'a str, BTreeSet<(&'a str, &'a str)>>,
    /// Functions of a file in which insta is handed a ranking of a package.
    ranked: BTreeSet<(&'a str, &'a str, usize)>,
}

impl<'a> Tests<'a> {
    fn of(files: &'a [File], packages: &'a [Package<'a>]) -> Self {
        let mut tests = Tests { packages, callers: BTreeMap::new(), ranked: BTreeSet::new() };
        for file in files {
            let path = file.path.as_str();
            for call in &file.calls.calls {
                tests.callers.entry(simple_name(call)).or_default().insert((path, &call.function));
            }
            for (index, package) in packages.iter().enumerate().filter(|(_, package)| package.has(path)) {
                let asks = |call: &&Call| package.fields.is_method(simple_name(call));
                let asked: BTreeSet<&str> =
                    file.calls.calls.iter().filter(asks).map(|call| call.function.as_str()).collect();
                for call in file.calls.calls.iter().filter(|call| is_assertion(call)) {
                    let function = call.function.as_str();
                    let speaks = package.fields.speak(&value(&call.arguments))
                        || is_ranking(function)
                        || asked.contains(function);
                    if speaks {
                        tests.ranked.insert((path, function, index));
                    }
                }
            }
        }
        tests
    }

    /// Whether a setting that this function makes has a say in the rankings of a package.
    fn reaches(&self, file: &'a str, function: &'a str, package: usize) -> bool {
        let folder = |path: &str| self.packages.iter().position(|package| package.has(path));
        let own = folder(file);
        let mut open = vec![(file, function)];
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        while let Some((file, function)) = open.pop() {
            if !seen.insert((file, function)) || seen.len() > FOLLOWED {
                continue;
            }
            if self.ranked.contains(&(file, function, package)) {
                return true;
            }
            let callers = self.callers.get(function).filter(|_| !function.is_empty()).into_iter().flatten();
            // A helper of a service is called by that service; one of no service by any.
            open.extend(callers.filter(|(path, _)| own.is_none() || folder(path) == own));
        }
        false
    }

    /// What a call loosens of the first package of whose rankings it loosens anything.
    fn judge(&self, tree: &Tree, file: &'a File, call: &'a Call) -> Vec<Finding> {
        if !loosens(call) {
            return Vec::new();
        }
        let of_package = |(index, package): (usize, &'a Package<'a>)| {
            let tied = self.reaches(&file.path, &call.function, index);
            let found = Found { file, call, package, tied };
            let found = if tied || package.has(&file.path) { self.of_call(tree, &found) } else { Vec::new() };
            (!found.is_empty()).then_some(found)
        };
        self.packages.iter().enumerate().find_map(of_package).unwrap_or_default()
    }

    fn of_call(&self, tree: &Tree, found: &Found<'_>) -> Vec<Finding> {
        let arguments = &found.call.arguments;
        let first = || {
            let first = arguments.split(|token| token.is(',')).next().unwrap_or_default();
            self.selector(found.file, first)
        };
        match simple_name(found.call) {
            "set_comparator" => vec![found.comparator()],
            "add_redaction" | "add_dynamic_redaction" | "sort_selector" => {
                found.redaction(first()).into_iter().collect()
            }
            "add_filter" => found.filter(tree, first()).into_iter().collect(),
            "set_filters" => found.filters(tree, arguments),
            "with_settings" => found.with_settings(tree, arguments),
            "set_redactions" => found.redactions(arguments),
            _ => found.of_macro(),
        }
    }

    /// The selector or pattern that an argument is: a text, or the name of one.
    fn selector(&self, file: &File, argument: &[Token]) -> Option<String> {
        let text = argument.iter().find_map(Token::text).map(str::to_owned);
        let named = || argument.iter().find_map(|token| file.calls.texts.get(token.word()?).cloned());
        text.or_else(named)
    }
}

/// A call that may loosen what insta sees of the rankings of a package.
struct Found<'a> {
    file: &'a File,
    call: &'a Call,
    package: &'a Package<'a>,
    /// Whether a test reached from it hands a ranking to insta.
    tied: bool,
}

impl Found<'_> {
    fn finding(&self, rule: &'static Rule, sure: bool, message: String, fact: &str) -> Finding {
        let Corpus { service, rpc, .. } = self.package.corpus;
        let location = Location::point(&self.file.path, self.call.line, self.call.column);
        let mut finding = Finding::new(rule, location, message)
            .fact(format!("{service} {rpc}"))
            .fact(fact)
            .judged("", fact)
            .help("compare the whole ranking; noise is what the tolerance of the policy is for");
        if !sure {
            finding.level = Level::Warning;
        }
        finding
    }

    fn comparator(&self) -> Finding {
        let service = &self.package.corpus.service;
        let message = match self.tied {
            true => format!("a comparator decides whether a ranking of `{service}` is the recorded one"),
            false => format!("a comparator may decide whether a ranking of `{service}` is the recorded one"),
        };
        self.finding(&SNAPSHOT_COMPARATOR, self.tied, message, "comparator")
    }

    fn redaction(&self, selector: Option<String>) -> Option<Finding> {
        let service = &self.package.corpus.service;
        let Some(text) = selector else {
            let message = format!("a redaction whose selector is computed may hide a ranking of `{service}`");
            return self.tied.then(|| self.finding(&SNAPSHOT_REDACTED, false, message, "computed selector"));
        };
        let found = cover(&text, &self.package.fields)?;
        let sure = found.sure || self.tied;
        let hides = if sure { "hides" } else { "may hide" };
        let message =
            format!("the redaction `{}` {hides} {} of `{service}`", shown(&text), found.part.name());
        Some(self.finding(&SNAPSHOT_REDACTED, sure, message, &text))
    }

    /// The redactions of an assertion, or of a macro that makes text for one: `snapshot!(json_text!(x, { ".at" => .. }))`.
    fn of_macro(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for argument in self.call.arguments.split(|token| token.is(',')) {
            // An argument of its own, unlike the arms of a `match`.
            let [Token::Group('{', pairs)] = argument else { continue };
            let selectors = pairs.windows(2).filter(|pair| pair[1].is('=')).filter_map(|pair| pair[0].text());
            let selectors = selectors.filter(|text| is_selector(text));
            found.extend(selectors.filter_map(|text| self.redaction(Some(text.to_owned()))));
        }
        // What a macro does that is not insta's own is known by what its selectors name.
        found.retain(|finding| is_assertion(self.call) || finding.level == Level::Error);
        found
    }

    /// The redactions in a list of pairs, `selector => ..` or `(selector, ..)`.
    fn redactions(&self, tokens: &[Token]) -> Vec<Finding> {
        let mut found = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Text(text) if is_selector(text) => {
                    let pair = tokens.get(at + 1).is_some_and(|next| next.is(',') || next.is('='));
                    if pair {
                        found.extend(self.redaction(Some(text.clone())));
                    }
                }
                Token::Group(_, within) => found.extend(self.redactions(within)),
                _ => {}
            }
        }
        found
    }

    fn filter(&self, tree: &Tree, pattern: Option<String>) -> Option<Finding> {
        if !self.tied {
            return None;
        }
        let service = &self.package.corpus.service;
        let Some(pattern) = pattern else {
            let message = format!("a filter whose pattern is computed may rewrite a ranking of `{service}`");
            return Some(self.finding(&SNAPSHOT_REDACTED, false, message, "computed pattern"));
        };
        let rewrites = filter::rewrites(&pattern, self.package.recording(tree)?, &self.package.fields);
        let (sure, what) = match rewrites {
            Some(false) => return None,
            Some(true) => (true, "rewrites ids or scores"),
            None => (false, "may rewrite ids or scores"),
        };
        let message = format!("the filter `{}` {what} of `{service}`", shown(&pattern));
        Some(self.finding(&SNAPSHOT_REDACTED, sure, message, &pattern))
    }

    /// The filters in a list of pairs, `(pattern, ..)`.
    fn filters(&self, tree: &Tree, tokens: &[Token]) -> Vec<Finding> {
        let mut found = Vec::new();
        for token in tokens {
            let Token::Group(bracket, within) = token else { continue };
            match (bracket, within.first().and_then(Token::text)) {
                ('(', Some(pattern)) => found.extend(self.filter(tree, Some(pattern.to_owned()))),
                _ => found.extend(self.filters(tree, within)),
            }
        }
        found
    }

    /// `with_settings!({ key => value, .. }, { .. })`
    fn with_settings(&self, tree: &Tree, tokens: &[Token]) -> Vec<Finding> {
        let Some(Token::Group('{', settings)) = tokens.first() else { return Vec::new() };
        let mut found = Vec::new();
        for (at, token) in settings.iter().enumerate() {
            let is_key = settings.get(at + 1).is_some_and(|next| next.is('='))
                && settings.get(at + 2).is_some_and(|next| next.is('>'));
            let Some(key) = token.word().filter(|_| is_key) else { continue };
            let rest = &settings[at + 3..];
            // Up to the next key.
            let next = rest
                .windows(3)
                .position(|next| next[0].word().is_some() && next[1].is('=') && next[2].is('>'));
            let value = &rest[..next.unwrap_or(rest.len())];
            match key {
                "comparator" => found.push(self.comparator()),
                "redactions" => found.extend(self.redactions(value)),
                "filters" => found.extend(self.filters(tree, value)),
                _ => {}
            }
        }
        found
    }
}

/// The last segment of what is called.
fn simple_name(call: &Call) -> &str {
    call.name.rsplit("::").next().unwrap_or_default()
}

/// Whether it can loosen anything.
fn loosens(call: &Call) -> bool {
    const METHODS: &[&str] = &[
        "set_comparator",
        "add_redaction",
        "add_dynamic_redaction",
        "sort_selector",
        "set_redactions",
        "add_filter",
        "set_filters",
    ];
    match call.kind {
        CallKind::Method => METHODS.contains(&simple_name(call)),
        CallKind::Macro => call.arguments.iter().any(|token| matches!(token, Token::Group('{', _))),
        CallKind::Function => false,
    }
}

/// Whether it is an assertion of insta.
fn is_assertion(call: &Call) -> bool {
    let name = simple_name(call);
    call.kind == CallKind::Macro && name.starts_with("assert_") && name.ends_with("_snapshot")
}

/// What an assertion is handed: its arguments without the redactions in braces.
fn value(arguments: &[Token]) -> Vec<Token> {
    arguments.iter().filter(|token| !matches!(token, Token::Group('{', _))).cloned().collect()
}

/// As much of a selector or pattern as a message shows.
fn shown(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() || letter == '`' { '?' } else { letter };
    let mut shown: String = text.chars().take(60).map(clean).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
