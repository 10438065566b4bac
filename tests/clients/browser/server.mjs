import assert from "node:assert/strict";
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

  ...access("#/server", visit => visit.card("Models").locator("tbody tr").first()),
};
