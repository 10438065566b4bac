import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { access } from "./playground.mjs";

/** Loads the sample by the page's own button. */
export async function loadSample(visit) {
  const page = await visit.open("#/collections");
  await page.getByRole("button", { name: "Load the sample collection" }).click();
  await page.getByText("300 documents are in sample").waitFor();
  return page;
}

const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

async function take(visit, collection, upload) {
  const page = visit.page ?? await visit.open("#/collections");
  await page.getByLabel("Into the collection").fill(collection);
  await page.locator("input[type=file]").setInputFiles(upload);
  await page.locator(".told").filter({ hasText: `are in ${collection}` }).waitFor();
  const { data } = await visit.ask(`collections/${collection}/documents/list`, { include: ["text", "metadata"] });
  await visit.ask(`collections/${collection}`, undefined, "DELETE");
  return data;
}

/** Drops a file on the drop zone as a file manager does: the browser itself hands it over, which no event of a script can make it do. */
async function drop(page, path) {
  const session = await page.context().newCDPSession(page);
  const { x, y, width, height } = await page.locator(".drop").boundingBox();
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
  }
}

export const cases = {
  async "One button loads the sample, and the list shows what it takes"(visit) {
    const page = await loadSample(visit);
    const collection = await visit.ask("collections/sample");
    assert.equal(collection.documents, 300);
    const row = visit.card("On this server").getByRole("row", { name: /^sample/ });
    assert.match(await row.textContent(), new RegExp(`${collection.model}.*300`));
    await row.getByRole("link", { name: "sample" }).click();
    await page.getByRole("heading", { name: "sample" }).waitFor();
  },

  async "A search, a filter, a click on a field and more like this find what the routes find"(visit) {
    await loadSample(visit);
    const { page } = visit;
    await page.goto(`${visit.root}/#/collections?collection=sample`);
    const items = page.locator(".documents li");
    await items.nth(19).waitFor();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await items.nth(39).waitFor();
    await page.getByLabel("Search").fill("a planet with rings");
    await page.getByText("300 in all").waitFor();
    const { results } = await visit.ask("search", { collection: "sample", query: "a planet with rings", top_k: 20 });
    await page.waitForFunction(first => document.querySelector(".documents code")?.textContent === first, results[0].id);
    assert.deepEqual(await items.locator("code").allTextContents(), results.map(result => result.id));
    await items.first().getByRole("button", { name: /^topic: / }).click();
    await page.getByText("25 match").waitFor();
    assert.equal(await page.getByLabel("Filter").inputValue(), '{"topic":"astronomy"}');
    assert.match(page.url(), /query=a\+planet.*filter=/);
    await items.first().getByRole("link", { name: /^More like/ }).click();
    await page.getByText(`Like “${results[0].id}”`).waitFor();
    assert.ok(!(await items.locator("code").allTextContents()).includes(results[0].id));
  },

  async "A filter that is not JSON is told and not sent"(visit) {
    await loadSample(visit);
    const { page } = visit;
    await page.goto(`${visit.root}/#/collections?collection=sample`);
    await page.locator(".documents li").first().waitFor();
    await page.getByLabel("Filter").fill('{"topic": ');
    await page.waitForFunction(() => document.querySelector("input:invalid"));
    assert.ok(!visit.requests.some(request => request.url().endsWith("/list") && request.postData().includes("filter")));
  },

  async "JSON Lines, CSV and plain texts become documents"(visit) {
    await visit.open("#/collections");
    const lines = await take(visit, "from-lines", file("a.jsonl", '{"id": "a", "text": "one", "metadata": {"n": 1}}\n{"id": "b", "text": "two"}\n'));
    assert.deepEqual(lines, [{ id: "a", text: "one", metadata: { n: 1 } }, { id: "b", text: "two" }]);
    const table = await take(visit, "from-table", file("b.csv", '\uFEFFid,title,year,code\r\n1,"one, ""two""\nthree",2020,007\r\n2,four,,true\r\n'));
    assert.deepEqual(table, [{ id: "1", text: 'one, "two"\nthree', metadata: { year: 2020, code: "007" } }, { id: "2", text: "four", metadata: { code: true } }]);
    const texts = await take(visit, "from-texts", file("c.txt", "first\n\n second \n"));
    assert.deepEqual(texts.map(item => item.text), ["first", "second"]);
  },

  async "Wrong lines are counted and named, and the rest is kept"(visit) {
    await visit.open("#/collections");
    const many = Array.from({ length: 1200 }, (_, i) => i === 700 ? "{broken" : JSON.stringify({ id: i, text: `text ${i % 7}` })).join("\n");
    const kept = await take(visit, "with-errors", file("d.jsonl", many));
    assert.equal(kept.length, 100);
    await visit.page.getByText("1,199 documents are in").waitFor();
    await visit.page.getByText("1 lines were wrong").waitFor();
    await visit.page.getByText(/^Line 701: /).waitFor();
  },

  async "A file that is dropped is imported, with its progress and its wrong lines"(visit) {
    const lines = Array.from({ length: 700 }, (_, i) => i === 600 ? '{"text": ' : JSON.stringify({ text: `text ${i % 7}` }));
    const files = [
      { name: "a.jsonl", text: lines.join("\n"), progress: ["0 of 700", "500 of 700"], told: /^699 documents are in dropped; 1 lines were wrong\.Line 601: / },
      { name: "b.csv", text: "id,text,year\n1,one,2020\n2,two,2021\n", progress: ["0 of 2"], told: /^2 documents are in dropped\.$/ },
      { name: "c.txt", text: "first\nsecond\nthird\n", progress: ["0 of 3"], told: /^3 documents are in dropped\.$/ },
    ];
    const folder = await mkdtemp(join(tmpdir(), "drop-"));
    const page = await visit.open("#/collections");
    await page.getByLabel("Into the collection").fill("dropped");
    // Each part waits until the progress before it has been looked at.
    const parts = [];
    await page.route(/\/import/, route => new Promise(resolve => parts.push(resolve)).then(() => route.continue()));
    for (const { name, text, progress, told } of files) {
      await writeFile(join(folder, name), text);
      await drop(page, join(folder, name));
      for (const done of progress) {
        await page.locator(".progress").getByText(done, { exact: true }).waitFor();
        assert.ok(await page.getByRole("button", { name: "Load the sample collection" }).isDisabled());
        while (parts.length === 0) await page.waitForTimeout(20);
        parts.pop()();
      }
      await page.locator(".told").filter({ hasText: told }).waitFor();
    }
    await page.locator(".progress").waitFor({ state: "hidden" });
    assert.equal((await visit.ask("collections/dropped")).documents, 704);
    await visit.ask("collections/dropped", undefined, "DELETE");
    await rm(folder, { recursive: true });
  },

  async "An export goes back in"(visit) {
    await loadSample(visit);
    const exported = await (await fetch(`${visit.root}/collections/sample/export`, { headers: visit.key ? { Authorization: `Bearer ${visit.key}` } : {} })).text();
    const kept = await take(visit, "copy", file("export.jsonl", exported));
    assert.equal(kept.length, 100);
  },

  async "Deleting asks first"(visit) {
    await visit.ask("collections/doomed", { dimensions: 2 }, "PUT");
    const page = await visit.open("#/collections");
    const row = visit.card("On this server").getByRole("row", { name: /^doomed/ });
    await row.getByRole("button", { name: "Delete doomed" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.ok((await visit.ask("collections")).data.some(collection => collection.name === "doomed"));
    await row.getByRole("button", { name: "Delete doomed" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
    assert.ok(!(await visit.ask("collections")).data.some(collection => collection.name === "doomed"));
  },

  async "The sample has 300 texts of its own"(visit) {
    await visit.open("#/server");
    const sample = await (await fetch(`${visit.root}/explorer/sample.jsonl`)).text();
    const documents = sample.trim().split("\n").map(line => JSON.parse(line));
    assert.equal(new Set(documents.map(item => item.text)).size, 300);
    assert.equal(new Set(documents.map(item => item.metadata.topic)).size, 12);
  },

  ...access("#/collections", visit => visit.card("Add documents")),
};
