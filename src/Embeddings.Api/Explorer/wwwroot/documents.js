// One collection: its documents page by page, by a filter, by a search, or like one of them.
import { requests, send } from "./api.js";
import { codeButton } from "./code.js";
import { card, debounce, field, fill, h, latest, number, say, score } from "./dom.js";
import { address, go, keep } from "./view.js";

const page = 20;

export function documents(panel, { collection, query = "", filter = "", like }) {
  const search = h("input", { type: "search", value: query, placeholder: "What the documents should be about", oninput: changed });
  const where = h("input", { type: "text", value: filter, placeholder: '{"topic": "weather"}', spellcheck: false, oninput: changed });
  const list = h("div", { class: "result", "aria-live": "polite" });
  const counts = h("span", { class: "hint" });
  let sent;

  fill(panel,
    h("div", { class: "intro" },
      h("p", {}, h("a", { href: address("collections") }, "Collections"), " /"),
      h("h1", {}, collection),
      h("p", {}, h("a", { href: address("map", { collection }) }, "See its map"))),
    h("div", { class: "filters" }, field("Search", search), field("Filter", where)),
    card("Documents", [counts, codeButton(() => sent)], list));

  const show = latest(async (signal, offset = 0, after = null) => {
    let condition;
    try {
      condition = where.value.trim() ? JSON.parse(where.value) : undefined;
      where.setCustomValidity("");
    } catch {
      where.setCustomValidity("This is not JSON.");
      return where.reportValidity();
    }
    const text = search.value.trim();
    const isSearch = text || like;
    sent = isSearch
      ? requests.search({ collection, ...(text ? { query: text } : { positive: [{ id: like }] }), filter: condition, top_k: page, offset })
      : requests.documents(collection, { filter: condition, limit: page, after: after ?? undefined });
    const [found, all] = await Promise.all([send(sent, { signal }), send(requests.count(collection, { filter: condition }), { signal })]);
    const items = found.results ?? found.data;
    counts.textContent = `${number(all.count)} ${condition ? "match" : "in all"}`;
    const more = isSearch ? items.length === page && { offset: offset + page } : found.next !== null && { after: found.next };
    const next = more && h("button", { onclick: event => { event.target.remove(); run(more.offset, more.after); } }, "More");
    const entries = items.map(item => entry(item, narrow));
    if (offset > 0 || after !== null) list.firstChild.append(...entries);
    else fill(list, h("ol", { class: "documents" }, entries), like && !text && h("p", { class: "hint" }, `Like “${like}”. `, h("a", { href: address("collections", { collection }) }, "All documents")));
    if (entries.length === 0) list.append(h("p", { class: "hint" }, "No document matches."));
    if (next) list.append(next);
  });
  const run = (...place) => show(...place).catch(error => say(error.message, true));
  const soon = debounce(250, () => run());

  function changed() {
    like = undefined;
    keep({ query: search.value, filter: where.value, like: undefined });
    soon();
  }

  function narrow(name, value) {
    where.value = JSON.stringify({ [name]: value });
    changed();
  }

  function entry(item, narrowTo) {
    const fields = Object.entries(item.metadata ?? {}).filter(([, value]) => typeof value !== "object");
    return h("li", {},
      h("div", { class: "document-head" },
        h("code", {}, item.id),
        item.score !== undefined && h("b", {}, score(item.score)),
        h("button", { class: "quiet", "aria-label": `More like ${item.id}`, onclick: () => go("collections", { collection, like: item.id }) }, "More like this")),
      h("p", {}, item.text ?? h("span", { class: "hint" }, "a vector without a text")),
      fields.length > 0 && h("div", { class: "row" }, fields.map(([name, value]) =>
        h("button", { class: "chip", onclick: () => narrowTo(name, value) }, `${name}: ${value}`))));
  }

  run();
}
