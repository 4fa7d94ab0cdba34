//! The template as the binary carries it: what the build script packed.

use std::io::Read;

use flate2::read::DeflateDecoder;

use super::files::{File, Files};
use crate::failure::Failure;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/template.deflate"));

/// Every file of the template.
pub(crate) fn template() -> Result<Files, Failure> {
    let mut unpacked = Vec::new();
    let read = DeflateDecoder::new(PACKED).read_to_end(&mut unpacked);
    match read.ok().and_then(|_| parse(&unpacked)) {
        Some(files) => Ok(files),
        None => Err(Failure::could_not_run("failed to unpack the template that this binary carries")),
    }
}

fn parse(mut bytes: &[u8]) -> Option<Files> {
    let mut files = Files::new();
    while !bytes.is_empty() {
        let path = String::from_utf8(sized(&mut bytes)?.to_vec()).ok()?;
        let (executable, rest) = bytes.split_first()?;
        bytes = rest;
        let content = sized(&mut bytes)?.to_vec();
        files.insert(path, File { content, executable: *executable != 0 });
    }
    Some(files)
}

/// What follows its own length.
fn sized<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (content, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *bytes = rest;
    Some(content)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_packed_is_what_git_has_but_for_other_services() {
        let ranker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker");
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&ranker)
            .output()
            .expect("git runs");
        let listed = String::from_utf8(listed.stdout).expect("UTF-8");
        let wanted: BTreeSet<&str> = listed
            .lines()
            .filter(|path| !path.starts_with("services/") || path.starts_with("services/mould/"))
            .filter(|path| ranker.join(path).is_file())
            .collect();
        let files = template().expect("it unpacks");
        let packed: BTreeSet<&str> =
            files.keys().map(String::as_str).filter(|path| !path.starts_with(".github/")).collect();
        assert_eq!(packed, wanted);
        assert!(files[".claude/gatefold-hook"].executable && !files["Cargo.toml"].executable);
        assert!(files.contains_key(".github/workflows/gatefold.yml"));
    }

    #[test]
    fn what_is_cut_short_is_no_template() {
        for bytes in [&[1][..], &[1, 0, 0, 0], &[1, 0, 0, 0, b'a', 0, 9, 0, 0, 0, 1], &[255; 9]] {
            assert_eq!(parse(bytes), None);
        }
        assert_eq!(parse(&[]), Some(Files::new()));
    }
}
