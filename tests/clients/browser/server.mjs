import assert from "node:assert/strict";
import http from "node:http";
import { access } from "./playground.mjs";

export const cases = {
  async "The server's figures are those of its status"(visit) {
    const page = await visit.open("#/server");
    await visit.card("Models").locator("tbody tr").first().waitFor();
    const status = await visit.ask("status");
    assert.match(await visit.card("Models").locator("tbody tr").first().textContent(), new RegExp(`${status.models[0].id}.*${status.models[0].precision}`));
    await visit.card("Now").getByText("Ready", { exact: true }).waitFor();
    const links = await visit.card("Read on").getByRole("link").evaluateAll(all => all.map(link => link.href));
    for (const link of links.filter(link => !link.includes("/v1/"))) assert.equal((await fetch(link)).status, 200, link);
    assert.ok(links.includes(`${visit.root}/swagger`));
    assert.equal(await page.getByRole("link", { name: "Server" }).getAttribute("aria-current"), "page");
  },

  async "The key is kept for the tab, and forgotten on request"(visit) {
    const page = await visit.open("#/server");
    await visit.card("Models").locator("tbody tr").first().waitFor();
    await page.reload();
    await visit.card("Models").locator("tbody tr").first().waitFor();
    const forget = page.getByRole("button", { name: "Forget key" });
    assert.equal(await forget.isVisible(), visit.key !== undefined);
    if (!visit.key) return;
    await forget.click();
    await page.getByLabel("Key", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText("The server does not know this key.").waitFor();
  },

  async "Below a gateway's path everything is asked for below that path"(visit) {
    const asked = [];
    const server = new URL(visit.root);
    const gateway = http.createServer((request, response) => {
      asked.push(request.url);
      const isBelow = request.url.startsWith("/team/vectors");
      const headers = { ...request.headers, host: server.host, "x-forwarded-prefix": "/team/vectors" };
      const target = new URL(request.url.slice("/team/vectors".length) || "/", server);
      const passed = http.request(target, { method: request.method, headers }, reply => {
        response.writeHead(isBelow ? reply.statusCode : 404, reply.headers);
        reply.pipe(response);
      });
      request.pipe(passed);
    });
    await new Promise(resolve => gateway.listen(0, "127.0.0.1", resolve));
    try {
      visit.root = `http://127.0.0.1:${gateway.address().port}/team/vectors`;
      const page = await visit.open("#/playground");
      await visit.card("Similarity").locator("tbody td").nth(63).waitFor();
      await page.getByRole("link", { name: "Server" }).click();
      await visit.card("Models").locator("tbody tr").first().waitFor();
      assert.equal(await page.getByRole("link", { name: "Swagger" }).evaluate(link => link.href), `${visit.root}/swagger`);
      assert.deepEqual(asked.filter(url => !url.startsWith("/team/vectors")), []);
    } finally {
      gateway.close();
    }
  },

  ...access("#/server", visit => visit.card("Models").locator("tbody tr").first()),
};
