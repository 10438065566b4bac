// All collections: what they hold, documents from files, deletion.
import { deletion, requests, send } from "./api.js";
import { documents } from "./documents.js";
import { bytes, fill, h, linesOf, number, part, row } from "./dom.js";
import { documentsOf, partsOf } from "./upload.js";
import { address, read } from "./view.js";

export function draw(panel) {
  if (read().parameters.collection) return documents(panel);
  const at = part("collections", panel);
  const linkTo = collection => h("a", { href: address("collections", { collection }) }, collection);
  let running;

  at.stop.onclick = () => running.abort();
  at.file.onchange = async () => {
    const [file] = at.file.files;
    at.file.value = ""; // so that the same file can be chosen again
    if (at.into.reportValidity()) run(at.into.value, await documentsOf(file));
  };
  at.sample.onclick = async () => {
    const sample = await fetch(new URL("sample.jsonl", import.meta.url));
    run("sample", linesOf(await sample.text()));
  };
  show();
  return name => requests[name](at.into.value, "");

  async function show() {
    const { data } = await send(requests.collections());
    fill(at.list, data.map(one => row(
      [linkTo(one.name), one.problem && h("small.wrong", ` ${one.problem}`)],
      [one.model ?? "own vectors", h("small", ` ${one.dimensions}`)],
      number(one.documents), bytes(one.memory_bytes), one.disk_bytes === undefined ? "–" : bytes(one.disk_bytes),
      deletion("collections", one.name, show))));
  }

  async function run(name, lines) {
    running = new AbortController();
    at.inputs.disabled = true;
    const [wrong, counts] = [[], { imported: 0, skipped: 0 }];
    try {
      for (const [before, body] of partsOf(lines)) {
        [at.bar.value, at.bar.max] = [before, lines.length];
        at.done.textContent = `${number(before)} of ${number(lines.length)}`;
        const reply = await send(requests.import(name, body), running.signal);
        for (const count in counts) counts[count] += reply[count];
        wrong.push(...reply.skipped_lines.map(({ line, message }) => h("li", `Line ${line + before}: ${message}`)));
      }
      const { imported, skipped } = counts;
      fill(at.told,
        h("p", `${number(imported)} documents are in `, linkTo(name),
          skipped > 0 && `; ${number(skipped)} lines were wrong`, "."),
        h("ul.hint", wrong.slice(0, 5)));
    } catch ({ name, message }) {
      fill(at.told, h("p.wrong", name === "AbortError" ? "Stopped. What was kept until then stays." : message));
    }
    at.inputs.disabled = false;
    await show();
  }
}
