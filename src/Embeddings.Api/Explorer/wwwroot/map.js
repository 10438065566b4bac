// The map of a collection: PCA at once, then the better layout flows in; search, neighbours, more and less like this, lasso.
import { requests, send, work } from "./api.js";
import { showCode } from "./code.js";
import { onTheme } from "./color.js";
import { choose, debounce, download, failed, fill, h, latest, number, part, say, score } from "./dom.js";
import { byField, byTopics, fieldsOf } from "./groups.js";
import { MapView } from "./mapview.js";
import { keep } from "./view.js";

const limits = [10_000, 50_000, 100_000];
const methods = { pca: "PCA", umap: "UMAP", tsne: "t-SNE" };
const angles = ["x", "y", "zoom", "yaw", "pitch"];

export function draw(panel, view) {
  const at = part("map", panel);
  const state = { method: "umap", dimensions: "2", limit: String(limits[0]), more: "", less: "", ...view };
  const places = new Map();
  let sent = [];
  let collections = [];
  let topics;
  const map = new MapView(at.view, {
    hover: tip, pick: open, lasso: listed,
    look: camera => panel.isConnected && keep({ at: angles.map(name => +camera[name].toFixed(3)).join() }),
  });

  at.query.value = state.query ?? "";
  at.query.oninput = debounce(250, () => { keep({ query: at.query.value }); find(); });
  at.lasso.onclick = () => { at.lasso.ariaPressed = map.isLasso = !map.isLasso; };
  at.reset.onclick = map.whole;
  at.png.onclick = async () => download(`${state.collection}.png`, await map.png());
  at.svg.onclick = () => download(`${state.collection}.svg`, map.svg());
  at.code.onclick = () => showCode(sent);
  at.table.ontoggle = rows;
  at.collection.onchange = () => change({ collection: at.collection.value, by: "" });
  at.limit.onchange = () => change({ limit: at.limit.value });
  at.methods.onclick = at.dimensions.onclick = event => event.target.value && change({ [event.target.name]: event.target.value });
  at.by.onchange = () => { state.by = at.by.value; keep({ by: state.by }); color(); };

  const load = latest(async signal => {
    topics = undefined;
    for (const button of [...at.methods.children, ...at.dimensions.children]) button.ariaPressed = state[button.name] === button.value;
    const { documents } = collections.find(one => one.name === state.collection) ?? {};
    const fitting = limits.filter((limit, i) => i === 0 || documents > limits[i - 1]);
    choose(at.limit, fitting.map(limit => [limit, number(limit)]), state.limit);
    at.limits.hidden = fitting.length === 1;
    for (const method of new Set(["pca", state.method])) {
      const name = methods[method];
      const request = requests.projection(state.collection, { method, dimensions: Number(state.dimensions), limit: Number(state.limit) });
      tell(`${name} …`);
      const { points, sampled } = await work(request, done => tell(`${name} ${done}`), signal);
      sent = [request];
      places.clear();
      points.forEach((point, i) => places.set(point.id, i));
      map.show(points);
      tell(`${number(points.length)} points${sampled ? ", a sample" : ""}, ${name}`);
      if (method === "pca") await first(points);
      color();
      rows();
    }
  });

  // What the address says of the view, once there are points.
  async function first(points) {
    const names = fieldsOf(points);
    state.by ||= names.find(name => points.some(point => typeof point.metadata?.[name] === "string")) ?? "topics";
    choose(at.by, [["topics", "topics found"], ...names], state.by);
    if (state.at) map.look(Object.fromEntries(state.at.split(",").map((value, i) => [angles[i], Number(value)])));
    await find();
    if (places.has(state.point)) open(places.get(state.point));
    state.at = state.point = undefined;
  }

  const find = latest(async signal => {
    const query = at.query.value.trim();
    const [more, less] = [state.more, state.less].map(ids => ids.split(" ").filter(Boolean));
    const chips = (kind, sign, ids) => ids.map(id => h("button", { class: "chip", ariaLabel: `Remove ${kind} like ${id}`, onclick: () => want(kind, id) }, `${sign} ${id} ×`));
    fill(at.examples, chips("more", "+", more), chips("less", "−", less));
    map.marks.hits = [];
    if (query || more.length > 0) {
      const examples = { positive: [...more.map(id => ({ id })), ...(query ? [{ text: query }] : [])], negative: less.map(id => ({ id })) };
      sent[1] = requests.search({ collection: state.collection, ...(more.length > 0 ? examples : { query }), top_k: 30, include: ["text"] });
      const { results } = await send(sent[1], signal);
      Object.assign(map.marks, { open: -1, near: [], hits: results.map(result => places.get(result.id)).filter(i => i !== undefined) });
      fill(at.side, h("h2", {}, `${results.length} hits`), list(results));
    } else if (map.marks.open < 0) fill(at.side);
    map.paint();
  });

  const color = latest(async signal => {
    if (state.by === "topics") topics ??= await work(requests.topics(state.collection, { include: ["assignments"] }), done => tell(`Topics ${done}`), signal);
    const { groups, scale, color: of } = state.by === "topics" ? byTopics(map.points, topics) : byField(map.points, state.by);
    map.marks.group = -1;
    map.color({ groups, color: of });
    const buttons = groups.map(({ text, color: background, members }, i) => h("button", {
      class: "chip", ariaPressed: "false",
      onclick: () => {
        map.marks.group = map.marks.group === i ? -1 : i;
        buttons.forEach((button, g) => { button.ariaPressed = g === map.marks.group; });
        map.paint();
      },
    }, h("i", { class: "dot", style: { background } }), text, h("small", {}, ` ${number(members.length)}`)));
    fill(at.legend, buttons, scale && h("span", { class: "hint" }, `${state.by} from ${scale.map(number).join(" to ")}`));
  });

  async function open(i) {
    Object.assign(map.marks, { open: i, near: [], chosen: [] });
    const { id, text, metadata = {} } = map.points[i] ?? {};
    keep({ point: id });
    map.paint();
    if (i < 0) return find();
    const about = h("div", { class: "opened" }, h("code", {}, id), h("p", {}, text ?? "A vector without a text."),
      h("div", { class: "row" }, Object.entries(metadata).map(([name, value]) => h("span", { class: "tag" }, `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`))),
      h("div", { class: "row" }, h("button", { onclick: () => want("more", id) }, "More like this"), h("button", { onclick: () => want("less", id) }, "Less like this")));
    fill(at.side, about);
    const request = requests.search({ collection: state.collection, positive: [{ id }], top_k: 10, include: ["text"] });
    const { results } = await send(request);
    if (map.marks.open !== i) return;
    sent[1] = request;
    map.marks.near = results.filter(result => places.has(result.id)).map(result => ({ index: places.get(result.id), score: result.score }));
    map.paint();
    fill(at.side, about, h("h2", {}, "Neighbours"), list(results));
  }

  // Adds an example of what is wanted or not, or takes it back.
  function want(kind, id) {
    const isThere = state[kind].split(" ").includes(id);
    for (const name of ["more", "less"]) state[name] = state[name].split(" ").filter(one => one !== id).join(" ");
    if (!isThere) state[kind] = `${state[kind]} ${id}`.trim();
    if (state.less && !state.more) say("Choose a point that the results shall be like, too.");
    keep({ more: state.more, less: state.less });
    find();
  }

  function listed(indices) {
    map.marks.chosen = indices;
    map.paint();
    const chosen = indices.map(i => map.points[i]);
    const lines = () => chosen.map(({ id, text, metadata }) => `${JSON.stringify({ id, text, metadata })}\n`).join("");
    fill(at.side, h("div", { class: "card-head" }, h("h2", {}, `${number(indices.length)} points`), h("div", { class: "tools" },
      h("button", { onclick: () => download(`${state.collection}-selection.jsonl`, lines()) }, "Export"), h("button", { class: "quiet", onclick: () => open(-1) }, "Clear"))), list(chosen.slice(0, 200)));
  }

  const list = items => h("ol", { class: "found" }, items.map(item => h("li", {},
    h("button", { class: "line", disabled: !places.has(item.id), onclick: () => open(places.get(item.id)).catch(failed) }, item.text ?? item.id), item.score !== undefined && h("b", {}, score(item.score)))));

  function rows() {
    if (at.table.open) fill(at.rows, list(map.points.slice(0, 500)));
  }

  function tip(i, x, y) {
    at.tip.hidden = i < 0;
    if (i < 0) return;
    map.above.ariaLabel = at.tip.textContent = map.points[i].text ?? map.points[i].id;
    Object.assign(at.tip.style, { left: `${Math.min(x + 12, at.view.clientWidth - 260)}px`, top: `${y + 16}px` });
  }

  function change(changes) {
    Object.assign(state, changes);
    keep({ ...changes, point: "" });
    load();
  }

  function tell(text) { at.state.textContent = text; }

  send(requests.collections()).then(({ data }) => {
    collections = data.filter(one => one.documents > 2);
    at.none.hidden = collections.length > 0;
    at.whole.hidden = collections.length === 0;
    state.collection ??= collections[0]?.name;
    choose(at.collection, collections.map(one => [one.name, `${one.name} (${number(one.documents)})`]), state.collection);
    if (collections.length > 0) load();
  });
  onTheme(panel, color);
}
