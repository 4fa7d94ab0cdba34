//! The order in which protos are compiled, and what is wrong with their imports.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::FileDescriptorProto;
use protox::file::{FileResolver, GoogleFileResolver};

use crate::ProtoError;
use crate::positions::Positions;
use crate::protos::error;

/// Puts files behind what they import, so that neither the pool nor this walk ever recurses over a chain of imports.
pub(crate) struct Order<'a> {
    parsed: &'a BTreeMap<String, FileDescriptorProto>,
    paths: &'a BTreeMap<String, String>,
    /// Files that exist and have an error of their own.
    broken: &'a BTreeSet<String>,
    positions: &'a Positions,
    /// Well-known files that are imported.
    pub(crate) google: BTreeSet<String>,
    /// `false` while the files that it imports are being visited.
    done: BTreeMap<&'a str, bool>,
    pub(crate) errors: Vec<ProtoError>,
}

impl<'a> Order<'a> {
    pub(crate) fn of(
        parsed: &'a BTreeMap<String, FileDescriptorProto>,
        paths: &'a BTreeMap<String, String>,
        broken: &'a BTreeSet<String>,
        positions: &'a Positions,
    ) -> Self {
        let (google, done, errors) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        Order { parsed, paths, broken, positions, google, done, errors }
    }

    pub(crate) fn sequence(&mut self) -> Vec<String> {
        let mut sequence = Vec::new();
        for start in self.parsed.keys() {
            let mut stack = vec![(start.as_str(), 0)];
            while let Some((name, next)) = stack.pop() {
                if next == 0 {
                    if self.done.contains_key(name) {
                        continue;
                    }
                    self.done.insert(name, false);
                }
                let imports = &self.parsed[name].dependency;
                let Some(import) = imports.get(next) else {
                    self.done.insert(name, true);
                    sequence.push(name.to_owned());
                    continue;
                };
                stack.push((name, next + 1));
                if let Some((import, _)) = self.parsed.get_key_value(import) {
                    if self.done.get(import.as_str()) == Some(&false) {
                        let cycle: Vec<&str> = stack
                            .iter()
                            .map(|(name, _)| *name)
                            .skip_while(|name| name != import)
                            .chain([import.as_str()])
                            .collect();
                        self.blame(name, next, format!("import cycle: {}", cycle.join(" -> ")));
                    } else {
                        stack.push((import, 0));
                    }
                } else if GoogleFileResolver::new().open_file(import).is_ok() {
                    self.google.insert(import.clone());
                } else if !self.broken.contains(import) {
                    self.blame(name, next, format!("the import `{import}` is not found"));
                }
                if imports[..next].contains(import) {
                    self.blame(name, next, format!("`{import}` is imported twice"));
                }
            }
        }
        sequence
    }

    fn blame(&mut self, name: &str, import: usize, message: String) {
        let path = [3, i32::try_from(import).unwrap_or(i32::MAX)];
        let locations = self.positions.of(name);
        let location = locations.iter().find(|location| location.path == path);
        let place = location.and_then(|location| {
            let [line, column, ..] = location.span[..] else { return None };
            Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
        });
        self.errors.push(error(&self.paths[name], name, place, message));
    }
}
