// The last release that decodes its default, base64, without looking: a server that sends numbers gives it silent nonsense.
import { AzureOpenAI, OpenAI } from "openai-6";
import { run } from "./openai-cases.mjs";

await run({ OpenAI, AzureOpenAI });
