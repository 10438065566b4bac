// Shows a request of the page as curl, Python, JavaScript and C#.
import { key, root } from "./api.js";
import { h, say } from "./dom.js";

/** A button that shows the request, or the requests, that a panel has made last. */
export function codeButton(requests) {
  return h("button", { class: "quiet code", title: "The request behind this", onclick: () => showCode(requests()) },
    h("span", { "aria-hidden": "true" }, "</>"), " Code");
}

const languages = { curl, Python: python, JavaScript: javascript, "C#": csharp };

/** Shows one request or several. */
export function showCode(...requests) {
  requests = requests.flat().filter(Boolean);
  if (requests.length === 0) return say("No request has been made here yet.");
  const code = h("pre", { tabIndex: 0, "aria-label": "Code" });
  const tabs = Object.keys(languages).map(language => h("button", { role: "tab", onclick: () => choose(language) }, language));
  const dialog = h("dialog", { class: "wide", "aria-labelledby": "code-title", onclose: () => dialog.remove() },
    h("div", { class: "card-head" }, h("h2", { id: "code-title" }, "The request behind this"),
      h("button", { class: "quiet", onclick: () => dialog.close() }, "Close")),
    h("div", { class: "segments", role: "tablist", onkeydown: move }, tabs),
    code,
    h("div", { class: "row end" }, h("button", { class: "primary", onclick: copy }, "Copy")));
  document.body.append(dialog);
  dialog.showModal();
  choose(localStorage.getItem("language") ?? "curl");

  function choose(language) {
    if (!(language in languages)) language = "curl";
    localStorage.setItem("language", language);
    for (const tab of tabs) {
      const isChosen = tab.textContent === language;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
    }
    code.textContent = requests.map(languages[language]).join("\n\n");
  }

  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    choose(next.textContent);
    next.focus();
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(code.textContent);
      say("Copied.");
    } catch {
      getSelection().selectAllChildren(code);
      say("Press Ctrl+C: the browser lets pages copy over HTTPS and on this machine only.");
    }
  }
}

const url = request => new URL(request.path, root).href;
const json = (value, indent = 2) => JSON.stringify(value, null, indent);
const lines = request => request.lines !== undefined;
const isPlain = request => request.method === "GET" && !key.value;

function curl(request) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl ${request.method === "DELETE" ? "-X DELETE " : ""}${quoted(url(request))}`,
    key.value && `-H "Authorization: Bearer $KEY"`,
    request.body && `-d ${quoted(json(request.body))}`,
    lines(request) && "--data-binary @documents.jsonl",
  ].filter(Boolean).join(" \\\n  ");
}

function python(request) {
  const sent = [
    json(url(request)),
    key.value && `headers={"Authorization": "Bearer " + key}`,
    request.body && `json=${literal(request.body)}`,
    lines(request) && `data=open("documents.jsonl", "rb")`,
  ].filter(Boolean).join(", ");
  return `import requests  # pip install requests\n\nreply = requests.${request.method.toLowerCase()}(${sent})\nprint(reply.${lines(request) ? "text" : "json()"})`;
}

// Python writes True, False and None; everything else of JSON is Python too.
function literal(value, margin = "") {
  const inner = `${margin}    `;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return json(value);
  const items = Array.isArray(value)
    ? value.map(item => literal(item, inner))
    : Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) => `${json(name)}: ${literal(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return items.length === 0 ? open + close : `${open}\n${items.map(item => `${inner}${item},\n`).join("")}${margin}${close}`;
}

function javascript(request) {
  const options = [
    request.method !== "GET" && `method: "${request.method}"`,
    (key.value || request.body) && `headers: { ${[key.value && "Authorization: `Bearer ${key}`", request.body && '"Content-Type": "application/json"'].filter(Boolean).join(", ")} }`,
    request.body && `body: JSON.stringify(${json(request.body).replaceAll("\n", "\n  ")})`,
    lines(request) && "body: documents /* a JSON document a line */",
  ].filter(Boolean);
  const second = isPlain(request) ? "" : `, {\n  ${options.join(",\n  ")},\n}`;
  return `const reply = await fetch(${json(url(request))}${second});\nconsole.log(await reply.${lines(request) ? "text" : "json"}());`;
}

function csharp(request) {
  const method = { GET: "Get", POST: "Post", DELETE: "Delete" }[request.method];
  const text = request.body && json(request.body);
  // A raw string ends at more quotes than the text has in a row.
  const quotes = text && '"'.repeat(Math.max(3, ...(text.match(/"+/g) ?? []).map(run => run.length + 1)));
  const content = text ? `, new StringContent(${quotes}\n${text}\n${quotes}, null, "application/json")`
    : lines(request) ? `, new StreamContent(File.OpenRead("documents.jsonl"))` : "";
  return [
    "using var http = new HttpClient();",
    key.value && `http.DefaultRequestHeaders.Authorization = new("Bearer", key);`,
    `using var reply = await http.${method}Async(${json(url(request))}${content});`,
    "Console.WriteLine(await reply.Content.ReadAsStringAsync());",
  ].filter(Boolean).join("\n");
}
