// Shows requests of the page as curl, Python, JavaScript and C#.
import { key, root } from "./api.js";
import { modal, say } from "./dom.js";

export function showCode(asked) {
  const requests = [asked].flat().filter(Boolean);
  if (requests.length === 0) return say("No request has been made here yet.");
  const at = modal("code-dialog");
  const { language } = at.languages.elements;
  const show = () => {
    localStorage.setItem("language", language.value);
    at.code.textContent = requests.map(request => languages[language.value]({
      ...request, url: json(new URL(request.path, root)), body: json(request.body), isImport: request.lines !== undefined,
    })).join("\n\n");
  };
  language.value = localStorage.getItem("language"); // curl stays chosen if this is none of them
  at.languages.onchange = show;
  at.copy.onclick = () => {
    // navigator.clipboard is there over HTTPS only, and most servers of this kind are reached by HTTP.
    getSelection().selectAllChildren(at.code);
    say(document.execCommand("copy") ? "Copied." : "Press Ctrl+C.");
  };
  show();
}

const json = value => JSON.stringify(value, null, 2);
const joined = (separator, ...parts) => parts.filter(Boolean).join(separator);

// url is in double quotes, body is JSON or undefined.
const languages = {
  curl({ method, url, body, isImport }) {
    const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
    return joined(" \\\n  ",
      `curl ${/PUT|DELETE/.test(method) ? `-X ${method} ` : ""}${quoted(JSON.parse(url))}`,
      key() && '-H "Authorization: Bearer $KEY"',
      body && `-d ${quoted(body)}`,
      isImport && "--data-binary @documents.jsonl");
  },

  Python({ method, url, body, isImport }) {
    // Python writes True, False and None; all else of JSON is Python too. Strings are matched first, and kept.
    const words = { true: "True", false: "False", null: "None" };
    const literal = body?.replace(/"(\\.|[^"\\])*"|true|false|null/g, word => words[word] ?? word);
    const sent = joined(", ", url,
      key() && 'headers={"Authorization": "Bearer " + key}',
      body && `json=${literal}`,
      isImport && 'data=open("documents.jsonl", "rb")');
    return `import requests  # pip install requests\n\nreply = requests.${method.toLowerCase()}(${sent})\nprint(reply.text)`;
  },

  JavaScript({ method, url, body, isImport }) {
    const headers = joined(", ", key() && "Authorization: `Bearer ${key}`", body && '"Content-Type": "application/json"');
    const options = joined(",\n  ",
      method !== "GET" && `method: "${method}"`,
      headers && `headers: { ${headers} }`,
      body && `body: JSON.stringify(${body.replaceAll("\n", "\n  ")})`,
      isImport && "body: documents // a JSON document a line");
    const sent = joined(", ", url, options && `{\n  ${options}\n}`);
    return `const reply = await fetch(${sent});\nconsole.log(await reply.text());`;
  },

  "C#"({ method, url, body, isImport }) {
    // A raw string ends at more quotes than the text has in a row.
    const quotes = '"'.repeat(Math.max(3, ...(body?.match(/"+/g) ?? []).map(run => run.length + 1)));
    const sent = joined(", ", url,
      body && `new StringContent(${quotes}\n${body}\n${quotes}, null, "application/json")`,
      isImport && 'new StreamContent(File.OpenRead("documents.jsonl"))');
    return joined("\n",
      "using var http = new HttpClient();",
      key() && 'http.DefaultRequestHeaders.Authorization = new("Bearer", key);',
      `using var reply = await http.${method[0]}${method.slice(1).toLowerCase()}Async(${sent});`,
      "Console.WriteLine(await reply.Content.ReadAsStringAsync());");
  },
};
