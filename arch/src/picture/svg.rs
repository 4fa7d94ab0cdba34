//! The picture as SVG that stands for itself: no script, no font from elsewhere, light and dark.

use findings::render::text::one_line;
use findings::render::web::text;

use super::layout::Layout;
use super::rows::{Band, Rows, drawn};
use super::{By, Edge, Node, Picture, Status};

const STYLE: &str = include_str!("svg.css");

/// Room around everything, in pixels.
const MARGIN: f64 = 16.0;
/// Room of a layer above and below its nodes.
const AROUND: f64 = 18.0;
/// The width of a letter, which every label is set to, whatever font is there.
const LETTER: f64 = 7.3;
/// The height of a line of text.
const LINE: f64 = 15.0;
/// Letters of a label; the whole name is in the node's title.
const LONGEST: usize = 34;

impl Picture {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        let drawn = drawn(self);
        let edges = &drawn.edges;
        let labels: Vec<Vec<String>> = self.nodes.iter().map(|node| self.label(node)).collect();
        let size = |node: usize| sized(&labels[node]);
        let rows = Rows::of(self, edges, |node| size(node).0);
        let layout = Layout::of(self, edges, &rows, size);
        let mut legend = self.legend(edges);
        legend.extend(drawn.left_out().map(|said| ("", said)));
        let told = self.told();
        let needs = legend.iter().map(|(_, said)| said.chars().count()).max().unwrap_or(0) + 8;
        let needs = needs.max(told.chars().count()) as f64 * LETTER;
        // Names of layers stand where no edge crosses them.
        let names = rows.bands.iter().map(|band| wide(self.layer_name(band))).fold(0.0, f64::max);
        let gutter = if self.layers.is_empty() { 0.0 } else { names + MARGIN };
        let width = layout.width.max(needs) + gutter + 4.0 * MARGIN;
        let top = MARGIN + if self.layers.is_empty() { 0.0 } else { AROUND };
        let left = gutter + (width - gutter - layout.width) / 2.0;
        let below = top + layout.height + AROUND + MARGIN;
        let height = below + (legend.len() + 1) as f64 * (LINE + 4.0) + MARGIN;
        let what = match self.by {
            By::Crate => "crates",
            By::Module => "modules",
        };
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ga\" role=\"img\" aria-labelledby=\"ga-title ga-said\" \
             width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
             <title id=\"ga-title\">What uses what among the {what}</title>\n<desc id=\"ga-said\">{}</desc>\n\
             <style>\n{STYLE}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n",
            text(&told)
        );
        for band in rows.bands.iter().filter(|_| !self.layers.is_empty()) {
            out.push_str(&self.band(band, &rows, &layout, &size, (top, width)));
        }
        let shift = |(x, y): (f64, f64)| (x + left, y + top);
        // What changed and what breaks a rule lies above the rest.
        for told in [false, true] {
            for (edge, points) in edges.iter().zip(&layout.edges).filter(|(edge, _)| edge.is_told() == told) {
                let points: Vec<(f64, f64)> = points.iter().map(|point| shift(*point)).collect();
                out.push_str(&self.edge(edge, &points));
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            out.push_str(&drawn_node(node, &labels[index], shift(layout.nodes[index])));
        }
        for (edge, points) in edges.iter().zip(&layout.edges) {
            if let Some(middle) = middle(points) {
                out.push_str(&sign(edge, shift(middle)));
            }
        }
        legend.insert(0, ("", told));
        for (line, (class, said)) in legend.iter().enumerate() {
            let y = below + line as f64 * (LINE + 4.0) + LINE;
            out.push_str(&explained(class, said, y));
        }
        out.push_str("</svg>\n");
        out
    }

    /// What stands in a node: its name, the crate that it is in, and what else it stands for.
    fn label(&self, node: &Node) -> Vec<String> {
        let (name, others) = match node.name.split_once(' ').filter(|_| node.group) {
            Some((first, others)) => (first, Some(ended(others))),
            None => (node.name.as_str(), None),
        };
        let (krate, rest) = name.split_once("::").unwrap_or(("", name));
        let mut lines = vec![format!("{}{}", node.sign(), ended(rest))];
        lines.extend((!krate.is_empty()).then(|| ended(krate)));
        lines.extend(others);
        lines.extend(node.more());
        lines
    }

    fn band(
        &self,
        band: &Band,
        rows: &Rows,
        layout: &Layout,
        size: &impl Fn(usize) -> (f64, f64),
        (top, width): (f64, f64),
    ) -> String {
        let members =
            (0..self.nodes.len()).filter(|node| (band.first..=band.last).contains(&rows.row[*node]));
        let (mut high, mut low) = (f64::MAX, f64::MIN);
        for node in members {
            let (y, height) = (layout.nodes[node].1, size(node).1);
            high = high.min(y - height / 2.0);
            low = low.max(y + height / 2.0);
        }
        let y = high + top - AROUND;
        format!(
            "<g><rect class=\"band\" x=\"{MARGIN}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\"/>\
             <text class=\"name\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>\n",
            width - 2.0 * MARGIN,
            low - high + 2.0 * AROUND,
            MARGIN + 12.0,
            (low + high) / 2.0 + top + 4.0,
            text(self.layer_name(band))
        )
    }

    fn layer_name(&self, band: &Band) -> &str {
        band.layer.map_or("in no layer", |layer| &self.layers[layer])
    }

    fn edge(&self, edge: &Edge, points: &[(f64, f64)]) -> String {
        let [.., before, end] = points else { return String::new() };
        let broken = if edge.violates.is_empty() { "" } else { " broken" };
        // The line ends where the arrow begins.
        let (dx, dy) = (end.0 - before.0, end.1 - before.1);
        let length = dx.hypot(dy).max(0.1);
        let (ux, uy) = (dx / length, dy / length);
        let (long, half) = if broken.is_empty() { (8.0, 3.5) } else { (12.0, 6.5) };
        let base = (end.0 - ux * long, end.1 - uy * long);
        let mut line: Vec<(f64, f64)> = points.to_vec();
        if let Some(last) = line.last_mut() {
            *last = base;
        }
        format!(
            "<g class=\"edge {}{broken}\"><title>{}</title><path d=\"{}\"/>\
             <polygon points=\"{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}\"/></g>\n",
            edge.status().name(),
            text(&self.said(edge)),
            smooth(&line),
            end.0,
            end.1,
            base.0 - uy * half,
            base.1 + ux * half,
            base.0 + uy * half,
            base.1 - ux * half,
        )
    }

    /// What an edge says where somebody points at it.
    fn said(&self, edge: &Edge) -> String {
        let mut said = format!("{} uses {}", self.nodes[edge.from].name, self.nodes[edge.to].name);
        if let Some((file, line)) = &edge.first {
            said.push_str(&format!(", first at {file}:{line}"));
        }
        match edge.status() {
            Status::Same if edge.added + edge.removed == 0 => {}
            Status::Same => said.push_str(&format!(", {}", super::signed(edge.added, edge.removed))),
            status => said.push_str(&format!(", {}", status.name())),
        }
        for rule in &edge.violates {
            said.push_str(&format!(", breaks {rule}"));
        }
        said
    }

    /// What the drawing's lines and boxes mean, as far as it has them.
    fn legend(&self, edges: &[&Edge]) -> Vec<(&'static str, String)> {
        let status = |status| {
            self.nodes.iter().any(|node| node.status == status)
                || edges.iter().any(|edge| edge.status() == status)
        };
        let mut legend = Vec::new();
        let mut add = |is: bool, class, said: &str| {
            if is {
                legend.push((class, said.to_owned()));
            }
        };
        add(status(Status::Added), "added", "+ added");
        add(status(Status::Removed), "removed", "− removed");
        add(edges.iter().any(|edge| !edge.violates.is_empty()), "broken", "✗ against the policy");
        add(self.nodes.iter().any(|node| node.stands_for > 1), "folded", "several folded into one");
        legend
    }
}

