//! Follows the values of a body: which stages are in what it gives back, and in which order they got there.

use std::collections::HashMap;

use source::{Body, PathPiece, Piece};

use super::{Arm, Fork, MAX_CALLS, Site, Step};

/// How many steps are looked at in all.
const MAX_WORK: usize = 500_000;

/// Methods that call a closure only if something is so, or as often as there are items.
const CONDITIONAL: [&str; 12] = [
    "and_then",
    "filter_map",
    "flat_map",
    "for_each",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "or_else",
    "then",
    "unwrap_or_else",
    "unwrap_or_default",
];

/// The stages that a value is made of, in order.
type Flow = Vec<Step>;

/// What a function puts together.
pub(crate) struct Put {
    /// In the order in which it gets into the value.
    pub(crate) steps: Flow,
    pub(crate) forks: Vec<Fork>,
    /// Whether there was too much to follow.
    pub(crate) cut: bool,
}

/// Which stages a function puts together. `stage` says which one a canonical path is.
pub(crate) fn put_together(
    bodies: &HashMap<(usize, String), Body>,
    krate: usize,
    path: &str,
    stage: &dyn Fn(&str) -> Option<usize>,
) -> Option<Put> {
    let (key, body) = bodies.get_key_value(&(krate, path.to_owned()))?;
    let mut walk = Walk {
        bodies,
        krate,
        stage,
        forks: Vec::new(),
        arms: Vec::new(),
        naming: Vec::new(),
        calls: vec![&key.1],
        site: None,
        loops: 0,
        steps: 0,
        work: 0,
    };
    let steps = walk.call(body, &[]);
    Some(Put { steps, forks: walk.forks, cut: walk.work > MAX_WORK })
}

struct Walk<'w> {
    bodies: &'w HashMap<(usize, String), Body>,
    krate: usize,
    stage: &'w dyn Fn(&str) -> Option<usize>,
    forks: Vec<Fork>,
    /// The conditions around what is looked at.
    arms: Vec<Arm>,
    /// The stages whose arguments are looked at: what names them again there is the same.
    naming: Vec<usize>,
    calls: Vec<&'w str>,
    /// Where the outermost function calls another.
    site: Option<Site>,
    loops: u32,
    steps: u32,
    work: usize,
}

/// One call of a function.
#[derive(Default)]
struct Frame {
    locals: HashMap<String, Flow>,
    /// What statements did to what is no local variable.
    effects: Flow,
    /// What `return` gave back, and the conditions around that.
    returned: Vec<(Vec<Arm>, Flow)>,
    /// What local variables were ever made of.
    made: Flow,
}

