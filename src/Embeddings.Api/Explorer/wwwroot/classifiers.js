// Classifiers: trained from a field, tried on texts, corrected and trained again.
import { chooseCollection, deletion, requests, send } from "./api.js";
import { bar, choose, fill, h, latest, linesOf, number, part, row, say, score } from "./dom.js";
import { fieldsOf } from "./groups.js";
import { keep, read } from "./view.js";

export function draw(panel) {
  const at = part("classifiers", panel);
  const corrections = new Map();
  let chosen;
  let tried;

  const training = () => requests.train(at.name.value, { collection: at.collection.value, field: at.field.value });
  const correction = () => requests.correct(chosen.name, [...corrections].map(([text, label]) => ({ text, label })));
  at.texts.oninput = () => classify();
  at.collection.onchange = fields;
  at.train.onsubmit = () => train(training());
  at.correct.onclick = () => train(correction());

  async function train(request) {
    const { name, labels, examples } = await send(request);
    say(`“${name}” knows ${number(labels.length)} labels from ${number(examples)} examples.`);
    await pick(name);
  }

  async function pick(classifier) {
    const { data } = await send(requests.classifiers());
    chosen = data.find(({ name }) => name === classifier) ?? data[0];
    corrections.clear();
    keep({ classifier });
    fill(at.list, data.map(one => row(
      h("button.chip", { ariaPressed: one === chosen, onclick: () => pick(one.name) }, one.name),
      number(one.labels.length), number(one.examples),
      one.accuracy ? `${(one.accuracy.cross_validated * 100).toFixed(1)} %` : "–",
      deletion("classifiers", one.name, () => pick(classifier)))));
    if (chosen) await classify();
  }

  const classify = latest(async signal => {
    const texts = linesOf(at.texts.value);
    if (texts.length === 0) return fill(at.answers);
    tried = requests.classify(chosen.name, texts);
    const { data } = await send(tried, signal);
    const labels = chosen.labels.map(({ label }) => label);
    fill(at.answers, data.map(({ label, score: value, scores }, i) => {
      const text = texts[i];
      const select = h("select", {
        ariaLabel: `Label of “${text}”`,
        onchange() {
          corrections.set(text, select.value);
          if (select.value === label) corrections.delete(text);
          offer();
        },
      });
      choose(select, label === null ? [["", "none of these"], ...labels] : labels, corrections.get(text) ?? label);
      return h("li", h("p", text), select, bar(value), h("b", score(value, 2)),
        h("small", scores.slice(1).map(other => `${other.label} ${score(other.score, 2)}`).join(", ")));
    }));
    offer();
  }, 300);

  function offer() {
    at.correct.hidden = corrections.size === 0;
    at.count.textContent = corrections.size;
  }

  async function fields() {
    const { data } = await send(requests.documents(at.collection.value, { limit: 500, include: ["metadata"] }));
    choose(at.field, fieldsOf(data));
  }

  pick(read().parameters.classifier);
  chooseCollection(at, 2, fields);
  return name => ({
    classifiers: requests.classifiers(), train: training(), classify: [tried, corrections.size > 0 && correction()],
  })[name];
}
