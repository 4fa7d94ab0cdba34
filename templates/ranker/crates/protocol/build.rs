//! Compiles the protos of the workspace without `protoc`, and keeps their descriptors for reflection.
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use prost::Message;

/// The folder whose protos are compiled: all that are in it.
const PACKAGE: &str = "ranking/v1";

fn main() -> Result<(), Box<dyn Error>> {
    let protos = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../protos");
    println!("cargo::rerun-if-changed={}", protos.display());

    let mut files = Vec::new();
    for entry in fs::read_dir(protos.join(PACKAGE))? {
        let name = entry?.file_name().into_string().map_err(|name| format!("{name:?} is not text"))?;
        if name.ends_with(".proto") {
            files.push(format!("{PACKAGE}/{name}"));
        }
    }
    // The order of a folder is not always the same, that of the generated code should be.
    files.sort();

    let descriptors = protox::Compiler::new([&protos])?
        .include_imports(true)
        .include_source_info(true)
        .open_files(files)?
        .file_descriptor_set();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("ranking.v1.binpb"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
