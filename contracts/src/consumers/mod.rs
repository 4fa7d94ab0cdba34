//! Consumers: who uses what of the protos, and whom a change breaks.

mod affected;
mod field_path;
mod file;
mod in_code;
mod used_by;

use std::collections::{BTreeMap, BTreeSet};

use findings::{Checked, Finding, Location};
use policy::PolicyError;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use service::Protos;
use source::{Change, Tree};

use crate::element::Element;
use crate::rules::unknown_consumed_field::UNKNOWN_CONSUMED_FIELD;
use crate::rules::unreadable_consumer::UNREADABLE_CONSUMER;
use crate::{Codes, Error, Policy, globs};
use affected::is_told;
use field_path::{fields, method, value_message};
use file::{Read, at, read_all};
pub(crate) use in_code::in_code;

pub(crate) use used_by::Known;

/// How something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// The method is called.
    Calls,
    /// The field is set in a request.
    Sends,
    /// The field is read of a response.
    Reads,
}

/// Something that a consumer uses.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    /// The method or the field, as the base has it.
    pub(crate) element: Element,
    /// How it is used.
    pub(crate) how: How,
    /// What the consumer calls it, with what that is a part of.
    pub(crate) what: String,
    /// Where it says so, as `path:line`.
    pub(crate) place: String,
}

/// Somebody who uses what is served.
#[derive(Clone, Debug)]
pub(crate) struct Consumer {
    /// Its name, in the words of a finding.
    pub(crate) name: String,
    /// Whether it says so itself, in a file: code may be mistaken for using what it does not.
    pub(crate) declared: bool,
    /// What it uses, each element once a way.
    pub(crate) uses: Vec<Use>,
}

/// A consumer's file, or what is wrong with it.
type Said = Result<Read, PolicyError>;

/// The consumers' files of both sides.
pub(crate) struct Files {
    head: Vec<Said>,
    base: Vec<Said>,
}

impl Files {
    pub(crate) fn read(change: &Change, policy: &Policy) -> Result<Files, Error> {
        let base = change.base.as_ref().map(|base| read(base, policy)).transpose()?;
        Ok(Files { head: read(&change.head, policy)?, base: base.unwrap_or_default() })
    }

    /// Those of one tree.
    pub(crate) fn of_tree(tree: &Tree, policy: &Policy) -> Result<Files, Error> {
        Ok(Files { head: read(tree, policy)?, base: Vec::new() })
    }

    /// What is wrong with head's files: those that cannot be read, and what they name that head's protos do not have.
    /// What broke in this very change has been `told` by whoever compared.
    pub(crate) fn check(
        &self,
        head: &Protos,
        base: Option<&DescriptorPool>,
        told: &BTreeSet<Element>,
    ) -> Checked {
        let mut checked = Checked::default();
        checked.counts.insert("consumer files", self.head.len() as u64);
        for file in &self.head {
            match file {
                Err(error) => checked.findings.push(unreadable(error)),
                Ok(read) => checked.findings.extend(unknown(read, head, base, told)),
            }
        }
        checked
    }

    /// What head's files name that head's protos do not have, asked of one side by itself.
    pub(crate) fn unknown(&self, protos: &Protos) -> Vec<Finding> {
        self.head.iter().flatten().flat_map(|read| unknown(read, protos, None, &BTreeSet::new())).collect()
    }

    /// Where those are found who use what the base promised.
    pub(crate) fn users<'f, 'c>(&'f self, policy: &Policy, codes: Codes<'c>) -> Users<'f, 'c> {
        Users { files: self, codes, unread_may_go: policy.consumers.unread_may_go }
    }
}

fn read(tree: &Tree, policy: &Policy) -> Result<Vec<Said>, Error> {
    Ok(read_all(tree, &globs::paths(tree, &policy.consumers.files)?))
}

/// Where those are found who use what the base promised.
pub(crate) struct Users<'f, 'c> {
    files: &'f Files,
    codes: Codes<'c>,
    /// Whether what nobody uses may go with a `reserved`.
    pub(crate) unread_may_go: bool,
}

impl Users<'_, '_> {
    /// Those who say so in a file of either side.
    pub(crate) fn declared(&self, base: &DescriptorPool) -> Known {
        Known::of(declared(&self.files.head, &self.files.base, base), base)
    }

    /// Whether there is code at the base.
    pub(crate) fn have_code(&self) -> bool {
        (self.codes.base)().is_some_and(|code| !code.files().is_empty())
    }

    /// The same, and those whose code at the base does.
    pub(crate) fn all(&self, base: &DescriptorPool) -> Known {
        let mut consumers = declared(&self.files.head, &self.files.base, base);
        consumers.extend((self.codes.base)().map(|code| in_code(code, base)).unwrap_or_default());
        Known::of(consumers, base)
    }
}

