// Elements, and what all panels do with them.
import { read } from "./view.js";

// h("p.hint", { title }, "text"): strings become text nodes, so a document can never become markup.
export function h(selector, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  if (children[0]?.constructor === Object) Object.assign(element, children.shift());
  return fill(element, children);
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return fill(element, children);
}

// Puts children in place of what an element has; false and undefined are none.
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(9).filter(child => child || child === 0));
  return element;
}

// Adds a copy of a template with its controls as the address says, and gives its elements by their data-ref.
export function part(id, parent) {
  const copy = document.getElementById(id).content.cloneNode(true);
  for (const control of copy.querySelectorAll("[name]")) {
    const value = read().parameters[control.name];
    if (control.type === "radio") control.checked ||= control.value === value;
    else if (value !== undefined) control.value = value;
  }
  const elements = [...copy.querySelectorAll("[data-ref]")].map(element => [element.dataset.ref, element]);
  parent.append(copy);
  return Object.fromEntries(elements);
}

// Opens a dialog; closed is a promise of the value of its button, or of "".
export function modal(id) {
  const at = part(id, document.body);
  const { promise: closed, resolve } = Promise.withResolvers();
  at.dialog.onclose = () => {
    at.dialog.remove();
    resolve(at.dialog.returnValue);
  };
  at.dialog.showModal();
  return { ...at, closed };
}

export const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Options are values or [value, text]; the address says which is chosen, or else the caller.
export const choose = (select, options, other) => fill(select, options.map(option => {
  const [value, text = value] = [option].flat();
  const chosen = read().parameters[select.name] ?? other;
  return h("option", { value, selected: String(value) === chosen }, text);
}));

export function type(control, value) {
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

export const row = (first, ...cells) => h("tr", h("th", { scope: "row" }, first), cells.map(cell => h("td", cell)));

export const bar = share => h("i.bar", { ariaHidden: "true", style: `--share: ${share}` });

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

// Gives each run a signal that ends when the next begins. All but the first wait for a next.
export function latest(run, milliseconds = 0) {
  let controller;
  return async (...parameters) => {
    const wait = pause(controller && milliseconds);
    controller?.abort();
    const { signal } = controller = new AbortController();
    await wait;
    if (!signal.aborted) await run(signal, ...parameters).catch(failed);
  };
}

// Newer work that takes the place of older is no error.
export const failed = error => error.name !== "AbortError" && say(error.message, "p.toast.error");

export const say = (text, selector = "p.toast") => fill(document.getElementById("status"), h(selector, text));

export const number = value => value.toLocaleString("en");

// A score in few digits; what rounds to zero has no sign.
export const score = (value, digits = 3) => value.toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "\u2212");

// B is a billion, which is giga.
export const bytes = count => count.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 })
  .replace(/[KMBT]?$/, unit => `\u00a0${unit.replace("B", "G")}B`);

export const linesOf = text => text.split("\n").map(line => line.trim()).filter(Boolean);
