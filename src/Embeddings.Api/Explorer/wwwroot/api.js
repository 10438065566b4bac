// Requests to the server. A request is data, { method, path, body }, so that code.js can show it in four languages.
import { modal } from "./dom.js";

/** The server's root, found by this file's own address: a gateway may show the server below any path. */
export const root = new URL("../", import.meta.url);

const to = (method, path, body) => ({ method, path, body });
const of = (collection, rest = "") => `collections/${encodeURIComponent(collection)}${rest}`;
const classifier = (name, rest = "") => `classifiers/${encodeURIComponent(name)}${rest}`;

/** Every request that the page makes. */
export const requests = {
  models: () => to("GET", "v1/models"),
  status: () => to("GET", "status"),
  similarity: (sources, model) => to("POST", "similarity", { sources, model }),
  embeddings: (input, model) => to("POST", "v1/embeddings", { input, model }),
  tokenize: (input, model) => to("POST", "tokenize", { input, model }),
  search: body => to("POST", "search", body),
  collections: () => to("GET", "collections"),
  deleteCollection: collection => to("DELETE", of(collection)),
  documents: (collection, body) => to("POST", of(collection, "/documents/list"), body),
  count: (collection, body) => to("POST", of(collection, "/count"), body),
  import: (collection, lines) => ({ ...to("POST", of(collection, "/import?on_error=skip")), lines }),
  projection: (collection, body) => to("POST", of(collection, "/projection"), { ...body, include: ["text", "metadata"], wait: 1 }),
  topics: (collection, body) => to("POST", of(collection, "/topics"), { ...body, wait: 1 }),
  classifiers: () => to("GET", "classifiers"),
  train: (name, body) => to("PUT", classifier(name), body),
  correct: (name, examples) => to("POST", classifier(name, "/examples"), { examples }),
  deleteClassifier: name => to("DELETE", classifier(name)),
  classify: (name, input) => to("POST", "classify", { classifier: name, input }),
};

/** The key is kept for the tab. */
export const key = {
  get value() { return sessionStorage.getItem("key"); },
  set value(text) {
    sessionStorage.setItem("key", text);
    document.dispatchEvent(new Event("key"));
  },
};

/** Sends a request, asks for a key where one is needed, and gives the JSON of the reply; of an import its last line. */
export async function send(request, signal) {
  const used = key.value;
  const reply = await fetch(new URL(request.path, root), {
    method: request.method, signal, body: request.lines ?? (request.body && JSON.stringify(request.body)),
    headers: { ...(used && { Authorization: `Bearer ${used}` }), ...(request.body && { "Content-Type": "application/json" }) },
  });
  if (reply.status === 401) {
    // Another request may have asked for the key meanwhile.
    if (key.value === used) await askForKey(used ? "The server does not know this key." : "This server asks for a key.");
    return send(request, signal);
  }
  const text = await reply.text();
  if (reply.ok) return JSON.parse(request.lines ? text.trim().split("\n").at(-1) : text);
  const { error } = text.startsWith("{") ? JSON.parse(text) : {};
  throw new Error(error?.message ?? `The server answered ${reply.status}.`);
}

/** Sends a request whose work may become a job, and waits for the job; onprogress gets how much is done, as "40 %". */
export async function work(request, onprogress, signal) {
  let job = await send(request, signal);
  if (job.object !== "job") return job;
  const path = `jobs/${job.id}`;
  signal?.addEventListener("abort", () => job.status !== "done" && send(to("DELETE", path)));
  for (let pause = 100; job.status !== "done"; pause = Math.min(1000, pause * 1.5)) {
    if (job.error || job.status === "cancelled") throw new Error(job.error?.message ?? "The work was cancelled.");
    onprogress(`${Math.round(job.progress * 100)} %`);
    await new Promise(resolve => setTimeout(resolve, pause));
    job = await send(to("GET", path), signal);
  }
  return job.result;
}

let asking;

// All requests that are refused wait for one dialog.
function askForKey(why) {
  asking ??= new Promise((resolve, reject) => {
    const at = modal("key-dialog", isGiven => {
      asking = undefined;
      if (!isGiven) return reject(new Error("Without a key there is nothing to show."));
      key.value = at.input.value.trim();
      resolve();
    });
    at.why.textContent = why;
  });
  return asking;
}