/// The end of a long name, since what differs stands there.
fn ended(name: &str) -> String {
    let name = one_line(name);
    let count = name.chars().count();
    if count <= LONGEST {
        return name.into_owned();
    }
    format!("…{}", name.chars().skip(count + 1 - LONGEST).collect::<String>())
}

/// How wide a text is; letters from beyond the alphabets of Europe are twice as wide.
fn wide(text: &str) -> f64 {
    text.chars()
        .map(|c| if ('\u{1100}'..'\u{2000}').contains(&c) || c > '\u{2e7f}' { 2.0 } else { 1.0 })
        .sum::<f64>()
        * LETTER
}

fn sized(lines: &[String]) -> (f64, f64) {
    let width = lines.iter().map(|line| wide(line)).fold(40.0, f64::max);
    (width + 22.0, lines.len() as f64 * LINE + 13.0)
}

fn drawn_node(node: &Node, lines: &[String], (x, y): (f64, f64)) -> String {
    let (width, height) = sized(lines);
    let (left, top) = (x - width / 2.0, y - height / 2.0);
    let mut out = format!("<g class=\"node {}\"><title>{}</title>", node.status.name(), text(&node.name));
    if node.stands_for > 1 {
        out.push_str(&boxed("under", left + 4.0, top + 4.0, width, height));
    }
    out.push_str(&boxed("over", left, top, width, height));
    for (line, said) in lines.iter().enumerate() {
        let class = match line {
            0 if node.status == Status::Same => "",
            0 => " class=\"sign\"",
            _ => " class=\"soft\"",
        };
        let y = top + 6.5 + (line as f64 + 0.76) * LINE;
        out.push_str(&format!(
            "<text{class} x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" textLength=\"{:.1}\" \
             lengthAdjust=\"spacingAndGlyphs\">{}</text>",
            wide(said) * if line == 0 { 1.0 } else { 0.92 },
            text(said)
        ));
    }
    out.push_str("</g>\n");
    out
}

