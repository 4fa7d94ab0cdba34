//! What runs the gate before a merge, for the forge that the repository is on.

use super::place::Place;
use crate::stamp::{self, Judge};

const GITHUB: &str = include_str!("../../../ci/github/gatefold.yml");

/// Where the repository is pushed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forge {
    GitHub,
    GitLab,
    Unknown,
}

/// Files for CI, each with why.
pub(super) struct Wiring {
    pub(super) files: Vec<(String, String, &'static str)>,
    pub(super) notes: Vec<String>,
}

/// The forge, by what is in the repository, else by its remotes.
pub(super) fn forge(place: &Place) -> Forge {
    let top = place.checkout.top();
    let remotes = place.checkout.remotes();
    let names = |word: &str| remotes.iter().any(|url| url.contains(word));
    match () {
        () if top.join(".gitlab-ci.yml").exists() => Forge::GitLab,
        () if top.join(".github").is_dir() || names("github.") => Forge::GitHub,
        () if names("gitlab.") => Forge::GitLab,
        () => Forge::Unknown,
    }
}

/// The files that are put in. Without a judge there are none: a workflow that does not know who judges would be red.
pub(super) fn wiring(place: &Place, judge: Option<&Judge>) -> Wiring {
    let (forge, mut wiring) = (forge(place), Wiring { files: Vec::new(), notes: Vec::new() });
    let name = match forge {
        Forge::GitHub => "GitHub workflow",
        Forge::GitLab => "GitLab job",
        Forge::Unknown => {
            wiring.notes.push(
                "no forge is known from here, so CI is left to you: see `ci/README.md` of Gatefold"
                    .to_owned(),
            );
            return wiring;
        }
    };
    let Some(judge) = judge else {
        wiring.notes.push(format!(
            "no {name} is written: give `--judge OWNER/NAME@COMMIT`, the Gatefold that judges in CI, by the id of a commit \
             that you have read"
        ));
        return wiring;
    };
    if forge == Forge::GitHub {
        let gated = if place.prefix.is_empty() { "." } else { &place.prefix };
        let branch = place.checkout.default_branch().unwrap_or_else(|| "main".to_owned());
        let text = stamp::wired(GITHUB, gated, Some(judge))
            .replace("branches: [main]", &format!("branches: [{branch}]"));
        let path = ".github/workflows/gatefold.yml".to_owned();
        wiring.files.push((path, text, "judges each pull request; require its job `gatefold`"));
    }
    wiring
}
