// Shows requests as curl, Python, JavaScript and C#, each by its template.
import { key, root } from "./api.js";
import { fill, h, modal, part, say } from "./dom.js";

export function showCode(asked) {
  const requests = [asked].flat().filter(Boolean);
  if (requests.length === 0) return say("No request has been made here yet.");
  const at = modal("code-dialog");
  const { language } = at.languages.elements;
  const show = () => {
    localStorage.setItem("language", language.value);
    fill(at.code, requests.map(request => written(language.value, request)));
  };
  language.value = localStorage.getItem("language"); // or curl, if it is none of them
  at.languages.onchange = show;
  at.copy.onclick = () => {
    // navigator.clipboard is there over HTTPS only.
    getSelection().selectAllChildren(at.code);
    say(document.execCommand("copy") ? "Copied." : "Press Ctrl+C.");
  };
  show();
}

// All else of JSON is Python too. Strings are matched first, and kept.
const words = { true: "True", false: "False", null: "None" };

function written(language, { method, path, body, lines }) {
  const url = new URL(path, root).href;
  const json = body ? JSON.stringify(body, null, 2) : "";
  const values = {
    url, json, method, lower: method.toLowerCase(), [method]: true, key: key(), headers: key() || json,
    lines: lines !== undefined, quoted: json.replaceAll("'", "'\\''"), indented: json.replaceAll("\n", "\n  "),
    python: json.replace(/"(\\.|[^"\\])*"|true|false|null/g, word => words[word] ?? word),
    // A raw string of C# needs more quotes than its text has in a row.
    quotes: '"'.repeat(Math.max(3, ...(json.match(/"+/g) ?? []).map(run => run.length + 1))),
  };
  const code = h("code");
  part(language, code);
  for (const place of code.querySelectorAll("[data-value]")) place.textContent = values[place.dataset.value];
  for (const place of code.querySelectorAll("[data-if]")) if (!values[place.dataset.if]) place.remove();
  return code;
}
