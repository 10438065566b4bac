// Elements, and small things that every panel needs.

/**
 * Makes an element. Strings become text nodes, so a document of a collection can never become markup. Properties: "on…" is
 * a listener, "style" an object, what an element does not have becomes an attribute.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "style") Object.assign(element.style, value);
    else if (name === "class") element.className = value;
    else if (name in element && name !== "role") element[name] = value;
    else element.setAttribute(name, value);
  }
  return fill(element, children);
}

/** Puts children in place of what an element has; false and undefined are none. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(9).filter(child => child || child === 0));
  return element;
}

/** Adds a copy of a template of index.html, and gives its elements by their data-ref. */
export function part(id, parent) {
  const copy = document.getElementById(id).content.cloneNode(true);
  const elements = Object.fromEntries([...copy.querySelectorAll("[data-ref]")].map(element => [element.dataset.ref, element]));
  parent.append(copy);
  return elements;
}

/** Opens a dialog of index.html; onend is told whether it was answered with yes. */
export function modal(id, onend) {
  const at = part(id, document.body);
  at.dialog.onclose = () => {
    at.dialog.remove();
    onend?.(at.dialog.returnValue === "yes");
  };
  at.dialog.showModal();
  return at;
}

/** Asks before something that cannot be undone. */
export const confirmed = question => new Promise(resolve => { modal("question-dialog", resolve).question.textContent = question; });

/** Fills a select, and gives it back: options are values or [value, text]. */
export const choose = (select, options, value) => fill(select, options.map(option => [option].flat()).map(([id, text = id]) =>
  h("option", { value: id, selected: String(id) === String(value) }, text)));

/** A table that scrolls sideways where it has to; the first cell of a row is its heading. */
export const table = (label, head, rows) => h("div", { class: "scroll", tabIndex: 0, role: "group", ariaLabel: label }, h("table", { class: "list" },
  h("thead", {}, h("tr", {}, head.map(title => title ? h("th", { scope: "col" }, title) : h("td")))),
  h("tbody", {}, rows.map(cells => h("tr", {}, cells.map((cell, i) => i === 0 ? h("th", { scope: "row" }, cell) : h("td", {}, cell)))))));

/** A bar whose length is a share from 0 to 1. */
export const bar = share => h("span", { class: "bar", ariaHidden: "true" }, h("i", { style: { width: `${Math.max(0, share) * 100}%` } }));

/** Runs a function when it has not been asked for during some milliseconds. */
export function debounce(milliseconds, run) {
  let timer;
  return (...parameters) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...parameters), milliseconds);
  };
}

/** Gives each run a signal that ends when the next one begins, and tells failures other than that. */
export function latest(run) {
  let controller;
  return async (...parameters) => {
    controller?.abort();
    controller = new AbortController();
    await run(controller.signal, ...parameters).catch(failed);
  };
}

/** Tells an error, unless it is that newer work has taken the place of older. */
export const failed = error => { if (error.name !== "AbortError") say(error.message, true); };

/** Says something at the bottom of the page, to screen readers too. */
export function say(text, isError = false) {
  const toast = document.getElementById("status");
  toast.textContent = text;
  toast.className = `toast show${isError ? " error" : ""}`;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.className = "toast"; toast.textContent = ""; }, isError ? 9000 : 4000);
}

export const number = value => value.toLocaleString("en");

/** A score in few digits; what rounds to zero has no sign. */
export const score = (value, digits = 3) => value.toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "\u2212");

export function bytes(count) {
  const unit = count < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** unit).toFixed(unit > 0 && count < 10 * 1000 ** unit ? 1 : 0)} ${["B", "kB", "MB", "GB", "TB"][unit]}`;
}

/** The lines of a text that say something. */
export const linesOf = text => text.split(/\r?\n/).map(line => line.trim()).filter(line => line !== "");

/** Hands a file to the reader of the page. */
export function download(name, content) {
  const url = URL.createObjectURL(new Blob([content]));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
