import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { access } from "./playground.mjs";

/** Opens the map of the sample, which is loaded first, and waits until the last layout is there. */
async function open(visit, parameters = "", context = {}) {
  await visit.load("texts");
  await visit.open(`#/map?collection=texts${parameters}`, context);
  await visit.page.getByText(/points.*, (UMAP|t-SNE|PCA)$/).waitFor();
  await settled(visit.page);
  return visit.page;
}

/** Waits until the points have come to rest: a frame is as the one before. */
export async function settled(page) {
  for (let [before, looks] = ["", 0]; ; looks++) {
    assert.ok(looks < 240, "The points do not come to rest.");
    const now = await pixels(page);
    const done = now === before && !await page.getByText(/(UMAP|t-SNE|PCA) …$|%$/).isVisible();
    if (done) return;
    before = now;
    await page.waitForTimeout(250);
  }
}

export const canvas = page => page.getByRole("application");
export const pixels = async page => (await canvas(page).screenshot()).toString("base64");

/** Chooses a method or a number of dimensions. */
export const choose = (page, name) => page.locator(".segments").getByText(name, { exact: true }).click();

/** The topics that the server finds in the sample. */
const topicsOf = async visit => (await visit.ask("collections/texts/topics", { wait: 60 })).topics;

/** The map as the screen shows it, to be read in the page by read(picture). */
async function picture(page) {
  await page.evaluate(() => {
    globalThis.read = async source => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return context;
    };
  });
  return `data:image/png;base64,${await pixels(page)}`;
}

/** How much colour the fields of a grid over the map have. */
const colored = async page => page.evaluate(async png => {
  const context = new OffscreenCanvas(80, 60).getContext("2d");
  context.imageSmoothingQuality = "high"; // the mean of a field, and not one of its pixels
  context.drawImage((await globalThis.read(png)).canvas, 0, 0, 80, 60);
  const { data } = context.getImageData(0, 0, 80, 60);
  return Array.from({ length: 4800 }, (_, i) => Math.max(...data.slice(4 * i, 4 * i + 3)) - Math.min(...data.slice(4 * i, 4 * i + 3)));
}, await picture(page));

/** Clicks the point that the arrow keys reach first, and gives its text. */
async function openFirst(page) {
  await canvas(page).focus();
  await page.keyboard.press("ArrowRight");
  const text = await page.locator(".tip").textContent();
  await page.keyboard.press("Enter");
  await page.locator(".opened").getByText(text).waitFor();
  return text;
}

