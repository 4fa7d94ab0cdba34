//! Files that no rule over syntax looks at.

use source::SourceFile;

/// Whether a file is generated or a build script.
pub(super) fn is_left_out(file: &SourceFile) -> bool {
    is_generated(file) || is_build_script(file)
}

fn is_generated(file: &SourceFile) -> bool {
    match &file.place {
        Some(place) => place.generated,
        None => file.text.lines().take(5).any(|line| line.starts_with("//") && line.contains("@generated")),
    }
}

fn is_build_script(file: &SourceFile) -> bool {
    match &file.place {
        Some(place) => place.target == source::TargetKind::BuildScript,
        None => file.path == "build.rs" || file.path.ends_with("/build.rs"),
    }
}
