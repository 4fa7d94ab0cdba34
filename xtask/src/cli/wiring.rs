//! The command lines that stand in `ci/`, read by the parser that will read them.

use clap::Parser;
use serde::Deserialize;
use serde_json::Value;

use super::{Cli, Command, GoldenAction};

/// A file of `ci/` as it would be read by whoever runs it.
fn file(path: &str) -> Value {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci");
    let text = std::fs::read_to_string(root.join(path)).expect("a file of `ci/`");
    policy::yaml(path, &text).expect("YAML without repeated keys")
}

/// The one container of a Kubernetes job.
fn container(job: &Value) -> &Value {
    let containers =
        job.pointer("/spec/template/spec/containers").and_then(Value::as_array).expect("containers");
    assert_eq!(containers.len(), 1);
    &containers[0]
}

fn words(value: &Value) -> Vec<String> {
    Vec::<String>::deserialize(value).expect("a list of words")
}

/// The action of `golden` that a command line asks for, with placeholders filled in.
fn action(line: &[String], fill: &[(&str, &str)]) -> GoldenAction {
    let filled = line.iter().map(|word| {
        let word = fill.iter().fold(word.clone(), |word, (from, to)| word.replace(from, to));
        word.trim_matches('"').to_owned()
    });
    let cli = Cli::try_parse_from(filled).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    match cli.command {
        Command::Golden(args) => args.action.expect("an action of golden"),
        other => panic!("{other:?}"),
    }
}

/// The one command line of Gatefold in the steps of a workflow's job.
fn line_of(workflow: &Value, job: &str) -> Vec<String> {
    let steps = workflow["jobs"][job]["steps"].as_array().expect("steps");
    let scripts = steps.iter().filter_map(|step| step["run"].as_str());
    let scripts: Vec<String> = scripts.map(|script| script.replace("\\\n", " ")).collect();
    let is_gatefold =
        |line: &&str| line.split_whitespace().next().is_some_and(|program| program.ends_with("/gatefold"));
    let lines: Vec<&str> = scripts.iter().flat_map(|script| script.lines()).filter(is_gatefold).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_indexed_job_asks_a_shard_for_each_of_its_completions() {
    let job = file("kubernetes/replay.yaml");
    let completions = job.pointer("/spec/completions").and_then(Value::as_u64).expect("completions");
    assert_eq!(job.pointer("/spec/completionMode"), Some(&Value::from("Indexed")));
    let container = container(&job);
    let line = [words(&container["command"]), words(&container["args"])].concat();
    for index in [0, completions - 1] {
        let index = index.to_string();
        let GoldenAction::Replay(args) = action(&line, &[("$(JOB_COMPLETION_INDEX)", &index)]) else {
            panic!("{line:?} replays nothing");
        };
        assert_eq!(args.shard.to_string(), format!("{index}/{completions}"));
        assert_eq!(args.partial.to_str(), Some(format!("/partials/{index}.json").as_str()));
        assert!(args.store.is_some());
    }
    let mounted = |path: &str| {
        let mounts = container["volumeMounts"].as_array().expect("mounts");
        mounts.iter().find(|mount| mount["mountPath"] == path).expect("a mount")["readOnly"] == true
    };
    assert_eq!([mounted("/partials"), mounted("/store")], [false, true]);
}

#[test]
fn the_second_job_merges_what_the_first_wrote() {
    let [replay, merge] = ["kubernetes/replay.yaml", "kubernetes/merge.yaml"].map(file);
    let shell = words(&container(&merge)["args"]);
    let line: Vec<String> = shell[0].split_whitespace().skip(1).map(str::to_owned).collect();
    assert!(shell[0].starts_with("exec gatefold "), "{shell:?}");
    let GoldenAction::Merge(args) = action(&line, &[("*", "0")]) else { panic!("{line:?} merges nothing") };
    assert_eq!(args.files, [std::path::Path::new("/partials/0.json")]);
    let claim = |job: &Value| {
        let volumes =
            job.pointer("/spec/template/spec/volumes").and_then(Value::as_array).expect("volumes").clone();
        let partials = volumes.into_iter().find(|volume| volume["name"] == "partials").expect("the partials");
        partials.pointer("/persistentVolumeClaim/claimName").cloned()
    };
    assert_eq!(claim(&replay), claim(&merge));
    assert!(claim(&replay).is_some());
}

#[test]
fn the_matrix_asks_every_shard_and_merges_them() {
    let workflow = file("golden-shards/github.yml");
    let shards =
        workflow.pointer("/jobs/replay/strategy/matrix/shard").and_then(Value::as_array).expect("a matrix");
    let total = shards.len().to_string();
    let steps = workflow["jobs"]["replay"]["steps"].as_array().expect("steps");
    let env =
        steps.iter().find_map(|step| step.pointer("/env/SHARD").map(|_| &step["env"])).expect("a shard");
    assert_eq!([&env["SHARD"], &env["SHARDS"]], ["${{ strategy.job-index }}", "${{ strategy.job-total }}"]);
    let [replay, merge] = ["replay", "golden"].map(|job| line_of(&workflow, job));
    let last = (shards.len() - 1).to_string();
    let fill = [("$SHARDS", total.as_str()), ("$SHARD", last.as_str()), ("*", "0")];
    let GoldenAction::Replay(args) = action(&replay, &fill) else { panic!("{replay:?} replays nothing") };
    assert_eq!(args.shard.to_string(), format!("{last}/{total}"));
    assert!(args.partial.ends_with(format!("partials/{last}.json")));
    assert!(matches!(action(&merge, &fill), GoldenAction::Merge(_)));
    assert_eq!(
        workflow.pointer("/jobs/golden/if"),
        Some(&Value::from("always()")),
        "skipped would count as success"
    );
}
