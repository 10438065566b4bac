// Cohere's official client. Arguments: the server's root URL. Standard input: what to classify, as its method takes it.
// Output: what the method returns, or the error that it throws, as one JSON line.
import { json } from "node:stream/consumers";
import { CohereClient } from "cohere-ai";

const client = new CohereClient({ environment: process.argv[2], token: "unused" });
try {
  console.log(JSON.stringify(await client.classify(await json(process.stdin), { maxRetries: 0 })));
} catch (error) {
  console.log(JSON.stringify({ exception: error.constructor.name, status: error.statusCode, body: error.body }));
}
