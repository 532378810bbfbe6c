import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { planRebuild } from "@rainhooks/extensions/repair/rebuild/rebuild-store";
import { verifyPublished } from "@rainhooks/extensions/repair/verify/verify-published";
import { verifyTables } from "@rainhooks/extensions/repair/verify/verify-tables";
import type { Progress } from "@rainhooks/stage/operate/progress";
import { planReplay } from "@rainhooks/stage/operate/replay/plan-replay";
import {
  cancelReplay,
  readReplay,
  resumeReplay,
  startReplay,
} from "@rainhooks/stage/operate/replay/run-job";
import { archiveOf, reachRunningStage, type StageAccess } from "@rainhooks/stage/stage-access";
import type { Store } from "@rainhooks/stage/tables/store-names";

const REPLAY = { webhook: "node-status", fromMs: 0, rate: 1000, maxDeadLetters: 100 };

/*
 * Operations on the services of a local stage, as a program of one's own calls them: without a
 * terminal, and without a page.
 */
describe("operations", () => {
  let running: TestStage;
  let access: StageAccess;

  beforeAll(async () => {
    running = await startTestStage();
    const fleet = { seed: 5, nodes: 20, events: 150, duplicates: 0.1, undecodable: 0.02 };
    const { reconciliation } = await runTestFleet(running, fleet, () => undefined);
    expect(reconciliation.problems).toEqual([]);
    access = await reachRunningStage(running.dataDir);
  });
  afterAll(() => running.stop());

  function placeOf(store: Store) {
    const definition = SHIPPED_WEBHOOKS.find(({ name }) => name === store);
    if (definition === undefined) throw new Error(`There is no webhook ${store}.`);
    return { access, store, definition };
  }

  /** Steps of an operation, each once, in order. */
  function steps() {
    const seen: string[] = [];
    const onProgress = ({ step }: Progress) => {
      if (seen.at(-1) !== step) seen.push(step);
    };
    return { seen, onProgress };
  }

  it.each(["node-status", "time-series"] as const)("verify %s", async (store) => {
    const { seen, onProgress } = steps();
    const here = await verifyTables(placeOf(store), {}, { onProgress });
    expect(here.outcome).toBe("equal");
    expect(here.report.facts).toBeGreaterThan(20);
    expect(seen).toEqual(expect.arrayContaining(["read-tables", "read-archive", "compare"]));
    const sample = await verifyTables(placeOf(store), { sample: 5 });
    expect([sample.outcome, sample.report.nodes]).toEqual(["equal", 5]);
  });

  it("verify the archive against what was published", async () => {
    expect((await verifyPublished(access, {})).outcome).toBe("equal");
  });

  it("operations end when they are aborted, with the reason of the abort", async () => {
    const why = new Error("enough");
    const aborted = { signal: AbortSignal.abort(why) };
    await expect(verifyTables(placeOf("node-status"), {}, aborted)).rejects.toBe(why);
    await expect(planReplay(access, { ...REPLAY, wait: true }, aborted)).rejects.toBeDefined();
  });

  it("plan a replay, run it, end it, and go on", async () => {
    const planned = await planReplay(access, { ...REPLAY, wait: true });
    expect(planned.plan.matched).toBeGreaterThan(3);
    const end = new AbortController();
    const { seen, onProgress } = steps();
    const slow = { ...planned, request: { ...planned.request, rate: 1 } };
    const interrupted = await startReplay(access, slow, {
      signal: end.signal,
      onProgress: (progress) => {
        onProgress(progress);
        if (progress.step === "send") end.abort();
      },
    });
    expect([interrupted.state, seen]).toEqual(["running", ["started", "send"]]);
    const done = await resumeReplay(access, interrupted.id, { rate: 1000 });
    expect(done).toMatchObject({ state: "done", counts: { matched: planned.plan.matched } });
    await expect(cancelReplay(access, done.id)).rejects.toMatchObject({ code: "input-invalid" });
    expect(await readReplay(access, done.id)).toMatchObject({ state: "done" });
  });

  it("operations report the mistakes of a request by its fields", async () => {
    const fieldsOf = async (question: object) =>
      planReplay(access, { ...REPLAY, ...question }).then(
        () => [],
        ({ mistakes }) => mistakes.map(({ field }: { readonly field?: string }) => field),
      );
    const nowMs = Date.now();
    expect(await fieldsOf({ fromMs: nowMs, toMs: nowMs - 1 })).toEqual(["fromMs"]);
    expect(await fieldsOf({ toMs: nowMs + MINUTE_MS, address: "" })).toEqual(["toMs", "address"]);
    const archive = { ...archiveOf(access), bufferS: 3600 };
    const later = { ...access, outputs: { ...access.outputs, archive } };
    await expect(planReplay(later, { ...REPLAY, toMs: nowMs })).rejects.toThrow(
      "may be missing until the archive's buffer is written",
    );
    const old = { ...REPLAY, fromMs: 1, toMs: 2 };
    await expect(planReplay(access, old)).rejects.toMatchObject({ code: "not-found" });
  });

  it("plan a rebuild: what it would read, and how long it waits", async () => {
    const { objects, tables, minWaitsMs } = await planRebuild({
      ...placeOf("node-status"),
      extensions: [],
    });
    expect(objects).toBeGreaterThan(0);
    expect(tables).toHaveLength(2);
    expect(tables[0]?.items).toBeGreaterThanOrEqual(20);
    expect(minWaitsMs).toBeGreaterThan(20_000);
  });
});
