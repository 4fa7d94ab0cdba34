// What is measured of each frame with a report's page.
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
