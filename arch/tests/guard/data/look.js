// Measures a drawing in the browser that shows it: what overlaps, what is cut, what can hardly be read.
const svg = document.querySelector("svg.ga");
const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const light = (color) => {
  const [r, g, b] = color.match(/[\d.]+/g).map((part) => channel(part / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
// The contrast of WCAG 2.2, from 1 to 21.
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const fill = (element) => getComputedStyle(element).fill;
const box = (element) => element.getBoundingClientRect();
const whole = box(svg);
const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
const nodes = [...svg.querySelectorAll(".node")].filter((node) => !node.closest(".legend"));
const found = { dark: matchMedia("(prefers-color-scheme: dark)").matches, nodes: nodes.length, texts: 0, overlaps: [], cut: [], faint: [], hit: [] };
const rects = nodes.map((node) => box(node.querySelector(".over")));
rects.forEach((one, index) => rects.slice(index + 1).forEach((other) => apart(one, other) || found.overlaps.push(nodes[index].textContent)));
nodes.forEach((node, index) => {
  node.querySelectorAll("text").forEach((text) => inside(box(text), rects[index]) || found.cut.push(text.textContent));
});
const papers = { band: svg.querySelector(".band"), paper: svg.querySelector(".paper") };
svg.querySelectorAll("text").forEach((text) => {
  found.texts += 1;
  inside(box(text), whole) || found.cut.push(text.textContent);
  const on = text.closest(".node")?.querySelector(".over") ?? (text.closest(".name") ? papers.band : papers.paper);
  const seen = contrast(fill(text), fill(on));
  seen >= 4.5 || found.faint.push(`${text.textContent}: ${seen.toFixed(1)}`);
});
// No edge passes through a node that it does not touch.
svg.querySelectorAll(".edge path").forEach((path) => {
  if (path.closest(".legend")) return;
  const length = path.getTotalLength();
  const ends = [path.getPointAtLength(0), path.getPointAtLength(length)];
  for (let at = 0; at < length; at += 3) {
    const point = path.getPointAtLength(at);
    const [x, y] = [point.x + whole.left, point.y + whole.top];
    rects.forEach((rect, index) => {
      const within = x > rect.left + 2 && x < rect.right - 2 && y > rect.top + 2 && y < rect.bottom - 2;
      if (within) found.hit.push(`${path.parentNode.querySelector("title").textContent} through ${nodes[index].querySelector("title").textContent}`);
    });
  }
});
found.hit = [...new Set(found.hit)];
document.getElementById("found").textContent = JSON.stringify(found);
