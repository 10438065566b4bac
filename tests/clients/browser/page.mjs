import { cases as collections } from "./collections.mjs";
import { cases as many } from "./many.mjs";
import { cases as map } from "./map.mjs";
import { cases as playground } from "./playground.mjs";
import { cases as server } from "./server.mjs";
import { cases as topics } from "./topics.mjs";
import { Visit, start } from "./visit.mjs";

/**
 * Uses the page in a real browser, case by case, each in a tab of its own.
 * Arguments: the server's root URL, and the key if it has one; or --list. Output: one JSON line a case.
 * The variable EMBEDDINGS_TEST_CASES, a part of their names, chooses some of them.
 */
const all = { ...playground, ...collections, ...map, ...many, ...topics, ...server };
const cases = Object.entries(all).filter(([name]) => name.includes(process.env.EMBEDDINGS_TEST_CASES ?? ""));
const [root, key] = process.argv.slice(2);

if (root === "--list") {
  for (const [name] of cases) console.log(JSON.stringify({ case: name }));
} else {
  const browser = await start();
  // Two at a time: a visit waits most of the time.
  const queue = [...cases];
  await Promise.all([1, 2].map(async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await visit(browser, ...next);
  }));
  await browser.close();
}

async function visit(browser, name, run) {
  const visit = new Visit(browser, root, key);
  let error;
  try {
    await run(visit);
    await visit.checkManners();
  } catch (failure) {
    error = failure.stack;
  } finally {
    await visit.end();
  }
  console.log(JSON.stringify({ case: name, error }));
}
