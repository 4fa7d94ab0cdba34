//! House rules about dependencies, which look at manifests.

use findings::{Finding, Location, Span};
use source::Workspace;

use super::decided::Each;
use super::pattern::slashed;
use super::rules::{Belongs, House, table};

/// What the packages of a workspace depend on and should not, and what they should depend on and do not.
pub(crate) fn find(house: &House, workspace: &Workspace, asked: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_asked = house.dependencies.iter().any(|set| !set.is_empty());
    for krate in workspace.crates.iter().filter(|krate| is_asked && asked(&krate.manifest)) {
        let holding = house.holding(&krate.manifest, Some(&krate.name));
        let mut had = vec![false; house.rules.len()];
        for dependency in &krate.dependencies {
            let set = &house.dependencies[table(dependency.kind)];
            for &Belongs { rule, forbids } in set.matching(&slashed(&dependency.package)) {
                if !forbids {
                    had[rule] = true;
                } else if holding[rule] {
                    let one = &house.rules[rule];
                    let place = Location::at(&krate.manifest, Span::on_line(dependency.line, 1, 1));
                    let message =
                        format!("depends on `{}`, which this house forbids here", dependency.package);
                    let finding = Finding::new(one.rule, place, message);
                    findings.push(
                        one.told(finding.fact(format!("{} {:?}", dependency.package, dependency.kind))),
                    );
                }
            }
        }
        for (index, one) in house.rules.iter().enumerate() {
            if one.each == Some(Each::Package) && holding[index] && !had[index] {
                let message =
                    format!("`{}` does not depend on {}, which this house requires", krate.name, one.lacking);
                let finding = Finding::new(one.rule, Location::point(&krate.manifest, 1, 1), message);
                findings.push(one.told(finding.fact(format!("{} {}", krate.name, one.lacking))));
            }
        }
    }
    findings
}
