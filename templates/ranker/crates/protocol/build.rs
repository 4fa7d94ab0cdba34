//! Compiles the protos of the workspace without `protoc`, and keeps their descriptors for reflection.
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use prost::Message;

const FILES: &[&str] = &[
    "ranking/v1/common.proto",
    "ranking/v1/home.proto",
    "ranking/v1/now_playing.proto",
    "ranking/v1/search.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let protos = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../protos");
    println!("cargo::rerun-if-changed={}", protos.display());

    let descriptors = protox::Compiler::new([&protos])?
        .include_imports(true)
        .include_source_info(true)
        .open_files(FILES)?
        .file_descriptor_set();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("ranking.v1.binpb"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
