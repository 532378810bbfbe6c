import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Fact, FactModel } from "../facts/fact-model.ts";
import { PARTITIONS, Partitions } from "../work/partitions.ts";
import { type FactSource, FactSpool, readFacts } from "./fact-spool.ts";

const model: FactModel = {
  webhook: "w",
  tables: [],
  factsOf: () => [],
  factsIn: () => [],
  join: (_, a, b) => Math.max(Number(a), Number(b)),
  expiresAtMs: () => undefined,
  partsOf: () => [],
  followsFromSetting: () => false,
  underEarlierSettings: () => [],
  saysWrong: () => false,
  describe: String,
};

const added = fc.record({
  nodeId: fc.constantFrom("a", "b", "line\nbreak", '"quoted"', "__proto__"),
  name: fc.constantFrom("x", "y", "__proto__"),
  value: fc.integer({ min: 0, max: 9 }),
  source: fc.constantFrom<FactSource>("archived", "younger", "unknown", "stored"),
});

async function contentOf(files: Partitions): Promise<string[]> {
  const found: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    for (const [nodeId, facts] of await readFacts(files.read(partition), model))
      for (const [name, values] of facts)
        for (const [source, value] of Object.entries(values))
          found.push(JSON.stringify([nodeId, name, source, value]));
  return found;
}

it("joins the facts of each node and source, whatever of them was written to disk in between, and leaves no file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spool-"));
  await fc.assert(
    fc.asyncProperty(fc.array(added), fc.integer({ min: 1, max: 5 }), async (all, maxInMemory) => {
      const files = await Partitions.open(folder);
      const spool = new FactSpool(model, files, (nodeId) => nodeId !== "b", maxInMemory);
      for (const { source, ...fact } of all) {
        if (spool.add([fact satisfies Fact], source)) await spool.flush();
      }
      await spool.flush();
      const found = await contentOf(files);
      const groups = Map.groupBy(
        all.filter(({ nodeId }) => nodeId !== "b"),
        ({ nodeId, name, source }) => JSON.stringify([nodeId, name, source]),
      );
      const expected = [...groups].map(([key, some]) =>
        JSON.stringify([...JSON.parse(key), Math.max(...some.map(({ value }) => value))]),
      );
      expect(found.sort()).toEqual(expected.sort());
      await files.close();
    }),
    { numRuns: 50 },
  );
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
