// Files → documents, a JSON object a line, and their import part by part, so that progress can be shown.
import { requests, send } from "./api.js";

const part = 500;
const textNames = /^(text|content|body|sentence|question|title|abstract|description)$/i;

/** The documents of a file: JSON Lines or a JSON array as they are, CSV and TSV by their header, else a text a line. */
export async function documentsOf(file) {
  const text = (await file.text()).replace(/^\uFEFF/, "");
  const kind = file.name.split(".").pop().toLowerCase();
  if (kind === "csv" || kind === "tsv") return ofTable(rowsOf(text, kind === "csv" ? "," : "\t"));
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== "");
  if (kind === "json" && text.trimStart().startsWith("[")) return JSON.parse(text).map(item => JSON.stringify(item));
  return kind === "jsonl" || kind === "ndjson" || kind === "json" ? lines : lines.map(line => JSON.stringify({ text: line.trim() }));
}

/** Imports documents; onprogress gets how many of how many are kept. Resolves to the counts and the first wrong lines. */
export async function importAll(collection, lines, onprogress, signal) {
  // An export begins with a line that says what its vectors are. Each part needs it.
  const header = lines[0]?.startsWith('{"collection"') ? [lines[0]] : [];
  const documents = lines.slice(header.length);
  const result = { imported: 0, skipped: 0, wrong: [] };
  for (let start = 0; start < documents.length; start += part) {
    const body = [...header, ...documents.slice(start, start + part), ""].join("\n");
    const { imported, error, skipped, skipped_lines } = (await send(requests.import(collection, body), { signal })).at(-1);
    result.imported += imported;
    result.skipped += skipped ?? 0;
    result.wrong.push(...(skipped_lines ?? []).map(({ line, message }) => ({ line: line + start, message })));
    if (error) throw new Error(error.message);
    onprogress(Math.min(start + part, documents.length), documents.length);
  }
  return result;
}

// RFC 4180: a field in quotes may hold separators, line breaks, and quotes that are doubled.
function rowsOf(text, separator) {
  const rows = [[""]];
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1);
    const character = text[i];
    if (character === '"') {
      if (isQuoted && text[i + 1] === '"') row[row.length - 1] += text[++i];
      else isQuoted = !isQuoted;
    } else if (!isQuoted && character === separator) row.push("");
    else if (!isQuoted && (character === "\n" || character === "\r")) {
      if (character === "\r" && text[i + 1] === "\n") i++;
      rows.push([""]);
    } else row[row.length - 1] += character;
  }
  return rows.filter(row => row.some(field => field !== ""));
}

function ofTable([names = [], ...rows]) {
  const lengths = names.map((_, i) => rows.reduce((sum, row) => sum + (row[i]?.length ?? 0), 0));
  const named = names.findIndex(name => textNames.test(name.trim()));
  const text = named >= 0 ? named : lengths.indexOf(Math.max(...lengths));
  return rows.map(row => {
    const document = { metadata: {} };
    names.forEach((name, i) => {
      const value = row[i] ?? "";
      if (i === text) document.text = value;
      else if (name.trim().toLowerCase() === "id" && value !== "") document.id = value;
      else if (value !== "") document.metadata[name.trim()] = valueOf(value);
    });
    return JSON.stringify(document);
  });
}

// Only what is written as JSON writes numbers: 007 stays a text.
const valueOf = text => /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text === "true" || text === "false" ? text === "true" : text;
