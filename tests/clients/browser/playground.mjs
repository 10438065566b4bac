import assert from "node:assert/strict";
import { numberOf } from "./visit.mjs";

const long = "word ".repeat(300).trim();

export const cases = {
  async "The heat map shows the numbers of the similarity route"(visit) {
    const page = await visit.open("#/playground?texts=cat%0Akitten%0Acar");
    const cells = visit.card("Similarity").locator("tbody td");
    await cells.nth(8).waitFor();
    const { scores } = await visit.ask("similarity", { sources: ["cat", "kitten", "car"] });
    const shown = (await cells.allTextContents()).map(numberOf);
    scores.flat().forEach((score, i) => assert.ok(Math.abs(score - shown[i]) <= 0.005, `${score} is shown as ${shown[i]}`));
    assert.equal(await page.title(), "Playground · Embeddings");
  },

  async "Typing changes the heat map and the address, and a reload keeps both"(visit) {
    const page = await visit.open();
    await visit.card("Similarity").locator("tbody td").nth(63).waitFor();
    await page.getByLabel("Texts, one a line").fill("one\ntwo\n\nthree & more");
    await visit.card("Similarity").locator("tbody tr").nth(2).waitFor();
    await page.waitForFunction(() => document.querySelectorAll(".heat tbody tr").length === 3);
    assert.match(page.url(), /texts=one%0Atwo/);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll(".heat tbody tr").length === 3);
    assert.equal(await page.getByLabel("Texts, one a line").inputValue(), "one\ntwo\n\nthree & more");
  },

  async "The ranking is that of a search in the lines, and nothing is stored"(visit) {
    const page = await visit.open("#/playground?texts=a%20car%0Aa%20kitten%0Aa%20tree&question=a%20young%20cat");
    const rows = visit.card("Ranked by the question").locator("li");
    await rows.nth(2).waitFor();
    const { results } = await visit.ask("search", { query: "a young cat", documents: ["a car", "a kitten", "a tree"] });
    assert.deepEqual(await rows.locator(".text").allTextContents(), results.map(result => result.text));
    assert.deepEqual((await visit.ask("collections")).data.filter(collection => collection.name === "default"), []);
    await page.getByLabel("Question", { exact: true }).fill("");
    await visit.card("Ranked by the question").getByText("Ask a question").waitFor();
  },

  async "Tokens are those of the tokenizer, with a mark where the model stops"(visit) {
    const page = await visit.open(`#/playground?texts=${encodeURIComponent(`tokenization\n${long}`)}`);
    const chips = visit.card("Tokens").locator("li:not(.cut)");
    await chips.nth(3).waitFor();
    assert.deepEqual(await chips.locator("span").allTextContents(), ["[CLS]", "token", "ization", "[SEP]"]);
    assert.equal(await visit.card("Tokens").locator(".cut").count(), 0);
    await page.getByLabel("Line", { exact: true }).selectOption("1");
    await visit.card("Tokens").locator(".cut").waitFor();
    assert.match(page.url(), /line=1/);
    const { data: [{ read, tokens }] } = await visit.ask("tokenize", { input: [long] });
    assert.equal(await visit.card("Tokens").locator(".cut ~ li").count(), tokens.length - read);
    assert.equal(await chips.locator("small").nth(1).textContent(), String(tokens[1].id));
  },

  async "Each line has a strip of its vector, and a strip tells its numbers"(visit) {
    const page = await visit.open("#/playground?texts=cat%0Akitten");
    const strips = visit.card("Vectors").getByRole("img");
    await strips.nth(1).waitFor();
    const { data } = await visit.ask("v1/embeddings", { input: ["cat"] });
    await strips.first().hover({ position: { x: 1, y: 5 } });
    const told = await visit.card("Vectors").locator(".pair b").textContent();
    assert.ok(Math.abs(numberOf(told) - data[0].embedding[0]) < 1e-3, told);
    await visit.card("Vectors").getByRole("button", { name: "kitten" }).click();
    await visit.card("Tokens").getByText("kitten", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Line", { exact: true }).inputValue(), "1");
  },

  async "The heat map is walked with the arrow keys"(visit) {
    const page = await visit.open("#/playground?texts=cat%0Akitten%0Acar");
    await visit.card("Similarity").locator("td[tabindex='0']").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match(await visit.card("Similarity").locator(".pair").textContent(), /“kitten” and “car”/);
  },

  async "Every panel is reached with the keyboard alone"(visit) {
    const page = await visit.open();
    await visit.card("Similarity").locator("td").first().waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Skip to the content");
    for (let presses = 0; await page.locator(":focus").textContent() !== "Server"; presses++) {
      assert.ok(presses < 12, "Tab does not reach the tab Server.");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Server" }).waitFor();
  },

  async "The link that skips the tabs stays in its panel"(visit) {
    const page = await visit.open("#/server");
    await visit.card("Models").locator("tbody tr").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(":focus").getAttribute("id"), "main");
    assert.equal(await page.title(), "Server · Embeddings");
    assert.match(page.url(), /#\/server$/);
  },

  async "The request of a panel is shown in four languages, and the curl line works"(visit) {
    const page = await visit.open("#/playground?texts=it's%20%22a%22%20cat%0Akitten");
    await visit.card("Similarity").locator("tbody td").nth(3).waitFor();
    await visit.card("Similarity").getByRole("button", { name: "Code" }).click();
    const code = page.getByLabel("Code", { exact: true });
    const shown = {};
    for (const language of ["C#", "JavaScript", "Python", "curl"]) {
      await page.getByRole("dialog").getByText(language, { exact: true }).click();
      shown[language] = await code.textContent();
      assert.match(shown[language], /similarity/);
    }
    assert.match(shown["C#"], /""""?\n\{/);
    assert.match(shown.Python, /requests\.post\(.*json=\{/s);
    const { execFileSync } = await import("node:child_process");
    const reply = execFileSync("bash", ["-c", `${shown.curl} --silent`], { env: { ...process.env, KEY: visit.key } });
    assert.equal(JSON.parse(reply).scores.length, 2);
    assert.doesNotMatch(shown.curl, /secret/);
    await page.keyboard.press("Escape");
    await code.waitFor({ state: "detached" });
  },

  async "A model is offered once, and only if it makes vectors"(visit) {
    const model = (id, more) => ({ id, object: "model", ...more });
    const models = [model("a"), model("b"), model("ranks", { kind: "cross-encoder" }), model("c", { alias_of: "a" })];
    await visit.open("#/server");
    await visit.page.route(/\/v1\/models/, route => route.fulfill({ json: { object: "list", data: models } }));
    await visit.page.goto(`${visit.root}/#/playground?texts=cat`);
    await visit.page.getByLabel("Model", { exact: true }).getByRole("option", { name: "b" }).waitFor({ state: "attached" });
    assert.deepEqual(await visit.page.getByLabel("Model", { exact: true }).locator("option").allTextContents(), ["a", "b"]);
  },

  async "A wrong line says what the server said"(visit) {
    visit.expected.push(/400 \(Bad Request\)/, /404 \(Not Found\)/);
    const page = await visit.open("#/playground?texts=cat&model=no-such-model");
    await page.getByRole("status").getByText("no-such-model").waitFor();
  },

  async "Markup in a text stays text"(visit) {
    const page = await visit.open(`#/playground?texts=${encodeURIComponent("<img src=x onerror=alert(1)>\n<b>bold</b>")}`);
    await visit.card("Similarity").locator("tbody td").nth(3).waitFor();
    assert.equal(await page.locator("main img, main .text b").count(), 0);
  },

  ...access("#/playground", visit => visit.card("Vectors").getByRole("img").first()),
};

/** The cases of every panel: no findings of axe in both themes, and nothing wider than a phone. */
export function access(hash, drawn, prepare = () => {}) {
  const title = hash.replace(/^#\/(\w+).*/, "$1");
  const inTheme = colorScheme => async visit => {
    await prepare(visit);
    await visit.open(hash, { colorScheme });
    await drawn(visit).waitFor();
    await visit.checkAccess();
  };
  return {
    [`axe finds nothing in ${title}, light`]: inTheme("light"),
    [`axe finds nothing in ${title}, dark`]: inTheme("dark"),
    [`A phone shows ${title} without scrolling sideways`]: async visit => {
      await prepare(visit);
      const page = await visit.open(hash, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
      await drawn(visit).waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
      await visit.checkAccess();
    },
  };
}
