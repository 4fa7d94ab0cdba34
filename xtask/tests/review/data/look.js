// Measures the page in its frame and leaves what it found as JSON. Run by the browser test, never shipped.
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

function faint(view, element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.push(numbers(view.getComputedStyle(at).backgroundColor));
  }
  const paper = layers.reverse().reduce((below, layer) => (layer.length < 3 ? below : over(layer, below)), [255, 255, 255]);
  const ratio = contrast(over(numbers(view.getComputedStyle(element).color), paper), paper);
  return ratio < 4.5 ? [`${element.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`] : [];
}

function look(frame) {
  const view = frame.contentWindow;
  const page = frame.contentDocument;
  const root = page.documentElement;
  const all = (selector) => [...page.querySelectorAll(selector)];
  const isText = (node) => node.nodeType === 3 && node.data.trim() !== "";
  // Pictures have tests of their own, and paint under their text what is no background.
  const texts = all("body *").filter((element) => !element.closest("svg") && [...element.childNodes].some(isText));
  const screen = (element) => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.left >= 0 && box.bottom <= view.innerHeight && box.right <= view.innerWidth + 0.5;
  };
  const words = (element) => element.innerText.replace(/\s+/g, " ").trim();
  const glances = all("nav a");
  const pictures = all("svg:not([aria-hidden])");
  return {
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    wide: Math.max(0, root.scrollWidth - root.clientWidth),
    glances: glances.map(words),
    outside: glances.filter((glance) => !screen(glance)).map(words),
    cards: all(".answer").filter(screen).map(words),
    levels: all("h1, h2, h3, h4").map((heading) => Number(heading.localName[1])),
    faint: texts.flatMap((element) => faint(view, element)),
    cut: texts.filter((element) => element.className !== "heard" && element.scrollWidth > element.clientWidth + 1 && view.getComputedStyle(element).overflowX !== "visible").map(words),
    unnamed: pictures.filter((svg) => svg.getAttribute("role") !== "img" || !svg.querySelector("title")).map((svg) => svg.outerHTML.slice(0, 80)),
    scopeless: all("th").filter((cell) => !cell.hasAttribute("scope")).map(words),
  };
}

addEventListener("load", () => {
  const text = JSON.stringify(look(document.querySelector("iframe")));
  document.getElementById("found").textContent = text.replace(/[<>&]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
});
