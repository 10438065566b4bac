// What a collection is about.
import { chooseCollection, requests, work } from "./api.js";
import { bar, fill, h, latest, number, part } from "./dom.js";
import { address } from "./view.js";

export function draw(panel) {
  const at = part("topics", panel);
  const tell = (...text) => fill(at.state, text);
  let sent;
  at.find.onclick = at.collection.onchange = () => find();
  at.write.onclick = () => write();

  const find = latest(async signal => {
    sent = requests.topics(at.collection.value, { count: Number(at.count.value) || undefined });
    tell("Looking …");
    const { topics, outliers } = await work(sent, tell, signal);
    tell(`${number(topics.length)} topics`, outliers > 0 && `; ${number(outliers)} documents lie between them`);
    fill(at.list, topics.map(topic => h("li",
      h("div.document-head", h("h3", topic.label), bar(topic.size / topics[0].size), h("b", number(topic.size))),
      h("p.row", topic.words.map(({ word, weight }) =>
        h("span.tag", { style: `--weight: ${weight / topic.words[0].weight}` }, word))),
      h("ul", topic.examples.map(({ id, text }) => h("li", text ?? id))))));
  });

  const write = latest(async signal => {
    const [collection, field] = [at.collection.value, "topic_found"];
    sent = requests.topics(collection, { ...sent.body, write: field });
    const { written } = await work(sent, tell, signal);
    tell(`The field “${field}” is set in ${number(written)} documents.`);
    at.train.href = address("classifiers", { collection, field });
    at.map.href = address("map", { collection, by: field });
  });

  chooseCollection(at, 10, find);
  return () => sent;
}
