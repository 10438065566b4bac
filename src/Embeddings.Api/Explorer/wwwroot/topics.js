// What a collection is about: topics with their words, sizes and typical texts.
import { chooseCollection, requests, work } from "./api.js";
import { bar, fill, h, latest, number, part } from "./dom.js";
import { address, keep } from "./view.js";

export function draw(panel, { collection, count = "" }) {
  const at = part("topics", panel);
  const tell = (...text) => fill(at.state, text);
  let sent;
  at.count.value = count;
  at.find.onclick = at.collection.onchange = () => find();
  at.write.onclick = () => write();

  const find = latest(async signal => {
    keep({ collection: at.collection.value, count: at.count.value });
    sent = requests.topics(at.collection.value, { count: Number(at.count.value) || undefined });
    tell("Looking …");
    const { topics, outliers } = await work(sent, tell, signal);
    tell(`${number(topics.length)} topics`, outliers > 0 && `; ${number(outliers)} documents lie between them`);
    at.write.hidden = topics.length === 0;
    const size = (weight, { words }) => `font-size: ${0.72 + 0.3 * weight / words[0].weight}rem`;
    fill(at.list, topics.map(topic => h("li",
      h("div.document-head", h("h3", topic.label), bar(topic.size / topics[0].size), h("b", number(topic.size))),
      h("p.row", topic.words.map(({ word, weight }) => h("span.tag", { style: size(weight, topic) }, word))),
      h("ul", topic.examples.map(({ id, text }) => h("li", text ?? id))))));
  });

  // The topics that are shown become a field of the documents.
  const write = latest(async signal => {
    const [name, field] = [at.collection.value, "topic_found"];
    sent = requests.topics(name, { ...sent.body, write: field });
    const { written } = await work(sent, tell, signal);
    tell(`The field “${field}” is set in ${number(written)} documents. `,
      h("a", { href: address("classifiers", { collection: name, field }) }, "Train a classifier"), " or ",
      h("a", { href: address("map", { collection: name, by: field }) }, "see the map"));
  });

  chooseCollection(at, 10, collection, find);
  return () => sent;
}
