// Texts that are typed here; nothing is stored.
import { requests, send } from "./api.js";
import { bar, choose, fill, h, latest, linesOf, number, part, score, type } from "./dom.js";
import { heatmap, tokens, vectors } from "./lines.js";
import { read } from "./view.js";

const most = 50;

export function draw(panel) {
  const at = part("playground", panel);
  let sent = {};
  let drawn;

  at.question.oninput = at.texts.oninput = at.model.onchange = () => show();
  at.line.oninput = () => drawLine();
  at.texts.onclick = at.texts.onkeyup = () => {
    const before = at.texts.value.slice(0, at.texts.selectionStart);
    pick(linesOf(`${before}.`).length - 1);
  };
  at.examples.onclick = ({ target }) => {
    if (!("example" in target.dataset)) return;
    for (const control of [at.question, at.texts]) type(control, target.dataset[control.name] ?? control.defaultValue);
  };

  const show = latest(async signal => {
    const lines = linesOf(at.texts.value);
    const query = at.question.value.trim();
    const model = at.model.value || read().parameters.model;
    const texts = lines.slice(0, most);
    if (texts.length === 0) return fill(at.counts, "Type a line.");
    sent = {
      similarity: requests.similarity(texts, model),
      search: query &&
        requests.search({ query, documents: lines.slice(0, 1000), top_k: most, include: ["text"], model }),
      tokenize: requests.tokenize(texts, model),
      embeddings: requests.embeddings(texts, model),
    };
    const replies = Object.values(sent).map(request => request && send(request, signal));
    const [{ scores }, found, cut, embedded] = await Promise.all(replies);
    drawn = { texts, cut, numbers: embedded.data.map(item => item.embedding) };
    const count = cut.data.flatMap(text => text.tokens).length;
    fill(at.counts, `${number(lines.length)} lines, ${number(count)} tokens. `,
      lines.length > most && `The first ${most} are drawn.`);
    fill(at.rank, query && found.results.map(result =>
      h("li", h("span.text", result.text), bar(result.score), h("b", score(result.score)))));
    heatmap(at, texts, scores, pick);
    choose(at.line, texts.map((text, i) => [i, `${i + 1}  ${text}`]));
    drawLine();
  }, 250);

  function drawLine() {
    const line = Number(at.line.value);
    tokens(at, drawn.cut, line);
    vectors(at, drawn, line, pick);
  }

  function pick(line) {
    if (drawn?.texts[line] && line !== Number(at.line.value)) type(at.line, line);
  }

  send(requests.models()).then(({ data }) => {
    choose(at.model, data.filter(item => !(item.alias_of ?? item.kind)).map(item => item.id));
  });
  show();
  return name => sent[name];
}
