// What a collection is about: topics with their words, sizes and typical texts.
import { requests, send, work } from "./api.js";
import { showCode } from "./code.js";
import { bar, choose, fill, h, latest, number, part } from "./dom.js";
import { address, keep } from "./view.js";

export function draw(panel, { collection, count = "" }) {
  const at = part("topics", panel);
  let sent;
  at.count.value = count;
  at.code.onclick = () => showCode(sent);
  const tell = (...text) => fill(at.state, text);

  const find = latest(async signal => {
    keep({ collection: at.collection.value, count: at.count.value });
    sent = requests.topics(at.collection.value, { count: Number(at.count.value) || undefined });
    tell("Looking …");
    const { topics, outliers } = await work(sent, tell, signal);
    tell(`${number(topics.length)} topics`, outliers > 0 && `; ${number(outliers)} documents lie between them`);
    at.write.hidden = topics.length === 0;
    fill(at.list, topics.map(({ label, size, words, examples }) => h("li", {},
      h("div", { class: "document-head" }, h("h3", {}, label), bar(size / topics[0].size), h("b", {}, number(size))),
      h("p", { class: "row" }, words.map(({ word, weight }) => h("span", { class: "tag", style: { fontSize: `${0.72 + 0.3 * weight / words[0].weight}rem` } }, word))),
      h("ul", {}, examples.map(({ id, text }) => h("li", {}, text ?? id))))));
  });

  // The topics that are shown become a field of the documents.
  const write = latest(async signal => {
    const [name, field] = [at.collection.value, "topic_found"];
    sent = requests.topics(name, { ...sent.body, write: field });
    const { written } = await work(sent, tell, signal);
    tell(`The field “${field}” is set in ${number(written)} documents. `, h("a", { href: address("classifiers", { collection: name, field }) }, "Train a classifier"),
      " or ", h("a", { href: address("map", { collection: name, by: field }) }, "see the map"));
  });

  at.find.onclick = at.collection.onchange = () => find();
  at.write.onclick = () => write();
  send(requests.collections()).then(({ data }) => {
    const fitting = data.filter(one => one.documents >= 10);
    at.none.hidden = fitting.length > 0;
    at.whole.hidden = fitting.length === 0;
    choose(at.collection, fitting.map(one => [one.name, `${one.name} (${number(one.documents)})`]), collection);
    if (fitting.length > 0) find();
  });
}
