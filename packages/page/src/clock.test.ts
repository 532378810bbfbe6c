import { afterEach, expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { currentMs, nowMs, setClock } = await import("./clock.ts");
const { get } = await import("./api.ts");

const DAY_MS = 86_400_000;
afterEach(() => setClock(new Date().toUTCString()));

test.each([-DAY_MS, -600_000, 3_600_000, DAY_MS])(
  "now is the time of the responses, whose clock differs from the browser's by %d ms",
  async (aheadMs) => {
    const date = new Date(Date.now() + aheadMs).toUTCString();
    dom.respond({ "/v1/nodes": () => Response.json({}, { headers: { date } }) });
    await get("/v1/nodes");
    for (const shown of [nowMs.value, currentMs()])
      expect(Math.abs(shown - Date.now() - aheadMs)).toBeLessThan(60_000);
  },
);

test("what is no time, and the way of a response, does not change the clock", async () => {
  const before = currentMs() - Date.now();
  for (const date of [null, "", "soon", new Date(Date.now() + 1000).toUTCString()]) setClock(date);
  expect(Math.abs(currentMs() - Date.now() - before)).toBeLessThan(2);
});
