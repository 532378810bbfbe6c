import { expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver } from "@rainhooks/testing/receiver";
import { seriousFindings } from "../console/browser.ts";
import { type ConsolePage, doing } from "../console/shown-page.ts";

/** Tests of destinations on the page. */
export function destinationTests(shown: () => ConsolePage): void {
  const { rainhooks, json, press } = doing(shown);

  it("sends a failed event once more, pauses a destination and resumes it by its plan, after asking", async () => {
    const { page, origin, stage } = shown();
    let isBroken = true;
    const receiver = await startReceiver((_, response) =>
      response.writeHead(isBroken ? 500 : 204).end(),
    );
    const schedule = ["--schedule", "none", "--events", "alert"];
    await json("destinations", "add", "erp", "--url", `${receiver.url}/secret-path`, ...schedule);
    await eventually(
      async () => {
        await rainhooks(["trigger", "alert", "--node", "e2e-erp"]);
        return receiver.requests.length;
      },
      (count) => count > 0,
      { everyMs: 1000 },
    );
    await stage?.flush();
    isBroken = false;
    await page.goto(`${origin}/destinations`);
    await page.getByRole("link", { name: "erp" }).click();
    await page.getByText("0 % delivered").waitFor();
    const attempts = page.getByRole("table", { name: "Attempts" });
    const attempt = attempts.locator("tbody tr", { hasText: "failed 500" }).first();
    await attempt.locator("[aria-expanded]").click();
    await attempts.getByText("What became of this event").waitFor();
    expect(await attempts.textContent()).not.toContain("secret-path");
    await attempt.getByRole("button", { name: "Retry" }).click();
    await press("Yes");
    const started = page.getByRole("region", { name: "Long work" });
    await press("Jobs");
    await started.getByText(/^delivered 204 to /).waitFor();
    await page.keyboard.press("Escape");
    // The focus comes back to a button that stays, and goes to the page when an action takes it
    // away.
    await press("Pause erp", "No");
    await page.locator('button[aria-label="Pause erp"]:focus').waitFor();
    await press("Pause erp", "Yes");
    await page.locator("main:focus").waitFor();
    await press("Resume erp");
    await page.locator("dialog pre", { hasText: "erp" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await json("destinations", "show", "erp")).toMatchObject({
      destination: { state: "paused", stateReason: "paused on the console" },
    });
    await press("Yes");
    // It goes on for some seconds; that it sends what was missed is tested with the command.
    await page.getByText(/^Resume erp: done/).waitFor();
    await press("Jobs");
    await started.getByText("erp is active.").waitFor();
    await page.keyboard.press("Escape");
    expect(await json("destinations", "show", "erp")).toMatchObject({
      destination: { state: "active" },
    });
    await press("Pause erp", "Yes", "Resume without what it missed erp", "Yes");
    await page.getByText(/^Resume erp without what it missed: done/).waitFor();
    await page.getByRole("button", { name: "Pause erp" }).waitFor();
    expect(await json("destinations", "show", "erp")).toMatchObject({
      destination: { state: "active" },
    });
    await receiver.stop();
  });

  it("adds a destination, tests it, changes and removes it; its secret is shown once", async () => {
    const { page, origin } = shown();
    const receiver = await startReceiver((_, response) => response.writeHead(204).end());
    await page.goto(`${origin}/destinations`);
    await press("Add a destination");
    const form = page.locator("form.rule-form");
    await form.getByLabel("id", { exact: true }).fill("Shop");
    await form.getByLabel("URL", { exact: true }).fill(`${receiver.url}/hooks/abc`);
    await form.getByLabel("alert", { exact: true }).check();
    await form.getByLabel("tags", { exact: true }).fill("city:Pune");
    await press("Add and test");
    await form.getByText(/^must be up to 30 lower-case letters/).waitFor();
    expect(await form.getByLabel("id", { exact: true }).getAttribute("aria-invalid")).toBe("true");
    await form.getByLabel("id", { exact: true }).fill("shop");
    await press("Add and test");
    const secret =
      (await page.getByRole("region", { name: "Signing secret" }).locator("pre").textContent()) ??
      "";
    expect(secret).toMatch(/^whsec_/);
    expect(await form.getByLabel("URL", { exact: true }).inputValue()).toBe("");
    const { destination } = await json("destinations", "show", "shop");
    expect(destination).toMatchObject({
      url: receiver.url,
      events: ["rmaker.event.alert"],
      tags: ["city:Pune"],
    });
    await page.getByRole("link", { name: /^shop/ }).click();
    await page.waitForURL("**/destinations/shop");
    await press("Test shop", "Yes");
    await page
      .getByText(/^Test shop: done\. delivered 204 to /)
      .last()
      .waitFor();
    expect(receiver.requests.at(-1)?.headers["webhook-signature"]).toMatch(/^v1,/);
    await page.getByText("Change it").click();
    await form.getByText("More").click();
    await form.getByLabel("rate", { exact: true }).fill("5");
    await press("Change it");
    await page.getByText("shop was changed.").waitFor();
    expect((await json("destinations", "show", "shop")).destination).toMatchObject({
      ratePerS: 5,
      tags: ["city:Pune"],
    });
    await press("Remove shop", "Yes");
    await page.waitForURL("**/destinations");
    expect((await rainhooks(["destinations", "show", "shop"])).code).toBe(3);
    await receiver.stop();
  });
}
