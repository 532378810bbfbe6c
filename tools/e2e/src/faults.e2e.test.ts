import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import type { RunResult } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  functionsWith,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { type FaultyServices, faultyServices } from "@rainhooks/local/aws/faults/faults";
import { withShortWaits, withVisibilityTimeout } from "@rainhooks/local/aws/stage/short-waits";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import type { Webhook } from "@rainhooks/webhook/define-function";

/** A little longer than a function may run; by default it is three minutes. */
const VISIBILITY_TIMEOUT_S = 35;

const withShortTimeout = (webhook: Webhook) =>
  withVisibilityTimeout(withShortWaits(webhook), VISIBILITY_TIMEOUT_S);

describe("a fleet whose stage has faults in one of four calls to AWS", () => {
  let faulty: FaultyServices;
  let test: TestStage;
  let run: RunResult;

  beforeAll(async () => {
    faulty = faultyServices(0.25, 3);
    test = await startTestStage({
      functionEndpoint: faulty.endpointOf,
      functions: functionsWith(SHIPPED_WEBHOOKS.map(withShortTimeout)),
    });
    const fleet = { seed: 3, nodes: 20, events: 600, duplicates: 0.1, undecodable: 0.02 };
    run = await runTestFleet(test, fleet, () => undefined);
  });
  afterAll(async () => {
    await test.stop();
    await faulty.stop();
  });

  it("the stage loses nothing, and writes nothing wrong", () => {
    expect(run.reconciliation.lines.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(run.reconciliation.problems).toEqual([]);
    // Check that there were faults: without them the run would give the same result.
    const counts = faulty.report().match(/\d+/g)?.map(Number) ?? [];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
    // What a fault has ended comes again, and is no problem of the stage. Some of them cut off the
    // connection.
    expect(
      test.problems.filter((text) => !/(A simulated fault\.|socket hang up)$/.test(text)),
    ).toEqual([]);
  });

  it("the stage sends only undecodable messages to the dead-letter queues, each with its reason", async () => {
    for (const { name } of test.stage.webhooks) {
      const queueUrl = test.stage.provisioned.queues.get(name)?.deadLetters.url ?? "";
      const letters = await readDeadLetters({ sqs: test.stage.clients.sqs, queueUrl });
      expect(letters.filter(({ reason }) => reason === undefined)).toEqual([]);
      for (const { errorCode } of letters)
        expect(["body-not-json", "envelope-invalid", "data-invalid"]).toContain(errorCode);
    }
  });
});
