//! Packs the living template into one compressed file, so that the binary stamps workspaces without a checkout.
//!
//! What is packed: every file of `templates/ranker` that its `.gitignore` does not leave out, but of the services the
//! mould alone, and the wiring of CI. The same files give the same bytes.

use std::error::Error;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// What the workspace's `.gitignore` names; a test compares what is packed with what git has.
const IGNORED: [&str; 2] = ["target", "var"];

/// The service that others are stamped from.
const MOULD: &str = "mould";

fn main() -> Result<(), Box<dyn Error>> {
    let checkout = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let template = checkout.join("templates/ranker");
    if !template.is_dir() {
        return Err(format!(
            "there is no `{}`: build this package in a checkout of Gatefold (`cargo install --git`, or `--path xtask`)",
            template.display()
        )
        .into());
    }
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(&template, Path::new(""), &mut files)?;
    let ci = checkout.join("ci/github");
    watch(&ci);
    // The folders beside are for repositories that call the gate from elsewhere.
    for file in sorted(&ci)?.into_iter().filter(|file| file.is_file()) {
        if let Some(name) = file.file_name().and_then(OsStr::to_str) {
            files.push((format!(".github/workflows/{name}"), file));
        }
    }
    files.sort();

    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    for (path, file) in files {
        let content = fs::read(&file)?;
        packed.write_all(&u32::try_from(path.len())?.to_le_bytes())?;
        packed.write_all(path.as_bytes())?;
        packed.write_all(&[u8::from(is_executable(&file)?)])?;
        packed.write_all(&u32::try_from(content.len())?.to_le_bytes())?;
        packed.write_all(&content)?;
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("template.deflate"), packed.finish()?)?;
    Ok(())
}

/// Every file below a folder, with its path from the template's root.
fn collect(template: &Path, below: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    let at_root = below.as_os_str().is_empty();
    for entry in sorted(&template.join(below))? {
        let name = entry.file_name().unwrap_or_default();
        let path = below.join(name);
        let left_out = (at_root && IGNORED.iter().any(|ignored| name == *ignored))
            || (below == Path::new("services") && name != MOULD);
        if left_out {
            continue;
        }
        if entry.is_dir() {
            // A folder is watched with all that is in it, and of the services only the mould matters.
            if path != Path::new("services") {
                watch(&entry);
            }
            collect(template, &path, files)?;
        } else {
            watch(&entry);
            let parts: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
            let path = parts.ok_or_else(|| format!("`{}` is no UTF-8", entry.display()))?.join("/");
            files.push((path, entry));
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries: Result<Vec<PathBuf>, _> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries.map_err(|error: std::io::Error| format!("`{}`: {error}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

#[cfg(unix)]
fn is_executable(file: &Path) -> Result<bool, Box<dyn Error>> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> Result<bool, Box<dyn Error>> {
    Ok(file.file_name() == Some(OsStr::new("gatefold-hook")))
}
