// The frame of the page: tabs, and the panel that the address names.
import { key } from "./api.js";
import { failed, fill, h } from "./dom.js";
import { address, read } from "./view.js";

// Each panel is a module that exports draw(element, parameters), loaded when it is first needed. What draw gives back ends it.
const panels = ["playground", "collections", "map", "topics", "classifiers", "server"];
const main = document.getElementById("main");
const forget = document.getElementById("key");
let leave;
let turn = 0;

const titleOf = panel => panel[0].toUpperCase() + panel.slice(1);
const tabs = panels.map(panel => h("a", { href: address(panel) }, titleOf(panel)));
fill(document.getElementById("tabs"), tabs);

async function draw(isMove) {
  const { panel, parameters } = read();
  const name = panels.includes(panel) ? panel : panels[0];
  tabs.forEach((tab, i) => {
    tab.ariaCurrent = panels[i] === name ? "page" : null;
    if (tab.ariaCurrent) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  document.title = `${titleOf(name)} · Embeddings`;
  const mine = ++turn;
  const module = await import(`./${name}.js`);
  if (mine !== turn) return; // another panel was asked for meanwhile
  leave?.();
  const body = h("div", { class: "panel" });
  fill(main, body);
  leave = module.draw(body, parameters);
  if (isMove) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

const showKey = () => { forget.hidden = !key.value; };
document.addEventListener("key", showKey);
forget.onclick = () => { sessionStorage.clear(); location.reload(); };
addEventListener("hashchange", () => draw(true));
addEventListener("unhandledrejection", event => { event.preventDefault(); failed(event.reason); });
showKey();
draw(false);
