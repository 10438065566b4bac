// Texts that are typed here: how alike they are, how well each answers a question, tokens, vectors. Nothing is stored.
import { requests, send } from "./api.js";
import { bar, choose, fill, h, latest, linesOf, number, part, score } from "./dom.js";
import { heatmap, tokens, vectors } from "./lines.js";
import { keep } from "./view.js";

const most = 50;

export function draw(panel, { model, question, texts, line }) {
  const at = part("playground", panel);
  const example = at.examples.children[0].dataset;
  let sent = {};
  let picked = Number(line) || 0;
  let drawn;

  at.question.value = question ?? example.question;
  at.texts.value = texts ?? example.texts;
  at.question.oninput = at.texts.oninput = changed;
  at.texts.onclick = at.texts.onkeyup = () => {
    const before = at.texts.value.slice(0, at.texts.selectionStart);
    pick(linesOf(`${before}.`).length - 1);
  };
  at.line.onchange = () => pick(Number(at.line.value));
  at.examples.onclick = ({ target: { dataset } }) => {
    if (!dataset.texts) return;
    [at.question.value, at.texts.value] = [dataset.question, dataset.texts];
    picked = 0;
    changed();
  };
  at.model.onchange = () => {
    model = at.model.value;
    keep({ model });
    show();
  };

  const show = latest(async signal => {
    const lines = linesOf(at.texts.value);
    const query = at.question.value.trim();
    const shown = lines.slice(0, most);
    if (shown.length === 0) return fill(at.counts, "Type a line.");
    picked = Math.min(picked, shown.length - 1);
    sent = {
      similarity: requests.similarity(shown, model),
      search: query && requests.search({ query, documents: lines.slice(0, 1000), top_k: most, include: ["text"], model }),
      tokenize: requests.tokenize(shown, model),
      embeddings: requests.embeddings(shown, model),
    };
    const replies = Object.values(sent).map(request => request && send(request, signal));
    const [{ scores }, found, cut, embedded] = await Promise.all(replies);
    drawn = { texts: shown, cut, numbers: embedded.data.map(item => item.embedding) };
    const count = cut.data.reduce((sum, text) => sum + text.tokens.length, 0);
    fill(at.counts, `${number(lines.length)} lines, ${number(count)} tokens. `,
      lines.length > most && `The first ${most} are drawn.`);
    fill(at.rank, query ? found.results.map(result =>
      h("li", h("span.text", result.text), bar(result.score), h("b", score(result.score))))
      : h("li.hint", "Ask a question to rank the lines by it."));
    fill(at.heat, heatmap(shown, scores, pick, at.pair));
    drawPicked();
  }, 250);

  function drawPicked() {
    choose(at.line, drawn.texts.map((text, i) => [i, `${i + 1}  ${text.slice(0, 60)}`]), picked);
    tokens(at, drawn.cut, picked);
    vectors(at, drawn, picked, pick);
  }

  function pick(line) {
    if (line === picked || !drawn?.texts[line]) return;
    picked = line;
    keep({ line });
    drawPicked();
  }

  function changed() {
    const [question, texts] = [at.question.value, at.texts.value];
    const isExample = question === example.question && texts === example.texts;
    keep(isExample ? { question: "", texts: "" } : { question, texts });
    show();
  }

  send(requests.models()).then(({ data }) => {
    const models = data.filter(item => !item.alias_of);
    at.models.hidden = models.length < 2;
    choose(at.model, models.map(item => item.id), model);
  });
  show();
  return name => sent[name];
}
