// The map of a collection: PCA at once, then the better layout flows in; search, neighbours, examples, lasso.
import { chooseCollection, requests, send, work } from "./api.js";
import { choose, download, fill, h, latest, number, part, say, score, svg } from "./dom.js";
import { byField, byTopics, fieldsOf, shapes } from "./groups.js";
import { mapView } from "./mapview.js";
import { keep } from "./view.js";

const methods = { pca: "PCA", umap: "UMAP", tsne: "t-SNE" };
const angles = ["x", "y", "zoom", "yaw", "pitch"];

export function draw(panel, view) {
  const at = part("map", panel);
  const form = at.form.elements;
  const wanted = { more: new Set(view.more?.split("\n")), less: new Set(view.less?.split("\n")) }; // ids of examples
  const places = new Map(); // id → index of the point
  const tell = text => { at.state.textContent = text; };
  let sent = [];
  let topics;
  const map = mapView(at, {
    hover: tip, pick: open, lasso: listed,
    look: camera => panel.isConnected && keep({ at: angles.map(name => Number(camera[name].toFixed(3))).join() }),
  });

  for (const name of ["method", "dimensions", "limit"]) if (view[name]) form[name].value = view[name];
  at.query.value = view.query ?? "";
  at.query.oninput = () => {
    keep({ query: at.query.value });
    find();
  };
  at.form.onchange = ({ target: { name, value } }) => {
    Object.assign(view, { [name]: value }, name === "collection" && { by: "" });
    keep({ [name]: value, by: view.by, point: "" });
    if (name === "by") color();
    else load();
  };
  at.reset.onclick = map.whole;
  at.png.onclick = async () => download(`${form.collection.value}.png`, await map.png());
  at.svg.onclick = () => download(`${form.collection.value}.svg`, map.svg());
  at.table.ontoggle = rows;

  const load = latest(async signal => {
    topics = undefined;
    const [dimensions, limit] = [Number(form.dimensions.value), Number(form.limit.value)];
    for (const method of new Set(["pca", form.method.value])) {
      const progress = text => tell(`${methods[method]} ${text}`);
      const request = requests.projection(form.collection.value, { method, dimensions, limit });
      progress("…");
      const { points, sampled } = await work(request, progress, signal);
      sent = [request];
      places.clear();
      points.forEach((point, i) => places.set(point.id, i));
      map.show(points);
      tell(`${number(points.length)} points${sampled ? ", a sample" : ""}, ${methods[method]}`);
      if (method === "pca") await first(points);
      color();
      rows();
    }
  });

  // What the address says of the view, once there are points.
  async function first(points) {
    const names = fieldsOf(points);
    const isText = name => points.some(point => typeof point.metadata?.[name] === "string");
    choose(form.by, [["topics", "topics found"], ...names], view.by || names.find(isText));
    if (view.at) map.look(Object.fromEntries(view.at.split(",").map((value, i) => [angles[i], Number(value)])));
    await find();
    if (places.has(view.point)) open(places.get(view.point));
    view.at = view.point = undefined;
  }

  const find = latest(async signal => {
    const query = at.query.value.trim();
    const [more, less] = [[...wanted.more], [...wanted.less]];
    const chips = (kind, sign, ids) => ids.map(id =>
      h("button.chip", { ariaLabel: `Remove ${kind} like ${id}`, onclick: () => want(kind, id) }, `${sign} ${id} ×`));
    fill(at.examples, chips("more", "+", more), chips("less", "−", less));
    if (!query && more.length === 0) {
      if (map.marks.open < 0) fill(at.side);
      return map.mark({ hits: [] });
    }
    const positive = [...more.map(id => ({ id })), ...(query ? [{ text: query }] : [])];
    const results = await search(
      more.length > 0 ? { positive, negative: less.map(id => ({ id })), top_k: 30 } : { query, top_k: 30 }, signal);
    const hits = results.map(result => places.get(result.id)).filter(i => i !== undefined);
    map.mark({ open: -1, near: [], hits });
    fill(at.side, h("h2", `${results.length} hits`), list(results));
  }, 250);

  async function search(body, signal) {
    const request = requests.search({ collection: form.collection.value, ...body, include: ["text"] });
    const { results } = await send(request, signal);
    sent[1] = request;
    return results;
  }

  const color = latest(async signal => {
    const field = form.by.value;
    if (field === "topics") {
      const told = at.state.textContent;
      const request = requests.topics(form.collection.value, { include: ["assignments"] });
      topics ??= await work(request, done => tell(`Topics ${done}`), signal);
      tell(told);
    }
    const grouping = field === "topics" ? byTopics(map.points, topics) : byField(map.points, field);
    map.color(grouping);
    const buttons = grouping.groups.map(({ text, color, shape, members }, i) =>
      h("button.chip", { ariaPressed: "false", onclick: () => showAlone(i) },
        svg("svg", { viewBox: "-1.4 -1.4 2.8 2.8" }, svg("path", { d: shapes[shape], fill: `rgb(${color})` })),
        text, h("small", ` ${number(members.length)}`)));
    const showAlone = i => {
      const group = map.marks.group === i ? -1 : i;
      buttons.forEach((button, g) => { button.ariaPressed = g === group; });
      map.mark({ group });
    };
    const scale = grouping.scale?.map(number).join(" to ");
    fill(at.legend, buttons, scale && h("span.hint", `${field} from ${scale}`));
  });

  async function open(i) {
    const { id, text, metadata = {} } = map.points[i] ?? {};
    keep({ point: id });
    map.mark({ open: i, near: [], chosen: [] });
    if (i < 0) return find();
    const tags = Object.entries(metadata).map(([name, value]) =>
      h("span.tag", `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`));
    const about = h("div.opened", h("code", id), h("p", text ?? "A vector without a text."), h("div.row", tags),
      h("div.row", h("button", { onclick: () => want("more", id) }, "More like this"),
        h("button", { onclick: () => want("less", id) }, "Less like this")));
    fill(at.side, about);
    const results = await search({ positive: [{ id }], top_k: 10 });
    if (map.marks.open !== i) return;
    const near = results.map(result => ({ index: places.get(result.id), score: result.score }));
    map.mark({ near: near.filter(({ index }) => index !== undefined) });
    fill(at.side, about, h("h2", "Neighbours"), list(results));
  }

  // Adds an example, or takes it back.
  function want(kind, id) {
    const isThere = wanted[kind].has(id);
    for (const ids of Object.values(wanted)) ids.delete(id);
    if (!isThere) wanted[kind].add(id);
    if (wanted.less.size > 0 && wanted.more.size === 0) say("Choose a point that the results shall be like, too.");
    keep({ more: [...wanted.more].join("\n"), less: [...wanted.less].join("\n") });
    find();
  }

  function listed(chosen) {
    map.mark({ chosen });
    const points = chosen.map(i => map.points[i]);
    const line = ({ id, text, metadata }) => `${JSON.stringify({ id, text, metadata })}\n`;
    const save = () => download(`${form.collection.value}-selection.jsonl`, points.map(line).join(""));
    fill(at.side, h("div.card-head", h("h2", `${number(points.length)} points`), h("div.tools",
      h("button", { onclick: save }, "Export"), h("button.quiet", { onclick: () => open(-1) }, "Clear"))),
    list(points.slice(0, 200)));
  }

  const list = items => h("ol.found", items.map(({ id, text, score: value }) => h("li",
    h("button.line", { disabled: !places.has(id), onclick: () => open(places.get(id)) }, text ?? id),
    value !== undefined && h("b", score(value)))));

  function rows() {
    if (at.table.open) fill(at.rows, list(map.points.slice(0, 500)));
  }

  function tip(i, x, y) {
    at.tip.hidden = i < 0;
    if (i < 0) return;
    at.view.ariaLabel = at.tip.textContent = map.points[i].text ?? map.points[i].id;
    at.tip.style = `left: ${Math.min(x + 12, at.view.clientWidth - 260)}px; top: ${y + 16}px`;
  }

  chooseCollection(at, 3, view.collection, load);
  return () => sent;
}
