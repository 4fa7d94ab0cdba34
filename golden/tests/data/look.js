// Measures each frame and leaves what it found as JSON in the page. Run by the browser test, never shipped.
const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const over = (top, below) => {
  const alpha = top.length > 3 ? top[3] : 1;
  return [0, 1, 2].map((at) => alpha * top[at] + (1 - alpha) * below[at]);
};
const luminance = (color) => {
  const linear = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
// WCAG 2.2, contrast ratio.
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

function paper(view, element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.push(numbers(view.getComputedStyle(at).backgroundColor));
  }
  return layers.reverse().reduce((below, layer) => (layer.length < 3 ? below : over(layer, below)), [255, 255, 255]);
}

function faint(view, element) {
  const style = view.getComputedStyle(element);
  const isDrawn = element.namespaceURI.endsWith("svg");
  const below = paper(view, element);
  const color = over(numbers(isDrawn ? style.fill : style.color), below);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const ratio = contrast(color, below);
  const least = isLarge ? 3 : 4.5;
  return ratio < least ? [`${element.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`] : [];
}

function look(frame) {
  const view = frame.contentWindow;
  const page = frame.contentDocument;
  const root = page.documentElement;
  const isText = (node) => node.nodeType === 3 && node.data.trim() !== "";
  const hidden = new Set(["title", "desc", "style", "script"]);
  const texts = [...page.querySelectorAll("body *")].filter(
    (element) => !hidden.has(element.localName) && [...element.childNodes].some(isText));
  const outside = [], overlaps = [], unnamed = [];
  const pictures = [...page.querySelectorAll("svg.slope")].map((svg) => {
    const labels = [...svg.querySelectorAll("text")];
    const boxes = labels.map((label) => label.getBBox());
    const frameBox = svg.viewBox.baseVal;
    boxes.forEach((box, at) => {
      const name = labels[at].textContent;
      if (box.x < -0.5 || box.y < -0.5 || box.x + box.width > frameBox.width + 0.5 || box.y + box.height > frameBox.height + 0.5) {
        outside.push(name);
      }
      boxes.slice(at + 1).forEach((other, next) => {
        const apart = box.x + box.width <= other.x + 0.5 || other.x + other.width <= box.x + 0.5
          || box.y + box.height <= other.y + 2.5 || other.y + other.height <= box.y + 2.5;
        if (!apart) {
          overlaps.push(`${name} and ${labels[at + 1 + next].textContent}`);
        }
      });
    });
    const named = (svg.getAttribute("aria-labelledby") || "").split(" ").map((id) => page.getElementById(id));
    if (svg.getAttribute("role") !== "img" || named.length !== 2 || named.some((found) => !found || !found.textContent)) {
      unnamed.push(svg.outerHTML.slice(0, 80));
    }
    return { text: svg.textContent, lines: svg.querySelectorAll("path.line").length };
  });
  return {
    width: view.innerWidth,
    wide: Math.max(0, root.scrollWidth - root.clientWidth),
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    title: page.title,
    text: page.body.innerText.replace(/\s+/g, " "),
    texts: texts.length,
    scripts: page.querySelectorAll("script").length,
    faint: texts.flatMap((element) => faint(view, element)),
    unseen: texts.filter((element) => element.getClientRects().length === 0).map((element) => element.textContent),
    outside, overlaps, unnamed, pictures,
  };
}

addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(look);
  const text = JSON.stringify(found).replace(/[<>&]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
  document.getElementById("found").textContent = text;
});
