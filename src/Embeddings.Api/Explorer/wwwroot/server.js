// What the server does now, and where to read on.
import { requests, send } from "./api.js";
import { bytes, fill, number, part, pause, row } from "./dom.js";

const kept = 60;

export function draw(panel) {
  const at = part("server", panel);
  const rates = [];

  async function show() {
    const status = await send(requests.status());
    const { models, memory, tokens_per_second: rate } = status;
    if (rates.push(rate) > kept) rates.shift();
    const points = rates.map((value, i) => `${i * 2},${23 - value / Math.max(...rates, 1) * 21}`);
    at.spark.setAttribute("points", points.join(" "));
    const figures = {
      rate: number(Math.round(rate)),
      queued: number(models.reduce((sum, model) => sum + model.queued_tokens, 0)),
      read: number(status.tokens),
      used: bytes(memory.used_bytes),
      available: bytes(memory.available_bytes),
      state: status.ready ? "Ready" : "Not ready",
      hours: (status.uptime_seconds / 3600).toFixed(1),
      processors: status.processors,
      version: status.version,
    };
    for (const name in figures) at[name].textContent = figures[name];
    fill(at.models, models.map(model => row(
      model.id, model.precision, model.dimensions, `${number(model.max_tokens)} tokens`, model.workers || "–",
      model.loaded ? (model.healthy ? "in memory" : "fails") : "loads at first use")));
  }

  // Until another panel is shown, or the server does not answer.
  async function watch() {
    for (; panel.isConnected; await pause(2000)) if (!document.hidden) await show();
  }
  watch();
  return name => requests[name]();
}
