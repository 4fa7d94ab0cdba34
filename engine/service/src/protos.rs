//! Protos compiled from a tree, never from the disk: each file apart, so that one that is broken hides no other.

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic;
use prost_reflect::DescriptorPool;
use prost_types::FileDescriptorProto;
use protox::file::{File, FileResolver, GoogleFileResolver};
use source::Tree;

use crate::buf::modules;
use crate::order::Order;
use crate::scan::{position, scan};

/// What became of the protos of one tree.
#[derive(Clone, Debug, Default)]
pub struct Protos {
    /// Every file that compiled, with its imports, source positions and options.
    pub pool: DescriptorPool,
    /// Path in the tree of every file that compiled, by the name that imports use.
    pub paths: BTreeMap<String, String>,
    /// What is wrong with the others, one entry a cause.
    pub errors: Vec<ProtoError>,
}

/// Why a proto could not be compiled.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}:{}:{}: {message}", line.unwrap_or(1), column.unwrap_or(1))]
pub struct ProtoError {
    /// Path in the tree.
    pub path: String,
    /// The name that imports use.
    pub name: String,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// Column, from 1, where it is known.
    pub column: Option<u32>,
    /// What is wrong: lower case, one line.
    pub message: String,
    /// Import names of files that were not compiled because they need this one.
    pub dependents: Vec<String>,
}

/// The folders that imports start from: those of the policy, or else the modules of `buf.yaml`, or else `protos` and
/// `proto` at the root, or else, for every proto, its folder without what its package name says.
pub fn roots(tree: &Tree, configured: &[String]) -> Vec<String> {
    if !configured.is_empty() {
        let plain = |root: &String| match root.trim_start_matches("./").trim_matches('/') {
            "." => String::new(),
            root => root.to_owned(),
        };
        return configured.iter().map(plain).collect();
    }
    // A file that cannot be read is told by whoever compares.
    let of_buf = modules(tree).unwrap_or_default();
    if of_buf.iter().any(|module| proto_paths(tree).any(|path| below(path, &module.path).is_some())) {
        return of_buf.into_iter().map(|module| module.path).collect();
    }
    let at_root: Vec<String> = ["proto", "protos"]
        .into_iter()
        .filter(|root| proto_paths(tree).any(|path| below(path, root).is_some()))
        .map(str::to_owned)
        .collect();
    if !at_root.is_empty() {
        return at_root;
    }
    let folders: BTreeSet<String> = proto_paths(tree).map(|path| folder_of_imports(tree, path)).collect();
    folders.into_iter().collect()
}

/// Compiles the protos below the roots. Never fails as a whole: what is wrong stands in [`Protos::errors`].
pub fn compile(tree: &Tree, roots: &[String]) -> Protos {
    let mut protos = Protos { pool: DescriptorPool::new(), ..Protos::default() };
    let mut parsed = BTreeMap::new();
    for (name, path) in names(tree, roots, &mut protos.errors) {
        match parse(tree, &name, &path) {
            Ok(descriptor) => {
                protos.paths.insert(name.clone(), path);
                parsed.insert(name, descriptor);
            }
            Err(error) => protos.errors.push(error),
        }
    }
    let mut failed: BTreeSet<String> = protos.errors.iter().map(|error| error.name.clone()).collect();
    let mut order = Order::of(&parsed, &protos.paths, &failed);
    let sequence = order.sequence();
    let (google, mut errors) = (order.google, order.errors);
    failed.extend(errors.iter().map(|error| error.name.clone()));
    protos.errors.append(&mut errors);
    for name in &google {
        add_google(&mut protos.pool, name);
    }
    let imports: Imports =
        parsed.iter().map(|(name, file)| (name.clone(), file.dependency.clone())).collect();
    for name in sequence {
        let Some(descriptor) = parsed.remove(&name) else { continue };
        if failed.contains(&name) || imports[&name].iter().any(|import| failed.contains(import)) {
            failed.insert(name);
        } else if let Err(error) = protos.pool.add_file_descriptor_proto(descriptor) {
            let place = |value: Option<usize>| value.and_then(|value| u32::try_from(value + 1).ok());
            protos.errors.push(ProtoError {
                path: protos.paths[&name].clone(),
                name: name.clone(),
                line: place(error.line()),
                column: place(error.column()),
                message: one_line(&error.to_string()),
                dependents: Vec::new(),
            });
            failed.insert(name);
        }
    }
    protos.paths.retain(|name, _| !failed.contains(name));
    for error in &mut protos.errors {
        error.dependents = dependents(&imports, &error.name);
    }
    protos.errors.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    protos
}

/// The protos of a tree, all or nothing: the first error is the answer.
pub fn pool(tree: &Tree, roots: &[String]) -> Result<DescriptorPool, ProtoError> {
    let protos = compile(tree, &self::roots(tree, roots));
    protos.errors.into_iter().next().map_or(Ok(protos.pool), Err)
}

fn proto_paths(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.paths().filter(|path| path.ends_with(".proto"))
}

