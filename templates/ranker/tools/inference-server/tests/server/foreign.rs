//! A server that others wrote: MLServer (`pip install mlserver`), at the path in `MLSERVER` or on the search path.
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use models::{LoadError, Model, OpenInferenceModel};
use tempfile::TempDir;

use crate::support::{AMPLE, Process, now_playing, rows};

/// It is a Python program with much to import.
const START: Duration = Duration::from_secs(90);

/// Starts MLServer with a model that has these settings: the process, its folder and endpoint; or nothing where the program
/// is not installed, which is said.
fn start(settings: &str) -> Option<(Process, TempDir, String)> {
    let program = env::var_os("MLSERVER").unwrap_or_else(|| OsString::from("mlserver"));
    if Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        // Past the harness, which keeps what is printed to itself.
        writeln!(io::stderr(), "skipped: mlserver is not installed").expect("standard error is open");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder is made");
    let free: Vec<_> = (0..3).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port is free")).collect();
    let ports: Vec<_> =
        free.iter().map(|port| port.local_addr().expect("it has an address").port()).collect();
    let (grpc, http, metrics) = (ports[0], ports[1], ports[2]);
    let server = format!(
        r#"{{"host": "127.0.0.1", "grpc_port": {grpc}, "http_port": {http}, "metrics_port": {metrics},
            "parallel_workers": 0}}"#
    );
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/runtime.py");
    fs::copy(runtime, folder.path().join("runtime.py")).expect("the runtime is copied");
    for (file, text) in [("settings.json", server.as_str()), ("model-settings.json", settings)] {
        fs::write(folder.path().join(file), text).expect("the settings are written");
    }
    drop(free);
    let mut command = Command::new(program);
    command.args(["start", "."]).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Process(command.spawn().expect("the program starts"));
    Some((process, folder, format!("http://127.0.0.1:{grpc}")))
}

fn settings(tensors: &str) -> String {
    format!(
        r#"{{"name": "now_playing", "implementation": "runtime.Half", "parameters": {{"version": "2026-11-20.1"}},
            {tensors}}}"#
    )
}

#[tokio::test]
async fn a_model_on_mlserver_is_held_to_its_signature_and_scores() {
    let settings = settings(
        r#""inputs": [{"name": "features", "datatype": "FP32", "shape": [-1, 14]}],
           "outputs": [{"name": "score", "datatype": "FP32", "shape": [-1, 1]}]"#,
    );
    let Some((_process, _folder, endpoint)) = start(&settings) else { return };
    let model = OpenInferenceModel::connect(&now_playing(), &endpoint, START).await.expect("it is its model");
    for count in [1, 2, 500] {
        let rows = rows(count, 14);
        let expected: Vec<_> = rows.values().iter().step_by(14).map(|value| value / 2.0).collect();
        assert_eq!(model.infer(rows, AMPLE).await.expect("the server answers"), expected);
    }
}

#[tokio::test]
async fn a_model_on_mlserver_with_other_tensors_is_refused() {
    let settings = settings(
        r#""inputs": [{"name": "features", "datatype": "FP64", "shape": [-1, 13]}],
           "outputs": [{"name": "score", "datatype": "FP32", "shape": [-1, 1]}]"#,
    );
    let Some((_process, _folder, endpoint)) = start(&settings) else { return };
    let error =
        OpenInferenceModel::connect(&now_playing(), &endpoint, START).await.expect_err("it is another");
    let LoadError::Differs { differences, .. } = &error else { panic!("{error:?}") };
    let expected = "the input is features FP64[-1, 13], the signature says features FP32[-1, 14]";
    assert_eq!(differences.as_slice(), [expected]);
}
