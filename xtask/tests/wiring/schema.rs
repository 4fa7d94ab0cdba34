//! Every file against the schema that its platform publishes.

use serde_json::Value;

use crate::files::{ACTIONS, GITLAB, WORKFLOWS, parsed, text};

const WORKFLOW: &str = include_str!("schemas/github-workflows.json");
const ACTION: &str = include_str!("schemas/github-actions.json");
const PIPELINE: &str = include_str!("schemas/gitlab-ci.json");

/// What the schema says against a file.
fn faults(schema: &str, file: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    validator.iter_errors(file).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_file_is_what_its_platform_reads() {
    let kinds = [(WORKFLOW, &WORKFLOWS[..]), (ACTION, &ACTIONS[..]), (PIPELINE, &GITLAB[..])];
    for (schema, path) in
        kinds.into_iter().flat_map(|(schema, paths)| paths.iter().map(move |path| (schema, path)))
    {
        assert_eq!(faults(schema, &parsed(path, &text(path))), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn what_no_platform_reads_is_told() {
    for (schema, path, old, new) in [
        (WORKFLOW, "github/gatefold.yml", "runs-on: ubuntu-latest", "run-on: ubuntu-latest"),
        (WORKFLOW, "github/gatefold.yml", "  merge_group:\n", "  merge_groups:\n"),
        (WORKFLOW, "github/gatefold.yml", "security-events: write", "security-event: write"),
        (WORKFLOW, "github/gatefold-comment.yml", "pull-requests: write", "pull-requests: writes"),
        (WORKFLOW, "golden-shards/github.yml", "timeout-minutes: 60", "timeout-minutes: long"),
        (ACTION, "github/action/action.yml", "using: composite", "using: compound"),
        (ACTION, "github/action/action.yml", "      shell: bash\n", ""),
        (PIPELINE, "gitlab/gatefold.yml", "when: always", "when: ever"),
        (PIPELINE, "gitlab/gatefold.yml", "needs: [gatefold-judge]", "needs: 1"),
    ] {
        let text = text(path);
        assert!(text.contains(old), "{path} has no `{old}`");
        assert!(!faults(schema, &parsed(path, &text.replace(old, new))).is_empty(), "{path}: `{new}` passes");
    }
}
