// What the server does now, and where to read on.
import { requests, send } from "./api.js";
import { showCode } from "./code.js";
import { bytes, failed, fill, number, part, table } from "./dom.js";

const kept = 60;

export function draw(panel) {
  const at = part("server", panel);
  const rates = [];
  at.statusCode.onclick = () => showCode(requests.status());
  at.modelsCode.onclick = () => showCode(requests.models());

  async function show() {
    if (document.hidden) return;
    const { models, tokens, tokens_per_second: rate, memory, ready, uptime_seconds: seconds, processors, version } = await send(requests.status());
    rates.splice(0, rates.length - kept + 1);
    rates.push(rate);
    const top = Math.max(...rates, 1);
    at.spark.setAttribute("points", rates.map((value, i) => `${(i + kept - rates.length) * 2},${23 - value / top * 21}`).join(" "));
    const figures = {
      rate: number(Math.round(rate)),
      queued: number(models.reduce((sum, model) => sum + model.queued_tokens, 0)),
      read: `${number(tokens)} read so far`,
      used: bytes(memory.used_bytes),
      available: `of ${bytes(memory.available_bytes)}`,
      state: ready ? "Ready" : "Not ready",
      about: `up ${seconds < 5400 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`}, ${processors} processors, version ${version}`,
    };
    for (const [name, text] of Object.entries(figures)) at[name].textContent = text;
    fill(at.models, table("Table of models", ["Model", "Precision", "Dimensions", "Reads", "Workers", "State"], models.map(model => [
      model.id, model.precision, model.dimensions, `${number(model.max_tokens)} tokens`, model.workers || "–",
      model.loaded ? (model.healthy ? "in memory" : "fails") : "loads at first use",
    ])));
  }

  const tick = () => show().catch(error => { clearInterval(timer); failed(error); });
  const timer = setInterval(tick, 2000);
  tick();
  return () => clearInterval(timer);
}
