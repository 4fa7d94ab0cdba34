//! Compiles the client of the Open Inference Protocol without `protoc`.
use std::env;
use std::error::Error;
use std::path::PathBuf;

const FILE: &str = "inference/open_inference_grpc.proto";

fn main() -> Result<(), Box<dyn Error>> {
    let protos = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../protos");
    println!("cargo::rerun-if-changed={}", protos.join(FILE).display());

    let descriptors =
        protox::Compiler::new([&protos])?.include_source_info(true).open_files([FILE])?.file_descriptor_set();
    tonic_prost_build::configure().build_server(false).compile_fds(descriptors)?;
    Ok(())
}
