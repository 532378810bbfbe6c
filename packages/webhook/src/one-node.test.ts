import { describe, expect, it } from "@jest/globals";
import type { Classification } from "./classify.ts";
import { nodeCounter } from "./one-node.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 8);
const item = (nodeId?: string): Classification<string> => ({
  outcome: "item",
  item: { id: "i", value: "" },
  atMs: 0,
  nodeId,
});
const times = (count: number, nodeId?: string) => Array.from({ length: count }, () => item(nodeId));

describe("nodeCounter", () => {
  it("nodeCounter returns how many more events the busiest node has sent in the current five minutes, from 100 on", () => {
    const counted = nodeCounter();
    expect(counted(times(99, "a"), NOW_MS)).toBe(0);
    expect(counted(times(1, "a"), NOW_MS + 60_000)).toBe(100);
    expect(counted(times(10, "b"), NOW_MS + 60_000)).toBe(0);
    expect(counted([...times(10, "b"), ...times(50, "a")], NOW_MS + 299_999)).toBe(50);
    expect(counted(times(300, "b"), NOW_MS + 300_000)).toBe(300);
  });

  it.each([1, 3, 9])(
    "%i copies say together what one node sends, and little of what a million send",
    (copies) => {
      const sum = (perNode: number, nodes: number) => {
        const counters = Array.from({ length: copies }, nodeCounter);
        let all = 0;
        for (let index = 0; index < perNode; index += 1)
          for (let node = 0; node < nodes; node += 1)
            all += counters[(index * 7 + node) % copies]?.(times(1, `n${node}`), NOW_MS) ?? 0;
        return all;
      };
      expect(sum(1500, 1)).toBe(1500);
      expect(sum(30, 1000)).toBe(0);
    },
  );

  it("nodeCounter does not add what different nodes send, nor events of no node", () => {
    const counted = nodeCounter();
    for (let node = 0; node < 100; node += 1)
      expect(counted(times(99, `n${node}`), NOW_MS)).toBe(0);
    expect(counted(times(1000), NOW_MS)).toBe(0);
  });

  it("nodeCounter finds a busy node among any number of others, with a count that is nearly right", () => {
    const counted = nodeCounter();
    let last = 0;
    for (let round = 0; round < 200; round += 1) {
      const others = Array.from({ length: 1000 }, (_, index) => item(`n${round * 1000 + index}`));
      last += counted([...others, ...times(10, "loop")], NOW_MS) ?? 0;
    }
    expect(last).toBeGreaterThan(2000 - 202_000 / 2000 - 10);
    expect(last).toBeLessThanOrEqual(2000);
  });
});
