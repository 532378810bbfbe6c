import { expect, it } from "@jest/globals";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { eventually } from "@rainhooks/testing/eventually";
import { isTooWide, seriousFindings } from "../console/browser.ts";
import { type ConsolePage, doing } from "../console/shown-page.ts";
import { addRuleAt } from "./play.ts";

// Rules about nodes of these tests alone: no other node is offline for long enough just while a
// test looks.
const STORED = ["e2e-attic", "e2e-cellar", "e2e-shed"];
const where = `node.id in ${JSON.stringify(STORED)}`;
const RULE = { name: "gone", kind: "offline", for: "5m", where };

/** Tests of alarms and their rules. */
export function alarmTests(shown: () => ConsolePage): void {
  const { rainhooks, json, press } = doing(shown);
  const alarmRow = () =>
    shown().page.getByRole("region", { name: "Alarms" }).locator("tr", { hasText: "e2e-attic" });

  it("shows an alarm in the fleet, on a page of its own, and on the time axis of its node", async () => {
    const { page, origin, stage } = shown();
    if (stage === undefined) throw new Error("The stage has stopped.");
    await addRuleAt(stage, RULE, Date.now() + 1000);
    for (const node_id of STORED)
      await publishEvent(
        stage,
        "rmaker.event.node_disconnected",
        { node_id },
        Date.now() - 600_000,
      );
    await page.goto(`${origin}/`);
    const newest = page.getByRole("region", { name: "Alarms" });
    for (const nodeId of STORED) await newest.getByText(nodeId).waitFor();
    const [alarm] = (await json("alarms", "ls", "--node", "e2e-attic")).alarms;
    await page.getByRole("link", { name: "Alarms" }).first().click();
    await alarmRow().getByRole("link", { name: "e2e-attic" }).click();
    await page.waitForURL(`**/alarms/${alarm.alarmId}`);
    await page.getByText(/^offline, .*for 5m/).waitFor();
    await page.getByRole("region", { name: "Connection" }).waitFor();
    await page.getByRole("link", { name: "All alarms of this node in 7 days" }).waitFor();
    expect(await json("alarms", "show", alarm.alarmId)).toMatchObject({
      definition: { name: "gone", kind: "offline", for: "5m" },
    });
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "e2e-attic" }).first().click();
    await page.waitForURL("**/nodes/e2e-attic");
    await page.getByRole("img", { name: /^alarm at .*gone \(medium\), raised$/ }).waitFor();
    await press("Silence … e2e-attic");
    await page.locator("dialog").getByText("alarms of this node").waitFor({ state: "attached" });
    await press("No");
    await page.goto(`${origin}/alarms/nothing-so`);
    await page.getByText("There is no alarm nothing-so.").waitFor();
  });

  it("plans maintenance of some nodes, and ends it", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/alarms`);
    await page.getByRole("link", { name: "Maintenance" }).click();
    const planned = page.getByRole("region", { name: "Maintenance" });
    await planned.getByLabel("name of the maintenance").fill("move");
    await planned.getByLabel("of which nodes").selectOption("nodes with the tag");
    await planned.getByRole("combobox", { name: "nodes with the tag" }).fill('site:"goa"');
    await planned.getByLabel("for how long").selectOption("4h");
    await press("Plan maintenance");
    await planned.getByRole("cell", { name: "move", exact: true }).waitFor();
    const [window] = (await json("watch", "ls")).maintenance;
    expect(window).toMatchObject({ name: "move", where: '"site:\\"goa\\"" in node.tags' });
    expect(Math.round((window.toMs - window.fromMs) / 3_600_000)).toBe(4);
    await planned.getByRole("button", { name: "End move" }).click();
    await press("Yes");
    await planned.getByText("None is planned").waitFor();
    expect((await json("watch", "ls")).maintenance).toEqual([]);
    await planned.getByLabel("of which nodes").selectOption("nodes for which (CEL)");
    const condition = planned.getByRole("textbox", { name: "nodes for which (CEL)" });
    await condition.fill("node.id ==");
    await planned.getByLabel("name of the maintenance").fill("Move!");
    await press("Plan maintenance");
    await planned.getByText(/^cannot be read/).waitFor();
    expect(await planned.locator("[aria-invalid]").count()).toBe(2);
  });

  it("silences and acknowledges alarms, after asking, and says what is refused", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/alarms`);
    await alarmRow()
      .getByRole("button", { name: /^Silence/ })
      .click();
    await page.locator("dialog").getByLabel("for how long").selectOption("8h");
    await press("Yes");
    await alarmRow().getByText("shelved until").waitFor();
    const [alarm] = (await json("alarms", "ls", "--node", "e2e-attic")).alarms;
    expect(Math.round((alarm.shelvedUntilMs - Date.now()) / 3_600_000)).toBe(8);
    const acknowledge = alarmRow().getByRole("button", { name: /^Acknowledge/ });
    await acknowledge.press("Enter");
    await page.locator("dialog button:focus").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("button:focus", { hasText: "Acknowledge" }).waitFor();
    expect(await json("alarms", "show", alarm.alarmId)).not.toHaveProperty("ackedMs");
    await acknowledge.click();
    await press("Yes");
    await alarmRow().getByText("acknowledged by").waitFor();
    expect(await json("alarms", "show", alarm.alarmId)).toMatchObject({ state: "acknowledged" });
    const refused = async (action: string, body: object) =>
      page.evaluate(
        `fetch("/console/actions/${action}", { method: "POST", body: ${JSON.stringify(JSON.stringify(body))},
          headers: { "x-rainhooks-key": localStorage.getItem("rainhooks-key"), "x-rainhooks-action": "${action}" } })
          .then((response) => response.json())`,
      );
    await alarmRow()
      .getByRole("button", { name: /^Unshelve/ })
      .click();
    await press("Yes");
    await alarmRow().getByText("shelved until").waitFor({ state: "hidden" });
    expect(await json("alarms", "show", alarm.alarmId)).not.toHaveProperty("shelvedUntilMs");
    const search = page.getByRole("searchbox", { name: "Node or series" });
    await search.fill("no such node");
    await page.getByText("No alarm passes the filter.").waitFor();
    await search.fill("");
    await page.getByLabel("Select all of Alarms").check();
    await page.getByRole("button", { name: /^Acknowledge these \d+ alarms$/ }).click();
    await press("Yes");
    // The outcome of the first one may still be shown.
    await eventually(
      () => json("alarms", "ls"),
      ({ alarms }) => alarms.every(({ state }: { readonly state: string }) => state !== "raised"),
    );
    expect(await refused("ack", { ids: ["nothing"] })).toMatchObject({
      status: 404,
      detail: "There is no alarm nothing.",
    });
    expect(await refused("shelve", { ids: [alarm.alarmId], for: "9d" })).toMatchObject({
      status: 400,
      detail: expect.stringContaining("for must be a duration from 0s to 7d"),
    });
  });

  it("writes a rule field by field, tries it on the past as the terminal does, and adds it", async () => {
    const { page, origin } = shown();
    await page.goto(`${origin}/alarms?tab=rules`);
    const editor = page.getByRole("region", { name: "Write a rule" });
    const field = (name: string) => editor.getByLabel(name, { exact: true });
    await field("kind").selectOption("offline");
    await field("name").fill("try");
    await field("where").fill(where);
    await field("for").fill("");
    await press("Try it on the past");
    await editor.getByText("is missing.", { exact: true }).waitFor();
    expect(await field("for").getAttribute("aria-invalid")).toBe("true");
    await field("for").fill("2m");
    await page.getByLabel("Time to try it on").selectOption("7d");
    await press("Try it on the past");
    const result = page.getByRole("region", { name: "Result" });
    const rule = JSON.stringify({ name: "try", kind: "offline", for: "2m", where });
    const { out } = await rainhooks(["watch", "test", "--file", "-", "--from", "7d"], rule);
    const [summary = ""] = out.split(" (");
    expect(summary).toBe("3 alarms on 3 nodes");
    await result.getByText(summary).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect((await json("watch", "ls")).rules).toMatchObject([{ name: "gone" }]);
    await press("Add the rule");
    const row = page.getByRole("region", { name: "Rules" }).locator("tr", { hasText: "try" });
    await row.getByText("holds from").waitFor();
    expect((await json("watch", "ls")).rules).toMatchObject([
      { name: "gone" },
      { name: "try", version: 1 },
    ]);
    await field("for").fill("9m");
    await row.getByRole("button", { name: "Edit try" }).click();
    expect([await field("for").inputValue(), await field("severity").inputValue()]).toEqual([
      "2m",
      "medium",
    ]);
    await row.getByRole("button", { name: "Remove try" }).click();
    await press("Yes");
    await row.waitFor({ state: "detached" });
    await page
      .getByRole("navigation", { name: "Alarms" })
      .getByRole("link", { name: "Alarms" })
      .click();
    await page.getByLabel("which alarms").selectOption("all");
    await page.waitForURL(/state=all/);
    await alarmRow().waitFor();
    expect(await isTooWide(page)).toBe(false);
  });
}
