import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Fact, FactModel } from "../facts/fact-model.ts";
import { PARTITIONS } from "../work/partitions.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";

const model: FactModel = {
  factsOf: () => [],
  factsIn: () => [],
  join: (_, a, b) => Math.max(Number(a), Number(b)),
  expiresAtMs: () => undefined,
  partsOf: () => [],
  saysWrong: () => false,
  describe: String,
};

const added = fc.record({
  nodeId: fc.constantFrom("a", "b", "line\nbreak", '"quoted"', "__proto__"),
  name: fc.constantFrom("x", "y", "__proto__"),
  value: fc.integer({ min: 0, max: 9 }),
  source: fc.constantFrom<FactSource>("archived", "younger", "unknown", "stored"),
});

/** Lines by partition, each time that some were written. */
type Written = ReadonlyMap<number, readonly string[]>[];

async function* linesOf(written: Written, partition: number) {
  for (const lines of written) yield { lines: lines.get(partition) ?? [], at: "" };
}

async function contentOf(written: Written): Promise<string[]> {
  const found: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    for (const [nodeId, facts] of await readFacts(linesOf(written, partition), model))
      for (const [name, values] of facts)
        for (const [source, value] of Object.entries(values))
          found.push(JSON.stringify([nodeId, name, source, value]));
  return found;
}

it("FactSpool joins the facts of each node and source, whatever of them was written in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(added), fc.integer({ min: 1, max: 5 }), async (all, maxInMemory) => {
      const written: Written = [];
      const append = async (lines: Written[number]) => void written.push(lines);
      const spool = new FactSpool(model, append, (nodeId) => nodeId !== "b", maxInMemory);
      for (const { source, ...fact } of all) {
        spool.add([fact satisfies Fact], source);
        await spool.flushIfFull();
      }
      await spool.flush();
      const found = await contentOf(written);
      const groups = Map.groupBy(
        all.filter(({ nodeId }) => nodeId !== "b"),
        ({ nodeId, name, source }) => JSON.stringify([nodeId, name, source]),
      );
      const expected = [...groups].map(([key, some]) =>
        JSON.stringify([...JSON.parse(key), Math.max(...some.map(({ value }) => value))]),
      );
      expect(found.sort()).toEqual(expected.sort());
    }),
    { numRuns: 50 },
  );
});
