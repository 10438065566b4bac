// LangChain's OpenAI embeddings in JavaScript.
// Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
import { OpenAIEmbeddings } from "@langchain/openai";
import { json } from "node:stream/consumers";

const root = process.argv[2];
const texts = await json(process.stdin);
const embeddings = client("all-MiniLM-L6-v2");

write({ case: "embedDocuments", vectors: await embeddings.embedDocuments(texts) });
write({ case: "embedQuery", vectors: await Promise.all(texts.map(text => embeddings.embedQuery(text))) });

try {
  await client("no-such-model").embedQuery("text");
  write({ case: "unknown model" });
} catch (error) {
  write({ case: "unknown model", exception: error.constructor.name, status: error.status, code: error.code, message: error.message });
}

/** Line breaks are kept: by default LangChain replaces them with spaces before it sends, and the vectors could not be compared. */
function client(model) {
  return new OpenAIEmbeddings({ model, stripNewLines: false, maxRetries: 0, apiKey: "unused", configuration: { baseURL: `${root}/v1` } });
}

function write(line) {
  console.log(JSON.stringify(line));
}