/// The path below a folder; the empty folder is the root.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Import names and paths of all protos. A file below several roots belongs to the innermost.
fn names(tree: &Tree, roots: &[String], errors: &mut Vec<ProtoError>) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let excluded: Vec<String> =
        modules(tree).unwrap_or_default().into_iter().flat_map(|module| module.excludes).collect();
    let is_excluded = |path: &str| excluded.iter().any(|folder| below(path, folder).is_some());
    for path in proto_paths(tree).filter(|path| !is_excluded(path)) {
        let Some(name) = roots.iter().filter_map(|root| below(path, root)).min_by_key(|name| name.len())
        else {
            continue;
        };
        if let Some(other) = names.get(name) {
            let message = format!("the import name `{name}` also belongs to `{other}`");
            errors.push(error(path, name, None, message));
        } else {
            names.insert(name.to_owned(), path.to_owned());
        }
    }
    names
}

fn parse(tree: &Tree, name: &str, path: &str) -> Result<FileDescriptorProto, ProtoError> {
    let text = tree.text(path).map_err(|reason| error(path, name, None, reason.to_string()))?;
    scan(&text)
        .map_err(|refused| error(path, name, Some((refused.line, refused.column)), refused.message))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let file = File::from_source(name, text).map_err(|reason| {
        let offset = reason.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
        error(path, name, offset.map(|offset| position(text, offset)), one_line(&reason.to_string()))
    })?;
    let mut descriptor = FileDescriptorProto::from(file);
    begin_values_at_their_names(&mut descriptor, text);
    count_characters(&mut descriptor, text);
    Ok(descriptor)
}

/// Moves the positions of default values and JSON names, which are those of the value alone, to where `default = ..` and
/// `json_name = ..` begin: there buf has them.
fn begin_values_at_their_names(file: &mut FileDescriptorProto, text: &str) {
    let mut lines: Option<Vec<&str>> = None;
    for location in file.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
        // A field of a message (2) or an extension in one (6), at any depth, or an extension of the file (7); and of it
        // the default value (7) or the JSON name (10).
        let name = match location.path.as_slice() {
            [4, .., 2 | 6, _, 7] | [7, _, 7] => "default",
            [4, .., 2 | 6, _, 10] | [7, _, 10] => "json_name",
            _ => continue,
        };
        let [line, column, ..] = location.span.as_mut_slice() else { continue };
        let lines = lines.get_or_insert_with(|| text.split('\n').collect());
        let before = || {
            let line = lines.get(usize::try_from(*line).ok()?)?.get(..usize::try_from(*column).ok()?)?;
            line.trim_end().strip_suffix('=')?.trim_end().strip_suffix(name)
        };
        if let Some(before) = before() {
            *column = i32::try_from(before.len()).unwrap_or(i32::MAX);
        }
    }
}

/// Turns the columns of source positions, which count bytes, into characters.
fn count_characters(file: &mut FileDescriptorProto, text: &str) {
    if text.is_ascii() {
        return;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let in_characters = |line: i32, column: &mut i32| {
        let line = usize::try_from(line).ok().and_then(|line| lines.get(line)).copied().unwrap_or_default();
        let before =
            usize::try_from(*column).ok().map(|bytes| line.floor_char_boundary(bytes.min(line.len())));
        if let Some(characters) = before.map(|bytes| line[..bytes].chars().count()) {
            *column = i32::try_from(characters).unwrap_or(i32::MAX);
        }
    };
    for location in file.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
        match location.span.as_mut_slice() {
            [line, column, end] => {
                in_characters(*line, column);
                in_characters(*line, end);
            }
            [line, column, end_line, end] => {
                in_characters(*line, column);
                in_characters(*end_line, end);
            }
            _ => {}
        }
    }
}

pub(crate) fn error(path: &str, name: &str, place: Option<(u32, u32)>, message: String) -> ProtoError {
    ProtoError {
        path: path.to_owned(),
        name: name.to_owned(),
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        message,
        dependents: Vec::new(),
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds one of the well-known files and what it imports, all of which import each other at most three deep.
fn add_google(pool: &mut DescriptorPool, name: &str) {
    if pool.get_file_by_name(name).is_some() {
        return;
    }
    if let Ok(file) = GoogleFileResolver::new().open_file(name) {
        let descriptor = FileDescriptorProto::from(file);
        for import in &descriptor.dependency {
            add_google(pool, import);
        }
        pool.add_file_descriptor_proto(descriptor).expect("the well-known files are consistent");
    }
}

/// What every file imports.
type Imports = BTreeMap<String, Vec<String>>;

/// Every file that imports another one, directly or not.
fn dependents(imports: &Imports, name: &str) -> Vec<String> {
    let mut found = BTreeSet::from([name]);
    loop {
        let more: Vec<&str> = imports
            .iter()
            .filter(|(other, _)| !found.contains(other.as_str()))
            .filter(|(_, imports)| imports.iter().any(|import| found.contains(import.as_str())))
            .map(|(other, _)| other.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found.into_iter().filter(|other| *other != name).map(str::to_owned).collect()
}

/// The folder that a proto's imports start from if it lies where its package says.
fn folder_of_imports(tree: &Tree, path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let package = parse(tree, path, path).map(|file| file.package().replace('.', "/")).unwrap_or_default();
    if package.is_empty() {
        return folder.to_owned();
    }
    match folder.strip_suffix(package.as_str()) {
        Some(rest) if rest.is_empty() || rest.ends_with('/') => rest.trim_end_matches('/').to_owned(),
        _ => folder.to_owned(),
    }
}
