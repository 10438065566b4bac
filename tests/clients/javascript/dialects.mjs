// Clients that were written for other servers: each with its own server's paths, names and errors.
// Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
import { json } from "node:stream/consumers";
import { createCohere } from "@ai-sdk/cohere";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { HuggingfaceServerEmbeddingFunction } from "@chroma-core/huggingface-server";
import { OllamaEmbeddingFunction } from "@chroma-core/ollama";
import { GoogleGenAI } from "@google/genai";
import { InferenceClient } from "@huggingface/inference";
import { CohereEmbeddings, CohereRerank } from "@langchain/cohere";
import { MistralAIEmbeddings } from "@langchain/mistralai";
import { OllamaEmbeddings } from "@langchain/ollama";
import { OllamaEmbedding } from "@llamaindex/ollama";
import { OpenAIEmbedding } from "@llamaindex/openai";
import { Mistral } from "@mistralai/mistralai";
import { Pinecone } from "@pinecone-database/pinecone";
import { embedMany, rerank } from "ai";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { Ollama } from "ollama";
import { createOllama } from "ollama-ai-provider-v2";
import { VoyageAIClient } from "voyageai";

const root = process.argv[2];
const texts = await json(process.stdin);
const [query, documents] = [texts[0], texts];
const apiKey = "unused";
const unknown = "no-such-model";

const ollama = new Ollama({ host: root });
const cohere = new CohereClient({ environment: root, token: apiKey });
const cohere2 = new CohereClientV2({ environment: root, token: apiKey });
const voyage = new VoyageAIClient({ environment: `${root}/v1`, apiKey, maxRetries: 0 });
const mistral = new Mistral({ serverURL: root, apiKey, retryConfig: { strategy: "none" } });
const google = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: root } });
const pinecone = new Pinecone({ apiKey, controllerHostUrl: root });
const huggingFace = new InferenceClient(apiKey, { endpointUrl: root });
const cohereModel = "embed-english-light-v3.0";
const rerankModel = "rerank-v3.5";

/** Client → texts → vectors. */
const embeds = {
  "ollama": async () => (await ollama.embed({ model: "all-minilm", input: texts })).embeddings,
  "ollama, one prompt": () =>
    each(async prompt => (await ollama.embeddings({ model: "all-minilm:latest", prompt })).embedding),
  "ollama-ai-provider-v2": () => many(createOllama({ baseURL: `${root}/api` }).embeddingModel("all-minilm")),
  "@langchain/ollama": () =>
    new OllamaEmbeddings({ model: "all-minilm", baseUrl: root, truncate: true }).embedDocuments(texts),
  "@llamaindex/ollama": () => {
    const model = new OllamaEmbedding({ model: "all-minilm", config: { host: root } });
    return each(text => model.getTextEmbedding(text));
  },
  "@chroma-core/ollama": () => new OllamaEmbeddingFunction({ url: root, model: "all-minilm" }).generate(texts),
  "@chroma-core/huggingface-server": () =>
    new HuggingfaceServerEmbeddingFunction({ url: `${root}/embed` }).generate(texts),
  "@huggingface/inference": () => huggingFace.featureExtraction({ inputs: texts }),
  "cohere-ai v1": async () =>
    (await cohere.embed({ model: cohereModel, texts, inputType: "search_document" }, { maxRetries: 0 })).embeddings,
  "cohere-ai v2": async () => {
    const request = { model: cohereModel, texts, inputType: "search_document", embeddingTypes: ["float"] };
    return (await cohere2.embed(request, { maxRetries: 0 })).embeddings.float;
  },
  "@ai-sdk/cohere": () => many(createCohere({ baseURL: `${root}/v2`, apiKey }).embedding(cohereModel)),
  "@langchain/cohere": () => new CohereEmbeddings({ model: cohereModel, client: cohere }).embedDocuments(texts),
  "voyageai": async () => (await voyage.embed({ model: "voyage-3.5", input: texts })).data.map(item => item.embedding),
  "@mistralai/mistralai": async () =>
    (await mistral.embeddings.create({ model: "mistral-embed", inputs: texts })).data.map(item => item.embedding),
  "@ai-sdk/mistral": () => many(createMistral({ baseURL: `${root}/v1`, apiKey }).embedding("mistral-embed")),
  "@langchain/mistralai": () =>
    new MistralAIEmbeddings({ serverURL: root, apiKey, maxRetries: 0, stripNewLines: false }).embedDocuments(texts),
  "@ai-sdk/openai-compatible": () =>
    many(createOpenAICompatible({ name: "here", baseURL: `${root}/v1` }).embeddingModel("all-MiniLM-L6-v2")),
  "@llamaindex/openai": () =>
    new OpenAIEmbedding({ model: "all-MiniLM-L6-v2", apiKey, baseURL: `${root}/v1` }).getTextEmbeddings(texts),
  "@google/genai": async () => {
    const reply = await google.models.embedContent({ model: "gemini-embedding-001", contents: texts });
    return reply.embeddings.map(item => item.values);
  },
  "@ai-sdk/google": () =>
    many(createGoogleGenerativeAI({ baseURL: `${root}/v1beta`, apiKey }).embedding("gemini-embedding-001")),
  "@pinecone-database/pinecone": async () => {
    const reply = await pinecone.inference.embed(
      { model: "all-MiniLM-L6-v2", inputs: texts, parameters: { inputType: "passage", truncate: "END" } });
    return reply.data.map(item => item.values);
  },
};

