// A text as the model's tokenizer cuts it, with a mark where the model stops to read.
import { h, number, select } from "./dom.js";

const most = 600;

/** Draws the tokens of one of the texts; cut is the reply of /tokenize. */
export function tokens(texts, cut, picked, onpick) {
  const { tokens: all, read, truncated } = cut.data[picked];
  const chips = all.slice(0, most).map((token, i) => chip(token, all[i - 1], i >= read && !token.special));
  if (truncated) chips.splice(read, 0, h("li", { class: "cut" }, `The model stops here: it reads ${number(cut.max_tokens)} tokens.`));
  return h("div", {},
    h("div", { class: "row" },
      select("Line", texts.map((text, i) => [String(i), `${i + 1}  ${text.slice(0, 60)}`]), String(picked), value => onpick(Number(value))),
      h("span", { class: "hint" }, `${number(all.length)} of ${number(cut.max_tokens)} tokens`, truncated && ", the rest is cut off")),
    h("ol", { class: "tokens" }, chips),
    all.length > most && h("p", { class: "hint" }, `and ${number(all.length - most)} more`));
}

function chip(token, before, isUnread) {
  const joins = before && token.start !== null && before.stop === token.start;
  return h("li", { class: [token.special && "special", joins && "joins", isUnread && "unread"].filter(Boolean).join(" ") },
    h("span", {}, token.text), h("small", {}, token.id));
}
