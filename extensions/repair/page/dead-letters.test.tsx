import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { DeadLetterCause } from "../dead-letters/queues.ts";

const dom = await openDom();
const { DeadLetters } = await import("./dead-letters.tsx");
const { Toasts } = await import("@rainhooks/page/toasts.jsx");

const cause = (reason: string, queues: DeadLetterCause["queues"]): DeadLetterCause => ({
  errorCode: "data-invalid",
  reason,
  queues,
  examples: [
    {
      webhook: "hello",
      messageId: "1",
      deliveryId: "delivery-1",
      publishedAtMs: 0,
      sentAtMs: 0,
      body: "{}",
    },
  ],
});

test("one cause in several queues is told once, and is redriven or dropped in all of them", async () => {
  dom.respond({
    "/console/dead-letters": [
      cause("no node", [
        { webhook: "hello", ids: ["1", "2"] },
        { webhook: "forward", ids: ["3"] },
      ]),
      cause("of another queue", [{ webhook: "forward", ids: ["4"] }]),
    ],
    "/console/actions/drop": { dropped: 1 },
  });
  await dom.show(() => <DeadLetters webhook="hello" />);
  await dom.until(() => dom.text().includes("no node"));
  expect(dom.text()).toContain("hello, forward");
  expect(dom.text()).not.toContain("of another queue");
  await dom.click("Drop all data-invalid no node");
  expect(dom.text()).toContain("Delete 3 of this cause for good, in the queues of hello, forward?");
  await dom.click("Yes");
  const sent = () => dom.requests.filter(({ path }) => path === "/console/actions/drop");
  await dom.until(() => sent().length === 2);
  expect(sent().map(({ body }) => body)).toEqual([
    { webhook: "hello", ids: ["1", "2"] },
    { webhook: "forward", ids: ["3"] },
  ]);
  await dom.until(() => dom.text().includes("2 of 3 were deleted. The others were not found."));
});

test("a redrive is a job, of which nothing is said before its end; a queue that was read in part says so", async () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `${index}`);
  dom.respond({
    "/console/dead-letters": [cause("no node", [{ webhook: "hello", ids }])],
    "/console/actions/redrive": {},
  });
  await dom.show(() => (
    <>
      <DeadLetters webhook="hello" />
      <Toasts />
    </>
  ));
  await dom.until(() => dom.text().includes("These are the first 1,000 dead letters"));
  await dom.click("Redrive all data-invalid no node");
  await dom.click("Yes");
  await dom.until(() => dom.document.querySelector("dialog") === null);
  expect(dom.text()).not.toContain("no node: done.");
});
