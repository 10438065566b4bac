// Requests to the server. A request is data, { method, path, body }, so that code.js can show it in four languages.
import { choose, h, modal, number } from "./dom.js";
import { keep } from "./view.js";

// A gateway may show the server below any path, so this file's address tells where it is.
export const root = new URL("../", import.meta.url);

const get = path => ({ method: "GET", path });
const post = (path, body) => ({ method: "POST", path, body });
const remove = path => ({ method: "DELETE", path });
const path = (strings, ...names) => String.raw(strings, ...names.map(encodeURIComponent));

export const requests = {
  models: () => get("v1/models"),
  status: () => get("status"),
  similarity: (sources, model) => post("similarity", { sources, model }),
  embeddings: (input, model) => post("v1/embeddings", { input, model }),
  tokenize: (input, model) => post("tokenize", { input, model }),
  search: body => post("search", body),
  collections: () => get("collections"),
  documents: (name, body) => post(path`collections/${name}/documents/list`, body),
  count: (name, filter) => post(path`collections/${name}/count`, { filter }),
  import: (name, lines) => ({ ...post(path`collections/${name}/import?on_error=skip`), lines }),
  projection: (name, body) =>
    post(path`collections/${name}/projection`, { ...body, include: ["text", "metadata"], wait: 1 }),
  topics: (name, body) => post(path`collections/${name}/topics`, { ...body, wait: 1 }),
  classifiers: () => get("classifiers"),
  train: (name, body) => ({ method: "PUT", path: path`classifiers/${name}`, body }),
  correct: (name, examples) => post(path`classifiers/${name}/examples`, { examples }),
  classify: (classifier, input) => post("classify", { classifier, input }),
};

export const key = () => sessionStorage.getItem("key");

const forget = document.getElementById("key");
forget.onclick = () => {
  sessionStorage.clear();
  location.reload();
};

// Sends a request, and gives the last line of the reply.
export async function send(request, signal) {
  const { method, body, lines } = request;
  const used = key();
  forget.hidden = !used;
  const reply = await fetch(new URL(request.path, root), {
    method, signal, body: lines ?? (body && JSON.stringify(body)),
    headers: { ...(used && { Authorization: `Bearer ${used}` }), ...(body && { "Content-Type": "application/json" }) },
  });
  if (reply.status === 401) {
    // All requests that are refused wait for one dialog, which may have got the key meanwhile.
    if (key() === used) await (asking ??= askForKey());
    return send(request, signal);
  }
  const last = (await reply.text()).trim().split("\n").at(-1);
  // Failures of a gateway are no JSON.
  const result = last.startsWith("{") ? JSON.parse(last)
    : { error: { message: `The server answered ${reply.status}.` } };
  if (result.error) throw new Error(result.error.message);
  return result;
}

let asking;

async function askForKey() {
  const at = modal("key-dialog");
  at.wrong.hidden = !key();
  const isGiven = await at.closed;
  asking = undefined;
  if (!isGiven) throw new Error("Without a key there is nothing to show.");
  sessionStorage.setItem("key", at.input.value.trim());
}

// Sends a request, and waits for the job that may come of it; onprogress gets "40 %".
export async function work(request, onprogress, signal) {
  let job = await send(request, signal);
  if (job.object !== "job") return job;
  signal.addEventListener("abort", () => job.status !== "done" && send(remove(path`jobs/${job.id}`)));
  while (job.status !== "done") {
    onprogress(`${Math.round(job.progress * 100)} %`);
    job = await send(get(path`jobs/${job.id}?wait=1`), signal);
  }
  return job.result;
}

// Offers collections with enough documents, and runs a function if there is one.
export async function chooseCollection(at, fewest, run) {
  const { data } = await send(requests.collections());
  const fitting = data.filter(({ documents }) => documents >= fewest);
  choose(at.collection, fitting.map(({ name, documents }) => [name, `${name} (${number(documents)})`]));
  if (fitting.length === 0 || !at.collection.isConnected) return;
  keep({ collection: at.collection.value });
  run();
}

export const deletion = (kind, name, ondone) => h("button.quiet", {
  ariaLabel: `Delete ${name}`,
  async onclick() {
    const at = modal("question-dialog");
    at.name.textContent = name;
    if (await at.closed) ondone(await send(remove(path`${kind}/${name}`)));
  },
}, "Delete");
