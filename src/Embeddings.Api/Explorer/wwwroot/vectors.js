// Vectors as strips of colour, one above the other: lines that are alike have like strips.
import { css, signedColor } from "./color.js";
import { h } from "./dom.js";

/** Draws a strip for each text; the chosen one is larger, and its numbers can be read. */
export function vectors(texts, numbers, picked, onpick) {
  // Few numbers are far larger than the rest: the scale ends where 99 of 100 lie.
  const sizes = numbers.flat().map(Math.abs).sort((a, b) => a - b);
  const most = sizes[Math.floor(sizes.length * 0.99)] || 1;
  const told = h("p", { class: "pair" }, `${numbers[picked].length} numbers. Point at one to read it.`);
  const rows = texts.map((text, i) => h("li", { class: i === picked ? "picked" : "" },
    h("button", { class: "line", title: text, "aria-pressed": String(i === picked), onclick: () => onpick(i) }, h("span", { class: "index" }, i + 1), h("span", { class: "text" }, text)),
    strip(numbers[i], `Vector of line ${i + 1}: ${numbers[i].slice(0, 4).map(value => value.toFixed(3)).join(", ")} …`, most, event => {
      const at = Math.min(numbers[i].length - 1, Math.floor(event.offsetX / event.target.clientWidth * numbers[i].length));
      told.replaceChildren(h("b", {}, numbers[i][at].toFixed(4)), ` number ${at + 1} of line ${i + 1}`);
    })));
  return h("div", {}, h("ol", { class: "strips" }, rows), told);
}

function strip(vector, label, most, onmousemove) {
  const canvas = h("canvas", { width: vector.length, height: 1, role: "img", "aria-label": label, onmousemove });
  const context = canvas.getContext("2d");
  vector.forEach((value, i) => {
    context.fillStyle = css(signedColor(value, most));
    context.fillRect(i, 0, 1, 1);
  });
  return canvas;
}
