//! Questions to the installed git that run nothing of the repository.

use std::path::{Path, PathBuf};
use std::time::Duration;

use service::Tool;

use crate::surroundings::{self, Env};

/// How long one answer may take.
const WITHIN: Duration = Duration::from_secs(10);

/// The installed git, and the folder that is asked about.
pub(super) struct Git {
    tool: Tool,
    folder: PathBuf,
}

impl Git {
    pub(super) fn find(root: &Path, env: Env<'_>) -> Option<Self> {
        let mut tool = surroundings::tool(root, "git", None, env("PATH"))?;
        // The user's own configuration decides about hooks, too.
        tool.environment.extend(env("HOME").map(|home| ("HOME".to_owned(), home)));
        tool.environment.extend(
            ["XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), env(name)?))),
        );
        Some(Git { tool, folder: root.to_owned() })
    }

    /// What git prints, `None` where it says no. A monitor of files that the repository names is not started.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, String> {
        let arguments: Vec<&str> =
            ["-c", "core.fsmonitor=false"].into_iter().chain(arguments.iter().copied()).collect();
        let said = self.tool.run(&arguments, &self.folder, WITHIN).map_err(|error| error.to_string())?;
        match said.status {
            Some(0) => Ok(Some(String::from_utf8_lossy(&said.output).trim_end().to_owned())),
            Some(1) => Ok(None),
            _ => Err(said.complaint.lines().next().unwrap_or("git did not answer").to_owned()),
        }
    }

    /// The working tree's top folder; an error outside a repository.
    pub(super) fn top(&self) -> Result<PathBuf, String> {
        self.ask(&["rev-parse", "--show-toplevel"]).map(|path| PathBuf::from(path.unwrap_or_default()))
    }

    /// The folder that git takes hooks from.
    pub(super) fn hooks_folder(&self) -> Result<PathBuf, String> {
        let path = self.ask(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?;
        Ok(PathBuf::from(path.unwrap_or_default()))
    }

    /// The addresses of the remotes, one a line; empty where there are none.
    pub(super) fn remotes(&self) -> Result<String, String> {
        Ok(self.ask(&["config", "--get-regexp", "^remote\\..*\\.url$"])?.unwrap_or_default())
    }

    /// `core.hooksPath`, where it is set.
    pub(super) fn hooks_path(&self) -> Result<Option<String>, String> {
        self.ask(&["config", "--get", "core.hooksPath"])
    }

    /// The mode under which a file is in the index, for instance `100755`; `None` where it is not.
    pub(super) fn mode(&self, file: &Path) -> Result<Option<String>, String> {
        let listed = self.ask(&["ls-files", "--stage", "--", &file.to_string_lossy()])?;
        Ok(listed.and_then(|line| line.split_whitespace().next().map(str::to_owned)))
    }

    /// Whether an ignore file keeps a file out of commits.
    pub(super) fn ignores(&self, file: &Path) -> Result<bool, String> {
        self.ask(&["check-ignore", "--quiet", "--no-index", "--", &file.to_string_lossy()])
            .map(|said| said.is_some())
    }
}
