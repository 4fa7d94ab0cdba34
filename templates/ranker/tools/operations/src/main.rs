//! Writes `services/*/operations/slo.rules.yaml` from the objectives beside it.
use std::error::Error;
use std::fs;

use operations::{Objectives, folders, rules};

fn main() -> Result<(), Box<dyn Error>> {
    for folder in folders()? {
        let objectives = Objectives::read(&folder.join("slo.yaml"))?;
        fs::write(folder.join("slo.rules.yaml"), rules(&objectives))?;
    }
    Ok(())
}