impl<'w> Walk<'w> {
    fn call(&mut self, body: &'w Body, arguments: &[Flow]) -> Flow {
        let mut frame = Frame::default();
        for (index, name) in body.parameters.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            frame.locals.insert(name.clone(), arguments.get(index).cloned().unwrap_or_default());
        }
        let value = self.eval(&body.does, &mut frame, true);
        let mut result = std::mem::take(&mut frame.effects);
        add(&mut result, value);
        for name in &body.parameters {
            add(&mut result, frame.locals.remove(name).unwrap_or_default());
        }
        let returned = std::mem::take(&mut frame.returned);
        if !returned.is_empty() {
            self.leave(body, returned, &mut result);
        }
        for step in frame.made {
            if !result.iter().any(|known| known.is(&step)) {
                result.push(Step { loose: true, ..step });
            }
        }
        result
    }

    /// Each `return` is a way of its own, and so is the end of the body where it is reached.
    fn leave(&mut self, body: &Body, returned: Vec<(Vec<Arm>, Flow)>, result: &mut Flow) {
        let fork = self.forks.len() as u32;
        let end = returned.len() as u32;
        let ends = !body.does.diverges();
        self.forks.push(Fork { ways: (0..end + u32::from(ends)).collect(), whole: true });
        tag(result, (fork, end));
        for ((around, mut flow), way) in returned.into_iter().zip(0..) {
            // Under which conditions it is reached is what the way says.
            for step in &mut flow {
                step.arms.retain(|arm| self.arms.contains(arm) || !around.contains(arm));
            }
            tag(&mut flow, (fork, way));
            add(result, flow);
        }
    }

    /// What a part is made of. Where its value is not used, a method of a local variable is taken to put its arguments
    /// into that.
    fn eval(&mut self, piece: &'w Piece, frame: &mut Frame, used: bool) -> Flow {
        self.work += 1;
        if self.work > MAX_WORK {
            return Flow::new();
        }
        match piece {
            Piece::Path(path) => self.path(path, frame),
            Piece::Method { receiver, name, arguments } => {
                let mut flow = self.eval(receiver, frame, true);
                for argument in arguments {
                    let conditional =
                        matches!(argument, Piece::Closure(_)) && CONDITIONAL.contains(&name.as_str());
                    let more = match conditional {
                        true => self.fork(std::slice::from_ref(argument), false, frame, true),
                        false => self.eval(argument, frame, true),
                    };
                    add(&mut flow, more);
                }
                self.work += flow.len();
                flow
            }
            Piece::Group(parts) => {
                let mut flow = Flow::new();
                for part in parts {
                    let more = self.eval(part, frame, used);
                    add(&mut flow, more);
                }
                flow
            }
            Piece::Block { statements, tail } => self.block(statements, *tail && used, frame),
            Piece::Let { names, value } => {
                let flow = self.eval(value, frame, true);
                self.bind(names, flow, frame);
                Flow::new()
            }
            Piece::Assign { name, value } => {
                let flow = self.eval(value, frame, true);
                frame.made.extend(flow.iter().cloned());
                frame.locals.insert(name.clone(), flow);
                Flow::new()
            }
            Piece::Fork { arms, whole } => self.fork(arms, *whole, frame, used),
            Piece::Loop(inner) => {
                self.loops += 1;
                let flow = self.fork(std::slice::from_ref(inner), false, frame, false);
                self.loops -= 1;
                flow
            }
            Piece::Closure(inner) => {
                let before = frame.returned.len();
                let mut flow = self.eval(inner, frame, true);
                for (_, more) in frame.returned.split_off(before) {
                    add(&mut flow, more);
                }
                flow
            }
            Piece::Return(value) => {
                let flow = self.eval(value, frame, true);
                if !flow.is_empty() {
                    frame.returned.push((self.arms.clone(), flow));
                }
                Flow::new()
            }
            Piece::Diverge => Flow::new(),
        }
    }

    fn bind(&mut self, names: &[String], flow: Flow, frame: &mut Frame) {
        self.work += flow.len() * names.len();
        frame.made.extend(flow.iter().cloned());
        for name in names {
            frame.locals.insert(name.clone(), flow.clone());
        }
    }

    fn path(&mut self, path: &'w PathPiece, frame: &mut Frame) -> Flow {
        let mut flow = frame.locals.get(&path.written).cloned().unwrap_or_default();
        self.work += flow.len();
        let stage = path.canonical.as_deref().and_then(|path| (self.stage)(path));
        let named = stage.filter(|stage| !self.naming.contains(stage));
        if let Some(stage) = named {
            flow.push(self.step(stage, path));
        }
        self.naming.extend(named);
        let arguments: Vec<Flow> =
            path.arguments.iter().map(|argument| self.eval(argument, frame, true)).collect();
        let key = path.canonical.as_ref().filter(|_| path.called).map(|path| (self.krate, path.clone()));
        let body = key.and_then(|key| self.bodies.get_key_value(&key));
        if let Some(((_, called), body)) = body.filter(|((_, called), _)| self.may_follow(called)) {
            let outer = self.site.clone();
            self.site = outer.clone().or_else(|| Some(self.site_of(path)));
            self.calls.push(called);
            let result = self.call(body, &arguments);
            self.calls.pop();
            self.site = outer;
            // What the function does not use is there all the same.
            for argument in arguments {
                let unused = argument.into_iter().filter(|step| !result.iter().any(|known| known.is(step)));
                add(&mut flow, unused.collect());
            }
            add(&mut flow, result);
        } else {
            for argument in arguments {
                add(&mut flow, argument);
            }
        }
        if named.is_some() {
            self.naming.pop();
        }
        flow
    }

    fn may_follow(&self, called: &str) -> bool {
        self.calls.len() <= MAX_CALLS && !self.calls.contains(&called)
    }

    fn step(&mut self, stage: usize, path: &PathPiece) -> Step {
        self.steps += 1;
        let own = self.site_of(path);
        let (site, within) = match &self.site {
            Some(site) => (site.clone(), Some(own)),
            None => (own, None),
        };
        let arms = self.arms.clone();
        Step { stage, id: self.steps, site, within, arms, looped: self.loops > 0, loose: false }
    }

    fn site_of(&self, path: &PathPiece) -> Site {
        let body = self.calls.last().and_then(|path| self.bodies.get(&(self.krate, (*path).to_owned())));
        Site {
            file: body.map(|body| body.file.clone()).unwrap_or_default(),
            line: path.line,
            column: path.column,
        }
    }

    fn block(&mut self, statements: &'w [Piece], tail: bool, frame: &mut Frame) -> Flow {
        let mut value = Flow::new();
        for (index, statement) in statements.iter().enumerate() {
            let last = tail && index + 1 == statements.len();
            let flow = self.eval(statement, frame, last);
            if last {
                value = flow;
            } else {
                settle(statement, flow, frame);
            }
        }
        value
    }

    /// Looks at every way that a condition can take.
    fn fork(&mut self, arms: &'w [Piece], whole: bool, frame: &mut Frame, used: bool) -> Flow {
        let fork = self.forks.len() as u32;
        self.forks.push(Fork { ways: Vec::new(), whole });
        let before = frame.locals.clone();
        self.work += before.values().map(Vec::len).sum::<usize>();
        let mut merged = before.clone();
        let mut leaving = Vec::new();
        let mut value = Flow::new();
        for (arm, way) in arms.iter().zip(0..) {
            frame.locals.clone_from(&before);
            let returned = frame.returned.len();
            self.arms.push((fork, way));
            let mut flow = self.eval(arm, frame, used);
            self.arms.pop();
            if !used {
                settle(arm, std::mem::take(&mut flow), frame);
            }
            if arm.diverges() {
                leaving.extend((frame.returned.len() > returned).then_some(way));
                continue;
            }
            self.forks[fork as usize].ways.push(way);
            tag(&mut flow, (fork, way));
            add(&mut value, flow);
            for (name, flow) in std::mem::take(&mut frame.locals) {
                let known = merged.entry(name).or_default();
                for mut step in flow {
                    if !known.iter().any(|other| other.is(&step) && other.arms == step.arms) {
                        tag(std::slice::from_mut(&mut step), (fork, way));
                        known.push(step);
                    }
                }
            }
        }
        frame.locals = merged;
        let ways = &mut self.forks[fork as usize].ways;
        if ways.is_empty() {
            *ways = leaving;
        }
        value
    }
}

