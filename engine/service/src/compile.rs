//! Protos compiled from a tree, never from the disk: each file apart, so that one that is broken hides no other.

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic;
use prost_reflect::{DescriptorError, DescriptorPool};
use prost_types::FileDescriptorProto;
use protox::file::{File, FileResolver, GoogleFileResolver};
use source::Tree;

use crate::buf::modules;
use crate::descriptors::DescriptorSet;
use crate::order::Order;
use crate::parallel::beside_each_other;
use crate::positions::{Taken, begin_values_at_their_names, count_characters};
use crate::protos::{ProtoError, Protos, error, one_line};
use crate::qualify::qualify;
use crate::reserved;
use crate::scan::{EDITIONS, position, scan};

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
    compile_with(tree, roots, &DescriptorSet::default())
}

/// The same with the descriptors of files that only others can compile: those of editions.
pub fn compile_with(tree: &Tree, roots: &[String], described: &DescriptorSet) -> Protos {
    let mut errors = Vec::new();
    let names = names(tree, roots, &mut errors);
    compile_named(tree, names, errors, described)
}

/// Compiles the files of these names.
pub(crate) fn compile_named(
    tree: &Tree,
    names: BTreeMap<String, String>,
    errors: Vec<ProtoError>,
    described: &DescriptorSet,
) -> Protos {
    let mut protos = Protos { pool: DescriptorPool::new(), errors, ..Protos::default() };
    let mut parsed = BTreeMap::new();
    let read = |(name, path): &(String, String)| {
        let of_edition = || Some(described.file(name)?.said.clone());
        let mut descriptor = match parse(tree, name, path) {
            Err(error) if error.message == EDITIONS => of_edition().ok_or(error)?,
            read => read?,
        };
        let taken = Taken::out_of(&mut descriptor);
        Ok((descriptor, taken))
    };
    let names: Vec<(String, String)> = names.into_iter().collect();
    let all = beside_each_other(&names, read);
    for ((name, path), read) in names.into_iter().zip(all) {
        match read {
            Ok((descriptor, taken)) => {
                protos.positions.keep(&name, taken);
                protos.paths.insert(name.clone(), path);
                parsed.insert(name, descriptor);
            }
            Err(error) => protos.errors.push(error),
        }
    }
    let again = |path: &str, name: &str| parse(tree, name, path).ok();
    link(&mut protos, parsed, described, again);
    protos
}

impl DescriptorSet {
    /// The whole set as the protos of one side. Well-known files, and what buf marks as an import, are no part of it; the
    /// paths are the names that imports use.
    pub fn protos(&self) -> Protos {
        let mut protos = Protos { pool: DescriptorPool::new(), ..Protos::default() };
        let mut said: BTreeMap<String, FileDescriptorProto> =
            self.files.iter().map(|(name, file)| (name.clone(), file.said.clone())).collect();
        for (name, file) in &mut said {
            protos.positions.keep(name, Taken::out_of(file));
        }
        protos.paths = said.keys().map(|name| (name.clone(), name.clone())).collect();
        link(&mut protos, said, self, |_, _| None);
        protos.paths.retain(|name, _| !self.files[name].is_import && !name.starts_with("google/protobuf/"));
        protos
    }
}

/// Puts files into the pool, each behind what it imports. One that is refused is read `again` from its path and name, with
/// its positions, so that the pool says where it is wrong.
fn link(
    protos: &mut Protos,
    mut parsed: BTreeMap<String, FileDescriptorProto>,
    described: &DescriptorSet,
    again: impl Fn(&str, &str) -> Option<FileDescriptorProto>,
) {
    let mut failed: BTreeSet<String> = protos.errors.iter().map(|error| error.name.clone()).collect();
    let mut order = Order::of(&parsed, &protos.paths, &failed, &protos.positions);
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
            continue;
        }
        let added = match described.file(&name) {
            Some(file) => file.add_to(protos),
            None => {
                add(&mut protos.pool, descriptor, || again(&protos.paths[&name], &name)).map_err(|error| {
                    let place = |value: Option<usize>| u32::try_from(value? + 1).ok();
                    (place(error.line()).zip(place(error.column())), one_line(&error.to_string()))
                })
            }
        };
        if let Err((place, message)) = added {
            protos.errors.push(error(&protos.paths[&name], &name, place, message));
            failed.insert(name);
        }
    }
    protos.paths.retain(|name, _| !failed.contains(name));
    for error in &mut protos.errors {
        error.dependents = dependents(&imports, &error.name);
    }
    protos.errors.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
}

/// Adds a file without positions, which the pool would search for every name, and with its names written out where the pool
/// misreads them. For one that it refuses, the error is that of the file as it is written, which has its positions.
fn add(
    pool: &mut DescriptorPool,
    mut bare: FileDescriptorProto,
    whole: impl FnOnce() -> Option<FileDescriptorProto>,
) -> Result<(), DescriptorError> {
    qualify(&mut bare, pool);
    let Err(refused) = pool.add_file_descriptor_proto(bare) else { return Ok(()) };
    let Some(whole) = whole() else { return Err(refused) };
    pool.add_file_descriptor_proto(whole)
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
pub(crate) fn names(tree: &Tree, roots: &[String], errors: &mut Vec<ProtoError>) -> BTreeMap<String, String> {
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

pub(crate) fn parse(tree: &Tree, name: &str, path: &str) -> Result<FileDescriptorProto, ProtoError> {
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
    reserved::check(&descriptor).map_err(|(place, message)| error(path, name, place, message))?;
    Ok(descriptor)
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
