import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { AlarmOfPage } from "./alarm-order.ts";

const dom = await openDom();
const { AlarmActions, AlarmList } = await import("./alarm-list.tsx");

const alarm = (changes: Partial<AlarmOfPage>): AlarmOfPage => ({
  ...{ alarmId: "a1", rule: "too-hot", version: 1, kind: "threshold", severity: "high", nodeId: "attic" },
  ...{ state: "raised", startMs: Date.now() - 150_000, raisedMs: Date.now() - 90_000, series: "Room.T" },
  ...changes,
});

test("an alarm says how severe it is, of which node, with which value and since when, and leads to its page", async () => {
  const of = [
    alarm({ value: 34.2, nodeName: "Attic sensor" }),
    alarm({ alarmId: "a2", kind: "outage", nodeId: "tag:x", memberCount: 1 }),
  ];
  await dom.show(() => <AlarmList of={of} areOpen onDone={() => undefined} />);
  expect(dom.text()).toContain("high too-hot of attic Attic sensor Room.T was 34.2");
  expect(dom.text()).toContain("raised 1 min ago, lasts for 2 min");
  expect(dom.text()).toContain("1 node ");
  expect(dom.named("too-hot").getAttribute("href")).toBe("/alarms/a1");
  expect(dom.named("attic").getAttribute("href")).toBe("/nodes/attic");
  // A group has no page.
  expect(dom.document.querySelectorAll('a[href^="/nodes/"]')).toHaveLength(1);
});

test("what can be done about many alarms is done to those for which it makes a difference", async () => {
  const of = [
    alarm({ alarmId: "raised" }),
    alarm({ alarmId: "acked", state: "acknowledged" }),
    alarm({ alarmId: "shelved", state: "shelved", shelvedUntilMs: Date.now() + 60_000 }),
    alarm({ alarmId: "ended", state: "cleared", endMs: 1 }),
  ];
  dom.answer({ "/console/actions/": { text: "2 alarms changed" } });
  const said: string[] = [];
  await dom.show(() => <AlarmActions of={of} about="these 4 alarms" onDone={(text) => said.push(text)} />);
  for (const [name, expected] of [
    ["Acknowledge all these 4 alarms", { ids: ["raised", "shelved", "ended"] }],
    ["Shelve all these 4 alarms", { ids: ["raised", "acked"], for: "2h" }],
    ["Unshelve all these 4 alarms", { ids: ["shelved"] }],
  ] as const) {
    await dom.click(name);
    await dom.click("Yes");
    await dom.until(() => dom.requests.at(-1)?.body !== undefined && said.length === dom.requests.length);
    expect(dom.requests.at(-1)?.body).toEqual(expected);
  }
  expect(said).toEqual(Array.from({ length: 3 }, () => "2 alarms changed"));
});
