//! The picture as Mermaid, within what platforms draw.

use std::collections::BTreeMap;

use super::rows::{Drawn, drawn};
use super::{Edge, Node, Picture, Status, plural};

/// What Mermaid draws by default (`maxTextSize`), in characters.
pub(crate) const CHARACTERS: usize = 50_000;
/// What Mermaid draws by default (`maxEdges`), the edges that keep layers in order among them.
pub(crate) const EDGES: usize = 500;
/// Characters of a name.
const NAME: usize = 80;

impl Picture {
    /// The picture as a Mermaid flowchart, folded further where it would be too long for a platform.
    pub fn mermaid(&self) -> String {
        let mut picture = self.clone();
        loop {
            let text = written(&picture);
            if text.chars().count() < CHARACTERS || picture.nodes.len() < 2 {
                return text;
            }
            picture = picture.folded(picture.nodes.len() / 2);
        }
    }
}

fn written(picture: &Picture) -> String {
    let drawn = drawn(picture);
    let mut edges = drawn.edges.clone();
    let mut bands: BTreeMap<(bool, Option<usize>), Vec<usize>> = BTreeMap::new();
    for (index, node) in picture.nodes.iter().enumerate() {
        bands.entry((node.layer.is_none(), node.layer)).or_default().push(index);
    }
    let room = EDGES.saturating_sub(bands.len());
    let over = edges.len().saturating_sub(room);
    if over > 0 {
        edges.sort_by_key(|edge| {
            (!edge.is_told(), std::cmp::Reverse(edge.manifest + edge.code), edge.from, edge.to)
        });
        edges.truncate(room);
        edges.sort_by_key(|edge| (edge.from, edge.to));
    }
    let mut out = format!("%% {}\n", told(picture, &drawn, over));
    out.push_str("flowchart TD\n");
    for ((_, layer), nodes) in &bands {
        let (open, close) = match layer {
            Some(layer) => {
                (format!("  subgraph l{layer} [\"{}\"]\n", escaped(&picture.layers[*layer])), "  end\n")
            }
            None => (String::new(), ""),
        };
        out.push_str(&open);
        for node in nodes {
            out.push_str(&format!("    n{node}{}\n", shaped(&picture.nodes[*node])));
        }
        out.push_str(close);
    }
    for edge in &edges {
        out.push_str(&format!("  n{} {} n{}\n", edge.from, arrow(edge), edge.to));
    }
    let layers: Vec<usize> = bands.keys().filter_map(|(_, layer)| *layer).collect();
    for pair in layers.windows(2) {
        out.push_str(&format!("  l{} ~~~ l{}\n", pair[0], pair[1]));
    }
    styles(&mut out, picture, &edges);
    out
}

/// A comment; nothing in it could be read as a directive.
fn told(picture: &Picture, drawn: &Drawn<'_>, over: usize) -> String {
    let mut told = picture.told();
    if let Some(left_out) = drawn.left_out() {
        told.push_str(&format!("; {left_out}"));
    }
    if over > 0 {
        told.push_str(&format!("; {} left out for want of room", plural(over, "edge")));
    }
    told
}

fn shaped(node: &Node) -> String {
    let more = node.more().map(|more| format!("<br/>{}", escaped(&more))).unwrap_or_default();
    let label = format!("\"{}{}{more}\"", node.sign(), escaped(&node.name));
    if node.stands_for > 1 { format!("[[{label}]]") } else { format!("[{label}]") }
}

fn arrow(edge: &Edge) -> String {
    let sign = edge.sign();
    let line = match (edge.violates.is_empty(), edge.status()) {
        (false, _) => "==>",
        (true, Status::Removed) => "-.->",
        _ => "-->",
    };
    if sign.is_empty() { line.to_owned() } else { format!("{line}|\"{}\"|", escaped(&sign)) }
}

/// Colours that can be told from a light and from a dark page.
fn styles(out: &mut String, picture: &Picture, edges: &[&Edge]) {
    for (status, style) in [
        (Status::Added, "stroke:#2da44e,stroke-width:2px"),
        (Status::Removed, "stroke:#d1242f,stroke-width:2px,stroke-dasharray:5 4"),
    ] {
        let nodes = picture.nodes.iter().enumerate().filter(|(_, node)| node.status == status);
        let nodes: Vec<String> = nodes.map(|(index, _)| format!("n{index}")).collect();
        if !nodes.is_empty() {
            out.push_str(&format!("  classDef {} {style}\n", status.name()));
            out.push_str(&format!("  class {} {}\n", nodes.join(","), status.name()));
        }
    }
    for (status, color) in
        [(Status::Added, "#2da44e"), (Status::Removed, "#d1242f"), (Status::Same, "#bf8700")]
    {
        for thick in [false, true] {
            let wanted = |edge: &&Edge| edge.status() == status && edge.violates.is_empty() != thick;
            let links: Vec<String> = edges
                .iter()
                .enumerate()
                .filter(|(_, edge)| wanted(edge) && (thick || status != Status::Same))
                .map(|(index, _)| index.to_string())
                .collect();
            if !links.is_empty() {
                let width = if thick { 5 } else { 2 };
                out.push_str(&format!(
                    "  linkStyle {} stroke:{color},stroke-width:{width}px\n",
                    links.join(",")
                ));
            }
        }
    }
}

/// A text within quotes. Whatever Mermaid could read as more than a letter is written as its number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (count, c) in findings::render::text::one_line(text).chars().enumerate() {
        match c {
            _ if count == NAME => {
                out.push('…');
                break;
            }
            ' ' | '_' | '-' | '−' | '+' | ',' | '.' | '/' | ':' | '✗' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => out.push_str(&format!("#{};", c as u32)),
        }
    }
    out
}
