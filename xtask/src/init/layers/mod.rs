//! Layers for a workspace as it is: what tests and measures on top, programs below that, then libraries by the folders
//! that they lie in, or by how high they stand.

mod bands;
mod graph;

use std::collections::{BTreeMap, BTreeSet};

use source::Workspace;

use graph::{Graph, Node};

/// Folders whose packages test, measure, show or build the others.
const BESIDE: [&str; 16] = [
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "ci",
    "dev",
    "e2e",
    "example",
    "examples",
    "fuzz",
    "scripts",
    "test",
    "tests",
    "tool",
    "tools",
    "xtask",
];

/// Packages by whose names the same is said.
const BESIDE_NAMES: [&str; 10] =
    ["bench", "benches", "benchmark", "benchmarks", "example", "examples", "fuzz", "test", "tests", "xtask"];

/// Bands that libraries of one folder are folded into, at most.
const BANDS: usize = 3;

/// From so many libraries on, one more.
const MANY: usize = 40;

/// Folders that libraries are told apart by, at most.
const FOLDERS: usize = 4;

/// Libraries that one folder keeps together, at most.
const LARGE: usize = 8;

/// A layer that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) name: String,
    /// Packages, sorted.
    pub(super) members: Vec<String>,
    /// Whether its members may use each other.
    pub(super) free: bool,
    pub(super) because: String,
}

/// A part of the packages that becomes a layer, and what it is.
struct Part {
    nodes: BTreeSet<usize>,
    kind: Kind,
}

enum Kind {
    Beside,
    Programs,
    /// Libraries of one folder.
    Folder(String),
    /// A band, counted from the lowest, of so many.
    Band(usize, usize),
}

/// Layers, highest first, that allow every dependency there is. None for fewer than two packages: there is nothing to
/// keep apart.
pub(super) fn propose(workspace: &Workspace) -> Vec<Layer> {
    let graph = Graph::of(workspace);
    if graph.nodes.len() < 2 {
        return Vec::new();
    }
    let parts = parts(&graph);
    let mut taken = BTreeSet::new();
    let mut layers = Vec::new();
    for part in &parts {
        let members: Vec<String> = part.nodes.iter().map(|node| graph.nodes[*node].name.clone()).collect();
        let (name, because) = said(&graph, part, &members);
        let name = (1..).map(|number| numbered(&name, number)).find(|name| taken.insert(name.clone()));
        let independent = matches!(part.kind, Kind::Programs | Kind::Band(0, _)) && members.len() > 1;
        let free = !independent || graph.has_edge_within(&part.nodes);
        layers.push(Layer { name: name.unwrap_or_default(), members, free, because });
    }
    layers
}

/// The same layers with those from one to another made into one, whose members may use each other.
pub(super) fn merged(layers: &[Layer], one: usize, other: usize) -> Vec<Layer> {
    let (first, last) = (one.min(other), one.max(other));
    let mut members: Vec<String> = layers[first..=last].iter().flat_map(|it| it.members.clone()).collect();
    members.sort();
    let layer = Layer { members, free: true, ..layers[last].clone() };
    layers[..first].iter().cloned().chain([layer]).chain(layers[last + 1..].iter().cloned()).collect()
}

