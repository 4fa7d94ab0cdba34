// What is measured of each frame with a reviewer's page.
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
