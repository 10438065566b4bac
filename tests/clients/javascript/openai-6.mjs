// The last release that always decodes the reply as base64, its default. If a server sends numbers, it returns wrong
// vectors without an error.
import { AzureOpenAI, OpenAI } from "openai-6";
import { run } from "./openai-cases.mjs";

await run({ OpenAI, AzureOpenAI });
