import { setTimeout as later } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { LiveTail } = await import("./live-tail.tsx");

test("the live tail shows what passes, keeps its rows while it is paused, and then goes on", async () => {
  const feed = new TransformStream<string, string>();
  const writer = feed.writable.getWriter();
  const pass = (nodeId: string) => {
    const delivery = {
      id: nodeId,
      sentAtMs: 1000,
      type: "alert",
      nodes: [nodeId],
      summary: "",
      body: "",
      event: "",
    };
    return writer.write(`${JSON.stringify({ kind: "delivery", delivery })}\n`);
  };
  dom.answer({ "/console/live": () => new Response(feed.readable.pipeThrough(new TextEncoderStream())) });
  await dom.show(() => <LiveTail filter={{}} />);
  await pass("attic");
  await dom.until(() => dom.text().includes("attic"));
  await dom.click("Pause");
  await dom.until(() => dom.text().includes("Paused"));
  // The effect that ends the drawing runs after that is drawn.
  await later(20);
  await pass("cellar");
  await later(700);
  expect(dom.text()).not.toContain("cellar");
  await dom.click("Go on");
  await dom.until(() => dom.text().includes("cellar"));
  expect(dom.text()).toContain("attic");
});
