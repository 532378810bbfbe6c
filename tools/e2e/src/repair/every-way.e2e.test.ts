import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { RunResult } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  startTestStage,
  type TestStage,
  unscheduledWith,
  webhooksWithTimeout,
} from "@rainhooks/app-local/testing/test-stage";
import { runCommand } from "../cli/testing/run-command.ts";

const EVENTS = 600;
const STORES = ["archive", "node-status", "time-series"];
/**
 * A rebuild waits for the timeout of functions before it uses another slot. Long enough for a busy
 * machine.
 */
const TIMEOUT_S = 6;

describe("a stage with three stores that can be repaired", () => {
  let test: TestStage;
  let run: RunResult;

  beforeAll(async () => {
    test = await startTestStage({
      functions: unscheduledWith(webhooksWithTimeout(STORES, TIMEOUT_S)),
    });
    const options = { seed: 7, nodes: 30, events: EVENTS, duplicates: 0.1, undecodable: 0.02 };
    run = await runTestFleet(test, options, () => undefined);
  });
  afterAll(() => test.stop());

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", test.dataDir], "");
  const json = async (...args: string[]) => JSON.parse((await rainhooks(...args, "--json")).out);

  it("the stage has every message in its archive, and its reconciliation finds no problem", async () => {
    expect(run.reconciliation.problems).toEqual([]);
    const ids = new Set(run.reconciliation.archive.deliveries.map(({ id }) => id));
    expect([...ids].sort()).toEqual(run.published.map(({ id }) => id).sort());
    const saved = await json("archive", "query", "SELECT count(DISTINCT id) AS n FROM deliveries");
    expect(saved).toEqual([{ n: EVENTS }]);
  });

  it.each(STORES)("the stage is verified: %s", async (store) => {
    const { out, code } = await rainhooks("verify", store, "--json");
    expect([JSON.parse(out), code]).toMatchObject([{ outcome: "equal" }, 0]);
  });

  it("the stage replays what is archived", async () => {
    const [first] = run.published;
    const plan = await json("replay", "plan", "--webhook", "node-status", "--from", "1d");
    expect(plan.matched).toBeGreaterThan(0);
    const traced = await rainhooks("trace", first?.id ?? "");
    expect(traced.out).toContain("took it; it has no filter");
  });

  it("the stage is rebuilt from the archive: the new tables are live, then the old ones again, and only these are left", async () => {
    const steps = [
      ["start", "outcome  switched: the rebuilt tables are live"],
      ["back", "slot a is live, the old one again"],
      ["drop", "Only slot a of node-status is used."],
    ] as const;
    for (const [command, text] of steps) {
      const confirmed = command === "back" ? [] : ["--yes"];
      const { code, out, err } = await rainhooks("rebuild", command, "node-status", ...confirmed);
      expect([command, code, err, out.replaceAll(/ +/g, " ")]).toEqual([
        command,
        0,
        expect.any(String),
        expect.stringContaining(text.replaceAll(/ +/g, " ")),
      ]);
    }
    expect((await rainhooks("verify", "node-status")).code).toBe(0);
  });
});