fn boxed(class: &str, x: f64, y: f64, width: f64, height: f64) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"5\"/>"
    )
}

/// A curve through the middles between the points, with the points as its bends.
fn smooth(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let between = |(x, y): (f64, f64), (u, v): (f64, f64)| ((x + u) / 2.0, (y + v) / 2.0);
    for (index, point) in points.iter().enumerate() {
        let last = index + 1 == points.len();
        match index {
            0 => out.push_str(&format!("M{:.1} {:.1}", point.0, point.1)),
            _ if last => out.push_str(&format!("L{:.1} {:.1}", point.0, point.1)),
            _ => {
                let to = between(*point, points[index + 1]);
                if index == 1 {
                    let from = between(points[0], *point);
                    out.push_str(&format!("L{:.1} {:.1}", from.0, from.1));
                }
                out.push_str(&format!("Q{:.1} {:.1} {:.1} {:.1}", point.0, point.1, to.0, to.1));
            }
        }
    }
    out
}

/// The point in the middle of a line, by its length.
fn middle(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let length = |(one, other): (&(f64, f64), &(f64, f64))| (other.0 - one.0).hypot(other.1 - one.1);
    let steps = || points.iter().zip(points.iter().skip(1));
    let mut left = steps().map(length).sum::<f64>() / 2.0;
    for (one, other) in steps() {
        let step = length((one, other));
        if step >= left && step > 0.0 {
            let part = left / step;
            return Some((one.0 + (other.0 - one.0) * part, one.1 + (other.1 - one.1) * part));
        }
        left -= step;
    }
    points.first().copied()
}

fn sign(edge: &Edge, (x, y): (f64, f64)) -> String {
    let sign = edge.sign();
    if sign.is_empty() {
        return String::new();
    }
    let width = sign.chars().count() as f64 * LETTER + 5.0;
    format!(
        "<g class=\"sign {}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"15\" rx=\"4\"/>\
         <text class=\"sign\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>\n",
        edge.status().name(),
        x - width / 2.0,
        y - 7.5,
        y + 4.2,
        text(&sign)
    )
}

/// A line of the legend.
fn explained(class: &str, said: &str, y: f64) -> String {
    let middle = y - 4.0;
    let x = 2.0 * MARGIN;
    let (mark, at) = match class {
        "" => (String::new(), x),
        "folded" => (
            format!(
                "<g class=\"node same\">{}{}</g>",
                boxed("under", x + 8.0, middle - 4.0, 22.0, 10.0),
                boxed("over", x + 4.0, middle - 7.0, 22.0, 10.0)
            ),
            x + 40.0,
        ),
        _ => (format!("<g class=\"edge {class}\"><path d=\"M{x:.1} {middle:.1}h32\"/></g>"), x + 40.0),
    };
    format!("<g class=\"legend\">{mark}<text x=\"{at:.1}\" y=\"{y:.1}\">{}</text></g>\n", text(said))
}
