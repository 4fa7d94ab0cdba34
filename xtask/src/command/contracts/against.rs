//! `contracts --against PATH`: what the protos are compared with in the place of the base's.

use std::path::Path;

use contracts::Against;
use source::{BaseRequest, Surroundings};

use crate::failure::Failure;

/// The largest set of descriptors that is read, in bytes: that of 8,000 protos has 80 MB.
const LARGEST: u64 = 512 * 1024 * 1024;

/// Reads a folder, or a set of descriptors.
pub(crate) fn read(path: &Path) -> Result<Against, Failure> {
    let shown = path.display();
    let cannot = |reason: &dyn std::fmt::Display| {
        Failure::usage(format_args!(
            "failed to read `{shown}`, which the protos are to be compared with: {reason}"
        ))
    };
    let found = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if found.is_dir() {
        let opened = source::open(path, &BaseRequest::None, &Surroundings::default());
        return Ok(Against::folder(opened.map_err(|error| cannot(&error))?.head).called(shown.to_string()));
    }
    if found.len() > LARGEST {
        return Err(cannot(&format_args!("it has more than {LARGEST} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| cannot(&error))?;
    let set = Against::set(&bytes).map_err(|reason| cannot(&reason))?;
    Ok(set.called(shown.to_string()))
}
