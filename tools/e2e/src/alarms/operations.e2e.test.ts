import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { addRule, changeRule } from "@rainhooks/extensions/alarms/operations/change-rule";
import { testRule } from "@rainhooks/extensions/alarms/operations/test-rule";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { reachRunningStage, type StageAccess } from "@rainhooks/stage/stage-access";

/* As a program of one's own calls them: without a terminal, and without a page. */
describe("operations about alarms", () => {
  let running: TestStage;
  let access: StageAccess;

  beforeAll(async () => {
    running = await startTestStage();
    const fleet = { seed: 5, nodes: 20, events: 150, duplicates: 0.1, undecodable: 0.02 };
    await runTestFleet(running, fleet, () => undefined);
    access = await reachRunningStage(running.dataDir);
  });
  afterAll(() => running.stop());

  it("operations about alarms try a rule on the archive", async () => {
    const rule = readRule('{ "name": "try", "kind": "offline", "for": "1m" }');
    const toMs = Date.now();
    const test = { rule, fromMs: toMs - 7 * 86_400_000, toMs };
    const here = await testRule(access, test);
    expect(here.alarms.length).toBeGreaterThan(0);
  });

  it("operations about alarms change rules, and refuse contradictions", async () => {
    const added = await addRule(
      access,
      readRule('{ "name": "away", "kind": "offline", "for": "10m" }'),
    );
    expect(added).toMatchObject({ name: "away", version: 1 });
    await expect(changeRule(access, "resume", "away")).rejects.toMatchObject({
      code: "input-invalid",
    });
    await changeRule(access, "pause", "away");
    expect(await changeRule(access, "resume", "away")).toMatchObject({ name: "away" });
    await expect(changeRule(access, "pause", "gone")).rejects.toMatchObject({ code: "not-found" });
  });
});
