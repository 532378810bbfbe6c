import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Repairs } = await import("./replays.tsx");
const { setParams } = await import("@rainhooks/page/address");

test.each([
  ["running", ["Cancel"]],
  ["interrupted", ["Go on with", "Cancel"]],
  ["cancelled", ["Go on with"]],
  ["failed", ["Go on with"]],
  ["done", []],
])("of a replay that is %s, these can be chosen: %j", async (state, choices) => {
  const replay = { id: "20261124-081500-4f2a", webhook: "node-status", state, sent: 7, planned: 9 };
  const result = {
    replays: [replay],
    webhooks: [{ name: "node-status" }],
  } as unknown as Parameters<typeof Repairs>[0]["of"];
  await dom.show(() => <Repairs of={result} />);
  const row = dom.document.querySelector("tbody tr");
  expect([...(row?.querySelectorAll("td.number") ?? [])].map((cell) => cell.textContent)).toEqual([
    "7",
    "9",
  ]);
  const names = [...(row?.querySelectorAll(".acts button") ?? [])].map((one) =>
    one.getAttribute("aria-label"),
  );
  expect(names).toEqual(choices.map((choice) => `${choice} ${replay.id}`));
});

const RESULT = { replays: [], webhooks: [{ name: "node-status" }, { name: "time-series" }] };

test("a replay is planned, and sent as it was planned after a yes; a change asks for another plan", async () => {
  dom.respond({
    "/console/plans/replay": { text: "7 deliveries to send", plan: "seven" },
    "/console/actions/replay": {},
  });
  setParams({ tz: "Asia/Tokyo" });
  await dom.show(() => <Repairs of={RESULT as unknown as Parameters<typeof Repairs>[0]["of"]} />);
  await dom.type("webhook", "time-series");
  await dom.type("event", " alert ");
  await dom.click("Plan a replay");
  await dom.until(() => dom.text().includes("7 deliveries to send"));
  await dom.type("to", "2026-11-24 08:15");
  expect(dom.text()).not.toContain("7 deliveries to send");
  await dom.click("Plan a replay");
  await dom.until(() => dom.text().includes("7 deliveries to send"));
  await dom.click("Send it again");
  await dom.click("Yes");
  await dom.until(() => dom.requests.some(({ body }) => body !== undefined));
  const request = {
    webhook: "time-series",
    from: "1d",
    to: Date.UTC(2026, 10, 23, 23, 15),
    event: "alert",
  };
  expect(dom.requests.find(({ body }) => body !== undefined)?.body).toEqual({
    ...request,
    plan: "seven",
  });
  setParams({ tz: "" });
});

test("all that is refused of a replay stands at its fields", async () => {
  const mistakes = [
    { field: "fromMs", problem: "must be before the end." },
    { field: "event", problem: "must be one of alert, node_connected." },
  ];
  dom.respond({ "/console/plans/replay": () => Response.json({ mistakes }, { status: 400 }) });
  await dom.show(() => <Repairs of={RESULT as unknown as Parameters<typeof Repairs>[0]["of"]} />);
  await dom.click("Plan a replay");
  await dom.until(() => dom.text().includes("must be before the end."));
  const wrong = [...dom.document.querySelectorAll("[aria-invalid]")].map((one) =>
    one.getAttribute("name"),
  );
  expect(wrong).toEqual(["from", "event"]);
  expect(dom.document.querySelector(".failure")).toBe(null);
});
