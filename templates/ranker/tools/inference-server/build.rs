//! Compiles the server of the Open Inference Protocol without `protoc`, and keeps its descriptors for reflection.
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use prost::Message;

const FILE: &str = "inference/open_inference_grpc.proto";

fn main() -> Result<(), Box<dyn Error>> {
    let protos = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../protos");
    println!("cargo::rerun-if-changed={}", protos.join(FILE).display());

    let descriptors = protox::Compiler::new([&protos])?
        .include_imports(true)
        .include_source_info(true)
        .open_files([FILE])?
        .file_descriptor_set();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("inference.binpb"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
