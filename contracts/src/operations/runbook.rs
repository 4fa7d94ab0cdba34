//! Runbooks: where the link of an alert leads, and whether there is such a section.

use std::collections::BTreeMap;

use source::Tree;

/// What is wrong with a link; `None` where it leads somewhere, or to where nobody here can look.
pub(crate) fn fault(tree: &Tree, of_file: &str, link: &str) -> Option<String> {
    if link.contains("{{") {
        return None;
    }
    let (target, section) =
        link.split_once('#').map_or((link, None), |(target, section)| (target, Some(section)));
    let Some(path) = file(tree, of_file, target) else {
        let is_url = target.split_once("://").is_some_and(|(scheme, rest)| {
            ["http", "https"].contains(&scheme) && !rest.trim_start_matches('/').is_empty()
        });
        return (!is_url).then(|| format!("`{target}` is no file of this tree and no URL"));
    };
    let section = section.filter(|section| !section.is_empty())?;
    let text = tree.text(&path).ok()?;
    let sections = sections(&text);
    if sections.iter().any(|known| known == section) {
        return None;
    }
    Some(format!("`{path}` has no section `#{section}`"))
}

/// The file of the tree that is meant: from the root, from the rule file's folder, or at the end of a URL's path.
fn file(tree: &Tree, of_file: &str, target: &str) -> Option<String> {
    if let Some((_, rest)) = target.split_once("://") {
        let mut rest = rest;
        // A forge writes its own folders before the path.
        while let Some((_, behind)) = rest.split_once('/') {
            if behind.contains('/') && tree.contains(behind) {
                return Some(behind.to_owned());
            }
            rest = behind;
        }
        return None;
    }
    let target = target.trim_start_matches('/');
    if tree.contains(target) {
        return Some(target.to_owned());
    }
    let mut folder: Vec<&str> = of_file.split('/').collect();
    folder.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(folder.pop()?),
            part => folder.push(part),
        }
    }
    let path = folder.join("/");
    tree.contains(&path).then_some(path)
}

/// The anchors of a Markdown text: of its headings as forges make them, and those that it sets itself.
fn sections(text: &str) -> Vec<String> {
    let mut sections = Vec::new();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut fence: Option<&str> = None;
    let mut before = "";
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        if fence.is_some() || mark.is_some() {
            before = "";
            continue;
        }
        for key in ["id=\"", "name=\""] {
            let set = line.split(key).skip(1).filter_map(|rest| rest.split('"').next());
            sections.extend(set.map(str::to_owned));
        }
        let level = trimmed.chars().take_while(|letter| *letter == '#').count();
        let is_underline = |sign: char| {
            let line = line.trim_end();
            !line.is_empty() && line.chars().all(|letter| letter == sign)
        };
        let heading = if (1..=6).contains(&level) && trimmed[level..].starts_with([' ', '\t']) {
            Some(trimmed[level..].trim().trim_end_matches('#').trim_end())
        } else if (is_underline('=') || is_underline('-')) && !before.trim().is_empty() {
            Some(before.trim())
        } else {
            None
        };
        if let Some(heading) = heading {
            let (heading, own) = match heading.rsplit_once("{#") {
                Some((heading, own)) => (heading.trim_end(), own.strip_suffix('}')),
                None => (heading, None),
            };
            sections.extend(own.map(str::to_owned));
            let anchor = anchor(heading);
            let times = times.entry(anchor.clone()).or_default();
            sections.push(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
            *times += 1;
        }
        before = line;
    }
    sections
}

fn anchor(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let letters = letters.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_anchors_that_forges_give_them() {
        let text = "# Runbook of home\n## ServiceDown\n### What to do?\n## `code` & more ##\n## ServiceDown\n\
                    ```\n# no heading\n```\nUnder lined\n---\n## Own {#own-one}\n<a name=\"old\"></a>\n#no\n";
        assert_eq!(
            sections(text),
            [
                "runbook-of-home",
                "servicedown",
                "what-to-do",
                "code--more",
                "servicedown-1",
                "under-lined",
                "own-one",
                "own",
                "old"
            ]
        );
    }

    #[test]
    fn a_link_leads_to_a_section_that_exists() {
        let tree = Tree::from_memory([("services/home/operations/runbook.md", "## Down\n")]);
        let fault = |link: &str| fault(&tree, "services/home/operations/alerts.yaml", link);
        for link in [
            "services/home/operations/runbook.md#down",
            "/services/home/operations/runbook.md",
            "runbook.md#down",
            "../operations/runbook.md#down",
            "https://forge.example/team/repo/blob/main/services/home/operations/runbook.md#down",
            "https://wiki.example/runbooks/home",
            "https://wiki.example/{{ $labels.job }}#x",
        ] {
            assert_eq!(fault(link), None, "{link}");
        }
        for (link, expected) in [
            ("runbook.md#up", "`services/home/operations/runbook.md` has no section `#up`"),
            ("runbooks.md#down", "`runbooks.md` is no file of this tree and no URL"),
            ("../../../../etc/passwd", "`../../../../etc/passwd` is no file of this tree and no URL"),
            ("https://", "`https://` is no file of this tree and no URL"),
            ("", "`` is no file of this tree and no URL"),
            (
                "https://forge.example/r/blob/main/services/home/operations/runbook.md#up",
                "`services/home/operations/runbook.md` has no section `#up`",
            ),
        ] {
            assert_eq!(fault(link).as_deref(), Some(expected), "{link}");
        }
    }
}
