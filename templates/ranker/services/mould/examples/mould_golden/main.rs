//! Writes the golden requests and the manifest of their hazards: `cargo run -p mould --example mould_golden`.
use std::fs;
use std::path::Path;

mod generate;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let service = Path::new(env!("CARGO_MANIFEST_DIR"));
    let generated = generate::generate(&service.join("../../data"))?;
    fs::create_dir_all(service.join("golden"))?;
    fs::write(service.join("golden/requests.jsonl"), generated.requests)?;
    fs::write(service.join("golden/coverage.json"), generated.coverage)?;
    Ok(())
}
