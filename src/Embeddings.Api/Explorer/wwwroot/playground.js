// Texts that are typed here: how alike they are, how well each answers a question, their tokens, their vectors. Nothing is stored.
import { requests, send } from "./api.js";
import { showCode } from "./code.js";
import { css, onTheme, scoreColor } from "./color.js";
import { bar, choose, debounce, fill, h, latest, linesOf, number, part, score } from "./dom.js";
import { heatmap } from "./heatmap.js";
import { tokens, vectors } from "./lines.js";
import { keep } from "./view.js";

const most = 50;

export function draw(panel, parameters) {
  const at = part("playground", panel);
  const examples = [...at.examples.children].map(button => [button.dataset.question, button.dataset.texts.replaceAll("|", "\n")]);
  let sent = {};
  let { model } = parameters;
  let picked = Number(parameters.line) || 0;
  let drawn;

  at.question.value = parameters.question ?? examples[0][0];
  at.texts.value = parameters.texts ?? examples[0][1];
  at.question.oninput = at.texts.oninput = changed;
  at.texts.onclick = at.texts.onkeyup = () => pick(linesOf(`${at.texts.value.slice(0, at.texts.selectionStart)}.`).length - 1);
  at.line.onchange = () => pick(Number(at.line.value));
  [...at.examples.children].forEach((button, i) => {
    button.onclick = () => {
      [at.question.value, at.texts.value] = examples[i];
      picked = 0;
      changed();
    };
  });
  for (const name of ["similarity", "search", "tokenize", "embeddings"]) at[name].onclick = () => showCode(sent[name]);

  const show = latest(async signal => {
    const texts = linesOf(at.texts.value);
    const question = at.question.value.trim();
    const shown = texts.slice(0, most);
    picked = Math.min(picked, Math.max(0, shown.length - 1));
    if (shown.length === 0) return fill(at.counts, "Type a line.");
    sent = {
      similarity: requests.similarity(shown, model),
      search: question && requests.search({ query: question, documents: texts.slice(0, 1000), top_k: most, include: ["text"], model }),
      tokenize: requests.tokenize(shown, model),
      embeddings: requests.embeddings(shown, model),
    };
    const [compared, found, cut, embedded] = await Promise.all(Object.values(sent).map(request => request && send(request, signal)));
    drawn = { texts: shown, scores: compared.scores, cut, numbers: embedded.data.map(item => item.embedding) };
    const count = cut.data.reduce((sum, text) => sum + text.tokens.length, 0);
    fill(at.counts, `${number(texts.length)} lines, ${number(count)} tokens. `, texts.length > most && `The first ${most} are drawn.`);
    fill(at.rank, found ? found.results.map(result => h("li", {}, h("span", { class: "text" }, result.text), bar(result.score), h("b", {}, score(result.score))))
      : h("li", { class: "hint" }, "Ask a question to rank the lines by it."));
    drawAll();
  });
  const showSoon = debounce(250, show);

  function drawAll() {
    at.scale.style.background = `linear-gradient(90deg, ${[0, 1, 2, 3, 4, 5].map(i => css(scoreColor(i / 5))).join()})`;
    if (!drawn) return;
    fill(at.heat, heatmap(drawn.texts, drawn.scores, pick, at.pair));
    drawPicked();
  }

  function drawPicked() {
    choose(at.line, drawn.texts.map((text, i) => [i, `${i + 1}  ${text.slice(0, 60)}`]), picked);
    tokens(at, drawn.cut, picked);
    vectors(at, drawn.texts, drawn.numbers, picked, pick);
  }

  function pick(line) {
    if (!drawn || line === picked || line < 0 || line >= drawn.texts.length) return;
    picked = line;
    keep({ line });
    drawPicked();
  }

  function changed() {
    const isDefault = at.question.value === examples[0][0] && at.texts.value === examples[0][1];
    const { value: question } = at.question;
    keep(isDefault ? { question: "", texts: "" } : { question, texts: at.texts.value });
    showSoon();
  }

  send(requests.models()).then(({ data }) => {
    at.models.hidden = data.length < 2;
    choose(at.model, data.map(item => item.id), model);
    at.model.onchange = () => {
      model = at.model.value;
      keep({ model });
      showSoon();
    };
  });
  show();
  onTheme(panel, drawAll);
}
