import { setTimeout as later } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { stageThat } from "@rainhooks/page/testing/stage-that";

const dom = await openDom();
const { EventsPage } = await import("./events-page.tsx");
const { setParams } = await import("@rainhooks/page/address");
const { stage } = await import("@rainhooks/page/api");

test("the live tail shows what passes, keeps its rows while it is paused, and then goes on", async () => {
  const feed = new TransformStream<string, string>();
  const writer = feed.writable.getWriter();
  const pass = (nodeId: string) => {
    const delivery = { id: nodeId, sentAtMs: 1000, type: "alert", nodes: [nodeId], summary: "" };
    return writer.write(`${JSON.stringify({ kind: "delivery", delivery })}\n`);
  };
  const archived = [
    { id: "old", sentAtMs: 500, type: "alert", nodes: ["roof"], name: "Roof", summary: "" },
  ];
  dom.respond({
    "/console/live": () => new Response(feed.readable.pipeThrough(new TextEncoderStream())),
    "/console/deliveries/": undefined,
    "/console/deliveries": { deliveries: archived, fromMs: 0, read: 1, delayS: 60 },
    "/console/outcomes": { attic: [{ to: "crm", state: "failed" }] },
  });
  stage.value = stageThat(true);
  await dom.show(() => <EventsPage />);
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
  setParams({ open: "attic" });
  await dom.until(() => dom.text().includes("new ones wait while one is open"));
  await later(20);
  await pass("garage");
  await later(700);
  expect(dom.text()).not.toContain("garage");
  setParams({ open: "" });
  await dom.until(() => dom.text().includes("garage"));
  // Below what came live is what the archive has, which is read once only; and what came of each.
  expect(dom.text()).toContain("Roof");
  await dom.until(() => dom.document.querySelector("[aria-label='crm: failed']") !== null);
  expect(dom.text()).toContain("1 failed");
  expect(dom.requests.filter(({ path }) => path.startsWith("/console/deliveries?"))).toHaveLength(
    1,
  );
});
