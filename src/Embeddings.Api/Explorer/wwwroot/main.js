// The frame of the page: tabs, and the panel that the address names.
import { showCode } from "./code.js";
import { failed, fill, h } from "./dom.js";
import { keep, read } from "./view.js";

// A panel is a module. Its draw(element) gives a function from the name of a button "Code" to its requests.
const main = document.getElementById("main");
const tabs = [...document.getElementById("tabs").children];
let codes;

async function draw(isMove) {
  const { panel } = read();
  const tab = tabs.find(one => one.hash === `#/${panel}`) ?? tabs[0];
  for (const one of tabs) one.ariaCurrent = one === tab ? "page" : null;
  tab.scrollIntoView({ block: "nearest" });
  document.title = `${tab.textContent} · Embeddings`;
  const module = await import(`.${tab.hash.slice(1)}.js`);
  if (!tab.ariaCurrent) return; // another panel was asked for meanwhile
  const body = h("div.panel");
  fill(main, body);
  codes = module.draw(body);
  if (isMove) {
    main.focus();
    scrollTo(0, 0);
  }
}

// The address names the panel, so this link cannot use it.
document.querySelector(".skip").onclick = event => {
  event.preventDefault();
  main.focus();
};
main.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-code]");
  if (button) showCode(codes(button.dataset.code));
});
// A control with a name is kept in the address, unless it is as the template has it.
main.addEventListener("input", ({ target: { name, value, type, defaultValue, defaultChecked } }) => {
  const isDefault = type === "radio" ? defaultChecked : value === defaultValue;
  if (name) keep({ [name]: isDefault ? undefined : value });
});
addEventListener("hashchange", () => draw(true));
addEventListener("unhandledrejection", event => {
  event.preventDefault();
  failed(event.reason);
});
draw(false);