/** Client → numbers of the documents, the best first. */
const ranks = {
  "cohere-ai v1": async () =>
    (await cohere.rerank({ model: rerankModel, query, documents })).results.map(result => result.index),
  "cohere-ai v2": async () =>
    (await cohere2.rerank({ model: rerankModel, query, documents })).results.map(result => result.index),
  "@ai-sdk/cohere": async () => {
    const model = createCohere({ baseURL: `${root}/v2`, apiKey }).reranking(rerankModel);
    return (await rerank({ model, query, documents, maxRetries: 0 })).ranking.map(item => item.originalIndex);
  },
  "@langchain/cohere": async () =>
    (await new CohereRerank({ model: rerankModel, client: cohere, topN: documents.length })
      .rerank(documents, query)).map(result => result.index),
  "voyageai": async () =>
    (await voyage.rerank({ model: "rerank-2.5", query, documents })).data.map(result => result.index),
  "@pinecone-database/pinecone": async () => {
    const reply = await pinecone.inference.rerank({ model: "bge-reranker-v2-m3", query, documents });
    return reply.data.map(result => result.index);
  },
};

/** Client → a request that names a model which is not here. */
const failures = {
  "ollama": () => ollama.embed({ model: unknown, input: texts }),
  "cohere-ai v1": () => cohere.embed({ model: unknown, texts }, { maxRetries: 0 }),
  "cohere-ai v2": () =>
    cohere2.embed({ model: unknown, texts, inputType: "search_query", embeddingTypes: ["float"] }, { maxRetries: 0 }),
  "@ai-sdk/cohere": () => many(createCohere({ baseURL: `${root}/v2`, apiKey }).embedding(unknown)),
  "voyageai": () => voyage.embed({ model: unknown, input: texts }),
  "@mistralai/mistralai": () => mistral.embeddings.create({ model: unknown, inputs: texts }),
  "@google/genai": () => google.models.embedContent({ model: unknown, contents: texts }),
  "@pinecone-database/pinecone": () => pinecone.inference.embed({ model: unknown, inputs: texts }),
};

for (const [name, call] of Object.entries(embeds)) {
  await report(name, async () => ({ vectors: await call() }));
}

for (const [name, call] of Object.entries(ranks)) {
  await report(`${name}, rerank`, async () => ({ ids: (await call()).map(String) }));
}

for (const [name, call] of Object.entries(failures)) {
  await report(`${name}, unknown model`, async () => (await call(), {}));
}

// Some clients keep connections open that would keep the process.
process.exit(0);

function each(embed) {
  return Promise.all(texts.map(embed));
}

async function many(model) {
  return (await embedMany({ model, values: texts, maxRetries: 0 })).embeddings;
}

async function report(name, call) {
  let line;
  try {
    line = await call();
  } catch (error) {
    line = { exception: error.constructor.name, status: error.statusCode ?? error.status ?? error.status_code, message: error.message };
  }

  await new Promise(written => process.stdout.write(`${JSON.stringify({ case: name, ...line })}\n`, written));
}
