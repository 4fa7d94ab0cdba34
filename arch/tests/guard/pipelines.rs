//! Which stages functions put together: in order, through variables and helpers, under conditions.

use crate::notation::{Held, check, read_policy};

/// Stages A, B, C in this order; `O` may be missing and stands between B and C; `R` may be repeated and comes last.
const STAGES: &str = "\
arch:
  pipelines:
    ranking:
      functions: ['home::pipeline::*']
      stages: ['stages::A', 'stages::B', 'stages::O', 'stages::C | stages::D', 'stages::R']
      optional: ['stages::O', 'stages::R']
      repeatable: ['stages::R']
      because: it is so

crate stages
crate home -> stages
stages/src/lib.rs | mod parts; pub use parts::{A, B, C, D, O, R};
stages/src/parts.rs | pub struct A; pub struct B; pub struct C; pub struct D; pub struct O; pub struct R;
home/src/lib.rs | pub mod pipeline; mod help; pub use stages::A as Renamed;
home/src/help.rs | use stages::*; pub fn b() -> Box<B> { Box::new(B::new()) } pub fn all(p: Pipe) -> Pipe { p.add(A).add(B).add(C) }
home/src/help.rs | pub fn fill(p: &mut Pipe) { p.add(A); p.add(B); p.add(C); } pub fn circle() -> Pipe { circle() }
home/src/help.rs | pub struct Kit; impl Kit { pub fn a(&self) -> A { A } pub fn rest(&self) -> Vec<Stage> { let kit = self.bc(); kit } fn bc(&self) -> Vec<Stage> { vec![B, C] } }
home/src/help.rs | pub fn kit(kit: &Kit) -> Pipe { Pipe::new(A).all(Self::x) }
";

/// The body of a function; the whole function is on one line.
#[track_caller]
fn body(body: &str, fires: bool) {
    let mark = if fires { " //~" } else { "" };
    let case = format!(
        "home/src/pipeline.rs | use stages::*; use crate::help::{{self, Kit}};\nhome/src/pipeline.rs | pub fn build() -> Pipe {{ {body} }}{mark}"
    );
    check(STAGES, &case, "pipeline-order");
}

#[test]
fn a_pipeline_with_all_stages_in_order_is_quiet_however_it_is_written() {
    for quiet in [
        "Pipe::new().add(A).add(B).add(C)",
        "Pipe::new().a(A::new(|q: &C| q.c)).b(B { b: 1 }).c(D)",
        "Pipe::new().add(A).add(Other::default()).add(B).add(O).add(C).add(R).add(R)",
        "Pipe { stages: vec![Box::new(A) as Box<dyn Stage>, Box::new(B::new()?), Box::new(C)] }",
        "Pipe::new([A.into(), wrap(\"x\", B::new()), Arc::new(C)])",
        "Ok(Pipe::new().add(crate::Renamed).add(stages::parts::B).add(stages::C).await?)",
        "use stages::B as Second; Pipe::new().add(A).add(Second).add(C)",
        "let c = C::new(); let a = A; Pipe::new().add(a).add(B).add(c)",
        "let (c, a) = (C, A); Pipe::new().add(a).add(B).add(c)",
        "let mut p = Pipe::new(); p.add(A); p.add(B); p.add(C); p",
        "let mut c = vec![]; c.push(C); let mut ab = Vec::new(); ab.push(A); ab.push(B); Pipe { ab, c }",
        "let p = Pipe::new().add(A); let p = p.add(B); check(&p); p.add(C)",
        "let p = Pipe::new().add(A).add(B); let name = p.name(); log(name, &p); p.add(C)",
        "let mut p = Pipe::new().add(A).add(B); if x() { p = p.add(O); } p.add(C)",
        "let mut p = Pipe::new().add(A).add(B); if let Some(o) = x() { p.add(O::new(o)) } p.add(C); p",
        "if x() { Pipe::new().add(A).add(B).add(C) } else { Pipe::new().add(A).add(B).add(D) }",
        "let p = Pipe::new().add(A).add(B); match x() { 1 => p.add(C), _ => p.add(D) }",
        "let p = Pipe::new().add(A).add(B); match x() { 1 => p.add(C), 2 => panic!(), _ => return Err(Bad) }",
        "let a = match x() { Some(x) => A::with(x), None => A::new() }; Pipe::new().add(a).add(B).add(C)",
        "if x() { return Pipe::new().add(A).add(B).add(C); } Pipe::new().add(A).add(B).add(O).add(D)",
        "if x() { if y() { return Pipe::new().add(A).add(B).add(C); } } Pipe::new().add(A).add(B).add(D)",
        "if x() { return Err(Bad); } Pipe::new().add(A).add(B).add(C)",
        "let Some(y) = x() else { return Err(Bad) }; Pipe::new().add(A).add(B).add(C::of(y))",
        "Pipe::new().add(A).add(help::b()).add(C)",
        "help::all(Pipe::new()).add(R)",
        "let mut p = Pipe::new(); help::fill(&mut p); p.add(R); p",
        "let p = Pipe::new().add(A).add(help::b()).add(C); help::circle(); p",
        "for stage in [A, B, C] { p.add(stage); } p",
        "let p = { let q = Pipe::new().add(A); q.add(B) }; unsafe { p.add(C) }",
        "async move { Pipe::new().add(A).add(B).add(C) }",
        "CELL.get_or_init(|| Pipe::new().add(A).add(B).add(C)).clone()",
        "Pipe::new().add::<A>().add::<B>().add::<C>()",
        "Pipe::new().add(A).add(B).add(C::new(C::LIMIT, C::default()))",
        "fn inner() -> Pipe { Pipe::new().add(C) } Pipe::new().add(A).add(B).add(C)",
        "let spare = C::new(); Pipe::new().add(A).add(B).with(secret)",
        "let mut p = Pipe::new().add(A).add(B).add(C); for r in list() { p.add(R::of(r)); } p",
    ] {
        body(quiet, false);
    }
}

