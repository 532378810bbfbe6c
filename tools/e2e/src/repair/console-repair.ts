import { expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { type ConsolePage, doing } from "../console/shown-page.ts";

/** Tests of dead letters and replays on the page. */
export function repairTests(shown: () => ConsolePage): void {
  const { rainhooks, json, press } = doing(shown);

  it("redrives and drops dead letters, after asking", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/webhooks`);
    const card = page.getByRole("region", { name: "node-status", exact: true });
    await page.getByRole("button", { name: "node-status", exact: true }).click();
    // What cannot be decoded is in the queues of all webhooks that wanted it: one cause, not one
    // for each letter.
    const cause = card.getByRole("row", { name: /cannot be decoded/ }).first();
    await cause.hover();
    await cause.getByRole("button", { name: /^Redrive all/ }).click();
    const readAgain = page.waitForResponse((one) => one.url().endsWith("/console/dead-letters"));
    await card.getByRole("button", { name: "Yes" }).click();
    await press("Jobs");
    const started = page.getByRole("region", { name: "Long work" });
    await started.getByText(/moved back to the queue of node-status: \d+ failed again/).waitFor();
    await page.keyboard.press("Escape");
    await readAgain;
    const response = page.waitForResponse((one) => one.url().endsWith("/console/actions/drop"));
    // A list that is read again meanwhile takes the question about letters along that have left it.
    const timeout = 10_000;
    const drop = async () => {
      await cause.hover({ timeout });
      await cause.getByRole("button", { name: /^Drop all/ }).click({ timeout });
      await card.getByRole("button", { name: "Yes" }).click({ timeout });
      return true;
    };
    await eventually(
      () => drop().catch(() => false),
      (isAsked) => isAsked,
    );
    expect(
      ((await (await response).json()) as { readonly dropped: number }).dropped,
    ).toBeGreaterThan(0);
  });

  it("replays by a plan, and says what is wrong with one", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/webhooks`);
    await page.getByRole("combobox", { name: "webhook" }).selectOption("node-status");
    await page.getByLabel("event", { exact: true }).fill("nonsense");
    await press("Plan a replay");
    await page.getByText(/^must be one of .*alert/).waitFor();
    expect(await page.getByLabel("event", { exact: true }).getAttribute("aria-invalid")).toBe(
      "true",
    );
    await page.getByLabel("event", { exact: true }).fill("alert");
    await press("Plan a replay");
    await page.locator("pre", { hasText: /to send +\d+ deliveries/ }).waitFor();
    await press("Send it again", "Yes");
    await page.getByRole("region", { name: "Replays" }).getByText("done").waitFor();
    const { replays } = await json("replay", "ls");
    expect(replays).toMatchObject([{ state: "done", request: { webhook: "node-status" } }]);
  });

  it("cancels a replay, and goes on with it", async () => {
    const { page, origin } = shown();
    const slow = [
      "replay",
      "start",
      "--webhook",
      "node-status",
      "--from",
      "1d",
      "--rate",
      "1",
      "--yes",
    ];
    const started = rainhooks(slow);
    await page.goto(`${origin}/webhooks`);
    const replays = page.getByRole("region", { name: "Replays" });
    const cancel = async () => {
      await replays.getByRole("button", { name: /^Cancel / }).click();
      await press("Yes");
      await replays.getByText("cancelled").waitFor();
    };
    await cancel();
    await started;
    const sentOf = async () => (await json("replay", "ls")).replays[0].counts.sent as number;
    const sent = await sentOf();
    await replays.getByRole("button", { name: /^Go on with / }).click();
    await press("Yes");
    await eventually(sentOf, (now) => now > sent, { everyMs: 1000 });
    await replays.getByText("running").waitFor();
    await cancel();
  });
}
