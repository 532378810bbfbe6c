import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import { stageThat } from "@rainhooks/page/testing/stage-that";

const dom = await openDom();
const { FleetPage } = await import("./fleet-page.tsx");
const { setParams } = await import("@rainhooks/page/address");
const { stage } = await import("@rainhooks/page/api");

const nodeAt = (index: number) => ({
  nodeId: `node-${index}`,
  state: "offline",
  sinceMs: 1,
  users: [],
  tags: [],
});

test("pages of nodes that are offline longer than a time belong to one list", async () => {
  dom.respond({
    "/v1/nodes": ({ path }: { readonly path: string }) =>
      path.includes("page=")
        ? { nodes: [nodeAt(100)], read: 1 }
        : { nodes: Array.from({ length: 10 }, (_, index) => nodeAt(index)), read: 100, next: "t" },
    "/v1/node-counts": { online: 0, offline: 101, unknown: 0 },
    "/v1/fleet": { fromMs: 0, toMs: 1, everyMs: 1, samples: [] },
    "/v1/firmware": { countedAtMs: 0, all: 0, firmwares: [], others: 0, unknown: 0 },
    "/v1/alarms": { alarms: [], more: false },
  });
  setParams({ longer: "1h" });
  await dom.show(() => <FleetPage />);
  await dom.until(() => dom.requests.some(({ path }) => path.includes("page=t")));
  const asked = dom.requests.filter(({ path }) => path.startsWith("/v1/nodes?"));
  const times = asked.map(({ path }) => new URLSearchParams(path.split("?")[1]).get("sinceTo"));
  expect(times.length).toBeGreaterThan(1);
  expect(new Set(times).size).toBe(1);
});

test.each([
  [true, "Publish one: rainhooks trigger node_connected"],
  [false, "Does the webhook node-status get events?"],
])(
  "a fleet without nodes says how the first one comes, on a stage that is local (%p)",
  async (isLocal, said) => {
    stage.value = stageThat(isLocal);
    dom.respond({
      "/v1/nodes": { nodes: [], read: 0 },
      "/v1/node-counts": { online: 0, offline: 0, unknown: 0 },
    });
    setParams({ longer: "" });
    await dom.show(() => <FleetPage />);
    await dom.until(() => dom.text().includes(said));
  },
);

test("a time that is none in the address filters nothing, and marks no state as chosen", async () => {
  dom.respond({
    "/v1/nodes": { nodes: [nodeAt(1)], read: 1 },
    "/v1/node-counts": { online: 0, offline: 1, unknown: 0 },
  });
  const pressed = () =>
    [...dom.document.querySelectorAll('.count[aria-pressed="true"]')].map(
      ({ className }) => className,
    );
  setParams({ longer: "soon" });
  await dom.show(() => <FleetPage />);
  expect(pressed()).toEqual(["card count "]);
  setParams({ longer: "1h" });
  await dom.until(() => pressed().join() === "card count offline");
  setParams({ longer: "" });
});
