// Lines of the playground as a heat map, as tokens, and as strips of colour.
import { arrows, fill, h, number, score } from "./dom.js";

const mostTokens = 600;

const lineButton = (text, i, onpick) =>
  h("button.line", { title: text, onclick: () => onpick(i) }, h("span.index", i + 1), h("span.text", text));

export function heatmap(at, texts, scores, onpick) {
  const cell = (value, i, j) => {
    const tell = () => fill(at.pair, h("b", score(value)), ` “${texts[i]}” and “${texts[j]}”`);
    return h("td", {
      style: `--score: ${value}`, tabIndex: i + j === 0 ? 0 : -1, onmouseenter: tell, onfocus: tell,
    }, score(value, 2));
  };
  fill(at.columns, h("td"), texts.map((text, i) => h("th", { scope: "col", title: text }, i + 1)));
  fill(at.rows, scores.map((row, i) => h("tr",
    h("th", { scope: "row" }, lineButton(texts[i], i, onpick)), row.map((value, j) => cell(value, i, j)))));
  at.rows.onkeydown = event => {
    const { target, key } = event;
    const [right, down] = arrows[key] ?? [];
    const next = at.rows.rows[target.parentNode.sectionRowIndex + down]?.cells[target.cellIndex + right];
    if (next?.localName !== "td") return;
    event.preventDefault();
    [target.tabIndex, next.tabIndex] = [-1, 0];
    next.focus();
  };
}

// Draws the tokens of a line; cut is the reply of /tokenize.
export function tokens(at, cut, line) {
  const { tokens: all, read, truncated } = cut.data[line];
  const chips = all.slice(0, mostTokens).map((token, i) => {
    // A token that begins where the one before ended is a part of the same word.
    const joins = token.start === all[i - 1]?.stop ? ".joins" : "";
    return h(`li${token.special ? ".special" : joins}${i < read ? "" : ".unread"}`,
      h("span", token.text), h("small", token.id));
  });
  if (truncated) chips.splice(read, 0, h("li.cut", `The model stops here: it reads ${number(cut.max_tokens)} tokens.`));
  fill(at.length, `${number(all.length)} of ${number(cut.max_tokens)} tokens`);
  fill(at.tokens, chips, all.length > mostTokens && h("li.special", `and ${number(all.length - mostTokens)} more`));
}

export function vectors(at, { texts, numbers }, picked, onpick) {
  // A few numbers are far larger than the rest, so the scale ends where 99 of 100 lie.
  const sizes = numbers.flat().map(Math.abs).sort((a, b) => a - b);
  const largest = sizes[Math.floor(sizes.length * 0.99)] || 1;
  fill(at.strips, numbers.map((vector, line) => {
    const strip = h("canvas", {
      width: vector.length, height: 1, role: "img",
      ariaLabel: `Vector of line ${line + 1}: ${vector.slice(0, 4).map(value => value.toFixed(3)).join(", ")} …`,
      onmousemove({ offsetX }) {
        const i = Math.min(vector.length - 1, Math.floor(offsetX / strip.clientWidth * vector.length));
        fill(at.told, h("b", score(vector[i], 4)), ` number ${i + 1} of ${vector.length} of line ${line + 1}`);
      },
    });
    const context = strip.getContext("2d");
    vector.forEach((value, i) => {
      context.fillStyle = value < 0 ? "#3f83bd" : "#d0703f";
      context.globalAlpha = Math.min(1, Math.abs(value) / largest);
      context.fillRect(i, 0, 1, 1);
    });
    return h(line === picked ? "li.picked" : "li", lineButton(texts[line], line, onpick), strip);
  }));
}
