import { expect, it } from "@jest/globals";
import { nodeCache } from "./node-cache.ts";

it("tags are read again after a while, and the oldest are forgotten", async () => {
  let nowMs = 0;
  const reads: string[] = [];
  const read = async (nodeId: string) => {
    reads.push(nodeId);
    return [`${nodeId} ${nowMs}`];
  };
  const tagsOf = nodeCache({ read, maxAgeMs: 1000, maxNodes: 2, nowMs: () => nowMs });
  expect(await tagsOf(["a", "b"])).toEqual(
    new Map([
      ["a", ["a 0"]],
      ["b", ["b 0"]],
    ]),
  );
  nowMs = 999;
  expect((await tagsOf(["a"])).get("a")).toEqual(["a 0"]);
  nowMs = 1000;
  expect((await tagsOf(["a"])).get("a")).toEqual(["a 1000"]);
  await tagsOf(["c"]);
  expect(reads).toEqual(["a", "b", "a", "c"]);
  // b was the oldest.
  await tagsOf(["a", "c"]);
  expect(reads).toHaveLength(4);
  await tagsOf(["b"]);
  expect(reads).toHaveLength(5);
});

it("a failed read is not remembered", async () => {
  let isUp = false;
  const read = async () => {
    if (!isUp) throw new Error("down");
    return ["a:b"];
  };
  const tagsOf = nodeCache({ read, nowMs: () => 0 });
  await expect(tagsOf(["n"])).rejects.toThrow("down");
  isUp = true;
  expect((await tagsOf(["n"])).get("n")).toEqual(["a:b"]);
});
