// What every measuring of a page in a real browser needs. The script beside it says what is looked for: `look(frame)` for each
// frame. What was found is left as a list of JSON in the page. Run by browser tests, never shipped.
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

addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(look);
  const text = JSON.stringify(found).replace(/[<>&]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
  document.getElementById("found").textContent = text;
});
