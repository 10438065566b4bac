// The collections of the server: what they hold, documents from files, deletion.
import { requests, root, send } from "./api.js";
import { showCode } from "./code.js";
import { documents } from "./documents.js";
import { bytes, confirmed, failed, fill, h, number, part, say, table } from "./dom.js";
import { documentsOf, importAll } from "./upload.js";
import { address } from "./view.js";

export function draw(panel, parameters) {
  if (parameters.collection) return documents(panel, parameters);
  const at = part("collections", panel);
  let running;

  at.listCode.onclick = () => showCode(requests.collections());
  at.addCode.onclick = () => showCode(requests.import(at.into.value, ""));
  at.stop.onclick = () => running.abort();
  at.file.onchange = () => take(at.file.files[0]);
  at.zone.ondragover = at.zone.ondragleave = event => {
    event.preventDefault();
    at.zone.classList.toggle("over", event.type === "dragover");
  };
  at.zone.ondrop = event => {
    at.zone.ondragleave(event);
    take(event.dataTransfer.files[0]);
  };
  at.sample.onclick = async () => run("sample", (await (await fetch(new URL("explorer/sample.jsonl", root))).text()).trim().split("\n"));
  show();

  async function show() {
    const { data } = await send(requests.collections());
    fill(at.list, data.length === 0 ? h("p", { class: "hint" }, "There is none yet. Load the sample below, or drop a file of your own.")
      : table("Table of collections", ["Name", "Model", "Documents", "Memory", "Disk", ""], data.map(one => [
        [h("a", { href: address("collections", { collection: one.name }) }, one.name), one.problem && h("small", { class: "wrong" }, ` ${one.problem}`)],
        [one.model ?? "own vectors", h("small", {}, ` ${one.dimensions}`)],
        number(one.documents), bytes(one.memory_bytes), one.disk_bytes === undefined ? "–" : bytes(one.disk_bytes),
        h("button", { class: "quiet", ariaLabel: `Delete ${one.name}`, onclick: () => remove(one) }, "Delete"),
      ])));
  }

  async function remove({ name, documents: count }) {
    if (!await confirmed(`Delete “${name}” with its ${number(count)} documents? This cannot be undone.`)) return;
    await send(requests.deleteCollection(name));
    say(`“${name}” is gone.`);
    await show();
  }

  async function take(file) {
    if (!file || !at.into.reportValidity()) return;
    await documentsOf(file).then(lines => run(at.into.value, lines)).catch(failed);
    at.file.value = "";
  }

  async function run(name, lines) {
    if (running) return say("An import runs already.");
    running = new AbortController();
    at.running.hidden = false;
    const progress = (done, of) => {
      [at.bar.value, at.bar.max] = [done, of];
      at.done.textContent = `${number(done)} of ${number(of)}`;
    };
    try {
      const { imported, skipped, wrong } = await importAll(name, lines, progress, running.signal);
      fill(at.told, h("p", {}, `${number(imported)} documents are in `, h("a", { href: address("collections", { collection: name }) }, name),
        skipped > 0 && `; ${number(skipped)} lines were wrong`, "."),
      h("ul", { class: "hint" }, wrong.slice(0, 5).map(({ line, message }) => h("li", {}, `Line ${line}: ${message}`))));
    } catch (error) {
      fill(at.told, h("p", { class: "wrong" }, error.name === "AbortError" ? "Stopped. What was kept until then stays." : error.message));
    }
    running = undefined;
    at.running.hidden = true;
    await show();
  }
}
