//! Exceptions of rules about relations: what they let through, and that they are wanted used.

use crate::honest_changes::{quiet, said};
use crate::relations::{ROW, messages};

#[test]
fn what_an_exception_speaks_of_is_let_through_and_nothing_else() {
    let except = |world: &str, from: &str, to: &str| {
        world.replacen(
            "because:",
            &format!("except: [{{ from: {from}, to: {to}, because: x }}], because:"),
            1,
        )
    };
    let direct = "crate domain -> shared, infra\ndomain/src/order.rs | use infra::Db;\n\
                  domain/src/other.rs | use infra::Db;\n";
    let world = ROW.replace("reach: any, ", "").replace("crate domain -> shared\n", direct);
    quiet(&except(&world, "domain", "infra"));
    assert_eq!(
        messages(&except(&world, "\"domain::order\"", "infra")),
        ["forbidden-edge: `domain::other` uses `infra::Db`, and `domain` must not use `infra`"]
    );
    // The dependency that an excepted use needs is excepted with it.
    let one = world.replace("domain/src/other.rs | use infra::Db;\n", "");
    quiet(&except(&one, "\"domain::order\"", "\"infra::self\""));
    // A chain does not lead over what is let through.
    quiet(&except(ROW, "shared", "infra"));
    quiet(&except(ROW, "\"shared::cache\"", "infra"));
    assert_eq!(
        messages(&except(ROW, "shared::plain", "infra")),
        [
            "forbidden-edge: `domain` reaches `infra`, and must not: `domain` -> `shared` -> `infra`",
            "stale-exception: the exception from `shared::plain` to `infra` in `arch.edges.pure` excepts nothing"
        ]
    );
}

#[test]
fn every_kind_of_rule_takes_exceptions_and_wants_them_used() {
    let layers = "\
arch:
  layers:
    - { name: high, members: [high], because: h }
    - name: low
      members: [low]
      because: l
      except: [{ from: low::old, to: high, because: it goes in spring }]

crate high
crate low -> high
low/src/old.rs | use high::H;
high/src/lib.rs | pub struct H;
";
    let circle = "\
arch:
  acyclic:
    modules:
      members: [app]
      because: b
      except: [{ from: app::b, to: app::a, because: it goes in spring }]

crate app
app/src/a.rs | use crate::b::B; pub struct A;
app/src/b.rs | use crate::a::A; pub struct B;
";
    let pair = "\
arch:
  independent:
    pair:
      members: [app::a, app::b]
      because: b
      except: [{ from: app::b, to: app::a, because: it goes in spring }]

crate app
app/src/a.rs | pub struct A;
app/src/b.rs | use crate::a::A;
";
    let kept = "\
arch:
  protected:
    kept:
      members: [app::a]
      only_from: [app::c]
      because: b
      except: [{ from: app::b, to: app::a, because: it goes in spring }]

crate app
app/src/a.rs | pub struct A;
app/src/b.rs | use crate::a::A;
app/src/c.rs | use crate::a::A;
";
    for (world, gone) in [
        (layers, "low/src/old.rs | use high::H;"),
        (circle, "use crate::a::A; "),
        (pair, "use crate::a::A;"),
        (kept, "app/src/b.rs | use crate::a::A;"),
    ] {
        quiet(world);
        let file = if gone.contains(" | ") { gone.split('|').next().unwrap_or_default() } else { "" };
        let stale = world.replace(gone, if file.is_empty() { "" } else { "NOTHING" });
        let stale = stale.replace("NOTHING", &format!("{file}| pub fn f() {{}}"));
        let stale = stale.replace("crate low -> high", "crate low");
        let rules: Vec<&str> = said(&stale).iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, ["stale-exception"], "{stale}");
    }
}

#[test]
fn an_exception_for_what_is_not_there_is_told_once() {
    let world = ROW.replace("because: p", "except: [{ from: nobody, to: infra, because: x }], because: p");
    let rules: Vec<&str> = said(&world).iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["forbidden-edge", "vacuous-rule"]);
}
