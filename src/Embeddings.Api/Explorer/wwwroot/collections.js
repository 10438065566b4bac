// The collections of the server: what they hold, documents from files, deletion.
import { deletion, requests, root, send } from "./api.js";
import { documents } from "./documents.js";
import { bytes, fill, h, linesOf, number, part, row, say } from "./dom.js";
import { documentsOf, importAll } from "./upload.js";
import { address } from "./view.js";

export function draw(panel, parameters) {
  if (parameters.collection) return documents(panel, parameters);
  const at = part("collections", panel);
  const linkTo = name => h("a", { href: address("collections", { collection: name }) }, name);
  let running;

  at.stop.onclick = () => running.abort();
  at.file.onchange = async () => {
    const [file] = at.file.files;
    at.file.value = ""; // so that the same file can be chosen again
    if (at.into.reportValidity()) run(at.into.value, await documentsOf(file));
  };
  at.sample.onclick = async () => {
    const sample = await fetch(new URL("explorer/sample.jsonl", root));
    run("sample", linesOf(await sample.text()));
  };
  show();
  return name => requests[name](at.into.value, "");

  async function show() {
    const { data } = await send(requests.collections());
    const question = ({ name, documents }) => `Delete “${name}” with its ${number(documents)} documents? This cannot be undone.`;
    fill(at.list, data.map(one => row(
      [linkTo(one.name), one.problem && h("small.wrong", ` ${one.problem}`)],
      [one.model ?? "own vectors", h("small", ` ${one.dimensions}`)],
      number(one.documents), bytes(one.memory_bytes), one.disk_bytes === undefined ? "–" : bytes(one.disk_bytes),
      deletion(one.name, question(one), requests.deleteCollection(one.name), show))));
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
      fill(at.told,
        h("p", `${number(imported)} documents are in `, linkTo(name), skipped > 0 && `; ${number(skipped)} lines were wrong`, "."),
        h("ul.hint", wrong.slice(0, 5).map(({ line, message }) => h("li", `Line ${line}: ${message}`))));
    } catch (error) {
      const isStopped = error.name === "AbortError";
      fill(at.told, h("p.wrong", isStopped ? "Stopped. What was kept until then stays." : error.message));
    }
    running = undefined;
    at.running.hidden = true;
    await show();
  }
}
