// What Hugging Face's library makes of texts. Input: {"tokenizer": json, "texts": [...], "pairs": [[a, b], ...]}.
// Output: {"normalized": [...], "pieces": [...], "encodings": [...], "pairs": [...], "decoded": [...]}.
import { readFileSync } from 'node:fs';
import { Tokenizer } from 'tokenizers';

const { tokenizer: json, texts, pairs = [] } = JSON.parse(readFileSync(0, 'utf8'));
const tokenizer = Tokenizer.fromString(json);
tokenizer.disableTruncation();
tokenizer.disablePadding();
const normalizer = tokenizer.getNormalizer();
const preTokenizer = tokenizer.getPreTokenizer();

const described = (encoding) => ({
  ids: encoding.getIds(),
  types: encoding.getTypeIds(),
  offsets: encoding.getOffsets(),
  special: encoding.getSpecialTokensMask(),
});
const answer = {
  normalized: texts.map((text) => normalizer?.normalizeString(text) ?? text),
  pieces: texts.map((text) => preTokenizer?.preTokenizeString(text).map(([piece]) => piece) ?? []),
  encodings: [],
  pairs: [],
  decoded: [],
};
for (const text of texts) {
  const encoding = await tokenizer.encode(text);
  answer.encodings.push(described(encoding));
  answer.decoded.push(await tokenizer.decode(encoding.getIds(), true));
}

for (const [first, second] of pairs) answer.pairs.push(described(await tokenizer.encode(first, second)));
process.stdout.write(JSON.stringify(answer));
