//! Copies of committed models, to be spoiled.
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use models::{LoadError, Matrix, Signature};
use prost::Message;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tract_onnx::pb::ModelProto;

pub(crate) const AMPLE: Duration = Duration::from_secs(30);

/// A copy of a committed model that a test may spoil.
pub(crate) struct Copy {
    pub(crate) signature: PathBuf,
    pub(crate) file: PathBuf,
    _folder: TempDir,
}

impl Copy {
    fn of(folder: &str, name: &str, extension: &str) -> Self {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let copy = tempfile::tempdir().expect("a folder is made");
        let names = [format!("{name}.signature.yaml"), format!("{name}.{extension}")];
        let [signature, file] = names.map(|name| {
            let path = copy.path().join(&name);
            fs::copy(committed.join(&name), &path).expect("the model is copied");
            path
        });
        Self { signature, file, _folder: copy }
    }

    pub(crate) fn onnx() -> Self {
        Self::of("../../models", "now_playing", "onnx")
    }

    pub(crate) fn lightgbm() -> Self {
        Self::of("tests/lightgbm", "categories", "txt")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(&self.file).expect("the model is there")
    }

    /// Replaces the model, and its digest in the signature.
    pub(crate) fn replace(&self, bytes: &[u8]) {
        fs::write(&self.file, bytes).expect("the model is written");
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut signature = Signature::read(&self.signature).expect("the signature is right");
        signature.sha256 = sha256;
        let text = serde_yaml::to_string(&signature).expect("a signature can be written");
        fs::write(&self.signature, text).expect("the signature is written");
    }

    /// Changes the graph.
    pub(crate) fn change(&self, change: impl FnOnce(&mut ModelProto)) {
        let mut model = ModelProto::decode(self.bytes().as_slice()).expect("the model is one");
        change(&mut model);
        self.replace(&model.encode_to_vec());
    }
}

/// What a load was refused for.
pub(crate) fn explain(error: &LoadError) -> String {
    let source = error.source().map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

/// Rows that are all different.
pub(crate) fn rows(count: usize, columns: usize) -> Matrix {
    let mut rows = Matrix::with_capacity(count, columns);
    for row in 0..count {
        rows.push((0..columns).map(|column| ((row * 31 + column * 17) % 101) as f32 / 101.0));
    }
    rows
}
