import { beforeAll, describe, expect, it } from "@jest/globals";
import {
  deleteExtensions,
  readExtensions,
  setsOfDay,
  setsToDelete,
} from "@rainhooks/tooling/extensions.mjs";
import { ROOT, useCopy } from "./tutorials/copied-repository.ts";

/*
 * A clone from which somebody has deleted an extension and those that need it: one a day, each in
 * its turn. RAINHOOKS_WITHOUT=each takes all of them, one after the other.
 */
const SETS = setsOfDay(setsToDelete(readExtensions(ROOT)), Date.now());

describe.each(SETS.map((names) => [names.join(", "), names] as const))(
  "a clone without %s",
  (_, names) => {
    const { folder, run } = useCopy();
    beforeAll(() => deleteExtensions(folder, names));

    it("the clone starts, and accounts for every message", async () => {
      const started = await run("npm start -- --events 200 --exit --data own-data");
      expect(started).toContain("Every message is accounted for.");
    });

    it("the clone synthesizes a stage", async () => {
      const synth = await run(
        "npm run synth && ls infra/cdktf.out/stacks/rainhooks-dev/cdk.tf.json",
      );
      expect(synth).toContain("rainhooks-dev/cdk.tf.json");
    });
  },
);