/// Where the value of a statement goes that nobody uses: into the local variable whose method was called, or that a
/// function was given.
fn settle(statement: &Piece, flow: Flow, frame: &mut Frame) {
    if flow.is_empty() {
        return;
    }
    let local = |piece: &Piece| match piece {
        Piece::Path(path) if !path.called => {
            frame.locals.contains_key(&path.written).then(|| path.written.clone())
        }
        _ => None,
    };
    let mut root = statement;
    while let Piece::Method { receiver, .. } = root {
        root = receiver;
    }
    let name = match root {
        Piece::Path(path) if path.called => path.arguments.iter().find_map(local),
        other => local(other),
    };
    let target = match name {
        Some(name) => frame.locals.entry(name).or_default(),
        None => &mut frame.effects,
    };
    add(target, flow);
}

/// Adds what is not there yet.
fn add(flow: &mut Flow, more: Flow) {
    for step in more {
        if !flow.iter().any(|known| known.is(&step) && known.arms == step.arms) {
            flow.push(step);
        }
    }
}

/// Says of steps that they are on a way, unless they say already on which.
fn tag(flow: &mut [Step], arm: Arm) {
    for step in flow.iter_mut().filter(|step| !step.arms.iter().any(|(fork, _)| *fork == arm.0)) {
        step.arms.push(arm);
    }
}
