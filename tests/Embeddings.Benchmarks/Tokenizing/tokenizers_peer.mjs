// Tokens a second of Hugging Face's own library (npm "tokenizers"), on one thread, without what it costs to carry the
// ids over to JavaScript. Arguments: the node_modules folder, seconds. Input: {"tokenizer": json, "texts": [...]}.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [modules, seconds] = process.argv.slice(2);
const { Tokenizer } = createRequire(`${modules}/`)('tokenizers');
const { tokenizer: json, texts } = JSON.parse(readFileSync(0, 'utf8'));
const tokenizer = Tokenizer.fromString(json);
tokenizer.disableTruncation();
tokenizer.disablePadding();

const pass = async () => (await tokenizer.encodeBatch(texts)).reduce((sum, encoding) => sum + encoding.getLength(), 0);
const run = async () => {
  const start = performance.now();
  let tokens = 0;
  while (performance.now() - start < seconds * 1000) tokens += await pass();
  return tokens / ((performance.now() - start) / 1000);
};
await run();
console.log(await run());
