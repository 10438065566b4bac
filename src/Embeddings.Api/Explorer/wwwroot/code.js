// Shows requests of the page as curl, Python, JavaScript and C#.
import { key, root } from "./api.js";
import { modal, say } from "./dom.js";

const languages = { curl, Python: python, JavaScript: javascript, "C#": csharp };

/** Opens a dialog with one request or several. */
export function showCode(...asked) {
  const requests = asked.flat().filter(Boolean);
  if (requests.length === 0) return say("No request has been made here yet.");
  const at = modal("code-dialog");
  const tabs = [...at.tabs.children];
  const choose = language => {
    localStorage.setItem("language", language);
    for (const tab of tabs) [tab.ariaSelected, tab.tabIndex] = tab.textContent === language ? ["true", 0] : ["false", -1];
    at.code.textContent = requests.map(languages[language]).join("\n\n");
  };
  at.tabs.onclick = event => event.target.role && choose(event.target.textContent);
  at.tabs.onkeydown = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs.at((tabs.indexOf(event.target) + step) % tabs.length);
    choose(next.textContent);
    next.focus();
  };
  at.copy.onclick = () => navigator.clipboard.writeText(at.code.textContent).then(() => say("Copied."), () => {
    getSelection().selectAllChildren(at.code);
    say("Press Ctrl+C: browsers let pages copy over HTTPS and on this machine only.");
  });
  const last = localStorage.getItem("language");
  choose(last in languages ? last : "curl");
}

const url = request => new URL(request.path, root).href;
const json = value => JSON.stringify(value, null, 2);
const joined = (parts, separator) => parts.filter(Boolean).join(separator);
const isImport = request => request.lines !== undefined;

function curl(request) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  return joined([
    `curl ${/PUT|DELETE/.test(request.method) ? `-X ${request.method} ` : ""}${quoted(url(request))}`,
    key.value && '-H "Authorization: Bearer $KEY"',
    request.body && `-d ${quoted(json(request.body))}`,
    isImport(request) && "--data-binary @documents.jsonl",
  ], " \\\n  ");
}

function python(request) {
  const sent = joined([
    json(url(request)),
    key.value && 'headers={"Authorization": "Bearer " + key}',
    request.body && `json=${literal(request.body)}`,
    isImport(request) && 'data=open("documents.jsonl", "rb")',
  ], ", ");
  return `import requests  # pip install requests\n\nreply = requests.${request.method.toLowerCase()}(${sent})\nprint(reply.text)`;
}

// Python writes True, False and None; everything else of JSON is Python too. Strings are matched first, and kept.
const words = { true: "True", false: "False", null: "None" };
const literal = value => json(value).replace(/"(\\.|[^"\\])*"|true|false|null/g, word => words[word] ?? word);

function javascript(request) {
  const options = joined([
    request.method !== "GET" && `method: "${request.method}",`,
    (key.value || request.body) && `headers: { ${joined([key.value && "Authorization: `Bearer ${key}`", request.body && '"Content-Type": "application/json"'], ", ")} },`,
    request.body && `body: JSON.stringify(${json(request.body).replaceAll("\n", "\n  ")}),`,
    isImport(request) && "body: documents, // a JSON document a line",
  ], "\n  ");
  return `const reply = await fetch(${json(url(request))}${options && `, {\n  ${options}\n}`});\nconsole.log(await reply.text());`;
}

function csharp(request) {
  const text = request.body && json(request.body);
  // A raw string ends at more quotes than the text has in a row.
  const quotes = '"'.repeat(Math.max(3, ...(text?.match(/"+/g) ?? []).map(run => run.length + 1)));
  const content = text ? `, new StringContent(${quotes}\n${text}\n${quotes}, null, "application/json")`
    : isImport(request) ? ', new StreamContent(File.OpenRead("documents.jsonl"))' : "";
  return joined([
    "using var http = new HttpClient();",
    key.value && 'http.DefaultRequestHeaders.Authorization = new("Bearer", key);',
    `using var reply = await http.${request.method[0]}${request.method.slice(1).toLowerCase()}Async(${json(url(request))}${content});`,
    "Console.WriteLine(await reply.Content.ReadAsStringAsync());",
  ], "\n");
}
