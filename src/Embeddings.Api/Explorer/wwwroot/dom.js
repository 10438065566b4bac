// Elements, and small things that every panel needs.

/**
 * Makes an element. Strings become text nodes, so a document of a collection can never become markup.
 * Properties: "on…" is a listener, "style" an object, "data-…", "aria-…" and "role" are attributes, the rest are set.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name === "class") element.className = value;
    else if (name in element && !/^(data|aria)-|^(role|list)$/.test(name)) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** A copy of a template of index.html, and its elements by their data-ref. */
export function part(id) {
  const copy = document.getElementById(id).content.cloneNode(true);
  return [copy, Object.fromEntries([...copy.querySelectorAll("[data-ref]")].map(element => [element.dataset.ref, element]))];
}

/** Fills a select: options are [value, text]. */
export const choose = (select, options, value) => fill(select, options.map(([id, text]) => h("option", { value: id, selected: String(id) === String(value) }, text)));

/** Puts children in place of what an element has. */
export const fill = (element, ...children) => element.replaceChildren(...children.flat().filter(Boolean));

/** A card: a section with a heading, tools at its right, and a body. */
export function card(title, tools, ...children) {
  const id = `card-${title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  return h("section", { class: "card", "aria-labelledby": id },
    h("div", { class: "card-head" }, h("h2", { id }, title), h("div", { class: "tools" }, tools)), ...children);
}

/** A label above its control. */
export const field = (label, control, hint) =>
  h("label", { class: "field" }, h("span", {}, label), control, hint && h("small", {}, hint));

/** A select behind its label: options are [value, text]. */
export const select = (label, options, value, onchange) => h("span", { class: "inline" }, h("span", { "aria-hidden": "true" }, label),
  h("select", { "aria-label": label, onchange: event => onchange(event.target.value) },
    options.map(([id, text]) => h("option", { value: id, selected: id === value }, text))));

/** Runs a function when it has not been asked for during some milliseconds. */
export function debounce(milliseconds, run) {
  let timer;
  return (...parameters) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...parameters), milliseconds);
  };
}

/** Gives each run a signal that ends when the next run begins. An aborted run is no failure. */
export function latest(run) {
  let controller;
  return async (...parameters) => {
    controller?.abort();
    controller = new AbortController();
    try {
      await run(controller.signal, ...parameters);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
}

let toastTimer;

/** Says something at the bottom of the page, to screen readers too. */
export function say(text, isError = false) {
  const toast = document.getElementById("status");
  toast.textContent = text;
  toast.className = `toast show${isError ? " error" : ""}`;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.className = "toast"; toast.textContent = ""; }, isError ? 9000 : 4000);
}

/** A score in few digits; what rounds to zero has no sign. */
export const score = (value, digits = 3) => value.toFixed(digits).replace(/^-(?=[0.]+$)/, "").replace("-", "\u2212");

export const number = value => value.toLocaleString("en");

export function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  for (; count >= 1000 && unit < 4; unit++) count /= 1000;
  return `${count.toFixed(count < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** Hands a file to the reader of the page. */
export function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Asks before something that cannot be undone. */
export function confirmed(question, action) {
  return new Promise(resolve => {
    const end = answer => { dialog.remove(); resolve(answer); };
    const dialog = h("dialog", { "aria-labelledby": "question", oncancel: () => end(false) },
      h("p", { id: "question" }, question),
      h("div", { class: "row end" },
        h("button", { class: "quiet", onclick: () => end(false) }, "Cancel"),
        h("button", { class: "danger", onclick: () => end(true) }, action)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
