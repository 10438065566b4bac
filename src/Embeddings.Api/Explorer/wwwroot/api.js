// Requests to the server. A request is data, { method, path, body }, so that code.js can show it in four languages.
import { h } from "./dom.js";

/** The server's root, found by this file's own address: a gateway may show the server below any path. */
export const root = new URL("../", import.meta.url);

const name = collection => encodeURIComponent(collection);
const post = (path, body) => ({ method: "POST", path, body });
const get = path => ({ method: "GET", path });

/** Every request that the page makes. */
export const requests = {
  models: () => get("v1/models"),
  status: () => get("status"),
  similarity: (sources, model) => post("similarity", { sources, model }),
  embeddings: (input, model) => post("v1/embeddings", { input, model }),
  tokenize: (input, model) => post("tokenize", { input, model }),
  search: body => post("search", body),
  collections: () => get("collections"),
  collection: collection => get(`collections/${name(collection)}`),
  deleteCollection: collection => ({ method: "DELETE", path: `collections/${name(collection)}` }),
  documents: (collection, body) => post(`collections/${name(collection)}/documents/list`, body),
  count: (collection, body) => post(`collections/${name(collection)}/count`, body),
  projection: (collection, method, dimensions, limit) =>
    post(`collections/${name(collection)}/projection`, { method, dimensions, limit, include: ["text", "metadata"], wait: 1 }),
  topics: collection => post(`collections/${name(collection)}/topics`, { include: ["assignments"] }),
  import: (collection, lines) => ({ method: "POST", path: `collections/${name(collection)}/import?on_error=skip`, lines }),
};

/** The server refused a request. */
export class Refused extends Error {
  constructor(status, message, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const key = {
  get value() { return sessionStorage.getItem("key"); },
  set value(text) { text ? sessionStorage.setItem("key", text) : sessionStorage.removeItem("key"); document.dispatchEvent(new Event("key")); },
};

/** Sends a request, asks for a key where one is needed, and gives the JSON of the reply. */
export async function send(request, { signal } = {}) {
  const reply = await fetchWithKey(request, signal);
  return request.lines === undefined ? reply.json() : (await reply.text()).trim().split("\n").map(line => JSON.parse(line));
}

/** Sends a request whose work may become a job, and waits for the job; onprogress gets how much is done, from 0 to 1. */
export async function work(request, { signal, onprogress }) {
  let job = await send(request, { signal });
  const id = job.job ?? (job.object === "job" ? job.id : undefined);
  if (!id) return job;
  const path = `jobs/${id}`;
  const cancel = () => send({ method: "DELETE", path }).catch(() => { });
  signal.addEventListener("abort", cancel);
  for (let pause = 100; ; pause = Math.min(1000, pause * 1.5)) {
    job = await send(get(path), { signal });
    if (job.status === "done") {
      signal.removeEventListener("abort", cancel);
      return job.result;
    }
    if (job.status === "failed" || job.status === "cancelled") throw new Error(job.error?.message ?? `The work was ${job.status}.`);
    onprogress(job.progress);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

async function fetchWithKey(request, signal) {
  const used = key.value;
  const headers = used ? { Authorization: `Bearer ${used}` } : {};
  if (request.body) headers["Content-Type"] = "application/json";
  if (request.lines !== undefined) headers["Content-Type"] = "text/plain";
  const reply = await fetch(new URL(request.path, root), {
    method: request.method, headers, signal, body: request.lines ?? (request.body && JSON.stringify(request.body)),
  });
  if (reply.ok) return reply;
  if (reply.status === 401) {
    // Another request may have asked for the key meanwhile.
    if (key.value === used) await askForKey(used ? "The server does not know this key." : "This server asks for a key.");
    return fetchWithKey(request, signal);
  }
  const error = (await reply.json().catch(() => ({}))).error ?? {};
  throw new Refused(reply.status, error.message ?? `The server answered ${reply.status}.`, error.code);
}

let asking;

/** All requests that are refused wait for one dialog. */
function askForKey(why) {
  return asking ??= new Promise((resolve, reject) => {
    const input = h("input", { type: "password", autocomplete: "off", required: true });
    const dialog = h("dialog", { "aria-labelledby": "key-title", oncancel: () => { dialog.remove(); reject(new Refused(401, "Without a key there is nothing to show.")); } },
      h("form", {
        onsubmit: event => {
          event.preventDefault();
          key.value = input.value.trim();
          dialog.remove();
          resolve();
        },
      },
      h("h2", { id: "key-title" }, "API key"),
      h("p", {}, `${why} It is kept for this tab alone and sent to this server alone.`),
      h("label", { class: "field" }, h("span", {}, "Key"), input),
      h("div", { class: "row end" }, h("button", { class: "primary" }, "Use it"))));
    document.body.append(dialog);
    dialog.showModal();
  }).finally(() => { asking = undefined; });
}
