// A matrix of scores as a table: read by screen readers cell by cell, walked with the arrow keys, coloured for the eye.
import { css, inkOn, scoreColor } from "./color.js";
import { h, score as text } from "./dom.js";

// Above this many lines a cell has no room for its number, which is then told below the map.
const mostNumbers = 16;

/** Draws scores[i][j] of texts; onpick(i) is called for the line of a row that is chosen. */
export function heatmap(texts, scores, onpick) {
  const told = h("p", { class: "pair", "aria-live": "polite" });
  const showsNumbers = texts.length <= mostNumbers;
  const cells = scores.map((row, i) => row.map((score, j) => cell(score, i, j)));
  const table = h("table", { class: `heat${showsNumbers ? "" : " dense"}`, onkeydown: walk, onmouseleave: () => tell(null) },
    h("caption", { class: "sr" }, "Similarity of each line with each other: cosines, 1 is the same direction."),
    h("thead", {}, h("tr", {}, h("td"), texts.map((line, i) => h("th", { scope: "col", title: line }, i + 1)))),
    h("tbody", {}, texts.map((line, i) => h("tr", {},
      h("th", { scope: "row" }, h("button", { class: "line", title: line, onclick: () => onpick(i) }, h("span", { class: "index" }, i + 1), h("span", { class: "text" }, line))),
      cells[i]))));
  cells[0][0].tabIndex = 0;
  tell(null);
  return h("div", {}, h("div", { class: "scroll" }, table), told, scale());

  function cell(score, i, j) {
    const color = scoreColor(score);
    const show = () => tell([i, j]);
    return h("td", { style: { background: css(color), color: inkOn(color) }, tabIndex: -1, onmouseenter: show, onfocus: show },
      showsNumbers ? text(score, 2) : h("span", { class: "sr" }, text(score, 2)));
  }

  function tell(pair) {
    for (const marked of table.querySelectorAll(".on")) marked.classList.remove("on");
    if (!pair) {
      told.textContent = "Point at a cell, or walk with the arrow keys.";
      return;
    }
    const [i, j] = pair;
    cells[i][j].classList.add("on");
    told.replaceChildren(h("b", {}, text(scores[i][j])), ` “${texts[i]}” and “${texts[j]}”`);
  }

  function walk(event) {
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
    const i = cells.findIndex(row => row.includes(event.target));
    if (i < 0 || (down === 0 && right === 0)) return;
    event.preventDefault();
    const next = cells[i + down]?.[cells[i].indexOf(event.target) + right];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

function scale() {
  const steps = Array.from({ length: 24 }, (_, i) => h("i", { style: { background: css(scoreColor(i / 23)) } }));
  return h("div", { class: "scale", "aria-hidden": "true" }, h("span", {}, "0 nothing in common"), h("div", {}, steps), h("span", {}, "1 the same"));
}
