//! Which commands of a script run, under which conditions, and whether their failure counts.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Command;
use super::meaning::{self, Known};
use super::tree::{AndOr, Join, List, Node, Pipeline, parse};

/// How a script is started.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shell {
    /// Whether the first failure ends it.
    pub(crate) errexit: bool,
    /// Whether a failure inside a pipe counts.
    pub(crate) pipefail: bool,
    /// Whether it runs in CI only, so that what asks for `CI` has an answer.
    pub(crate) ci: bool,
}

/// Steps of a walk; calls and loops within each other multiply.
pub(super) const STEPS: usize = 200_000;

/// The commands of a script, in the order in which they run.
pub(crate) fn commands(script: &str, shell: Shell) -> Vec<Command> {
    let list = parse(script);
    let mut walk =
        Walk { shell, used: meaning::used(script), waits: script.contains("wait"), ..Walk::default() };
    let place = Place { last: true, ..Place::default() };
    walk.list(&list, &place);
    walk.uncalled(&place);
    walk.commands
}

#[derive(Default)]
pub(super) struct Walk {
    /// Variables that the script looks at somewhere.
    pub(super) used: BTreeSet<String>,
    pub(super) waits: bool,
    pub(super) steps: usize,
    pub(super) shell: Shell,
    pub(super) functions: BTreeMap<String, Node>,
    pub(super) called: BTreeSet<String>,
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    /// What a trap does with every failure.
    pub(super) trapped: Option<String>,
    /// What ended the script.
    pub(super) ended: Option<End>,
    /// Under what the rest of the script runs, since it ends early otherwise.
    pub(super) standing: Vec<String>,
    /// Whether a command is called whose name only the run knows.
    pub(super) dynamic: bool,
    pub(super) depth: usize,
    pub(super) commands: Vec<Command>,
}

#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) by: String,
    pub(super) of_function: bool,
}

/// Where a command stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) soft: Option<String>,
    pub(super) conditions: Vec<String>,
    /// Under what it is reached at all, where that is not certain; empty where it cannot be said.
    pub(super) maybe: Option<String>,
    /// Whether its status is that of the script.
    pub(super) last: bool,
    /// Whether its failure is asked for.
    pub(super) asked: bool,
    /// Whether it is inside a pipe, so that its failure is lost.
    pub(super) piped: bool,
    /// Variables of loops.
    pub(super) values: Vec<(String, String)>,
}

impl Place {
    fn soft(&self, why: impl Into<String>) -> Place {
        Place { soft: Some(self.soft.clone().unwrap_or_else(|| why.into())), ..self.clone() }
    }

    fn under(&self, condition: String) -> Place {
        let mut conditions = self.conditions.clone();
        conditions.push(condition.clone());
        Place { conditions, maybe: Some(condition), ..self.clone() }
    }

    fn perhaps(&self) -> Place {
        Place { maybe: Some(self.maybe.clone().unwrap_or_default()), ..self.clone() }
    }
}

impl Walk {
    pub(super) fn list(&mut self, list: &List, place: &Place) {
        for (index, entry) in list.iter().enumerate() {
            let next = list.get(index + 1);
            let asked = place.asked || next.is_some_and(|next| meaning::asks_for_status(&next.first));
            let last = place.last && next.is_none();
            self.entry(entry, &Place { last, asked, ..place.clone() });
        }
    }

    fn entry(&mut self, entry: &AndOr, place: &Place) {
        let mut place = place.clone();
        if entry.background && !self.waits {
            place = place.soft("runs in the background");
        }
        let mut before: Option<(&Pipeline, Join)> = None;
        let mut never: Option<String> = None;
        let parts: Vec<(Join, &Pipeline)> = std::iter::once((Join::And, &entry.first))
            .chain(entry.rest.iter().map(|(join, pipeline)| (*join, pipeline)))
            .collect();
        let mut alternatives: Vec<Option<&Pipeline>> = vec![None; parts.len()];
        for (index, (join, pipeline)) in parts.iter().enumerate().skip(1).rev() {
            alternatives[index - 1] = if *join == Join::Or { Some(*pipeline) } else { alternatives[index] };
        }
        let (mut condition, mut reached): (Option<String>, Option<String>) = (None, place.maybe.clone());
        for (index, (join, pipeline)) in parts.iter().enumerate() {
            if let Some((was, _)) = before {
                let known = meaning::known(was, self.shell.ci);
                let shown = meaning::shown_pipeline(was);
                never = match (join, known) {
                    (Join::And, Known::Fails) => Some(format!("stands behind `{shown}`")),
                    (Join::Or, Known::Passes) => Some(format!("runs only if `{shown}` fails")),
                    _ if never.is_some() && *join == Join::And => never,
                    _ => None,
                };
                reached = match (join, known) {
                    (_, Known::Passes) => reached,
                    (Join::And, _) => Some(shown.clone()),
                    (Join::Or, _) => Some(format!("not {shown}")),
                };
                condition = match (join, meaning::tests(was)) {
                    (Join::And, true) if known == Known::Nothing => Some(shown),
                    (Join::Or, true) if known == Known::Nothing => Some(format!("not {shown}")),
                    (Join::Or, false) if !meaning::ends_badly(pipeline, &self.functions) => {
                        Some(format!("{shown} failed"))
                    }
                    (Join::And, _) => condition,
                    _ => None,
                };
            }
            let mut here = Place { maybe: reached.clone(), ..place.clone() };
            here.last = place.last && alternatives[index].is_none();
            if let Some(why) = &never {
                here = here.soft(why.clone());
            }
            if let Some(condition) = &condition {
                here = here.under(condition.clone());
            }
            // The first alternative behind it says what becomes of its failure.
            match alternatives[index] {
                Some(other) if meaning::ends_badly(other, &self.functions) || self.remembered(other) => {
                    here.asked = true
                }
                Some(other) => {
                    here = here.soft(format!("is let pass by `|| {}`", meaning::shown_pipeline(other)))
                }
                None => {}
            }
            self.pipeline(pipeline, &here);
            before = Some((pipeline, *join));
        }
    }

