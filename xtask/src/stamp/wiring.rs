//! What the wiring of CI says of the folder that it judges, and of who judges.

use super::workspace::Judge;

/// The workflow for a repository in which this folder is judged.
pub(crate) fn wired(workflow: &str, gated: &str, judge: Option<&Judge>) -> String {
    let value = |line: &str| match line.split(':').next().map(str::trim) {
        Some("GATED") => Some(scalar(gated)),
        Some("JUDGE_REPOSITORY") => Some(judge.map_or_else(|| "\"\"".to_owned(), |it| it.repository.clone())),
        Some("JUDGE_COMMIT") => Some(judge.map_or_else(|| "\"\"".to_owned(), |it| it.commit.clone())),
        _ => None,
    };
    let mut in_env = false;
    let mut out = String::new();
    for line in workflow.split_inclusive('\n') {
        in_env =
            if line.starts_with(' ') || line.trim().is_empty() { in_env } else { line.starts_with("env:") };
        match value(line).filter(|_| in_env) {
            Some(value) => {
                let key = line.split(':').next().unwrap_or_default();
                out.push_str(&format!("{key}: {value}\n"));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// The folder that wiring judges, where it names one.
pub(crate) fn gated(wiring: &str) -> Option<String> {
    let mut values = wiring.lines().filter_map(|line| line.trim().strip_prefix("GATED:"));
    let value = values.next()?.trim();
    let folder: String = policy::yaml("GATED", value).unwrap_or_else(|_| value.to_owned());
    (!folder.is_empty() && !folder.contains('$')).then_some(folder)
}

/// A word that YAML reads as text.
pub(crate) fn scalar(word: &str) -> String {
    let plain = word.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./".contains(letter))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&word.to_ascii_lowercase().as_str());
    // What is JSON is YAML.
    if plain || word == "." { word.to_owned() } else { serde_json::Value::from(word).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_judges_the_root_by_the_gatefold_that_is_named() {
        let workflow = "on: push\nenv:\n  # Why.\n  GATED: ${{ inputs.gated || 'templates/ranker' }}\n  JUDGE_REPOSITORY: ${{ github.repository }}\n  JUDGE_COMMIT: ${{ inputs.judge-commit || '' }}\njobs:\n  a:\n    GATED: x\n";
        let commit = "a".repeat(40);
        let judge: Judge = format!("our/gatefold@{commit}").parse().expect("a judge");
        let expected = format!(
            "on: push\nenv:\n  # Why.\n  GATED: .\n  JUDGE_REPOSITORY: our/gatefold\n  JUDGE_COMMIT: {commit}\njobs:\n  a:\n    GATED: x\n"
        );
        assert_eq!(wired(workflow, ".", Some(&judge)), expected);
        assert!(wired(workflow, ".", None).contains("  JUDGE_REPOSITORY: \"\"\n"));
    }

    #[test]
    fn a_folder_is_read_from_wiring_as_it_was_written() {
        let workflow = "env:\n  GATED: x\n";
        for (folder, written) in [
            (".", "."),
            ("services/home", "services/home"),
            ("my service", "\"my service\""),
            ("a: b #c", "\"a: b #c\""),
            ("1", "\"1\""),
        ] {
            let text = wired(workflow, folder, None);
            assert_eq!(text, format!("env:\n  GATED: {written}\n"));
            assert_eq!(gated(&text).as_deref(), Some(folder));
        }
        assert_eq!(gated("env:\n  GATED: ${{ inputs.gated || 'a' }}\n"), None);
        assert_eq!(gated("env:\n  GATED: a # ours\n").as_deref(), Some("a"));
    }
}
