// A matrix of scores as a table: read by screen readers cell by cell, walked with the arrow keys, coloured for the eye.
import { css, inkOn, scoreColor } from "./color.js";
import { fill, h, score } from "./dom.js";
import { lineButton } from "./lines.js";

// Above this many lines a cell has no room for its number, which is then told below the map.
const mostNumbers = 16;
const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

/** Draws scores[i][j] of texts; onpick(i) is called for the line of a row that is chosen, and told says what a cell means. */
export function heatmap(texts, scores, onpick, told) {
  const isDense = texts.length > mostNumbers;
  const cells = scores.map((row, i) => row.map((value, j) => {
    const color = scoreColor(value);
    const tell = () => fill(told, h("b", {}, score(value)), ` “${texts[i]}” and “${texts[j]}”`);
    return h("td", { style: { background: css(color), color: inkOn(color) }, tabIndex: i + j === 0 ? 0 : -1, onmouseenter: tell, onfocus: tell },
      isDense ? h("span", { class: "sr" }, score(value, 2)) : score(value, 2));
  }));
  const walk = event => {
    const i = cells.findIndex(row => row.includes(event.target));
    const [down, right] = steps[event.key] ?? [];
    const next = cells[i + down]?.[cells[i]?.indexOf(event.target) + right];
    if (!next) return;
    event.preventDefault();
    [event.target.tabIndex, next.tabIndex] = [-1, 0];
    next.focus();
  };
  return h("div", { class: "scroll" }, h("table", { class: `heat${isDense ? " dense" : ""}`, onkeydown: walk },
    h("caption", { class: "sr" }, "Similarity of each line with each other: cosines, 1 is the same direction."),
    h("thead", {}, h("tr", {}, h("td"), texts.map((text, i) => h("th", { scope: "col", title: text }, i + 1)))),
    h("tbody", {}, texts.map((text, i) => h("tr", {}, h("th", { scope: "row" }, lineButton(text, i, onpick)), cells[i])))));
}
