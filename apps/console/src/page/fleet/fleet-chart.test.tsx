import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { FleetChart } = await import("./fleet-chart.tsx");
const { counts } = await import("@rainhooks/page/fleet-facts");

test("the line has no point where it is not known how many nodes were online", async () => {
  const counted = { offline: 2, unknown: 1, countedAtMs: 1 };
  dom.respond({
    "/v1/fleet": {
      fromMs: 0,
      toMs: 4,
      everyMs: 1,
      samples: [
        { atMs: 1, ...counted, online: 40, all: 43 },
        { atMs: 2, ...counted },
        { atMs: 3, ...counted, online: 50, all: 53 },
      ],
    },
  });
  counts.value = { online: 51, offline: 2, unknown: 1 };
  await dom.show(() => <FleetChart />);
  await dom.until(() => dom.text().includes("40 to 51, now 51, of 54"));
  expect(document.querySelector("polyline")?.getAttribute("points")?.split(" ")).toHaveLength(3);
});
