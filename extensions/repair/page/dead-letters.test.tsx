import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { DeadLetterCause } from "../dead-letters/causes.ts";

const dom = await openDom();
const { DeadLetters } = await import("./dead-letters.tsx");

const cause = (reason: string, queues: DeadLetterCause["queues"]): DeadLetterCause => ({
  ...{ errorCode: "data-invalid", reason, queues },
  examples: [
    { webhook: "hello", messageId: "1", deliveryId: "delivery-1", publishedAtMs: 0, sentAtMs: 0, body: "{}" },
  ],
});

test("one cause in several queues is told once, and is redriven or dropped in all of them", async () => {
  dom.answer({
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
