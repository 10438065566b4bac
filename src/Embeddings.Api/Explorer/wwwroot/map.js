// The map of a collection: PCA at once, then the better layout flows in.
import { chooseCollection, requests, send, work } from "./api.js";
import { choose, fill, h, latest, number, part, say, score, svg } from "./dom.js";
import { byField, byTopics, fieldsOf, shapes } from "./groups.js";
import { mapView, still } from "./mapview.js";
import { keep, read } from "./view.js";

const angles = Object.keys(still);
const methods = { pca: "PCA", umap: "UMAP", tsne: "t-SNE" };

export function draw(panel) {
  const at = part("map", panel);
  const form = at.form.elements;
  const idsOf = name => read().parameters[name]?.split("\n") ?? [];
  const places = new Map(); // id → index of the point
  let sent = [];
  let topics;
  const map = mapView(at, {
    hover: tip, pick: open, lasso: listed,
    look: camera => panel.isConnected && keep({ at: angles.map(name => Number(camera[name].toFixed(3))).join() }),
  });

  at.query.oninput = () => find();
  at.form.onchange = ({ target: { name } }) => {
    if (name === "by") return color();
    if (name === "collection") {
      keep({ by: undefined, at: undefined, point: undefined, more: undefined, less: undefined });
    }
    load();
  };
  at.reset.onclick = () => map.look();
  const save = (kind, content) => {
    const url = URL.createObjectURL(new Blob([content]));
    h("a", { href: url, download: `${at.collection.value}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  at.png.onclick = async () => save("png", await map.png());
  at.svg.onclick = () => save("svg", map.svg());

  const load = latest(async signal => {
    topics = undefined;
    const [dimensions, limit] = [Number(form.dimensions.value), Number(form.limit.value)];
    for (const method of new Set(["pca", form.method.value])) {
      const progress = text => fill(at.state, `${methods[method]} ${text}`);
      const request = requests.projection(at.collection.value, { method, dimensions, limit });
      progress("…");
      const { points, sampled } = await work(request, progress, signal);
      sent = [request];
      places.clear();
      points.forEach((point, i) => places.set(point.id, i));
      map.show(points);
      fill(at.state, `${number(points.length)} points${sampled ? ", a sample" : ""}, ${methods[method]}`);
      if (method === "pca") await first(points);
      color();
      fill(at.rows, list(points.slice(0, 500)));
    }
  });

  // The view of the address, once there are points.
  async function first(points) {
    const names = fieldsOf(points);
    const isText = name => points.some(point => typeof point.metadata?.[name] === "string");
    choose(at.by, [["topics", "topics found"], ...names], names.find(isText));
    const { at: camera, point } = read().parameters;
    if (camera) map.look(Object.fromEntries(camera.split(",").map((value, i) => [angles[i], Number(value)])));
    await find();
    if (places.has(point)) open(places.get(point));
  }

  const find = latest(async signal => {
    const query = at.query.value.trim();
    const [more, less] = ["more", "less"].map(kind => idsOf(kind).map(id => ({ id })));
    const chips = (examples, kind, sign) => examples.map(({ id }) =>
      h("button.chip", { ariaLabel: `Remove ${kind} like ${id}`, onclick: () => want(kind, id) }, `${sign} ${id} ×`));
    fill(at.examples, chips(more, "more", "+"), chips(less, "less", "−"));
    const positive = query ? [...more, { text: query }] : more;
    if (positive.length === 0) {
      if (less.length > 0) say("Choose a point that the results shall be like, too.");
      if (map.marks.open < 0) fill(at.side);
      return map.mark({ hits: [] });
    }
    const results = await search(
      more.length + less.length > 0 ? { positive, negative: less, top_k: 30 } : { query, top_k: 30 }, signal);
    map.mark({ open: -1, near: [], hits: placed(results).map(({ index }) => index) });
    fill(at.side, h("h2", `${results.length} hits`), list(results));
  }, 250);

  async function search(body, signal) {
    const request = requests.search({ collection: at.collection.value, ...body, include: ["text"] });
    const { results } = await send(request, signal);
    sent[1] = request;
    return results;
  }

  const placed = results =>
    results.map(result => ({ ...result, index: places.get(result.id) })).filter(({ index }) => index >= 0);

  const color = latest(async signal => {
    const field = at.by.value;
    if (field === "topics") {
      const request = requests.topics(at.collection.value, { include: ["assignments"] });
      topics ??= await work(request, done => fill(at.legend, `Topics ${done}`), signal);
    }
    const grouping = field === "topics" ? byTopics(places, topics) : byField(map.points, field);
    map.color(grouping);
    const buttons = grouping.groups.map(({ text, color, shape, members }, i) => h("button.chip", {
      ariaPressed: "false",
      onclick() {
        map.mark({ group: map.marks.group === i ? -1 : i });
        buttons.forEach((button, g) => { button.ariaPressed = g === map.marks.group; });
      },
    }, svg("svg", { viewBox: "-1.4 -1.4 2.8 2.8" }, svg("path", { d: shapes[shape], fill: `rgb(${color})` })),
    text, h("small", ` ${number(members.length)}`)));
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
    const about = h("div.opened", h("code", id), h("p", text), h("div.row", tags),
      h("div.row", h("button", { onclick: () => want("more", id) }, "More like this"),
        h("button", { onclick: () => want("less", id) }, "Less like this")));
    fill(at.side, about);
    const results = await search({ positive: [{ id }], top_k: 10 });
    if (map.marks.open !== i) return;
    map.mark({ near: placed(results) });
    fill(at.side, about, h("h2", "Neighbours"), list(results));
  }

  function want(kind, id) {
    for (const name of ["more", "less"]) {
      const [ids, others] = [idsOf(name), idsOf(name).filter(one => one !== id)];
      if (name === kind && !ids.includes(id)) others.push(id);
      keep({ [name]: others.join("\n") || undefined });
    }
    find();
  }

  function listed(chosen) {
    map.mark({ chosen });
    const points = chosen.map(i => map.points[i]);
    const lines = points.map(({ id, text, metadata }) => JSON.stringify({ id, text, metadata }));
    fill(at.side, h("div.card-head", h("h2", `${number(points.length)} points`), h("div.tools",
      h("button", { onclick: () => save("jsonl", lines.join("\n")) }, "Export"),
      h("button.quiet", { onclick: () => open(-1) }, "Clear"))),
    list(points.slice(0, 200)));
  }

  const list = items => h("ol.found", items.map(({ id, text, score: value }) => h("li",
    h("button.line", { disabled: !places.has(id), onclick: () => open(places.get(id)) }, text ?? id),
    value !== undefined && h("b", score(value)))));

  function tip(i, x, y) {
    at.tip.hidden = i < 0;
    if (i < 0) return;
    at.view.ariaLabel = at.tip.textContent = map.points[i].text ?? map.points[i].id;
    at.tip.style = `--x: ${x}px; --y: ${y}px`;
  }

  chooseCollection(at, 3, load);
  return () => sent;
}
