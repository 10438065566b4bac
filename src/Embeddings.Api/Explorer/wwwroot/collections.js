// The collections of the server: what they hold, documents from files, deletion.
import { requests, root, send } from "./api.js";
import { codeButton } from "./code.js";
import { documents } from "./documents.js";
import { bytes, card, confirmed, field, fill, h, number, say } from "./dom.js";
import { documentsOf, importAll } from "./upload.js";
import { address } from "./view.js";

export function draw(panel, parameters) {
  if (parameters.collection) return documents(panel, parameters);
  const list = h("div", { class: "result" });
  let collections = [];

  fill(panel,
    h("div", { class: "intro" }, h("h1", {}, "Collections"), h("p", {}, "Documents with their vectors, kept on the server's disk and searched exactly.")),
    card("On this server", codeButton(() => requests.collections()), list),
    adding(show));
  show();

  async function show() {
    collections = (await send(requests.collections())).data;
    fill(list, collections.length > 0 ? table(collections, remove)
      : h("p", { class: "hint" }, "There is none yet. Load the sample below, or drop a file of your own."));
  }

  async function remove(collection) {
    const question = `Delete “${collection.name}” with its ${number(collection.documents)} documents? This cannot be undone.`;
    if (!await confirmed(question, "Delete")) return;
    await send(requests.deleteCollection(collection.name));
    say(`“${collection.name}” is gone.`);
    await show();
  }
}

function table(collections, remove) {
  const head = ["Name", "Model", "Documents", "Memory", "Disk", ""];
  return h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table of collections" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, head.map(title => title ? h("th", { scope: "col" }, title) : h("td")))),
    h("tbody", {}, collections.map(collection => h("tr", {},
      h("th", { scope: "row" }, h("a", { href: address("collections", { collection: collection.name }) }, collection.name),
        collection.problem && h("small", { class: "wrong" }, ` ${collection.problem}`)),
      h("td", {}, collection.model ?? "own vectors", h("small", {}, ` ${collection.dimensions}`)),
      h("td", {}, number(collection.documents)),
      h("td", {}, bytes(collection.memory_bytes)),
      h("td", {}, collection.disk_bytes === undefined ? "–" : bytes(collection.disk_bytes)),
      h("td", { class: "end" },
        h("button", { class: "quiet", "aria-label": `Delete ${collection.name}`, onclick: () => remove(collection) }, "Delete")))))));
}

/** Adds documents of a file, or the sample. */
function adding(added) {
  const into = h("input", { type: "text", value: "documents", pattern: "[A-Za-z0-9._\\-]{1,128}", spellcheck: false });
  const file = h("input", { type: "file", accept: ".jsonl,.ndjson,.json,.csv,.tsv,.txt,.md", class: "sr", onchange: () => file.files[0] && take(file.files[0]) });
  const progress = h("div", { "aria-live": "polite" });
  const zone = h("label", {
    class: "drop",
    ondragover: event => { event.preventDefault(); zone.classList.add("over"); },
    ondragleave: () => zone.classList.remove("over"),
    ondrop: event => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    },
  }, file, h("b", {}, "Drop a file here, or choose one"), h("span", { class: "hint" }, "JSON Lines, CSV with a header, or a text a line"));
  let sent;
  let controller;

  return card("Add documents", codeButton(() => sent ?? requests.import(into.value, "")),
    h("div", { class: "adding" }, field("Into the collection", into, "It is made if it is not there."), zone),
    progress,
    h("div", { class: "row" },
      h("button", { class: "primary", onclick: sample }, "Load the sample collection"),
      h("span", { class: "hint" }, "300 sentences about 12 topics, to try search and the map")));

  async function sample() {
    const text = await (await fetch(new URL("explorer/sample.jsonl", root))).text();
    await run("sample", text.trim().split("\n"));
  }

  async function take(chosen) {
    if (!into.reportValidity()) return;
    try {
      await run(into.value, await documentsOf(chosen));
    } finally {
      file.value = "";
    }
  }

  async function run(name, lines) {
    if (controller) return say("An import runs already.");
    controller = new AbortController();
    sent = requests.import(name, "");
    const bar = h("progress", { max: Math.max(1, lines.length), value: 0, "aria-label": "Import" });
    const told = h("span", { class: "hint" }, `0 of ${number(lines.length)}`);
    fill(progress, h("div", { class: "progress" }, bar, told, h("button", { class: "quiet", onclick: () => controller.abort() }, "Stop")));
    try {
      const result = await importAll(name, lines, (done, of) => {
        bar.value = done;
        told.textContent = `${number(done)} of ${number(of)}`;
      }, controller.signal);
      fill(progress, h("p", { class: "done" }, `${number(result.imported)} documents are in `, h("a", { href: address("collections", { collection: name }) }, name),
        result.skipped > 0 && `; ${number(result.skipped)} lines were wrong`, "."),
      result.wrong.length > 0 && h("ul", { class: "hint" }, result.wrong.slice(0, 5).map(({ line, message }) => h("li", {}, `Line ${line}: ${message}`))));
    } catch (error) {
      fill(progress, h("p", { class: "wrong" }, error.name === "AbortError" ? "Stopped. What was kept until then stays." : error.message));
    } finally {
      controller = undefined;
      await added();
    }
  }
}

