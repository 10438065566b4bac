// One collection: its documents page by page, by a filter, by a search, or like one of them.
import { requests, send } from "./api.js";
import { fill, h, latest, number, part, score } from "./dom.js";
import { address, keep } from "./view.js";

const page = 20;

export function documents(panel, { collection, query = "", filter = "", like }) {
  const at = part("documents", panel);
  let sent;

  at.name.textContent = collection;
  at.map.href = address("map", { collection });
  [at.search.value, at.filter.value] = [query, filter];
  at.search.oninput = at.filter.oninput = changed;

  const show = latest(async (signal, offset = 0, after) => {
    const condition = conditionOf(at.filter);
    if (!at.filter.reportValidity()) return;
    const text = at.search.value.trim();
    const wanted = text ? { query: text } : { positive: [{ id: like }] };
    sent = text || like
      ? requests.search({ collection, ...wanted, filter: condition, top_k: page, offset })
      : requests.documents(collection, { filter: condition, limit: page, after });
    const [found, all] = await Promise.all([sent, requests.count(collection, condition)].map(one => send(one, signal)));
    const items = found.results ?? found.data;
    at.count.textContent = `${number(all.count)} ${condition ? "match" : "in all"}`;
    at.about.hidden = items.length > 0 && (!like || text);
    fill(at.about, items.length === 0 ? "No document matches."
      : [`Like “${like}”. `, h("a", { href: address("collections", { collection }) }, "All documents")]);
    if (offset === 0 && !after) fill(at.list);
    at.list.append(...items.map(entry));
    at.more.hidden = items.length < page || found.next === null;
    at.more.onclick = () => show(offset + page, found.next);
  }, 250);

  function changed() {
    like = undefined;
    keep({ query: at.search.value, filter: at.filter.value, like });
    show();
  }

  function entry({ id, text, metadata = {}, score: value }) {
    const filterBy = field => {
      at.filter.value = JSON.stringify(field);
      changed();
    };
    const fields = Object.entries(metadata).filter(([, one]) => typeof one !== "object");
    const likeThis = () => { location.hash = address("collections", { collection, like: id }); };
    return h("li",
      h("div.document-head", h("code", id), value !== undefined && h("b", score(value)),
        h("button.quiet", { ariaLabel: `More like ${id}`, onclick: likeThis }, "More like this")),
      h("p", text ?? h("span.hint", "a vector without a text")),
      h("div.row", fields.map(([name, one]) =>
        h("button.chip", { onclick: () => filterBy({ [name]: one }) }, `${name}: ${one}`))));
  }

  show();
  return () => sent;
}

// The filter that is typed, which is marked as invalid if it is not JSON.
function conditionOf(input) {
  try {
    input.setCustomValidity("");
    return input.value.trim() ? JSON.parse(input.value) : undefined;
  } catch {
    input.setCustomValidity("This is not JSON.");
  }
}
