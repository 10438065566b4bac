// @huggingface/transformers on onnxruntime-node: node transformers_js.mjs NODE_MODULES MODEL_DIR WEIGHTS TEXTS.json
// Each line of its input is a number of seconds. It embeds for that time, and writes the number of texts and of seconds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [modules, model, weights, file] = process.argv.slice(2);
const entry = createRequire(join(resolve(modules), 'here.js')).resolve('@huggingface/transformers');
const { pipeline, env } = await import(pathToFileURL(entry));
env.allowRemoteModels = false;
env.localModelPath = dirname(resolve(model));

// With dtype fp32 the file's name gets no suffix, also if the file has other weights.
const extract = await pipeline('feature-extraction', basename(resolve(model)), { dtype: 'fp32', device: 'cpu', model_file_name: basename(weights, '.onnx') });
const texts = JSON.parse(readFileSync(file, 'utf8'));
const batch = 32;
const embed = (i) => extract(Array.from({ length: batch }, (_, j) => texts[(i * batch + j) % texts.length]), { pooling: 'mean', normalize: true });

let turn = 0;
for await (const seconds of createInterface({ input: process.stdin })) {
  const start = performance.now();
  let done = 0;
  do {
    await embed(turn++);
    done += batch;
  } while (performance.now() - start < 1000 * seconds);
  console.log(done, (performance.now() - start) / 1000);
}
