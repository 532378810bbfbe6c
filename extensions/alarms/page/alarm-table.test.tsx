import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { AlarmOfPage } from "./alarms.ts";

const dom = await openDom();
const { AlarmActions, AlarmTable } = await import("./alarm-table.tsx");
const { AlarmsPage } = await import("./alarms-page.tsx");
const { address, setParams } = await import("@rainhooks/page/address");

const alarm = (changes: Partial<AlarmOfPage>): AlarmOfPage => ({
  alarmId: "a1",
  rule: "too-hot",
  version: 1,
  kind: "threshold",
  severity: "high",
  nodeId: "attic",
  state: "raised",
  startMs: Date.now() - 150_000,
  raisedMs: Date.now() - 90_000,
  series: "Room.T",
  ...changes,
});

test("an alarm says first which node, how severe it is, with which value and since when, and leads to its page", async () => {
  const of = [
    alarm({ value: 34.2, nodeName: "Attic sensor" }),
    alarm({ alarmId: "a2", kind: "outage", nodeId: "tag:x", memberCount: 1 }),
  ];
  await dom.show(() => <AlarmTable label="Alarms" of={of} />);
  const rows = [...dom.document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].slice(0, 4).map((cell) => cell.textContent?.trim()),
  );
  expect(rows).toEqual([
    ["Attic sensor attic", "too-hot", "◆ high", "34.2 Room.T"],
    ["tag:x", "too-hot", "◆ high", "1 node"],
  ]);
  expect(dom.named("Attic sensor attic").getAttribute("href")).toBe("/alarms/a1");
});

async function asked(button: string, choose?: (name: string) => Promise<void>): Promise<unknown[]> {
  const before = dom.requests.length;
  await dom.click(button);
  await choose?.("what to silence");
  await dom.until(() => !dom.named("Yes").hasAttribute("disabled"));
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("dialog") === null);
  return dom.requests
    .slice(before)
    .flatMap(({ path, body }) => (body === undefined ? [] : [[path.split("/").at(-1), body]]));
}

test("what can be done about many alarms is done to those for which it makes a difference", async () => {
  const of = [
    alarm({ alarmId: "raised" }),
    alarm({ alarmId: "acked", state: "acknowledged" }),
    alarm({ alarmId: "shelved", state: "shelved", shelvedUntilMs: Date.now() + 60_000 }),
    alarm({ alarmId: "ended", state: "cleared", endMs: 1 }),
  ];
  dom.respond({ "/console/actions/": { text: "2 alarms changed" } });
  await dom.show(() => <AlarmActions of={of} about="these" />);
  expect(await asked("Acknowledge these")).toEqual([
    ["ack", { ids: ["raised", "shelved", "ended"] }],
  ]);
  expect(await asked("Silence … these")).toEqual([
    ["shelve", { ids: ["raised", "acked"], for: "2h" }],
  ]);
  expect(await asked("Unshelve these")).toEqual([["unshelve", { ids: ["shelved"] }]]);
});

test("the bar says of one selected alarm that it is one", async () => {
  const of = [alarm({ alarmId: "a1" }), alarm({ alarmId: "a2", nodeId: "cellar" })];
  await dom.show(() => <AlarmTable label="Alarms" of={of} canSelect />);
  await dom.click("Select too-hot of attic");
  expect(dom.named("Acknowledge this alarm").textContent).toBe("Acknowledge");
  await dom.click("Select too-hot of cellar");
  expect(dom.named("Acknowledge these 2 alarms").textContent).toBe("Acknowledge");
});

test("an alarm, its rule, its node or its site is silenced, as what was chosen says", async () => {
  dom.respond({
    "/console/actions/": { text: "done" },
    "/v1/nodes/attic/series": { series: [] },
    "/v1/nodes/attic": { node: "attic", tags: ['site:"goa"'] },
  });
  await dom.show(() => <AlarmActions of={[alarm({ nodeName: "Attic" })]} about="it" />);
  const silenced = (what: string) =>
    asked("Silence … it", async (name) => {
      await dom.until(() => dom.text().includes("site:"));
      await dom.type(name, what);
      await dom.type("for how long", "4h");
    });
  const alone = ["shelve", { ids: ["a1"], for: "4h" }];
  const maintenance = (where: string) => [
    "maintenance",
    { name: expect.stringMatching(/^silence-[a-z0-9]+$/), for: "4h", where },
  ];
  expect(await silenced("")).toEqual([alone]);
  expect(await silenced("rule")).toEqual([["shelve", { rule: "too-hot", for: "4h" }]]);
  expect(await silenced('node.id == "attic"')).toEqual([alone, maintenance('node.id == "attic"')]);
  expect(await silenced('"site:\\"goa\\"" in node.tags')).toEqual([
    alone,
    maintenance('"site:\\"goa\\"" in node.tags'),
  ]);
});

