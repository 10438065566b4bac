import assert from "node:assert/strict";
import { canvas, choose, pixels, settled } from "./map.mjs";

const count = 50_000;
const groups = 20;
const dimensions = 32;

/** Documents whose vectors lie round the middles of groups. The numbers are the same in each run. */
function documents() {
  let seed = 20_07;
  const random = () => (seed = seed * 16_807 % 2_147_483_647) / 2_147_483_647 - 0.5;
  const vector = () => Array.from({ length: dimensions }, random);
  const middles = Array.from({ length: groups }, vector);
  return Array.from({ length: count }, (_, i) => JSON.stringify({
    id: String(i), text: `text ${i}`, metadata: { group: `group ${i % groups}` },
    vector: vector().map((value, k) => Number((middles[i % groups][k] + value / 3).toFixed(3))),
  })).join("\n");
}

/** Opens the map of the collection by PCA. It has a model, so that texts can search it, but none of its texts is embedded. */
async function open(visit) {
  await visit.load("many", { model: "all-MiniLM-L6-v2", dimensions }, documents);
  const page = await visit.open("#/map?collection=many&method=pca&limit=50000");
  await page.getByText("50,000 points, PCA").waitFor();
  await settled(page);
  return page;
}

export const cases = {
  async "A collection of fifty thousand documents is drawn, moved, pointed at and searched"(visit) {
    const page = await open(visit);
    assert.equal(visit.sent("/projection")[0].limit, count);
    assert.deepEqual(await page.locator(".legend small").allTextContents(), Array(groups).fill(" 2,500"));
    const before = await pixels(page);
    const box = await canvas(page).boundingBox();
    await page.mouse.move(box.x + 300, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 380, box.y + 340, { steps: 8 });
    await page.mouse.up();
    await page.waitForURL(/at=/);
    assert.notEqual(await pixels(page), before);
    await page.keyboard.press("Escape"); // the side shows a point if the pointer was on one
    await canvas(page).hover({ position: { x: box.width / 2 + 80, y: box.height / 2 + 40 } });
    await page.locator(".tip").getByText(/^text \d+$/).waitFor();
    await page.getByLabel("Search on the map").fill("text 4711");
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    const { results } = await visit.ask("search", { collection: "many", query: "text 4711", top_k: 30 });
    assert.deepEqual(await page.locator("aside .found .line").allTextContents(), results.map(result => result.text));
    await page.locator("aside .found .line").first().click();
    await page.locator(".opened").getByText(results[0].text, { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Neighbours" }).waitFor();
  },

  async "A long layout tells its progress, ends when another is chosen, and says why it failed"(visit) {
    const page = await open(visit);
    const jobs = async () => (await visit.ask("jobs")).data.filter(job => job.collection === "many" && job.status !== "done");
    await choose(page, "UMAP");
    await page.getByRole("status").getByText(/^UMAP \d+ %$/).waitFor();
    assert.equal((await jobs()).length, 1);
    await choose(page, "PCA");
    await page.getByText("50,000 points, PCA").waitFor();
    for (let looks = 0; (await jobs()).length > 0; looks++) {
      assert.ok(looks < 100, "The job goes on.");
      await page.waitForTimeout(100);
    }

    // The one reply that is made up: no job of a real server fails when a test wants it.
    const failure = { object: "job", id: "failed", status: "failed", progress: 0.5, error: { message: "There was no memory left." } };
    const isLook = request => request.method() === "GET";
    await page.route(/\/jobs\//, route => isLook(route.request()) ? route.fulfill({ json: failure }) : route.continue());
    await choose(page, "UMAP");
    await page.getByRole("status").getByText("There was no memory left.").waitFor();
    for (const { id } of await jobs()) await visit.ask(`jobs/${id}`, undefined, "DELETE");
    await canvas(page).focus();
    await page.keyboard.press("ArrowRight");
    await page.locator(".tip").getByText(/^text \d+$/).waitFor();
  },
};
