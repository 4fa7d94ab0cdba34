//! Which places in a workspace cover others: crates and modules, and globs of files.

/// Whether all that one entry names is named by another one. What cannot be told is not.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    wide == "**" || wide == narrow || parts_cover(&parts(wide), &parts(narrow))
}

/// The parts of a place, and whether it is one of files.
fn parts(place: &str) -> (Vec<String>, bool) {
    let is_of_files = place.contains(['/', '.']);
    let parts: Vec<String> = match is_of_files {
        true => place.split('/').map(str::to_owned).collect(),
        // A crate or module is there with all that is below.
        false => {
            let path = place.strip_suffix("::**").unwrap_or(place).replace('-', "_");
            path.split("::").map(str::to_owned).chain(["**".to_owned()]).collect()
        }
    };
    (parts, is_of_files)
}

fn parts_cover((wide, of_files): &(Vec<String>, bool), (narrow, also): &(Vec<String>, bool)) -> bool {
    let Some((last, first)) = wide.split_last().filter(|_| of_files == also) else { return false };
    // Beside `**` at the end, wildcards within a part are covered by none but themselves.
    let is_open = last == "**";
    let fixed = if is_open { first } else { wide };
    let is_long_enough = if is_open { narrow.len() > fixed.len() } else { narrow.len() == fixed.len() };
    let same = |(wide, narrow): (&String, &String)| wide == narrow || wide == "*" && narrow != "**";
    is_long_enough && fixed.iter().all(|part| part != "**") && fixed.iter().zip(narrow).all(same)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_place_covers_what_is_within_it() {
        for (wide, narrow) in [
            ("**", "home"),
            ("**", "services/**"),
            ("home", "home"),
            ("home", "home::stages"),
            ("now-playing", "now_playing::**"),
            ("home::**", "home"),
            ("services/**", "services/home/src/**"),
            ("services/*/src/**", "services/home/src/rank.rs"),
            ("services/*/src", "services/home/src"),
        ] {
            assert!(covers(wide, narrow), "{wide} covers {narrow}");
        }
        for (wide, narrow) in [
            ("home::stages", "home"),
            ("home", "homes"),
            ("home", "**"),
            ("home", "services/home/**"),
            ("services/home/**", "services/**"),
            ("services/home", "services/home/**"),
            ("services/*/src/**", "services/**"),
            ("services/**", "services"),
            ("**/src/**", "home/src/a.rs"),
            ("services/h*/**", "services/home/**"),
        ] {
            assert!(!covers(wide, narrow), "{wide} does not cover {narrow}");
        }
    }
}
