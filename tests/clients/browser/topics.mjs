import assert from "node:assert/strict";
import { access } from "./playground.mjs";
import { fake, fakeClassifiers } from "./fake.mjs";

/** Opens a panel with the sample loaded, and the routes that it needs. */
async function open(visit, hash, context) {
  await visit.loadSample();
  await visit.open("#/server", context);
  await fake(visit);
  await fakeClassifiers(visit);
  await visit.page.goto(`${visit.root}/${hash}`);
  return visit.page;
}

const train = async page => {
  await page.getByLabel("Collection", { exact: true }).selectOption("sample");
  await page.getByLabel("Field with the label").selectOption("topic");
  await page.getByLabel("Name", { exact: true }).fill("my-topics");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.locator(".answers li").nth(2).waitFor();
};

export const cases = {
  async "Topics are listed with words, sizes and typical texts"(visit) {
    const page = await open(visit, "#/topics?collection=sample");
    const topics = visit.card("Topics found").locator(".topics > li");
    await topics.nth(11).waitFor();
    await page.getByText("12 topics; 7 documents lie between them").waitFor();
    assert.match(await topics.first().textContent(), /about astronomy25.*Jupiter's largest moon/);
    assert.ok(await topics.first().locator(".tag").count() > 2);
  },

  async "A number of topics is asked for, and kept in the address"(visit) {
    const page = await open(visit, "#/topics?collection=sample");
    await visit.card("Topics found").locator(".topics > li").first().waitFor();
    await page.getByLabel("How many").fill("5");
    const [request] = await Promise.all([page.waitForRequest(/\/topics$/), page.getByRole("button", { name: "Find topics" }).click()]);
    assert.equal(request.postDataJSON().count, 5);
    assert.match(page.url(), /count=5/);
  },

  async "Topics are kept as a field, from which a classifier can be trained"(visit) {
    const page = await open(visit, "#/topics?collection=sample");
    await page.getByRole("button", { name: "Keep them as a field" }).click();
    await page.getByText("is set in 300 documents").waitFor();
    await page.getByRole("link", { name: "Train a classifier" }).click();
    await page.getByRole("heading", { name: "Classifiers" }).waitFor();
    await page.waitForFunction(() => document.querySelector("form select")?.value === "sample");
  },

  async "A classifier is trained from a field, and labels texts"(visit) {
    const page = await open(visit, "#/classifiers");
    await train(page);
    assert.deepEqual(visit.trained, [{ name: "my-topics", collection: "sample", field: "topic" }]);
    assert.match(await visit.card("On this server").getByRole("row").nth(1).textContent(), /my-topics1230091\.3 %/);
    const chosen = await page.locator(".answers select").evaluateAll(all => all.map(one => one.value));
    assert.deepEqual(chosen, ["football", "weather", "money"]);
  },

  async "A label is corrected, and the classifier trained again"(visit) {
    const page = await open(visit, "#/classifiers");
    await train(page);
    await page.getByLabel("Label of “It will snow all weekend”").selectOption("travel");
    await page.getByRole("button", { name: "Add 1 correction and train" }).click();
    await page.getByRole("status").getByText("301 examples").waitFor();
    assert.deepEqual(visit.trained.at(-1), { examples: [{ text: "It will snow all weekend", label: "travel" }] });
    await page.getByRole("button", { name: "Add 1 correction and train" }).waitFor({ state: "hidden" });
    assert.equal(await page.getByLabel("Label of “It will snow all weekend”").inputValue(), "travel");
  },

  async "A classifier is deleted after a question"(visit) {
    const page = await open(visit, "#/classifiers");
    await train(page);
    await page.getByRole("button", { name: "Delete my-topics" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("There is none yet").waitFor();
  },

  ...withRoutes("#/topics?collection=sample", visit => visit.card("Topics found").locator(".topics > li").first()),
  ...withRoutes("#/classifiers", visit => visit.card("Train one from a collection").getByRole("button", { name: "Train", exact: true })),
};

function withRoutes(hash, drawn) {
  return Object.fromEntries(Object.entries(access(hash, drawn)).map(([name, run]) => [name, async visit => {
    const opens = visit.open.bind(visit);
    visit.open = (_, context) => {
      visit.open = opens;
      return open(visit, hash, context);
    };
    await run(visit);
  }]));
}
