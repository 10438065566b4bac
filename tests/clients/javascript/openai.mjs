// The newest release.
import { AzureOpenAI, OpenAI } from "openai";
import { run } from "./openai-cases.mjs";

await run({ OpenAI, AzureOpenAI });