#[test]
fn what_is_missing_swapped_repeated_or_not_sure_is_found() {
    for wrong in [
        "Pipe::new().add(A).add(B)",
        "Pipe::new().add(B).add(A).add(C)",
        "Pipe::new().add(A).add(A).add(B).add(C)",
        "Pipe::new().add(A).add(B).add(C).add(D)",
        "Pipe::new().add(A).add(B).add(C).add(O)",
        "Pipe { stages: vec![Box::new(B), Box::new(A), Box::new(C)] }",
        "let a = A; let b = B; Pipe::new().add(b).add(a).add(C)",
        "let mut p = Pipe::new(); p.add(C); p.add(A); p.add(B); p",
        "let mut p = Pipe::new().add(A).add(B); if x() { p = p.add(C); } p",
        "let mut p = Pipe::new().add(A).add(B); if x() { p.add(C); } p",
        "let c = C; let p = Pipe::new().add(A).add(B); if x() { p.add(c) } else { p }",
        "let p = Pipe::new().add(A).add(B); match x() { 1 => p.add(C), _ => p }",
        "let mut p = Pipe::new().add(A).add(B); for c in list() { p.add(C::of(c)); } p",
        "let mut p = Pipe::new().add(A).add(B); while x() { p.add(C); } p",
        "let p = Pipe::new().add(A).add(B); x().map(|x| p.add(C::of(x)))",
        "let p = Pipe::new().add(A).add(B); x() && p.add(C)",
        "if x() { return Pipe::new().add(A).add(B); } Pipe::new().add(A).add(B).add(C)",
        "if x() { Pipe::new().add(A).add(B).add(C) } else { Pipe::new().add(B).add(A).add(C) }",
        "let p = help::all(Pipe::new()); p.add(A)",
        "Pipe::new().add(A).add(C).add(help::b())",
        "let p = Pipe::new().add(A).add(help::b()); p.add(help::b()).add(C)",
        "todo!()",
        "Pipe::new().add(A).add(B).add(\"C\")",
    ] {
        body(wrong, true);
    }
}

#[test]
fn methods_of_the_same_type_are_followed() {
    let methods = |build: &str, mark: &str| {
        format!(
            "home/src/pipeline.rs | use stages::*;\nhome/src/pipeline.rs | pub struct Kit;\n\
             home/src/kit.rs | use stages::*; use crate::pipeline::Kit;\n\
             home/src/kit.rs | impl Kit {{ pub fn bc(&self) -> Vec<Stage> {{ vec![B, C] }} pub fn a() -> A {{ A }} pub fn build(&self) -> Pipe {{ {build} }} }}{mark}"
        )
    };
    let world = STAGES
        .replace("'home::pipeline::*'", "'home::kit::Kit::build'")
        .replace("mod help;", "mod help; mod kit;");
    check(&world, &methods("Pipe::new(Self::a(), self.bc())", ""), "pipeline-order");
    check(&world, &methods("Pipe::new(self.bc(), Self::a())", " //~"), "pipeline-order");
    check(&world, &methods("Pipe::new(Self::a(), self.bd())", " //~"), "pipeline-order");
}

