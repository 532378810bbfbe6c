import { expect, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Attempts } = await import("./attempts.tsx");
const { setParams } = await import("@rainhooks/page/address");

const TO_MS = 5_000_000_000;

/** Shows attempts with some filters, and returns what was asked for. */
async function asked(filters: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  dom.answer({ "/v1/attempts": { attempts: [], read: 0 } });
  setParams({ state: "", event: "", node: "", before: "", ...filters });
  await dom.show(() => <Attempts destination="crm" canRetry />);
  await dom.until(() => dom.requests.some(({ path }) => path.startsWith("/v1/attempts")));
  const { path } = dom.requests.findLast((one) => one.path.startsWith("/v1/attempts")) ?? { path: "" };
  return Object.fromEntries(new URLSearchParams(path.split("?")[1]));
}

test("all filters of the list are those of the request, within a day of attempts", async () => {
  expect(await asked({ state: "failed", event: "alert", node: "n1", before: `${TO_MS}` })).toMatchObject({
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