export const cases = {
  async "PCA is shown first and UMAP flows in"(visit) {
    const page = await open(visit);
    assert.deepEqual(visit.sent("/projection").map(({ method, dimensions, limit }) => ({ method, dimensions, limit })),
      ["pca", "umap"].map(method => ({ method, dimensions: 2, limit: 10_000 })));
    await page.getByText("300 points, UMAP").waitFor();
    await choose(page, "PCA");
    await page.getByText("300 points, PCA").waitFor();
    assert.match(page.url(), /method=pca/);
  },

  async "Hovering shows a text, and a click its neighbours as the search finds them"(visit) {
    const page = await open(visit);
    const text = await openFirst(page);
    const id = await page.locator(".opened code").textContent();
    const found = page.locator("aside .found li");
    await found.nth(9).waitFor();
    const { results } = await visit.ask("search", { collection: "texts", positive: [{ id }], top_k: 10 });
    assert.deepEqual(await found.locator(".line").allTextContents(), results.map(result => result.text));
    assert.equal((await visit.ask(`collections/texts/documents/${id}`)).text, text);
    assert.match(page.url(), new RegExp(`point=${id}`));
    await page.keyboard.press("Escape");
    await page.locator(".opened").waitFor({ state: "detached" });
  },

  async "The pointer finds the point below it"(visit) {
    const page = await open(visit);
    await openFirst(page);
    const text = await page.locator(".tip").textContent();
    const [x, y] = await page.locator(".tip").evaluate(tip => ["--x", "--y"].map(name => parseFloat(tip.style.getPropertyValue(name))));
    await canvas(page).hover({ position: { x: 20, y: 20 } });
    await page.locator(".tip").waitFor({ state: "hidden" });
    await canvas(page).hover({ position: { x: x + 1, y: y + 1 } });
    await page.locator(".tip").getByText(text).waitFor();
  },

  async "More like this and less like this are examples of a search"(visit) {
    const page = await open(visit, "&query=");
    await openFirst(page);
    const first = await page.locator(".opened code").textContent();
    await page.getByRole("button", { name: "More like this" }).click();
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    await page.locator("aside .found .line").last().click();
    await page.locator(".opened").waitFor();
    const second = await page.locator(".opened code").textContent();
    await page.getByRole("button", { name: "Less like this" }).click();
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    const { results } = await visit.ask("search", { collection: "texts", positive: [{ id: first }], negative: [{ id: second }], top_k: 30 });
    await page.waitForFunction(text => document.querySelector("aside .found .line")?.textContent === text, results[0].text);
    assert.deepEqual(await page.locator("aside .found .line").allTextContents(), results.map(result => result.text));
    await page.getByRole("button", { name: `Remove less like ${second}` }).click();
    await page.getByRole("button", { name: `Remove more like ${first}` }).click();
    await page.locator("aside .found").waitFor({ state: "detached" });
  },

  async "A search rings its hits and dims the rest"(visit) {
    const page = await open(visit);
    const before = await pixels(page);
    await page.getByLabel("Search on the map").fill("a planet with rings");
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    const { results } = await visit.ask("search", { collection: "texts", query: "a planet with rings", top_k: 30 });
    assert.deepEqual(await page.locator("aside .found .line").allTextContents(), results.map(result => result.text));
    await page.waitForTimeout(200);
    assert.notEqual(await pixels(page), before);
  },

  async "A lasso lists its points, and the list is exported"(visit) {
    const page = await open(visit);
    await page.getByText("Lasso").click();
    const box = await canvas(page).boundingBox();
    const corners = [[20, 20], [box.width - 20, 20], [box.width - 20, box.height - 60], [20, box.height - 60]];
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    for (const [x, y] of corners) await page.mouse.move(box.x + x, box.y + y, { steps: 3 });
    await page.mouse.up();
    const heading = page.getByRole("heading", { name: /^\d+ points$/ });
    await heading.waitFor();
    const count = parseInt(await heading.textContent(), 10);
    assert.ok(count > 200 && count <= 300, `${count}`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export", exact: true }).click()]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\n").map(line => JSON.parse(line));
    assert.equal(lines.length, count);
    assert.ok(lines.every(line => line.id && line.text && line.metadata.topic));
  },

  async "PNG and SVG are pictures of the map"(visit) {
    const page = await open(visit);
    const [png] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "PNG" }).click()]);
    const bytes = await readFile(await png.path());
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.ok(bytes.length > 10_000, `${bytes.length}`);
    const [svg] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "SVG" }).click()]);
    const text = await readFile(await svg.path(), "utf8");
    assert.equal(text.match(/<path /g).length, 300);
    assert.match(text, />astronomy<\/text>/);
  },

  async "Eight groups or more differ in shape too, in the legend, in the SVG and on the canvas"(visit) {
    const turn = i => [Math.cos(i / 4 * Math.PI), Math.sin(i / 4 * Math.PI)];
    const documents = Array.from({ length: 8 }, (_, i) => ({ id: String(i), text: `text ${i}`, metadata: { group: `group ${i}` }, vector: turn(i) }));
    const lines = count => () => documents.slice(0, count).map(document => JSON.stringify(document)).join("\n");
    await visit.load("seven", { dimensions: 2 }, lines(7));
    await visit.load("eight", { dimensions: 2 }, lines(8));
    const page = await visit.open("#/map?collection=seven&method=pca");
    const shapes = page.locator(".legend path");
    await page.getByText("7 points, PCA").waitFor();
    await shapes.nth(6).waitFor();
    assert.equal(new Set(await shapes.evaluateAll(all => all.map(path => path.getAttribute("d")))).size, 1);
    await page.getByLabel("Collection", { exact: true }).selectOption("eight");
    await shapes.nth(7).waitFor();
    const looks = await shapes.evaluateAll(all => all.map(path => `${path.getAttribute("d")} ${path.getAttribute("fill")}`));
    assert.equal(new Set(looks.map(look => look.split(" rgb")[0])).size, 7);
    assert.equal(new Set(looks).size, 8);

    const [svg] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "SVG" }).click()]);
    const points = [...(await readFile(await svg.path(), "utf8"))
      .matchAll(/<path d="([^"]*)" fill="([^"]*)" [^>]*transform="translate\(([^ ]*) ([^)]*)\) scale\(([^)]*)\)"/g)]
      .map(([, shape, color, ...numbers]) => ({ shape, color, numbers: numbers.map(Number) }));
    assert.deepEqual(new Set(points.map(({ shape, color }) => `${shape} ${color}`)), new Set(looks));
    // Inside the outline there is colour, and outside there is none. Names would cover the points.
    await page.locator(".map svg").evaluate(names => { names.style.visibility = "hidden"; });
    const wrong = await page.evaluate(async ({ points, png }) => {
      const context = await globalThis.read(png);
      const isColored = (x, y) => Math.min(...context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data) < 195;
      return points.flatMap(({ shape, numbers: [x, y, radius] }) =>
        [[0, 0], [0.75, 0.75], [-0.75, -0.75], [0, 1.05], [1.05, 0], [0, -1.05]].filter(([dx, dy]) => {
          const near = [-0.12, 0.12].flatMap(a => [-0.12, 0.12].map(b => context.isPointInPath(new Path2D(shape), dx + a, dy + b)));
          return isColored(x + dx * radius, y + dy * radius) ? !near.some(Boolean) : near.every(Boolean);
        }));
    }, { points, png: await picture(page) });
    assert.deepEqual(wrong, []);
  },

  async "Three dimensions are asked for, and turn"(visit) {
    const page = await open(visit, "&dimensions=3");
    assert.deepEqual(visit.sent("/projection").map(one => one.dimensions), [3, 3]);
    const before = await pixels(page);
    const box = await canvas(page).boundingBox();
    await page.mouse.move(box.x + 300, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 330, { steps: 4 });
    await page.mouse.up();
    assert.notEqual(await pixels(page), before);
    await page.waitForURL(/at=/);
  },

  async "Colours are those of a field or of the topics that are found, and a group can be shown alone"(visit) {
    const page = await open(visit);
    const legend = page.locator(".legend button");
    assert.equal(await legend.count(), 12);
    assert.equal(await page.getByLabel("Colour").inputValue(), "topic");
    await page.getByLabel("Colour").selectOption("topics");
    const topics = await topicsOf(visit);
    const first = legend.filter({ hasText: `${topics[0].label} ${topics[0].size}` });
    await first.waitFor();
    assert.equal(await legend.count(), topics.length);
    assert.match(page.url(), /by=topics/);
    await first.click();
    assert.equal(await first.getAttribute("aria-pressed"), "true");
  },

  async "Names never lie upon one another, and there are more of them nearer by"(visit) {
    const page = await open(visit, "&by=topics");
    await page.locator(".legend").getByText((await topicsOf(visit))[0].label).waitFor();
    const { arrange, wordsOf } = await import("../../../src/Embeddings.Api/Explorer/wwwroot/labels.js");
    const random = (() => { let seed = 7; return () => (seed = seed * 16807 % 2147483647) / 2147483647; })();
    const positions = Array.from({ length: 3000 }, random);
    const texts = Array.from({ length: 1000 }, (_, i) => `text number${i % 50}`);
    const groups = Array.from({ length: 50 }, (_, g) => ({ text: `group ${g}`, members: Array.from({ length: 20 }, (_, i) => g * 20 + i), words: [{ word: "number" }, { word: "text" }] }));
    const labels = wordsOf(groups, positions, texts);
    let fewer = 0;
    for (const zoom of [1, 2, 4]) {
      const places = labels.flatMap(label => [label.place[0] * 600 * zoom - 300 * (zoom - 1), label.place[1] * 600 * zoom - 300 * (zoom - 1)]);
      const shown = arrange(labels, places, zoom, 600, 600, (text, size) => text.length * size * 0.55);
      for (const one of shown) for (const other of shown) assert.ok(one === other || Math.abs(one.x - other.x) > one.half + other.half || Math.abs(one.y - other.y) > one.high + other.high);
      const names = new Set(shown.map(label => label.group));
      assert.ok(shown.length > fewer, `${shown.length} at zoom ${zoom}, ${names.size} groups`);
      fewer = zoom === 1 ? shown.length : 0;
    }
  },

  async "A view is in the address: a reload shows the same"(visit) {
    const page = await open(visit, "&method=pca&at=0.2,0.1,2.5,0.6,0.4&query=rain");
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    const before = await pixels(page);
    await page.reload();
    await page.getByRole("heading", { name: "30 hits" }).waitFor();
    await settled(page);
    assert.equal(await pixels(page), before);
    assert.equal(visit.sent("/projection").length, 2);
  },

  async "Zooming and moving change the view, and Whole map brings it back"(visit) {
    const page = await open(visit, "&method=pca");
    const [before, colors] = [await pixels(page), await colored(page)];
    await canvas(page).focus();
    await page.keyboard.press("+");
    await canvas(page).hover({ position: { x: 200, y: 200 } });
    await page.mouse.wheel(0, -300);
    await page.mouse.down();
    await page.mouse.move(500, 500, { steps: 3 });
    await page.mouse.up();
    assert.notEqual(await pixels(page), before);
    await page.waitForURL(/at=/);
    await page.getByRole("button", { name: "Whole map" }).click();
    await canvas(page).hover({ position: { x: 20, y: 20 } });
    await page.waitForTimeout(300);
    assert.ok((await colored(page)).every((color, i) => Math.abs(color - colors[i]) < 3));
  },

  async "The points are a list too"(visit) {
    const page = await open(visit);
    await page.getByText("The points as a list").click();
    const rows = page.locator(".points button");
    await rows.nth(299).waitFor();
    assert.equal(await rows.count(), 300);
    const text = await rows.nth(17).textContent();
    await rows.nth(17).click();
    await page.locator(".opened").getByText(text).waitFor();
  },

  async "WebGL and the canvas without it draw the same points in the same places"(visit) {
    const page = await open(visit, "&method=pca");
    const drawnBy = async renderer => {
      await page.addInitScript(renderer => {
        const own = HTMLCanvasElement.prototype.getContext;
        // WebGL on a processor is good enough for this test.
        HTMLCanvasElement.prototype.getContext = function (kind, options) {
          const context = renderer === "2d" && kind === "webgl2" ? null : own.call(this, kind, { ...options, failIfMajorPerformanceCaveat: false });
          if (this.dataset.ref === "points" && context) globalThis.renderer = kind;
          return context;
        };
      }, renderer);
      await page.reload();
      await page.getByText("300 points, PCA").waitFor();
      await settled(page);
      assert.equal(await page.evaluate(() => globalThis.renderer), renderer);
      const colors = await colored(page);
      await openFirst(page);
      await page.keyboard.press("Escape");
      return colors;
    };
    const [withGpu, without] = [await drawnBy("webgl2"), await drawnBy("2d")];
    const isStrong = color => color > 25;
    // The edges of points are softer in one of them, so a little colour in a field beside is enough.
    const isNear = (fields, i) => [-81, -80, -79, -1, 0, 1, 79, 80, 81].some(step => fields[i + step] > 5);
    assert.ok(without.filter(isStrong).length > 100);
    assert.deepEqual(without.flatMap((color, i) => isStrong(color) && !isNear(withGpu, i) || isStrong(withGpu[i]) && !isNear(without, i) ? [i] : []), []);
  },

  async "Who wants no motion sees none"(visit) {
    const page = await open(visit, "", { reducedMotion: "reduce" });
    await page.getByText("300 points, UMAP").waitFor();
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  },

  ...access("#/map?collection=texts&method=pca", visit => visit.page.locator(".legend button").first(), visit => visit.load("texts")),
};
