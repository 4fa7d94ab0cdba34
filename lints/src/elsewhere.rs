//! Findings that lapse, or come up, for what another file says.

use findings::Finding;
use source::{Code, FileInfo, Names, SourceFile};

use crate::doubles::Doubles;
use crate::layers::Layers;
use crate::looked::walked;
use crate::said::Said;
use crate::walk::SyntaxChecks;
use crate::{deadlines, kinds, orders};

/// The findings of some files, given what these say: without those that lapse, and with those in files that are asked about
/// of sorts by comparators of other files. Where one of these may be, the files that were not looked at are asked, too.
pub(crate) fn judged(
    mut findings: Vec<Finding>,
    said: &[(String, Said)],
    code: &Code,
    asked: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let wants_deadlines = said.iter().any(|(_, said)| said.deadlines.is_open());
    let wants_kinds = said.iter().any(|(_, said)| said.kinds.is_open());
    if !(wants_deadlines || wants_kinds || said.iter().any(|(_, said)| said.orders.is_open())) {
        return findings;
    }
    let others =
        of_others(code, &|path| said.binary_search_by(|(known, _)| known.as_str().cmp(path)).is_err());
    let all = || said.iter().chain(&others);
    if wants_deadlines {
        let all: Vec<_> = all().map(|(path, said)| (path.as_str(), &said.deadlines)).collect();
        let lapsed = deadlines::lapsed(&all, &held(code.names()));
        findings.retain(|finding| !lapsed.has(finding));
    }
    if wants_kinds {
        let all: Vec<_> = all().map(|(path, said)| (path.as_str(), &said.kinds)).collect();
        let lapsed = kinds::lapsed(&all);
        findings.retain(|finding| !lapsed.has(finding));
    }
    let orders: Vec<_> = all().map(|(_, said)| &said.orders).collect();
    findings.extend(orders::found(&orders).into_iter().filter(|found| found.file().is_some_and(asked)));
    findings
}

/// What files say that were not looked at.
fn of_others(code: &Code, is_other: &(dyn Fn(&str) -> bool + Sync)) -> Vec<(String, Said)> {
    let doubles = Doubles::of(code, is_other);
    let checks = SyntaxChecks { gathers: true, ..SyntaxChecks::default() };
    let wanted = |info: &FileInfo| is_other(&info.path) && !info.generated && !info.foreign;
    code.each_file(&wanted, &|file: &SourceFile| {
        let is_for_tests = file.is_test() || doubles.has(&file.path);
        walked(file, is_for_tests, &code.names().asking(&file.path), &Layers::default(), &checks).1
    })
}

/// Each struct with the paths of the workspace in the type of a field.
fn held(names: &Names) -> Vec<(String, Vec<String>)> {
    let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let paths = |ty: String| {
        let paths = ty.split(|letter| !is_name(letter)).filter_map(|path| path.strip_prefix("::"));
        paths.map(str::to_owned).collect()
    };
    names.fields().map(|(owner, ty)| (owner, paths(ty))).collect()
}
