import { expect, it } from "@jest/globals";
import Mixed from "./jest-sequencer.mjs";

function orderOf(seed: string, root: string): string[] {
  process.env["RAINHOOKS_SEED"] = seed;
  const tests = Array.from({ length: 30 }, (_, index) => ({
    path: `${root}/${index}.test.ts`,
    context: { config: { rootDir: root } },
  }));
  return new Mixed().sort(tests).map(({ path }) => path.slice(root.length));
}

it("files run in the order of a seed, in any clone", () => {
  const order = orderOf("1", "/one");
  expect(orderOf("1", "/two")).toEqual(order);
  expect(orderOf("2", "/one")).not.toEqual(order);
  expect(orderOf("2", "/one").toSorted()).toEqual(order.toSorted());
});
