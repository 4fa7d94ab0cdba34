//! How long a model takes for the candidates of a request: here by tract and LightGBM, and on a server on the same machine.
//!
//! `cargo bench -p inference-server` prints a table; it holds nothing to a limit, since machines differ.
#[expect(dead_code, reason = "the tests of the client ask more of it")]
#[path = "../tests/server/support.rs"]
mod support;

use std::path::{Path, PathBuf};

use divan::Bencher;
use models::{LightGbmModel, Model, OpenInferenceModel, TractModel};
use support::{AMPLE, now_playing, rows, spawn};
use tokio::runtime::Runtime;

/// Candidates of a request, usual and many.
const CANDIDATES: [usize; 2] = [200, 500];

fn main() {
    divan::main();
}

#[divan::bench(args = CANDIDATES)]
fn tract(bencher: Bencher<'_, '_>, candidates: usize) {
    infer(bencher, &runtime(), &TractModel::load(&now_playing()).expect("the model is right"), candidates);
}

#[divan::bench(args = CANDIDATES)]
fn tract_on_a_server(bencher: Bencher<'_, '_>, candidates: usize) {
    remote(bencher, &now_playing(), candidates);
}

#[divan::bench(args = CANDIDATES)]
fn lightgbm(bencher: Bencher<'_, '_>, candidates: usize) {
    infer(bencher, &runtime(), &LightGbmModel::load(&ranking()).expect("the model is right"), candidates);
}

#[divan::bench(args = CANDIDATES)]
fn lightgbm_on_a_server(bencher: Bencher<'_, '_>, candidates: usize) {
    remote(bencher, &ranking(), candidates);
}

fn remote(bencher: Bencher<'_, '_>, signature: &Path, candidates: usize) {
    let (_process, address) = spawn(signature, "127.0.0.1:0");
    let runtime = runtime();
    let endpoint = format!("http://{address}");
    let connect = OpenInferenceModel::connect(signature, &endpoint, AMPLE);
    let model = runtime.block_on(connect).expect("the server has the model");
    infer(bencher, &runtime, &model, candidates);
}

fn infer(bencher: Bencher<'_, '_>, runtime: &Runtime, model: &dyn Model, candidates: usize) {
    let rows = rows(candidates, model.signature().features.len());
    bencher.bench_local(|| runtime.block_on(model.infer(rows.clone(), AMPLE)).expect("the model answers"));
}

fn ranking() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/models/tests/lightgbm/ranking.signature.yaml")
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts")
}
