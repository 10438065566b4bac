import assert from "node:assert/strict";
import { access } from "./playground.mjs";

/** Opens the topics of the sample, and gives their items. */
async function openTopics(visit, collection = "texts") {
  await visit.load(collection);
  await visit.open(`#/topics?collection=${collection}`);
  const items = visit.card("Topics found").locator(".topics > li");
  await items.first().waitFor();
  return items;
}

/** The labels of the three texts that the page begins with. */
const right = ["football", "weather", "money"];

/** Trains a classifier on the page from the sample's field "topic", and waits until it has labelled those texts. */
async function train(visit, name) {
  await visit.load("texts");
  const page = await visit.open("#/classifiers");
  await page.getByLabel("Collection", { exact: true }).selectOption("texts");
  await page.getByLabel("Field with the label").selectOption("topic");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  // Until then the answers may be those of another case's classifier.
  await page.waitForFunction(([name, labels]) => document.querySelector(".chip[aria-pressed=true]")?.textContent === name
    && [...document.querySelectorAll(".answers select")].map(select => select.value).join() === labels, [name, right.join()]);
  return page;
}

const row = (visit, name) => visit.card("On this server").getByRole("row", { name: new RegExp(`^${name}`) });

export const cases = {
  async "Topics are listed with words, sizes and typical texts, as the route gives them"(visit) {
    const items = await openTopics(visit);
    const { topics, outliers } = await visit.ask("collections/texts/topics", { wait: 60 });
    assert.equal(topics.reduce((sum, topic) => sum + topic.size, 0), 300);
    await visit.page.getByText(`${topics.length} topics${outliers ? `; ${outliers} documents lie between them` : ""}`).waitFor();
    assert.equal(await items.count(), topics.length);
    for (const [i, { label, size, words, examples }] of topics.entries()) {
      assert.deepEqual(await items.nth(i).locator("h3, .document-head b").allTextContents(), [label, String(size)]);
      assert.deepEqual(await items.nth(i).locator(".tag").allTextContents(), words.map(({ word }) => word));
      assert.deepEqual(await items.nth(i).locator("ul li").allTextContents(), examples.map(({ text }) => text));
    }
  },

  async "A number of topics is asked for, and kept in the address"(visit) {
    const items = await openTopics(visit);
    await visit.page.getByLabel("How many").fill("5");
    await visit.page.getByRole("button", { name: "Find topics" }).click();
    await visit.page.getByText(/^5 topics/).waitFor();
    assert.equal(await items.count(), 5);
    assert.match(visit.page.url(), /count=5/);
  },

  async "Topics are kept as a field, from which a classifier can be trained"(visit) {
    await openTopics(visit, "written");
    const { page } = visit;
    await page.getByRole("button", { name: "Keep them as a field" }).click();
    await page.getByText("is set in 300 documents").waitFor();
    const { data } = await visit.ask("collections/written/documents/list", { limit: 300 });
    const { topics } = await visit.ask("collections/written/topics", { wait: 60 });
    assert.deepEqual(new Set(data.map(document => document.metadata.topic_found)), new Set(topics.map(topic => topic.label)));
    await page.getByRole("link", { name: "Train a classifier" }).click();
    await page.getByRole("heading", { name: "Classifiers" }).waitFor();
    await page.waitForFunction(() => document.querySelector("form select")?.value === "written");
    await page.getByLabel("Field with the label").getByRole("option", { name: "topic_found", selected: true }).waitFor({ state: "attached" });
  },

  async "A classifier is trained from a field, and labels texts"(visit) {
    const page = await train(visit, "trained");
    const { accuracy, labels, examples } = await visit.ask("classifiers/trained");
    assert.deepEqual([labels.length, examples], [12, 300]);
    assert.match(await row(visit, "trained").textContent(), new RegExp(`^trained12300${(accuracy.cross_validated * 100).toFixed(1)} %`));
    const { data } = await visit.ask("classify", { classifier: "trained", input: await page.locator(".answers p").allTextContents() });
    assert.deepEqual(data.map(answer => answer.label), right);
  },

  async "A label is corrected, and the classifier trained again"(visit) {
    const page = await train(visit, "corrected");
    const label = page.getByLabel("Label of “It will snow all weekend”");
    await label.selectOption("travel");
    await page.getByRole("button", { name: "Train with 1 corrected" }).click();
    await page.getByRole("status").getByText("301 examples").waitFor();
    await page.getByRole("button", { name: "Train with 1 corrected" }).waitFor({ state: "hidden" });
    assert.equal((await visit.ask("classifiers/corrected")).labels.find(one => one.label === "travel").examples, 26);
    const { data: [answer] } = await visit.ask("classify", { classifier: "corrected", input: ["It will snow all weekend"] });
    assert.equal(await label.inputValue(), answer.label);
  },

  async "A classifier is deleted after a question"(visit) {
    const page = await train(visit, "doomed");
    await page.getByRole("button", { name: "Delete doomed" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await row(visit, "doomed").waitFor({ state: "detached" });
    assert.ok(!(await visit.ask("classifiers")).data.some(one => one.name === "doomed"));
  },

  ...access("#/topics?collection=texts", visit => visit.card("Topics found").locator(".topics > li").first(), visit => visit.load("texts")),
  ...access("#/classifiers", visit => visit.card("Train one from a collection").getByRole("button", { name: "Train", exact: true }), visit => visit.load("texts")),
};
