// One collection: its documents by a filter, by a search, or like one of them.
import { requests, send } from "./api.js";
import { fill, h, latest, number, part, score, type } from "./dom.js";
import { address, keep, read } from "./view.js";

const page = 20;

export function documents(panel) {
  const at = part("documents", panel);
  const { collection, like } = read().parameters;
  let sent;

  at.name.textContent = collection;
  at.like.textContent = like;
  at.map.href = address("map", { collection });
  at.all.href = address("collections", { collection });
  at.query.oninput = at.filter.oninput = () => {
    keep({ like: undefined });
    show();
  };

  const show = latest(async (signal, offset = 0, after) => {
    const filter = filterOf(at.filter);
    if (!at.filter.reportValidity()) return;
    const query = at.query.value.trim();
    const { like } = read().parameters;
    const wanted = query ? { query } : { positive: [{ id: like }] };
    sent = query || like
      ? requests.search({ collection, ...wanted, filter, top_k: page, offset })
      : requests.documents(collection, { filter, limit: page, after });
    const [found, all] = await Promise.all([sent, requests.count(collection, filter)].map(one => send(one, signal)));
    const items = found.results ?? found.data;
    at.count.textContent = `${number(all.count)} ${filter ? "match" : "in all"}`;
    at.liking.hidden = !like || query !== "";
    if (offset === 0 && !after) fill(at.list);
    at.list.append(...items.map(entry));
    at.more.hidden = items.length < page || found.next === null;
    at.more.onclick = () => show(offset + page, found.next);
  }, 250);

  function entry({ id, text, metadata = {}, score: value }) {
    return h("li",
      h("div.document-head", h("code", id), value !== undefined && h("b", score(value)),
        h("a", { ariaLabel: `More like ${id}`, href: address("collections", { collection, like: id }) },
          "More like this")),
      h("p", text),
      h("div.row", Object.entries(metadata).map(([name, one]) => typeof one !== "object" &&
        h("button.chip", { onclick: () => type(at.filter, JSON.stringify({ [name]: one })) }, `${name}: ${one}`))));
  }

  show();
  return () => sent;
}

function filterOf(input) {
  try {
    input.setCustomValidity("");
    return input.value.trim() ? JSON.parse(input.value) : undefined;
  } catch {
    input.setCustomValidity("This is not JSON.");
  }
}
