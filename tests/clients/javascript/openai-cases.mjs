import { json } from "node:stream/consumers";

const model = "all-MiniLM-L6-v2";
const fullId = "sentence-transformers/all-MiniLM-L6-v2";

/**
 * Runs every case with one release of the official client.
 * Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
 */
export async function run({ OpenAI, AzureOpenAI }) {
  const root = process.argv[2];
  const texts = await json(process.stdin);
  const openai = new OpenAI({ baseURL: `${root}/v1`, apiKey: "unused", maxRetries: 0 });
  const azure = new AzureOpenAI({ endpoint: root, apiKey: "unused", apiVersion: "2024-10-21", maxRetries: 0 });

  await embed("default encoding", openai, { model, input: texts });
  await embed("float", openai, { model, input: texts, encoding_format: "float" });
  await embed("base64", openai, { model, input: texts, encoding_format: "base64" });
  await embed("64 dimensions", openai, { model, input: texts, dimensions: 64 });
  await embed("Azure", azure, { model, input: texts });
  await embed("Azure, a name with a slash", azure, { model: fullId, input: texts });
  await models("models", openai);
  await refusal("unknown model", () => openai.embeddings.create({ model: "no-such-model", input: texts }));
  await refusal("unknown model by id", () => openai.models.retrieve("no-such-model"));
  await refusal("Azure, unknown model", () => azure.embeddings.create({ model: "no-such-model", input: texts }));
}

async function embed(name, client, request) {
  const reply = await client.embeddings.create(request);
  // If the caller asks for base64, the client does not decode it.
  const numbers = request.encoding_format === "base64" ? decode : embedding => embedding;
  const vectors = reply.data.map(item => numbers(item.embedding));
  write({ case: name, vectors, model: reply.model, prompt_tokens: reply.usage.prompt_tokens });
}

async function models(name, client) {
  const ids = [];
  for await (const listed of client.models.list()) ids.push((await client.models.retrieve(listed.id)).id);
  write({ case: name, ids });
}

async function refusal(name, call) {
  try {
    await call();
    write({ case: name });
  } catch (error) {
    write({ case: name, exception: error.constructor.name, status: error.status, code: error.code, message: error.message });
  }
}

function decode(base64) {
  return Array.from(new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer));
}

function write(line) {
  console.log(JSON.stringify(line));
}
