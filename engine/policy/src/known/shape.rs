//! What stays the same of a finding when code is moved or a variable is renamed.

use findings::Finding;
use source::Tree;

/// The code that a finding is about, with white space folded; `None` where it is about no piece of code.
pub(super) fn code(finding: &Finding, tree: &Tree) -> Option<String> {
    let location = finding.location.as_ref()?;
    let span =
        location.span.filter(|span| (span.line, span.column + 1) < (span.end_line, span.end_column))?;
    let text = tree.text(&location.file).ok()?;
    let (first, last) = (span.line.checked_sub(1)? as usize, span.end_line.checked_sub(1)? as usize);
    let mut code = String::new();
    for (index, line) in text.lines().enumerate().take(last + 1).skip(first) {
        let from = if index == first { span.column as usize - 1 } else { 0 };
        let to = if index == last { span.end_column.saturating_sub(1) as usize } else { usize::MAX };
        code.extend(line.chars().take(to).skip(from));
        code.push(' ');
    }
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
    (!code.is_empty()).then_some(code)
}

/// The folder of the package that a file belongs to, going by Cargo's layout.
pub(super) fn package(path: &str) -> &str {
    let folders = ["/src/", "/tests/", "/benches/", "/examples/"];
    folders.iter().filter_map(|folder| path.find(folder)).min().map_or("", |end| &path[..end])
}

/// The facts with the names of variables left out; `None` where nothing but such names is left.
pub(super) fn of_facts(facts: &[String]) -> Option<Vec<String>> {
    let shapes: Vec<String> = facts.iter().map(|fact| shape(fact)).collect();
    let says_something = |shape: &String| shape.chars().any(char::is_alphanumeric);
    shapes.iter().any(says_something).then_some(shapes)
}

/// Names that begin in lower case are left out, unless they are part of a path, or called.
fn shape(fact: &str) -> String {
    let mut shape = String::new();
    let mut rest = fact;
    while let Some(start) = rest.find(|letter: char| letter.is_alphanumeric() || letter == '_') {
        let (before, from) = rest.split_at(start);
        shape.push_str(before);
        let end = from.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let follows = after.trim_start();
        let is_variable = word.starts_with(|letter: char| letter.is_lowercase() || letter == '_')
            && !follows.starts_with(['(', '!'])
            && !follows.starts_with("::")
            && !shape.trim_end().ends_with("::");
        shape.push_str(if is_variable { "_" } else { word });
        rest = after;
    }
    shape.push_str(rest);
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables_are_left_out() {
        for (fact, expected) in [
            ("items . first ( ) . unwrap ( )", "_ . first ( ) . unwrap ( )"),
            ("std::thread::sleep(delay)", "std::thread::sleep(_)"),
            ("rank_home", "_"),
            ("Service::rank", "Service::rank"),
            ("self.x.lock().unwrap()", "_._.lock().unwrap()"),
            ("println!(\"{}\", ä)", "println!(\"{}\", _)"),
            ("", ""),
        ] {
            assert_eq!(shape(fact), expected, "{fact}");
        }
        assert_eq!(of_facts(&["rank".to_owned(), "x".to_owned()]), None);
        assert_eq!(of_facts(&[]), None);
    }

    #[test]
    fn packages_go_by_cargos_layout() {
        for (path, expected) in [
            ("services/home/src/rank/mod.rs", "services/home"),
            ("services/home/tests/src/a.rs", "services/home"),
            ("src/main.rs", ""),
            ("gatefold.yaml", ""),
        ] {
            assert_eq!(package(path), expected, "{path}");
        }
    }
}
