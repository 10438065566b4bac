// Single lines of the playground: tokens as the model's tokenizer cuts them, and vectors as strips of colour.
import { css, signedColor } from "./color.js";
import { fill, h, number, score } from "./dom.js";

const most = 600;

/** The button of a line: its number and its text. */
export const lineButton = (text, i, onpick) => h("button", { class: "line", title: text, onclick: () => onpick(i) },
  h("span", { class: "index" }, i + 1), h("span", { class: "text" }, text));

/** Draws the tokens of one of the texts, with a mark where the model stops to read; cut is the reply of /tokenize. */
export function tokens(at, cut, picked) {
  const { tokens: all, read, truncated } = cut.data[picked];
  const chips = all.slice(0, most).map((token, i) => h("li", {
    // A token that goes on where the one before ended is a part of the same word.
    class: token.special ? "special" : `${token.start === all[i - 1].stop ? "joins" : ""} ${i >= read ? "unread" : ""}`,
  }, h("span", {}, token.text), h("small", {}, token.id)));
  if (truncated) chips.splice(read, 0, h("li", { class: "cut" }, `The model stops here: it reads ${number(cut.max_tokens)} tokens.`));
  fill(at.length, `${number(all.length)} of ${number(cut.max_tokens)} tokens`, truncated && ", the rest is cut off");
  fill(at.tokens, chips, all.length > most && h("li", { class: "special" }, `and ${number(all.length - most)} more`));
}

/** Draws a strip for each text, one above the other: lines that are alike have like strips. */
export function vectors(at, texts, numbers, picked, onpick) {
  // Few numbers are far larger than the rest: the scale ends where 99 of 100 lie.
  const sizes = numbers.flat().map(Math.abs).sort((a, b) => a - b);
  const largest = sizes[Math.floor(sizes.length * 0.99)] || 1;
  fill(at.strips, texts.map((text, i) => h("li", { class: i === picked ? "picked" : "" }, lineButton(text, i, onpick), strip(numbers[i], i))));

  function strip(vector, line) {
    const ariaLabel = `Vector of line ${line + 1}: ${vector.slice(0, 4).map(value => value.toFixed(3)).join(", ")} …`;
    const canvas = h("canvas", { width: vector.length, height: 1, role: "img", ariaLabel, onmousemove: event => {
      const i = Math.min(vector.length - 1, Math.floor(event.offsetX / canvas.clientWidth * vector.length));
      fill(at.told, h("b", {}, score(vector[i], 4)), ` number ${i + 1} of ${vector.length} of line ${line + 1}`);
    } });
    const context = canvas.getContext("2d");
    vector.forEach((value, i) => {
      context.fillStyle = css(signedColor(value, largest));
      context.fillRect(i, 0, 1, 1);
    });
    return canvas;
  }
}
