import { expect, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Attempts } = await import("./attempts.tsx");
const { Toasts } = await import("@rainhooks/page/toasts.jsx");
const { setParams } = await import("@rainhooks/page/address");

const TO_MS = 5_000_000_000;

/** Shows attempts with some filters, and returns what was asked for. */
async function asked(filters: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  dom.respond({ "/v1/attempts": { attempts: [], read: 0 } });
  setParams({ state: "", event: "", node: "", before: "", ...filters });
  await dom.show(() => <Attempts destination="crm" canRetry />);
  await dom.until(() => dom.requests.some(({ path }) => path.startsWith("/v1/attempts")));
  const { path } = dom.requests.findLast((one) => one.path.startsWith("/v1/attempts")) ?? {
    path: "",
  };
  return Object.fromEntries(new URLSearchParams(path.split("?")[1]));
}

test("all filters of the list are those of the request, within a day of attempts", async () => {
  expect(
    await asked({ state: "failed", event: "alert", node: "n1", before: `${TO_MS}` }),
  ).toMatchObject({
    destination: "crm",
    state: "failed",
    event: "alert",
    node: "n1",
    from: `${TO_MS - DAY_MS}`,
    to: `${TO_MS}`,
  });
});

test("the page of attempts shows all stored attempts if no event and no node is chosen", async () => {
  const { from, to, state } = await asked({ before: `${TO_MS}` });
  expect([Number(to) - Number(from), state]).toEqual([30 * DAY_MS, undefined]);
});

test("of the selected attempts, each failed event is sent again once, by one request", async () => {
  const attempt = (id: string, more: object) => ({
    id,
    webhookId: id,
    eventType: "rmaker.event.alert",
    atMs: 1,
    attempt: 1,
    durationMs: 1,
    outcome: "failed",
    method: "POST",
    destination: "crm",
    url: "https://a.example",
    bodyBytes: 1,
    ...more,
  });
  dom.respond({
    "/v1/attempts": {
      attempts: [
        attempt("a2", { webhookId: "a", attempt: 2 }),
        attempt("a", {}),
        attempt("b", {}),
        attempt("slow", {}),
        attempt("fine-2", { webhookId: "fine", attempt: 2, outcome: "delivered" }),
        attempt("fine", {}),
        attempt("test_1", {}),
        attempt("batch", { events: 2 }),
        attempt("later", { nextAtMs: 5 }),
      ],
    },
    "/console/actions/retry": {
      job: 1,
      jobEnd: { text: "2 of 3 were delivered. 1 × failed 503: b" },
    },
  });
  setParams({ state: "", event: "", node: "", before: "" });
  await dom.show(() => (
    <>
      <Attempts destination="crm" canRetry />
      <Toasts />
    </>
  ));
  await dom.until(() => dom.text().includes("alert"));
  await dom.click("Select all of Attempts");
  await dom.click("Retry 3 failed");
  expect(dom.text()).toContain("Send 3 events to crm once more?");
  await dom.click("Yes");
  await dom.until(() => !dom.text().includes("Send 3 events"));
  // What came of them, the page's list of jobs says: once.
  expect(dom.text()).not.toContain("done.");
  const retried = dom.requests.filter(({ path }) => path.endsWith("/retry"));
  expect(retried.map(({ body }) => body)).toEqual([{ id: ["a", "b", "slow"] }]);
});
