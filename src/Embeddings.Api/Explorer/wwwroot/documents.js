// One collection: its documents page by page, by a filter, by a search, or like one of them.
import { requests, send } from "./api.js";
import { showCode } from "./code.js";
import { debounce, fill, h, latest, number, part, score } from "./dom.js";
import { address, keep } from "./view.js";

const page = 20;

export function documents(panel, { collection, query = "", filter = "", like }) {
  const at = part("documents", panel);
  let sent;

  at.name.textContent = collection;
  at.map.href = address("map", { collection });
  [at.search.value, at.filter.value] = [query, filter];
  at.search.oninput = at.filter.oninput = changed;
  at.code.onclick = () => showCode(sent);

  const show = latest(async (signal, offset = 0, after) => {
    let condition;
    try {
      condition = at.filter.value.trim() ? JSON.parse(at.filter.value) : undefined;
      at.filter.setCustomValidity("");
    } catch {
      at.filter.setCustomValidity("This is not JSON.");
      return at.filter.reportValidity();
    }
    const text = at.search.value.trim();
    sent = text || like
      ? requests.search({ collection, ...(text ? { query: text } : { positive: [{ id: like }] }), filter: condition, top_k: page, offset })
      : requests.documents(collection, { filter: condition, limit: page, after });
    const [found, all] = await Promise.all([send(sent, signal), send(requests.count(collection, { filter: condition }), signal)]);
    const items = found.results ?? found.data;
    at.count.textContent = `${number(all.count)} ${condition ? "match" : "in all"}`;
    at.about.hidden = items.length > 0 && (!like || text);
    fill(at.about, items.length === 0 ? "No document matches." : [`Like “${like}”. `, h("a", { href: address("collections", { collection }) }, "All documents")]);
    if (offset === 0 && !after) fill(at.list);
    at.list.append(...items.map(entry));
    at.more.hidden = items.length < page || found.next === null;
    at.more.onclick = () => show(offset + page, found.next);
  });
  const showSoon = debounce(250, show);

  function changed() {
    like = undefined;
    keep({ query: at.search.value, filter: at.filter.value, like });
    showSoon();
  }

  function entry({ id, text, metadata = {}, score: value }) {
    return h("li", {},
      h("div", { class: "document-head" }, h("code", {}, id), value !== undefined && h("b", {}, score(value)),
        h("button", { class: "quiet", ariaLabel: `More like ${id}`, onclick: () => { location.hash = address("collections", { collection, like: id }); } }, "More like this")),
      h("p", {}, text ?? h("span", { class: "hint" }, "a vector without a text")),
      h("div", { class: "row" }, Object.entries(metadata).filter(([, one]) => typeof one !== "object").map(([name, one]) => h("button", {
        class: "chip",
        onclick: () => {
          at.filter.value = JSON.stringify({ [name]: one });
          changed();
        },
      }, `${name}: ${one}`))));
  }

  show();
}