fn parts(graph: &Graph) -> Vec<Part> {
    let all: BTreeSet<usize> = (0..graph.nodes.len()).collect();
    let of_kind = |wanted: &dyn Fn(&Node) -> bool| -> BTreeSet<usize> {
        all.iter().copied().filter(|node| wanted(&graph.nodes[*node])).collect()
    };
    let mut beside = graph.topmost(&of_kind(&is_beside), &BTreeSet::new());
    if beside.len() == all.len() {
        beside.clear();
    }
    // A library with a program beside it is still a library where others use it.
    let programs: BTreeSet<usize> = of_kind(&|node| node.has_binary).difference(&beside).copied().collect();
    let users = |node: usize| all.iter().filter(move |user| graph.nodes[**user].uses.contains(&node));
    let programs: BTreeSet<usize> =
        programs.into_iter().filter(|node| users(*node).all(|user| beside.contains(user))).collect();
    let libraries: BTreeSet<usize> =
        all.iter().filter(|node| !beside.contains(node) && !programs.contains(node)).copied().collect();
    let mut parts =
        vec![Part { nodes: beside, kind: Kind::Beside }, Part { nodes: programs, kind: Kind::Programs }];
    match by_folder(graph, &libraries) {
        Some(folders) => {
            parts.extend(
                folders.into_iter().map(|(folder, nodes)| Part { nodes, kind: Kind::Folder(folder) }),
            );
        }
        None => parts.extend(by_height(graph, &libraries)),
    }
    parts.retain(|part| !part.nodes.is_empty());
    parts
}

/// Libraries by the folders that they lie in, highest first; `None` where there is one such folder or very many, where two
/// of them use each other, and where one holds so many libraries that it says little about them.
fn by_folder(graph: &Graph, libraries: &BTreeSet<usize>) -> Option<Vec<(String, BTreeSet<usize>)>> {
    let mut folders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for node in libraries {
        folders.entry(folder(&graph.nodes[*node].dir)).or_default().insert(*node);
    }
    let is_large = folders.values().any(|nodes| nodes.len() > LARGE);
    if folders.len() < 2 || folders.len() > FOLDERS || is_large {
        return None;
    }
    let uses = |one: &BTreeSet<usize>, other: &BTreeSet<usize>| {
        one.iter().any(|node| graph.nodes[*node].uses.iter().any(|used| other.contains(used)))
    };
    let mut ordered = Vec::new();
    while !folders.is_empty() {
        let unused = |name: &&&str| {
            folders.iter().all(|(user, nodes)| *user == **name || !uses(nodes, &folders[**name]))
        };
        let next = *folders.keys().find(unused)?;
        let nodes = folders.remove(next)?;
        ordered.push((next.to_owned(), nodes));
    }
    Some(ordered)
}

fn by_height(graph: &Graph, nodes: &BTreeSet<usize>) -> Vec<Part> {
    let heights = graph.heights();
    // Heights that none of these has are left out, so that the lowest is 0.
    let ladder: BTreeMap<usize, usize> =
        nodes.iter().map(|node| heights[*node]).collect::<BTreeSet<_>>().into_iter().zip(0..).collect();
    let mut sizes = vec![0; ladder.len()];
    for node in nodes {
        sizes[ladder[&heights[*node]]] += 1;
    }
    let most = if nodes.len() >= MANY { BANDS + 1 } else { BANDS };
    let band_of = bands::fold(&sizes, most);
    let count = band_of.last().map_or(0, |band| band + 1);
    let part = |band: usize| Part {
        nodes: nodes.iter().copied().filter(|node| band_of[ladder[&heights[*node]]] == band).collect(),
        kind: Kind::Band(band, count),
    };
    (0..count).rev().map(part).collect()
}

fn is_beside(node: &Node) -> bool {
    let by_folder = node.dir.split('/').any(|part| BESIDE.contains(&part));
    by_folder || node.name.split(['-', '_']).any(|word| BESIDE_NAMES.contains(&word))
}

/// The folder above a package's own; its own where it lies at the root, which has none above.
fn folder(dir: &str) -> &str {
    dir.rsplit_once('/').map_or("", |(above, _)| above)
}

fn numbered(name: &str, number: usize) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}-{number}") }
}