    /// Whether what is done instead only remembers the failure, in a variable that the script looks at.
    fn remembered(&self, pipeline: &Pipeline) -> bool {
        meaning::assigned(pipeline).is_some_and(|name| self.used.contains(&name))
    }

    fn pipeline(&mut self, pipeline: &Pipeline, place: &Place) {
        let mut place = place.clone();
        if pipeline.negated && !place.asked {
            place = place.soft("has its failure turned round by `!`");
        }
        let count = pipeline.nodes.len();
        for (index, node) in pipeline.nodes.iter().enumerate() {
            let inside = index + 1 < count && !self.shell.pipefail;
            let settings = self.shell;
            self.node(node, &Place { piped: place.piped || inside, ..place.clone() });
            if count > 1 {
                self.shell = settings;
            }
        }
    }

    pub(super) fn node(&mut self, node: &Node, place: &Place) {
        self.steps += 1;
        if self.steps > STEPS {
            return;
        }
        match node {
            Node::Simple { words, document } => self.simple(words, document.as_deref(), place),
            Node::Group(list) => self.list(list, place),
            Node::Inner(list) => {
                let (settings, standing) = (self.shell, self.standing.len());
                let ended = self.ended.take();
                self.list(list, place);
                self.shell = settings;
                self.ended = ended;
                self.standing.truncate(standing);
            }
            Node::If(branches, left) => self.branches(branches, left, place),
            Node::While(test, body) => {
                let known =
                    test.first().map_or(Known::Nothing, |entry| meaning::known(&entry.first, self.shell.ci));
                self.list(test, &place.soft("only decides how often something is done"));
                let never = matches!(known, Known::Fails);
                let place =
                    if never { place.soft("stands in a loop that never runs") } else { place.clone() };
                self.branch(body, &place, !never);
            }
            Node::For(name, items, body) => self.each(name, items, body, place),
            Node::Case(arms) => arms.iter().for_each(|arm| self.branch(arm, place, false)),
            Node::Function(name, body) => {
                self.functions.insert(name.clone(), (**body).clone());
            }
        }
    }

    fn branches(&mut self, branches: &[(List, List)], left: &List, place: &Place) {
        let bodies = branches.iter().map(|(_, body)| body).chain(std::iter::once(left));
        let fails = bodies.clone().any(|body| meaning::list_ends_badly(body, &self.functions))
            || bodies.clone().any(|body| body.iter().any(|entry| self.remembered(&entry.first)));
        let mut passed = false;
        let mut others: Vec<String> = Vec::new();
        for (test, body) in branches {
            let known = match test.as_slice() {
                [entry] if entry.rest.is_empty() => meaning::known(&entry.first, self.shell.ci),
                _ => Known::Nothing,
            };
            let asking = Place { asked: fails, last: false, ..place.clone() };
            let asking = if fails { asking } else { asking.soft("only decides what is done next") };
            self.list(test, &asking);
            let shown = meaning::shown(test);
            let place = match known {
                _ if passed => place.soft("stands in a branch that is never taken"),
                Known::Fails => place.soft(format!("stands behind `if {}`", crate::evidence::short(&shown))),
                Known::Passes => place.clone(),
                Known::Nothing => place.under(shown.clone()),
            };
            self.branch(body, &place, known == Known::Passes && !passed);
            passed |= known == Known::Passes;
            if known == Known::Nothing {
                others.push(shown);
            }
        }
        let place = match () {
            () if passed => place.soft("stands in a branch that is never taken"),
            () if others.is_empty() => place.clone(),
            () => place.under(format!("not {}", others.join(" and not "))),
        };
        self.branch(left, &place, others.is_empty() && !passed);
    }

    /// What may run or not: an end inside it is none of the script, or one for certain.
    fn branch(&mut self, body: &List, place: &Place, certain: bool) {
        let before = self.ended.clone();
        let place = if certain { place.clone() } else { place.perhaps() };
        self.list(body, &place);
        if !certain {
            self.ended = before;
        }
    }

    fn each(&mut self, name: &str, items: &[String], body: &List, place: &Place) {
        let plain = items.len() <= 50 && !items.iter().any(|item| item.contains(['$', '*', '`', '{']));
        if items.is_empty() {
            return self.branch(body, &place.soft("stands in a loop over nothing"), false);
        }
        let items = if plain { items } else { &[] };
        for item in items {
            let mut place = place.clone();
            place.values.push((name.to_owned(), item.clone()));
            self.branch(body, &place, false);
        }
        if items.is_empty() {
            self.branch(body, place, false);
        }
    }

    /// Functions that nothing calls by name: all of them where the run says which, or where there is nothing else.
    fn uncalled(&mut self, place: &Place) {
        if !(self.dynamic || self.commands.is_empty()) {
            return;
        }
        self.ended = None;
        let names: Vec<String> =
            self.functions.keys().filter(|name| !self.called.contains(*name)).cloned().collect();
        for name in names {
            if let Some(body) = self.functions.get(&name).cloned() {
                self.branch(
                    &vec![AndOr {
                        first: Pipeline { negated: false, nodes: vec![body] },
                        ..AndOr::default()
                    }],
                    place,
                    false,
                );
            }
        }
    }
}
