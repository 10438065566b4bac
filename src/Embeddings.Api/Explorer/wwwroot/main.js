// The frame of the page: tabs, and the panel that the address names.
import { key } from "./api.js";
import { fill, h, say } from "./dom.js";
import { address, read } from "./view.js";

// Panel → its title, and the module that draws it, which is loaded when it is first needed.
const panels = {
  playground: ["Playground", () => import("./playground.js")],
  collections: ["Collections", () => import("./collections.js")],
  server: ["Server", () => import("./server.js")],
};

const main = document.getElementById("main");
const tabs = document.getElementById("tabs");
const forget = document.getElementById("key");
let leave = () => { };
let shown;

tabs.append(...Object.entries(panels).map(([id, [title]]) => h("a", { href: address(id), "data-panel": id }, title)));
forget.addEventListener("click", () => { key.value = null; location.reload(); });
document.addEventListener("key", showKey);
addEventListener("hashchange", () => draw(true));
addEventListener("unhandledrejection", event => {
  event.preventDefault();
  if (event.reason?.name !== "AbortError") say(event.reason?.message ?? String(event.reason), true);
});
showKey();
draw(false);

async function draw(isMove) {
  const { panel, parameters } = read();
  const [title, load] = panels[panel] ?? panels.playground;
  const id = panel in panels ? panel : "playground";
  for (const tab of tabs.children) {
    tab.dataset.panel === id ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current");
    if (tab.dataset.panel === id) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  document.title = `${title} · Embeddings`;
  const turn = shown = {};
  const module = await load();
  if (turn !== shown) return; // another panel was asked for meanwhile
  leave();
  const body = h("div", { class: "panel" });
  fill(main, body);
  leave = module.draw(body, parameters) ?? (() => { });
  if (isMove) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function showKey() {
  forget.hidden = !key.value;
}
