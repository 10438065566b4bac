// What the server does now, and where to read on.
import { requests, root, send } from "./api.js";
import { codeButton } from "./code.js";
import { bytes, card, fill, h, number, say } from "./dom.js";

const every = 2000;
const kept = 60;

export function draw(panel) {
  const figures = h("div", { class: "figures" });
  const models = h("div", { class: "result" });
  const rates = [];
  let timer;

  fill(panel,
    h("div", { class: "intro" }, h("h1", {}, "Server"), h("p", {}, "What it does now; the figures are renewed every two seconds.")),
    card("Now", codeButton(() => requests.status()), figures),
    card("Models", codeButton(() => requests.models()), models),
    card("Read on", null, h("ul", { class: "links" },
      link("swagger", "Swagger", "every route, to read and to try"),
      link("swagger/v1/swagger.json", "OpenAPI document", "for generators of clients"),
      link("v1/models", "Models", "as OpenAI's clients list them"),
      link("health/ready", "Readiness", "what an orchestrator asks"))));

  async function show() {
    if (document.hidden) return;
    const status = await send(requests.status());
    rates.push(status.tokens_per_second);
    if (rates.length > kept) rates.shift();
    const queued = status.models.reduce((sum, model) => sum + model.queued_tokens, 0);
    fill(figures,
      figure("Tokens a second", number(Math.round(status.tokens_per_second)), sparkline(rates)),
      figure("Tokens waiting", number(queued), `${number(status.tokens)} read so far`),
      figure("Memory", bytes(status.memory.used_bytes), `of ${bytes(status.memory.available_bytes)}`),
      figure("State", status.ready ? "Ready" : "Not ready", `${duration(status.uptime_seconds)}, ${status.processors} processors, version ${status.version}`));
    fill(models, table(status.models));
  }

  const tick = () => show().catch(error => { clearInterval(timer); say(error.message, true); });
  timer = setInterval(tick, every);
  tick();
  return () => clearInterval(timer);
}

const figure = (title, value, more) => h("div", { class: "figure" }, h("span", {}, title), h("b", {}, value), h("small", {}, more));

const link = (path, title, text) => h("li", {}, h("a", { href: new URL(path, root).href }, title), ` ${text}`);

function table(models) {
  const head = ["Model", "Precision", "Dimensions", "Reads", "Workers", "State"];
  return h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table of models" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, head.map(title => h("th", { scope: "col" }, title)))),
    h("tbody", {}, models.map((model, i) => h("tr", {},
      h("th", { scope: "row" }, model.id, i === 0 && h("span", { class: "tag" }, "default")),
      h("td", {}, model.precision),
      h("td", {}, model.dimensions),
      h("td", {}, `${number(model.max_tokens)} tokens`),
      h("td", {}, model.workers || "–"),
      h("td", {}, model.loaded ? (model.healthy ? "in memory" : "fails") : "loads at first use"))))));
}

function duration(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([size]) => seconds >= size) ?? [1, "s"];
  return `up ${Math.floor(seconds / parts[0])} ${parts[1]}`;
}

function sparkline(values) {
  const top = Math.max(...values, 1);
  const points = values.map((value, i) => `${(i + kept - values.length) * 2},${23 - value / top * 21}`).join(" ");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", points);
  svg.setAttribute("viewBox", `0 0 ${kept * 2} 24`);
  svg.setAttribute("class", "spark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}
