/**
 * Stands for the routes of projections, topics and classifiers: a circle for each value of the field "topic". PCA is answered at once, everything
 * else is a job that needs three looks.
 */
export async function fake(visit, options = {}) {
  const jobs = new Map();
  const page = visit.page;
  const reply = (route, status, body) => route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });
  visit.asked = [];
  await page.route(/\/projection$/, async route => {
    const { method, dimensions, limit } = route.request().postDataJSON();
    visit.asked.push({ method, dimensions, limit });
    const points = options.points ?? await documents(visit, route.request().url());
    const topics = [...new Set(points.map(point => point.metadata?.topic))];
    const result = {
      object: "projection", method, dimensions, sampled: false,
      points: points.map((point, i) => ({ ...point, position: place(topics.indexOf(point.metadata?.topic), i, method === "pca" ? 2 : 5).slice(0, dimensions) })),
    };
    if (method === "pca") return reply(route, 200, result);
    const id = `job-${jobs.size}`;
    jobs.set(id, { result, looks: 0 });
    return reply(route, 202, { object: "job", id, status: "queued", progress: 0 });
  });
  await page.route(/\/jobs\//, route => {
    const job = jobs.get(route.request().url().split("/").pop());
    if (route.request().method() === "DELETE" || options.fails) job.end = options.fails ? "failed" : "cancelled";
    if (job.end) return reply(route, 200, { object: "job", status: job.end, progress: 0.5, error: { message: "There was no memory left." } });
    return reply(route, 200, ++job.looks < 3 ? { object: "job", status: "running", progress: job.looks / 3 } : { object: "job", status: "done", progress: 1, result: job.result });
  });
  await page.route(/\/topics$/, async route => {
    const points = await documents(visit, route.request().url());
    const names = [...new Set(points.map(point => point.metadata.topic))];
    return reply(route, 200, {
      topics: names.map((name, id) => {
        const own = points.filter(point => point.metadata.topic === name);
        const words = own[0].text.toLowerCase().match(/[a-z]{5,}/g).map(word => ({ word, weight: 0.5 }));
        return { id, label: `about ${name}`, words, size: own.length, examples: own.slice(0, 3).map(({ id, text }) => ({ id, text })) };
      }),
      outliers: 7,
      assignments: points.map(point => ({ id: point.id, topic: names.indexOf(point.metadata.topic), strength: 0.9 })),
      written: route.request().postDataJSON().write && points.length,
    });
  });
}

/** Stands for the routes of classifiers: a text gets the topic of the nearest document of the sample. */
export async function fakeClassifiers(visit) {
  const kept = new Map();
  const page = visit.page;
  visit.trained = [];
  const reply = (route, body) => route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });
  await page.route(/\/classifiers$/, route => reply(route, { object: "list", data: [...kept.values()] }));
  await page.route(/\/classifiers\/[^/]+$/, async route => {
    const name = new URL(route.request().url()).pathname.split("/").pop();
    if (route.request().method() === "DELETE") kept.delete(name);
    else {
      const { collection, field } = route.request().postDataJSON();
      visit.trained.push({ name, collection, field });
      const points = (await visit.ask(`collections/${collection}/documents/list`, { limit: 10_000 })).data;
      const labels = [...new Set(points.map(point => point.metadata[field]))].map(label => ({ label, examples: 25 }));
      kept.set(name, { object: "classifier", name, labels, examples: points.length, accuracy: { cross_validated: 0.913 } });
    }
    return reply(route, kept.get(name) ?? { deleted: true });
  });
  await page.route(/\/classifiers\/[^/]+\/examples$/, route => {
    const classifier = kept.get(new URL(route.request().url()).pathname.split("/").at(-2));
    const { examples } = route.request().postDataJSON();
    visit.trained.push({ examples });
    classifier.examples += examples.length;
    return reply(route, classifier);
  });
  await page.route(/\/classify$/, async route => {
    const corrected = new Map(visit.trained.flatMap(step => step.examples ?? []).map(({ text, label }) => [text, label]));
    const { results } = await visit.ask("search", { collection: "sample", query: route.request().postDataJSON().input, top_k: 1 });
    const data = results.map(([first], index) => {
      const label = corrected.get(route.request().postDataJSON().input[index]) ?? first.metadata.topic;
      return { index, label, score: 0.8, scores: [{ label, score: 0.8 }, { label: "law", score: 0.1 }] };
    });
    return reply(route, { object: "list", method: "logistic", data });
  });
}

async function documents(visit, url) {
  const collection = new URL(url).pathname.split("/").at(-2);
  return (await visit.ask(`collections/${collection}/documents/list`, { limit: 10_000 })).data;
}

const place = (topic, i, radius) => [
  Math.cos(topic) * radius + Math.cos(i * 2.4) * (i % 10) * 0.05, Math.sin(topic) * radius + Math.sin(i * 2.4) * (i % 10) * 0.05, topic % 3 + Math.cos(i) * 0.1,
];
