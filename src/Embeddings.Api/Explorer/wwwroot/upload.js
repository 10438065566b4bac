// Files → documents, a JSON object a line.
import { linesOf } from "./dom.js";

const part = 500;
const textNames = /^(text|content|body|sentence|question|title|abstract|description)$/i;

// The documents of a file: JSON as it is, CSV by its header, else a text a line.
export async function documentsOf(file) {
  const text = (await file.text()).replace(/^\uFEFF/, "");
  if (/\.csv$/i.test(file.name)) return ofTable(rowsOf(text));
  if (!/\.(jsonl|ndjson|json)$/i.test(file.name)) return linesOf(text).map(line => JSON.stringify({ text: line }));
  return text.trimStart().startsWith("[") ? JSON.parse(text).map(item => JSON.stringify(item)) : linesOf(text);
}

// Parts of an import, so that progress can be shown: [lines before it, body].
export function* partsOf(lines) {
  // An export begins with a line that says what its vectors are. Each part needs it.
  const header = lines[0]?.startsWith('{"collection"') ? [lines[0]] : [];
  for (let start = header.length; start < lines.length; start += part) {
    yield [start - header.length, [...header, ...lines.slice(start, start + part), ""].join("\n")];
  }
}

// RFC 4180: a field in quotes may hold commas, line breaks and doubled quotes.
function rowsOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of `${text}\n`.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\r|\n)/g)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") rows.push([]);
  }
  return rows.filter(row => row.some(Boolean));
}

// The text is in the column of such a name, or else in that with the longest texts.
function ofTable([names = [], ...rows]) {
  const lengths = names.map((name, i) => textNames.test(name) ? Infinity : rows.map(row => row[i]).join("").length);
  const text = lengths.indexOf(Math.max(...lengths));
  const id = names.indexOf("id");
  return rows.map(row => {
    const metadata = names.flatMap((name, i) => row[i] && i !== text && i !== id ? [[name, valueOf(row[i])]] : []);
    return JSON.stringify({ id: row[id] || undefined, text: row[text], metadata: Object.fromEntries(metadata) });
  });
}

// 007 stays a text.
const valueOf = text => /^(-?(0|[1-9]\d{0,14})(\.\d+)?|true|false)$/.test(text) ? JSON.parse(text) : text;
