import { expect, jest, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { stageThat } from "@rainhooks/page/testing/stage-that";

const dom = await openDom();
const { Functions, WebhooksPage } = await import("./webhooks-page.tsx");
const { stage } = await import("@rainhooks/page/api");

test("a cause of dead letters opens in the row of its function, which stays open; each table has its order", async () => {
  const example = {
    webhook: "hello",
    messageId: "1",
    deliveryId: "delivery-1",
    sentAtMs: 0,
    body: "{}",
  };
  const causes = ["no node", "no type"].map((reason, index) => {
    return { reason, queues: [{ webhook: "hello", ids: [`${index}`] }], examples: [example] };
  });
  dom.respond({ "/console/dead-letters": causes });
  const of = ["hello", "archive"].map((name) => ({ name, waiting: 0, deadLetters: 2 }));
  await dom.show(() => <Functions of={of} activity={undefined} />);
  await dom.click("hello");
  await dom.until(() => dom.text().includes("no node"));
  await dom.click("no node");
  expect(dom.text()).toContain("delivery-1");
  expect(dom.named("hello").getAttribute("aria-expanded")).toBe("true");
  await dom.click("Letters");
  expect(
    [...dom.document.querySelectorAll("th[aria-sort=ascending]")].map((head) => head.textContent),
  ).toEqual(["Letters ↑"]);
  expect(location.search).toBe("?open=hello&cause-open=no+node&cause-sort=letters");
});

test("metrics that AWS bills are read once a minute, even if the page is shown before its stage is known", async () => {
  const start = jest.spyOn(globalThis, "setTimeout");
  dom.respond({
    "/console/webhooks": { webhooks: [], replays: [] },
    "/console/activity": () => {
      stage.value = stageThat(false);
      return { fromMs: 0, binMs: 1, count: 0, webhooks: {} };
    },
  });
  await dom.show(() => <WebhooksPage />);
  await dom.until(() => start.mock.calls.some(([, ms]) => ms === 60_000));
  start.mockRestore();
});
