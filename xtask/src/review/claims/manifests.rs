//! Files that say which packages a program needs.

/// Their names, of whatever language.
const NAMES: &[&str] = &[
    ".gitmodules",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "Gemfile",
    "Gemfile.lock",
    "MODULE.bazel",
    "MODULE.bazel.lock",
    "Pipfile",
    "Pipfile.lock",
    "WORKSPACE",
    "buf.lock",
    "buf.yaml",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "bun.lock",
    "composer.json",
    "composer.lock",
    "deno.json",
    "deno.lock",
    "environment.yml",
    "flake.lock",
    "flake.nix",
    "go.mod",
    "go.sum",
    "go.work",
    "gradle.lockfile",
    "libs.versions.toml",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pom.xml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "uv.lock",
    "vcpkg.json",
    "yarn.lock",
];

/// Whether a file does.
pub(super) fn declares(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // Where packages come from is said there as well.
    let is_source = path.ends_with(".cargo/config.toml") || path.ends_with(".cargo/config");
    let is_python = name.starts_with("requirements") && name.ends_with(".txt");
    NAMES.contains(&name) || is_source || is_python || name.ends_with(".csproj")
}