/// What a layer is called, and why it stands where it stands.
fn said(graph: &Graph, part: &Part, members: &[String]) -> (String, String) {
    let folders: BTreeSet<&str> = part.nodes.iter().map(|node| folder(&graph.nodes[*node].dir)).collect();
    let common = folders.first().filter(|folder| folders.len() == 1 && !folder.is_empty());
    let common = common.and_then(|folder| folder.rsplit('/').next());
    let common = common.filter(|name| !["crates", "lib", "libs", "packages", "src"].contains(name));
    let of_band = |band: usize, bands: usize| match (band, bands) {
        (_, 1) => ("libraries", "libraries are read and tested without what is built upon them"),
        (0, _) => ("foundations", "what the others stand upon knows none of them"),
        (1, 4) => ("core", "what is shared knows none of those who share it"),
        (1, 3) | (2, 4) | (1, 2) => {
            ("libraries", "libraries are read and tested without what is built upon them")
        }
        _ => ("features", "what is built upon the libraries is known to none of them"),
    };
    let (name, because) = match &part.kind {
        Kind::Beside => {
            let name = if members.len() == 1 { Some(members[0].as_str()) } else { common };
            (name.unwrap_or("tools"), "nothing that is shipped depends on what tests, measures and builds it")
        }
        Kind::Programs if members.len() == 1 => {
            (members[0].as_str(), "a program puts libraries together, and nothing depends on it")
        }
        Kind::Programs => {
            (common.unwrap_or("programs"), "a program puts libraries together, and none depends on another")
        }
        Kind::Folder(_) if members.len() == 1 => {
            (members[0].as_str(), "what is built upon it can be told from it, and is unknown to it")
        }
        Kind::Folder(folder) => {
            let name = folder.rsplit('/').next().filter(|name| !name.is_empty());
            (name.unwrap_or("top"), "what lies in one folder is used by those above, and knows none of them")
        }
        Kind::Band(..) if members.len() == 1 => {
            (members[0].as_str(), "what is built upon it can be told from it, and is unknown to it")
        }
        Kind::Band(..) if members.iter().all(|name| is_macros(name)) => {
            ("macros", "macros are compiled before everything that is written with them")
        }
        Kind::Band(band, bands) => of_band(*band, *bands),
    };
    (name.to_owned(), because.to_owned())
}

fn is_macros(name: &str) -> bool {
    name.split(['-', '_']).any(|word| ["macros", "macro", "derive"].contains(&word))
}

#[cfg(test)]
mod tests {
    use arch::Written;

    use super::*;

    /// The layers of a workspace in the notation of the policy, a line each.
    fn check(workspace: &str, expected: &[&str]) {
        let tree = Written::read(workspace).expect("a workspace").tree();
        let layers = propose(&Workspace::read(&tree));
        let told = layers.iter().map(|layer| {
            format!("{}{}: {}", layer.name, if layer.free { "" } else { "!" }, layer.members.join(" "))
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{workspace}");
    }

    #[test]
    fn one_package_has_no_layers() {
        check("crate a", &[]);
    }

    #[test]
    fn programs_stand_over_libraries_and_tools_over_programs() {
        check(
            "crate services/home -> stages\ncrate services/queue -> stages\ncrate stages -> model\ncrate model\n\
             crate tools/load -> home\nservices/home/src/main.rs | fn main() {}\nservices/queue/src/main.rs | fn main() {}",
            &["load: load", "services!: home queue", "stages: stages", "model: model"],
        );
    }

    #[test]
    fn libraries_are_told_apart_by_their_folders_where_those_have_an_order() {
        check(
            "crate lib/index -> io\ncrate lib/query -> index\ncrate lib/common/io\ncrate lib/common/bits -> io",
            &["lib: index query", "common: bits io"],
        );
    }

    #[test]
    fn folders_that_use_each_other_are_told_apart_by_height() {
        check(
            "crate a/one -> two\ncrate b/two -> three\ncrate a/three\ncrate b/four",
            &["one: one", "two: two", "foundations!: four three"],
        );
    }

    #[test]
    fn what_only_tests_use_is_no_edge() {
        check("crate a -> b (dev)\ncrate b", &["libraries!: a b"]);
    }

    #[test]
    fn a_circle_stands_in_one_layer() {
        check("crate a -> b\ncrate b -> a\ncrate c -> a", &["c: c", "foundations: a b"]);
    }
}