#[test]
fn missing_swapped_and_repeated_stages_are_told_apart() {
    let said = |body: &str| -> Vec<String> {
        let text = format!(
            "{STAGES}home/src/pipeline.rs | use stages::*;\nhome/src/pipeline.rs | pub fn build() -> Pipe {{ {body} }}\n"
        );
        let findings = Held::read(&text).check().findings;
        let of_rule = findings.into_iter().filter(|finding| finding.rule.id == "pipeline-order");
        of_rule.map(|finding| finding.message).collect()
    };
    assert_eq!(
        said("Pipe::new().add(B).add(A)"),
        [
            "`home::pipeline::build` puts in no `stages::C | stages::D`",
            "`home::pipeline::build` puts in `stages::A` behind `stages::B`, which belongs behind it",
        ]
    );
    assert_eq!(
        said("Pipe::new().add(A).add(B).add(C).add(C)"),
        ["`home::pipeline::build` puts in `stages::C | stages::D` once more"]
    );
    assert_eq!(
        said("let p = Pipe::new().add(A).add(B); if x() { p.add(C) } else { p }"),
        [
            "`home::pipeline::build` puts in `stages::C | stages::D` only under a condition, so that it may be missing"
        ]
    );
    assert_eq!(said("for c in list() { p.add(A).add(B).add(C) } p").len(), 3);
    let large =
        format!("let p = Pipe::new(); {} p.add(A).add(B).add(C)", "if x() { p = p.add(R); } ".repeat(2_000));
    assert!(said(&large).iter().all(|message| message.contains("too large")), "{:?}", said(&large));
}

#[test]
fn rules_about_pipelines_that_make_no_sense_are_refused() {
    let refused = |keys: &str, part: &str| {
        let text = format!("arch: {{ pipelines: {{ p: {{ {keys}, because: b }} }} }}");
        let error = read_policy(&text).expect_err(&text);
        assert!(error.contains(part), "{text}: {error}");
    };
    refused("functions: [], stages: [a]", "never fire");
    refused("functions: [a], stages: []", "never fire");
    refused("functions: [a], stages: [a, b, a]", "one place");
    refused("functions: [a], stages: ['a | b', 'c | b']", "one place");
    refused("functions: [a], stages: ['a |']", "names with `::`");
    refused("functions: [a], stages: [a], optional: [b]", "no entry of `stages`");
    refused("functions: [a], stages: [a], repeatable: [b]", "no entry of `stages`");
    refused("functions: ['a b'], stages: [a]", "names with `::`");
}

#[test]
fn each_member_holds_a_function_that_the_rule_matches() {
    let world = STAGES
        .replace("'home::pipeline::*'", "'*::pipeline::build'")
        .replace("because: it is so", "members: [MEMBERS]\n      because: it is so")
        .replace(
            "arch:\n",
            "arch:\n  layers: [{ name: services, members: [home, search], because: s, siblings: free }, \
                               { name: parts, members: [stages], because: p }]\n",
        )
        + "crate search -> stages\nhome/src/pipeline.rs | use stages::*;\n\
           home/src/pipeline.rs | pub fn build() -> Pipe { Pipe::new().add(A).add(B).add(C) }\n\
           search/src/pipeline.rs | use stages::*;\n";
    let case = |members: &str, function: &str| {
        format!(
            "{}search/src/pipeline.rs | {function}() -> Pipe {{ Pipe::new().add(A).add(B).add(C) }}\n",
            world.replace("MEMBERS", members)
        )
    };
    let fires = |members: &str, function: &str, messages: &[&str]| {
        let findings = Held::read(&case(members, function)).check().findings;
        let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said, messages, "{members} {function}");
        findings.first().and_then(|finding| finding.location.as_ref().map(|place| place.file.clone()))
    };
    let nothing = |place: &str| {
        format!(
            "`{place}` holds no function that `*::pipeline::build` matches, so that its stages are not known"
        )
    };
    fires("", "pub fn built", &[]);
    for members in ["'layer:services'", "home, search", "'search::pipeline'"] {
        fires(members, "pub fn build", &[]);
    }
    let place = fires("'layer:services'", "pub fn built", &[&nothing("search")]);
    assert_eq!(place.as_deref(), Some("search/Cargo.toml"));
    let place = fires("'search::pipeline'", "pub fn built", &[&nothing("search::pipeline")]);
    assert_eq!(place.as_deref(), Some("search/src/pipeline.rs"));
    // What only tests call builds nothing that serves.
    fires("'layer:services'", "#[cfg(test)] pub fn build", &[&nothing("search")]);
}

#[test]
fn a_function_or_a_stage_that_is_not_there_makes_the_rule_empty() {
    let empty = |from: &str, to: &str| -> Vec<String> {
        let text = format!(
            "{}home/src/pipeline.rs | use stages::*; pub fn build() -> Pipe {{ Pipe::new().add(A).add(B).add(C) }}\n",
            STAGES.replace(from, to)
        );
        let findings = Held::read(&text).check().findings;
        findings
            .into_iter()
            .filter(|finding| finding.rule.id == "vacuous-rule")
            .map(|finding| finding.message)
            .collect()
    };
    assert_eq!(empty("x", "x"), [""; 0]);
    assert_eq!(
        empty("home::pipeline::*", "home::pipelines::*"),
        ["`home::pipelines::*` in `arch.pipelines.ranking.functions` matches no function"]
    );
    assert_eq!(empty("stages::C | stages::D", "stages::C | stages::X").len(), 1);
}
