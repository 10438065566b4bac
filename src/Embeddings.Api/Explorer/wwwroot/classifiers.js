// Classifiers: trained from a field of a collection, tried on texts, corrected and trained again.
import { requests, send } from "./api.js";
import { showCode } from "./code.js";
import { bar, choose, confirmed, debounce, fill, h, latest, linesOf, number, part, say, score, table } from "./dom.js";
import { fieldsOf } from "./groups.js";
import { keep } from "./view.js";

export function draw(panel, view) {
  const at = part("classifiers", panel);
  const corrections = new Map();
  let classifiers = [];
  let chosen = view.classifier;
  let tried;

  const training = () => requests.train(at.name.value, { collection: at.collection.value, field: at.field.value });
  const correction = () => requests.correct(chosen, [...corrections].map(([text, label]) => ({ text, label })));
  at.listCode.onclick = () => showCode(requests.classifiers());
  at.trainCode.onclick = () => showCode(training());
  at.tryCode.onclick = () => showCode(tried, corrections.size > 0 && correction());
  at.texts.oninput = debounce(300, () => classify());
  at.collection.onchange = fields;
  at.train.onsubmit = async event => {
    event.preventDefault();
    const made = await send(training());
    say(`“${made.name}” knows ${number(made.labels.length)} labels from ${number(made.examples)} examples.`);
    await pick(made.name);
  };
  at.correct.onclick = async () => {
    const made = await send(correction());
    say(`Trained again, now from ${number(made.examples)} examples.`);
    await pick(chosen);
  };

  async function pick(name) {
    chosen = name;
    corrections.clear();
    keep({ classifier: name });
    classifiers = (await send(requests.classifiers())).data;
    chosen = (classifiers.find(one => one.name === chosen) ?? classifiers[0])?.name;
    fill(at.list, classifiers.length === 0 ? h("p", { class: "hint" }, "There is none yet. Train one below.")
      : table("Table of classifiers", ["Name", "Labels", "Examples", "Right, cross-validated", ""], classifiers.map(one => [
        h("button", { class: "chip", ariaPressed: String(one.name === chosen), onclick: () => pick(one.name) }, one.name),
        number(one.labels.length), number(one.examples), one.accuracy ? `${(one.accuracy.cross_validated * 100).toFixed(1)} %` : "–",
        h("button", { class: "quiet", ariaLabel: `Delete ${one.name}`, onclick: () => remove(one.name) }, "Delete"),
      ])));
    at.trying.hidden = !chosen;
    if (chosen) await classify();
  }

  async function remove(name) {
    if (!await confirmed(`Delete the classifier “${name}”?`)) return;
    await send(requests.deleteClassifier(name));
    await pick(chosen);
  }

  const classify = latest(async signal => {
    const texts = linesOf(at.texts.value);
    if (texts.length === 0) return fill(at.answers);
    tried = requests.classify(chosen, texts);
    const { data } = await send(tried, signal);
    const labels = classifiers.find(one => one.name === chosen).labels.map(({ label }) => label);
    fill(at.answers, data.map((answer, i) => {
      const select = h("select", {
        ariaLabel: `Label of “${texts[i]}”`,
        onchange: () => {
          select.value === answer.label ? corrections.delete(texts[i]) : corrections.set(texts[i], select.value);
          offer();
        },
      });
      choose(select, answer.label === null ? [["", "none of these"], ...labels] : labels, corrections.get(texts[i]) ?? answer.label);
      return h("li", {}, h("p", {}, texts[i]), select, bar(answer.score), h("b", {}, score(answer.score, 2)),
        h("small", {}, answer.scores.slice(1).map(other => `${other.label} ${score(other.score, 2)}`).join(", ")));
    }));
    offer();
  });

  function offer() {
    at.correct.hidden = corrections.size === 0;
    at.correct.textContent = `Add ${corrections.size} correction${corrections.size === 1 ? "" : "s"} and train`;
  }

  async function fields() {
    const { data } = await send(requests.documents(at.collection.value, { limit: 500, include: ["metadata"] }));
    choose(at.field, fieldsOf(data), view.field);
  }

  send(requests.collections()).then(({ data }) => {
    choose(at.collection, data.map(one => one.name), view.collection);
    if (data.length > 0) fields();
  });
  pick(chosen);
}
