import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { AlarmPage } = await import("./alarm-page.tsx");
const { address } = await import("@rainhooks/page/address");

const alarm = (alarmId: string, rule: string) => ({
  alarmId,
  rule,
  version: 1,
  kind: "offline",
  severity: "high",
  nodeId: "attic",
  state: "cleared",
  startMs: 1000,
  raisedMs: 2000,
  endMs: 3000,
});

test("an alarm that has ended offers nothing to do, and leads to the others of its node", async () => {
  const definition = { name: "gone", kind: "offline", for: "5m" };
  dom.respond({ "/v1/alarms/own": { ...alarm("own", "gone"), definition } });
  address.value = { path: "/alarms/own", params: {} };
  await dom.show(() => <AlarmPage />);
  await dom.until(() => dom.text().includes("offline, for 5m"));
  expect(dom.named("All alarms of this node in 7 days").getAttribute("href")).toBe(
    "/alarms?state=all&match=attic",
  );
  expect(dom.text()).not.toContain("Acknowledge");
});

const HOUR_MS = 3_600_000;

test("an alarm that lasts says for how long, beside what its node did on an axis of times", async () => {
  const lasting = { ...alarm("own", "gone"), state: "raised", startMs: Date.now() - 5 * HOUR_MS };
  dom.respond({
    "/v1/alarms/own": { ...lasting, endMs: undefined },
    "/v1/nodes/attic/series": { series: [] },
    "/v1/nodes/attic/timeline": { before: "online", transitions: [], uptime: { drops: 0 } },
    "/v1/nodes/attic/alerts": { alerts: [] },
    "/v1/nodes/attic": { nodeId: "attic", state: "offline", users: [], tags: [] },
  });
  address.value = { path: "/alarms/own", params: {} };
  await dom.show(() => <AlarmPage />);
  await dom.until(() => dom.text().includes("lasts5 h"));
  expect(dom.text()).not.toContain("ended");
  await dom.until(() => dom.document.querySelector(".band") !== null);
  const times = [...dom.document.querySelectorAll(".times span")].map(
    ({ textContent }) => textContent,
  );
  expect(times.length).toBeGreaterThan(2);
  for (const time of times) expect(time).toMatch(/^\d\d:00(\d{4}-\d\d-\d\d)?$/);
});
