import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { AlarmPage } = await import("./alarm-page.tsx");
const { address } = await import("@rainhooks/page/address");

const alarm = (alarmId: string, rule: string) => ({
  ...{ alarmId, rule, version: 1, kind: "offline", severity: "high", nodeId: "attic" },
  ...{ state: "cleared", startMs: 1000, raisedMs: 2000, endMs: 3000 },
});

test("an alarm that has ended offers nothing to do, and names up to 20 others of its node", async () => {
  const others = Array.from({ length: 20 }, (_, index) => alarm(`other-${index}`, `rule-${index}`));
  dom.answer({
    "/v1/alarms/own": { ...alarm("own", "gone"), definition: { name: "gone", kind: "offline", for: "5m" } },
    "/v1/alarms?": { alarms: [alarm("own", "gone"), ...others], more: true },
  });
  address.value = { path: "/alarms/own", params: {} };
  await dom.show(() => <AlarmPage />);
  await dom.until(() => dom.text().includes("rule-19"));
  const asked = dom.requests.find(({ path }) => path.startsWith("/v1/alarms?"))?.path.split("?")[1];
  expect(Object.fromEntries(new URLSearchParams(asked))).toMatchObject({
    node: "attic",
    state: "all",
    limit: "21",
  });
  const links = [...dom.document.querySelectorAll('#others ~ ul a[href^="/alarms/"]')];
  expect(links.map((one) => one.getAttribute("href"))).toEqual(
    others.map(({ alarmId }) => `/alarms/${alarmId}`),
  );
  expect(dom.text()).not.toContain("Acknowledge");
});
