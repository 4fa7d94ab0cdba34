//! What a pipeline of GitLab that is there already means for jobs that are added to it.

/// The stage that GitLab has where a file lists none, and in which the template's jobs run.
const STAGE: &str = "test";

/// Keys that stand beside jobs.
const NO_JOBS: [&str; 11] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "variables",
    "workflow",
];

/// The pipelines that a merge request waits for.
const OF_MERGE_REQUESTS: &str = "merge_request_event";

/// The template's jobs in a stage that GitLab's own file has: it refuses all of them where one is in no stage.
pub(super) fn in_stage(jobs: &str, own: &str) -> String {
    let listed = stages(own).unwrap_or_default();
    let stage = match listed.iter().any(|stage| stage == STAGE) {
        true => STAGE,
        false => listed.first().map_or(STAGE, String::as_str),
    };
    jobs.replace(&format!("\n  stage: {STAGE}\n"), &format!("\n  stage: {stage}\n"))
}

/// What a person should know of the file before it is joined by such jobs.
pub(super) fn notes(own: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if stages(own).is_some_and(|listed| listed.is_empty()) {
        notes.push(format!(
            "`stages` in .gitlab-ci.yml is written in a way that is not read: it must hold `{STAGE}`, or GitLab refuses the file"
        ));
    }
    if has_jobs(own) && !own.contains(OF_MERGE_REQUESTS) {
        notes.push(format!(
            "jobs in .gitlab-ci.yml that have no `rules` do not run in pipelines of merge requests, and it is those that a \
             merge waits for from now on: give what must pass before one `rules` with \
             `if: $CI_PIPELINE_SOURCE == \"{OF_MERGE_REQUESTS}\"`"
        ));
    }
    notes
}

/// The stages that a file lists, as far as they are read; `None` where it lists none. It is not read as YAML, which does not
/// know GitLab's tags.
fn stages(own: &str) -> Option<Vec<String>> {
    let mut lines = own.lines().map(without_comment).skip_while(|line| !line.starts_with("stages:"));
    let list = lines.next()?.trim_start_matches("stages:").trim();
    let name = |item: &str| item.trim().trim_matches(['"', '\'']).to_owned();
    let names: Vec<String> = match list.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => list.split(',').map(name).collect(),
        None if list.is_empty() => lines
            .map(str::trim_start)
            .filter(|line| !line.is_empty())
            .map_while(|line| line.strip_prefix("- ").map(name))
            .collect(),
        None => Vec::new(),
    };
    // `.pre` and `.post` alone make no pipeline.
    let letters = |name: &str| name.chars().all(|letter| letter.is_alphanumeric() || "-_ ".contains(letter));
    Some(names.into_iter().filter(|name| !name.is_empty() && letters(name)).collect())
}

fn has_jobs(own: &str) -> bool {
    let keys = own.lines().filter_map(|line| without_comment(line).split_once(':').map(|(key, _)| key));
    let mut jobs = keys.filter(|key| !key.starts_with([' ', '\t', '.', '-']) && !NO_JOBS.contains(key));
    jobs.next().is_some()
}

/// A line without what is said of it behind ` #`, and without the white space that ends it.
pub(super) fn without_comment(line: &str) -> &str {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    line.split_once(" #").map_or(line, |(before, _)| before).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_run_in_a_stage_that_is_there() {
        let check = |own: &str, stage: &str| {
            let expected = format!(".gatefold:\n  stage: {stage}\n  rules: []\n");
            assert_eq!(in_stage(".gatefold:\n  stage: test\n  rules: []\n", own), expected, "{own:?}");
        };
        check("", "test");
        check("build:\n  script: make\n", "test");
        check("stages: [build, test]\n", "test");
        check("stages: [build, deploy]\n", "build");
        check("stages: # ours\n\n  - 'check it' # first\n  - deploy\nbuild: {}\n", "check it");
        check("stages:\n- .pre\n- \"verify\"\n", "verify");
        check("# stages: [build]\njob:\n  stages: [build]\n", "test");
        check("stages: !reference [.all, stages]\n", "test");
    }

    #[test]
    fn what_guards_a_merge_by_itself_is_told_to_run_there() {
        let check = |own: &str, words: &[&str]| {
            let notes = notes(own);
            assert_eq!(notes.len(), words.len(), "{own:?}: {notes:?}");
            assert!(notes.iter().zip(words).all(|(note, words)| note.contains(words)), "{own:?}: {notes:?}");
        };
        check("", &[]);
        check("include:\n  - local: a.yml\nvariables:\n  A: b\n.hidden:\n  script: x\n", &[]);
        check("verify:\n  script: mvn verify\n", &["have no `rules`"]);
        check("verify:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n", &[]);
        check("stages: *all\nverify: {}\n", &["it must hold `test`", "have no `rules`"]);
    }
}
