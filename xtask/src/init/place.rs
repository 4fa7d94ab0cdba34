//! Where Gatefold is put in: the workspace that is judged, and the checkout around it.

use std::path::{Path, PathBuf};

use source::Checkout;

use crate::failure::Failure;
use crate::shell;

/// A folder to judge in a checkout.
pub(super) struct Place {
    pub(super) checkout: Checkout,
    /// The folder to judge.
    pub(super) root: PathBuf,
    /// Its path from the checkout's top, with `/`; empty where they are the same.
    pub(super) prefix: String,
}

impl Place {
    /// The folder that was named, else the root around the current one.
    pub(super) fn find(named: Option<&Path>) -> Result<Place, Failure> {
        let root = match named {
            Some(path) => named_root(path)?,
            None => {
                let here = std::env::current_dir().map_err(|error| {
                    Failure::could_not_run(format_args!("failed to find the current folder: {error}"))
                })?;
                source::find_root(&here)?
            }
        };
        let Some(checkout) = Checkout::around(&root)? else {
            return Err(Failure::usage(format_args!(
                "`{}` is in no git repository, and Gatefold judges a change by comparing it with what git has; run \
                 `git init && git add --all && git commit`, then this again",
                root.display()
            )));
        };
        let below = root.strip_prefix(checkout.top()).unwrap_or(Path::new(""));
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let prefix = parts.ok_or_else(|| {
            Failure::usage(format_args!("the name of `{}` is no UTF-8; rename it", root.display()))
        })?;
        let prefix = prefix.join("/");
        Ok(Place { checkout, root, prefix })
    }

    /// A path of the root as seen from the checkout's top.
    pub(super) fn below_top(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }
}

fn named_root(path: &Path) -> Result<PathBuf, Failure> {
    if !path.exists() {
        return Err(Failure::usage(format_args!(
            "there is no folder `{}`; name one that is there",
            path.display()
        )));
    }
    if !path.is_dir() {
        return Err(Failure::usage(format_args!(
            "`{}` is no folder; name the one it lies in",
            path.display()
        )));
    }
    let real = path.canonicalize().map_err(|error| {
        Failure::could_not_run(format_args!("failed to find `{}`: {error}", path.display()))
    })?;
    let root = source::find_root(&real)?;
    let is_package = real.join("Cargo.toml").is_file() && !real.join("gatefold.yaml").is_file();
    if is_package && root != real && root.join("Cargo.toml").is_file() {
        return Err(Failure::usage(format_args!(
            "`{}` is part of `{}`, which is judged as a whole; run `gatefold init {}`",
            path.display(),
            root.display(),
            shell::word(root.display())
        )));
    }
    Ok(real)
}