test("581 alarms are a row for each rule, and each leads to those of its rule", async () => {
  const many = Array.from({ length: 581 }, (_, index) =>
    alarm({ alarmId: `a${index}`, nodeId: `n${index}`, rule: index < 412 ? "offline-30m" : "hot" }),
  );
  const late = { rule: "late", severity: "low" as const };
  const rules = [
    ...["offline-30m", "hot"].map((rule) => ({
      rule,
      severity: "high",
      alarms: rule === "hot" ? 169 : 412,
      unhandled: rule === "hot" ? 0 : 411,
    })),
    { ...late, alarms: 2, unhandled: 2 },
  ];
  dom.respond({
    "/v1/alarms?rule=late&": { alarms: [alarm({ ...late, nodeName: "Cellar" })], more: true },
    "/v1/alarms?rule=offline-30m&": { alarms: many.slice(0, 412), more: false },
    "/v1/alarms?": { alarms: many.slice(0, 20), more: true, total: { alarms: 583, rules } },
    "/console/plans/ack?rule=late": { text: "Acknowledge 2 alarms (2 of late)?", plan: "two" },
    "/console/actions/": { text: "2 alarms changed" },
  });
  address.value = { path: "/alarms", params: {} };
  await dom.show(() => <AlarmsPage />);
  await dom.until(() => dom.text().includes("offline-30m"));
  const cells = [...dom.document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].slice(0, 4).map((cell) => cell.textContent),
  );
  expect(cells).toEqual([
    ["offline-30m", "◆ high", "412", "411"],
    ["hot", "◆ high", "169", "0"],
    ["late", "○ low", "2", "2"],
  ]);
  const elements = dom.document.querySelectorAll("*").length;
  const buttons = dom.document.querySelectorAll("button").length;
  expect([elements < 200, buttons < 30]).toEqual([true, true]);
  expect(() => dom.named("Acknowledge 169 alarms of hot")).toThrow();
  expect(await asked("Acknowledge 2 alarms of late")).toEqual([
    ["ack", { rule: "late", plan: "two" }],
  ]);
  expect(dom.named("late").getAttribute("href")).toBe("/alarms?rule=late");
  setParams({ rule: "offline-30m" });
  const listed = () => dom.document.querySelector('[aria-label="Alarms"][aria-rowcount]');
  await dom.until(() => listed()?.getAttribute("aria-rowcount") === "413");
  setParams({ rule: "late" });
  await dom.until(() => dom.text().includes("Cellar"));
  expect(dom.text()).toContain("There are more than 1,000: rainhooks alarms ls --rule late");
});

test("while alarms wait, the page does not say that nothing needs attention", async () => {
  const waiting = { waitingSinceMs: 0, waitsFor: "a replay fills the tables" };
  dom.respond({ "/v1/alarms?": { alarms: [], more: false, ...waiting } });
  address.value = { path: "/alarms", params: {} };
  await dom.show(() => <AlarmsPage />);
  await dom.until(() => dom.text().includes("a replay fills the tables"));
  expect(dom.text()).toContain("No alarm was open until then.");
  expect(dom.text()).not.toContain("Nothing needs attention");
});

test("a filter says how many of all alarms pass it; a text is looked for in those that were read", async () => {
  const of = { alarms: [alarm({})], more: true };
  const late = { rule: "late", severity: "low" as const, alarms: 2, unhandled: 2 };
  const total = {
    alarms: 3,
    rules: [{ rule: "too-hot", severity: "high", alarms: 1, unhandled: 1 }, late],
  };
  dom.respond({ "/v1/alarms?": { ...of, total } });
  address.value = { path: "/alarms", params: { severity: "low" } };
  await dom.show(() => <AlarmsPage />);
  await dom.until(() => dom.text().includes("2 of 3 alarms"));
  address.value = { path: "/alarms", params: { match: "late" } };
  await dom.until(() => dom.text().includes("No alarm passes the filter."));
  expect(dom.text()).toContain("There are more than 1,000");
  dom.respond({ "/v1/alarms?": { alarms: [], more: false, total: { alarms: 0, rules: [] } } });
  address.value = { path: "/alarms", params: { rule: "no-such-rule" } };
  await dom.until(
    () => dom.text().includes("No alarm passes the filter.") && !dom.text().includes("1,000"),
  );
});
