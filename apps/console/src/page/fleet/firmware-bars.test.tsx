import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { FirmwareBars } = await import("./firmware-bars.tsx");
const { firmware } = await import("@rainhooks/page/fleet-facts");

async function shown(
  nodes: readonly number[],
  others: number,
  unknown: number,
): Promise<[string, number][]> {
  const firmwares = nodes.map((count, index) => ({ firmware: `1.${index}`, nodes: count }));
  const all = nodes.reduce((sum, one) => sum + one, others + unknown);
  const known = { countedAtMs: 1, all, firmwares, others, unknown };
  dom.respond({
    "/v1/firmware": known,
    "/v1/node-counts": { online: all, offline: 0, unknown: 0 },
  });
  firmware.value = known;
  await dom.show(() => <FirmwareBars />);
  return [...dom.document.querySelectorAll("li")].map((row) => [
    row.firstElementChild?.textContent ?? "",
    Number(row.querySelector(".number")?.textContent),
  ]);
}

test("the four most usual firmwares, all others together, and nodes that have said none add up to all", async () => {
  expect(await shown([60, 50, 40, 30, 20, 10], 7, 3)).toEqual([
    ["1.0", 60],
    ["1.1", 50],
    ["1.2", 40],
    ["1.3", 30],
    ["others", 37],
    ["not reported", 3],
  ]);
});

test("there is no row for what no node has", async () => {
  expect(await shown([4, 3, 2, 1], 0, 0)).toHaveLength(4);
});
