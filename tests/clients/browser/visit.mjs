import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const loaded = new Map();

/** Starts the browser, without a GPU and without its own requests to its makers. */
export const start = () => chromium.launch({
  executablePath: process.env.EMBEDDINGS_TEST_BROWSER ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});

/** One visit of the page, in a tab that shares nothing with others. It notes everything that a page must not do. */
export class Visit {
  #browser;
  #context;
  faults = [];
  requests = [];
  /** Messages of expected failures, which a browser writes into its console. */
  expected = [/401 \(Unauthorized\)/];

  constructor(browser, root, key) {
    this.#browser = browser;
    this.root = root.replace(/\/$/, "");
    this.key = key;
  }

  /** Opens a view, and gives the key if the server asks for it. */
  async open(hash = "", options = {}) {
    this.#context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
    this.page = await this.#context.newPage();
    this.page.setDefaultTimeout(20_000);
    this.page.on("console", message => message.type() === "error" && !this.expected.some(known => known.test(message.text())) && this.faults.push(`console: ${message.text()}`));
    this.page.on("pageerror", error => this.faults.push(`error: ${error.stack}`));
    this.page.on("request", request => {
      this.requests.push(request);
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(this.root).origin) this.faults.push(`foreign: ${request.url()}`);
    });
    await this.page.addInitScript(() => document.addEventListener("securitypolicyviolation",
      event => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`)));
    await this.page.goto(`${this.root}/${hash}`);
    if (this.key) {
      await this.page.getByLabel("Key", { exact: true }).fill(this.key);
      await this.page.getByRole("button", { name: "Use it" }).click();
    }
    return this.page;
  }

  /** Asks the server directly. */
  async ask(path, body, method = body === undefined ? "GET" : "POST") {
    const reply = await fetch(`${this.root}/${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...(this.key ? { Authorization: `Bearer ${this.key}` } : {}) },
      body: typeof body === "string" ? body : body && JSON.stringify(body),
    });
    assert.ok(reply.ok, `${path}: ${reply.status} ${reply.ok || await reply.text()}`);
    return reply.json();
  }

  /**
   * Puts the documents that lines() gives, a JSON object a line, into a collection; without lines the sample's. It is done once, and all visits share it:
   * a case that changes documents has a collection of its own.
   */
  load(collection, settings, lines) {
    if (!loaded.has(collection)) loaded.set(collection, this.#import(collection, settings, lines));
    return loaded.get(collection);
  }

  async #import(collection, settings, lines) {
    if (settings) await this.ask(`collections/${collection}`, settings, "PUT");
    const body = lines?.() ?? await (await fetch(`${this.root}/explorer/sample.jsonl`)).text();
    const reply = await fetch(`${this.root}/collections/${collection}/import`, { method: "POST", body, headers: this.key ? { Authorization: `Bearer ${this.key}` } : {} });
    assert.match(await reply.text(), /"done":true/);
  }

  /** The bodies that the page has sent to a route. */
  sent = route => this.requests.filter(request => request.url().endsWith(route)).map(request => request.postDataJSON());

  /** The card of a title. */
  card = title => this.page.getByRole("region", { name: title, exact: true });

  /** No findings of axe, in any rule. */
  async checkAccess() {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run());
    const found = violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
    assert.deepEqual(found, []);
  }

  /** No error in the console, no request to another host, no report of the content security policy. */
  async checkManners() {
    assert.deepEqual(this.faults, []);
  }

  async end() {
    await this.#context?.close();
  }
}

/** Numbers as the page writes them. */
export const numberOf = text => Number(text.replace("\u2212", "-").replaceAll(",", ""));