fn unreadable(error: &PolicyError) -> Finding {
    let place = match error.line.zip(error.column) {
        Some((line, column)) => Location::point(&error.file, line, column),
        None => Location::file(&error.file),
    };
    let fault = error.message.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = fault.strip_prefix("failed to read ").unwrap_or(&fault);
    Finding::new(&UNREADABLE_CONSUMER, place, format!("the consumer's file cannot be read: {said}"))
        .help("repair it")
        .fact(&fault)
}

fn unknown(
    read: &Read,
    head: &Protos,
    base: Option<&DescriptorPool>,
    told: &BTreeSet<Element>,
) -> Vec<Finding> {
    let finding = |at: &str, what: &str, unknown: field_path::Unknown| {
        let place = match read.document.locate(at) {
            Some((line, column)) => Location::point(&read.path, line, column),
            None => Location::file(&read.path),
        };
        let consumer = &read.file.consumer;
        Finding::new(
            &UNKNOWN_CONSUMED_FIELD,
            place,
            format!("`{consumer}` uses what is not there: {}", unknown.message),
        )
        .help(unknown.help)
        .fact(consumer)
        .fact(what)
    };
    let mut findings = Vec::new();
    for name in read.file.uses.keys() {
        // Where protos do not compile, a service may be missing for that reason, which is a finding already.
        let went = base.is_some_and(|base| method(base, name).is_ok());
        if let Err(unknown) = method(&head.pool, name)
            && head.errors.is_empty()
            && !went
        {
            findings.push(finding(&at(name), name, unknown));
        }
    }
    for (at, name, how, path) in read.paths() {
        let Ok(called) = method(&head.pool, name) else { continue };
        if let Err(unknown) = fields(&message(&called, how), path)
            && !base.is_some_and(|base| broke(base, told, (name, how, path)))
        {
            findings.push(finding(&at, &format!("{name} {path}"), unknown));
        }
    }
    findings
}

fn message(method: &prost_reflect::MethodDescriptor, how: How) -> MessageDescriptor {
    if how == How::Sends { method.input() } else { method.output() }
}

/// Whether the base has the field that a path leads to, and it is told that one on the way broke, or its method.
fn broke(base: &DescriptorPool, told: &BTreeSet<Element>, (name, how, path): (&str, How, &str)) -> bool {
    let Ok(method) = method(base, name) else { return false };
    let is_told = |element: &Element| is_told(told, base, element);
    fields(&message(&method, how), path).is_ok_and(|fields| {
        is_told(&crate::breach::method_element(&method))
            || fields.iter().any(|field| is_told(&element(field)))
    })
}

/// What the files of both sides say that the base's protos have; what both say is said once, where head says it.
pub(crate) fn declared(head: &[Said], base: &[Said], protos: &DescriptorPool) -> Vec<Consumer> {
    let mut consumers: BTreeMap<&str, Consumer> = BTreeMap::new();
    for read in head.iter().chain(base).flatten() {
        let owner = read.file.owner.as_ref().map_or_else(String::new, |owner| format!(" ({owner})"));
        let name = format!("`{}`{owner}", read.file.consumer);
        let consumer = consumers.entry(&read.file.consumer).or_insert_with(|| Consumer {
            name,
            declared: true,
            uses: Vec::new(),
        });
        add(consumer, read, protos);
    }
    consumers.into_values().collect()
}

fn add(consumer: &mut Consumer, read: &Read, protos: &DescriptorPool) {
    let mut seen: BTreeSet<(Element, How)> =
        consumer.uses.iter().map(|known| (known.element.clone(), known.how)).collect();
    let mut whole = BTreeSet::new();
    let mut push = |element: Element, how: How, what: &str, at: &str| {
        if seen.insert((element.clone(), how)) {
            let line = read.document.locate(at).map_or(1, |(line, _)| line);
            let place = format!("{}:{line}", read.path);
            consumer.uses.push(Use { element, how, what: what.to_owned(), place });
        }
    };
    for name in read.file.uses.keys() {
        if let Ok(method) = method(protos, name) {
            push(crate::breach::method_element(&method), How::Calls, &format!("`{name}`"), &at(name));
        }
    }
    for (at, name, how, path) in read.paths() {
        let Ok(called) = method(protos, name) else { continue };
        let Ok(fields) = fields(&message(&called, how), path) else { continue };
        let what = format!("`{path}` of `{name}`");
        let mut below = fields.last().and_then(value_message).into_iter().collect::<Vec<_>>();
        for field in &fields {
            push(element(field), how, &what, &at);
        }
        while let Some(message) = below.pop() {
            if !whole.insert((message.full_name().to_owned(), how)) {
                continue;
            }
            for field in message.fields() {
                push(element(&field), how, &what, &at);
                below.extend(value_message(&field));
            }
        }
    }
}

fn element(field: &prost_reflect::FieldDescriptor) -> Element {
    Element::Field { message: field.parent_message().full_name().to_owned(), number: field.number() }
}
