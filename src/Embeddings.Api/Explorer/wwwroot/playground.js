// Texts that are typed here: how alike they are, how well each answers a question, their tokens, their vectors. Nothing is stored.
import { requests, send } from "./api.js";
import { codeButton } from "./code.js";
import { onTheme } from "./color.js";
import { card, debounce, field, fill, h, latest, number, say, score, select } from "./dom.js";
import { heatmap } from "./heatmap.js";
import { tokens } from "./tokens.js";
import { vectors } from "./vectors.js";
import { keep } from "./view.js";

const most = 50;
const examples = {
  "Pets and markets": ["Which pets are asleep?", "My cat sleeps on the sofa\nThe kitten is taking a nap\nA dog naps under the tree\nStock markets fall after interest rate news\nShares dropped when the bank raised rates\nInvestors are selling their shares\nFresh pasta with tomato and basil\nHow to cook spaghetti with tomato sauce"],
  "Support questions": ["I cannot sign in", "How do I reset my password?\nMy account is locked\nWhere is my parcel?\nThe delivery is two days late\nI want my money back\nHow do refunds work?\nChange the e-mail address of my account\nThe parcel arrived damaged"],
  "Same words, other meaning": ["a place that keeps money", "She sat on the bank of the river\nThe bank raised its interest rates\nHe deposited the cheque at the bank\nThe river burst its banks\nA crane lifted the steel beams\nA crane stood in the shallow water\nThe mouse ate the cheese\nThe mouse has two buttons"],
};

export function draw(panel, parameters) {
  const [question, lines] = Object.values(examples)[0];
  const ask = h("input", { type: "text", value: parameters.question ?? question, oninput: changed });
  const write = h("textarea", { rows: 11, spellcheck: false, value: parameters.texts ?? lines, oninput: changed, onclick: pickLine, onkeyup: pickLine });
  const counts = h("p", { class: "hint" });
  const models = h("div", {});
  const parts = Object.fromEntries(["heat", "rank", "cut", "strip"].map(name => [name, h("div", { class: "result" })]));
  const sent = {};
  let model = parameters.model;
  let picked = Number(parameters.line) || 0;
  let drawn;

  fill(panel,
    h("div", { class: "intro" }, h("h1", {}, "Playground"), h("p", {}, "Type a few lines and see what the model makes of them. Nothing is stored.")),
    h("div", { class: "split" },
      h("section", { class: "inputs", "aria-label": "Texts" },
        models,
        field("Question", ask),
        field("Texts, one a line", write),
        counts,
        h("div", { class: "row" }, Object.keys(examples).map(name => h("button", { class: "chip", onclick: () => load(name) }, name)))),
      h("div", { class: "stack" },
        card("Similarity", codeButton(() => sent.similarity), parts.heat),
        card("Ranked by the question", codeButton(() => sent.search), parts.rank))),
    card("Tokens", codeButton(() => sent.tokenize), parts.cut),
    card("Vectors", codeButton(() => sent.embeddings), parts.strip));

  const show = latest(async signal => {
    const texts = linesOf();
    picked = Math.min(picked, Math.max(0, texts.length - 1));
    if (texts.length === 0) return Object.values(parts).forEach(part => fill(part, h("p", { class: "hint" }, "Type a line.")));
    const shown = texts.slice(0, most);
    sent.similarity = requests.similarity(shown, model);
    sent.search = ask.value.trim() === "" ? null : requests.search({ query: ask.value.trim(), documents: texts.slice(0, 1000), top_k: most, include: ["text"], model });
    sent.tokenize = requests.tokenize(shown, model);
    sent.embeddings = requests.embeddings(shown, model);
    const [compared, found, cut, embedded] = await Promise.all(
      [sent.similarity, sent.search, sent.tokenize, sent.embeddings].map(request => request && send(request, { signal })));
    drawn = { texts: shown, compared, cut, embedded };
    fill(counts, `${number(texts.length)} lines, ${number(cut.data.reduce((sum, text) => sum + text.tokens.length, 0))} tokens. `,
      texts.length > most && `The first ${most} are drawn.`);
    fill(parts.rank, found ? ranking(found.results) : h("p", { class: "hint" }, "Ask a question to rank the lines by it."));
    drawAll();
  });
  const showSoon = debounce(250, () => show().catch(error => say(error.message, true)));

  function drawAll() {
    if (!drawn) return;
    fill(parts.heat, heatmap(drawn.texts, drawn.compared.scores, pick));
    drawPicked();
  }

  function drawPicked() {
    fill(parts.cut, tokens(drawn.texts, drawn.cut, picked, pick));
    fill(parts.strip, vectors(drawn.texts, drawn.embedded.data.map(item => item.embedding), picked, pick));
  }

  function pick(line) {
    if (!drawn || line === picked || line >= drawn.texts.length) return;
    picked = line;
    keep({ line: line || undefined });
    drawPicked();
  }

  // The line in which the cursor stands.
  function pickLine() {
    const before = write.value.slice(0, write.selectionStart).split("\n");
    pick(Math.max(0, before.filter((line, i) => line.trim() !== "" || i === before.length - 1).length - 1));
  }

  function changed() {
    const isExample = Object.values(examples)[0].every((text, i) => text === [ask, write][i].value);
    keep({ question: isExample ? undefined : ask.value, texts: isExample ? undefined : write.value });
    showSoon();
  }

  function load(name) {
    [ask.value, write.value] = examples[name];
    picked = 0;
    keep({ line: undefined });
    changed();
  }

  const linesOf = () => write.value.split("\n").map(line => line.trim()).filter(line => line !== "");

  send(requests.models()).then(list => {
    if (list.data.length < 2) return;
    fill(models, select("Model", list.data.map(item => [item.id, item.id]), model ?? list.data[0].id, chosen => {
      model = chosen === list.data[0].id ? undefined : chosen;
      keep({ model });
      showSoon();
    }));
  }).catch(() => { });
  show().catch(error => say(error.message, true));
  onTheme(panel, drawAll);
}

function ranking(results) {
  return h("ol", { class: "ranking" }, results.map(result => h("li", {},
    h("span", { class: "text" }, result.text),
    h("span", { class: "bar", "aria-hidden": "true" }, h("i", { style: { width: `${Math.max(0, result.score) * 100}%` } })),
    h("b", {}, score(result.score)))));
}
