import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";

/*
 * Runs only where the machine has moto (`pip install 'moto[server]'`); otherwise the test command
 * skips it and says so. moto is an independent implementation: SNS, SQS, S3, DynamoDB and Firehose
 * in one server.
 */
const COMMAND = process.env["MOTO_SERVER"] ?? "moto_server";

describe("the same stage on moto", () => {
  let moto: ChildProcess;
  let running: TestStage;

  beforeAll(async () => {
    const port = await freePort();
    moto = spawn(COMMAND, ["-H", "127.0.0.1", "-p", port], { stdio: "ignore" });
    const endpoint = `http://127.0.0.1:${port}`;
    await untilReady(endpoint);
    running = await startTestStage({ services: { endpoint, flush: async () => undefined } });
  });
  afterAll(async () => {
    await running?.stop();
    moto.kill("SIGKILL");
  });

  it("the stage accounts for every message of a fleet", async () => {
    const options = {
      seed: 5,
      nodes: 20,
      events: 150,
      duplicates: 0.1,
      undecodable: 0.04,
    };
    const problems: string[] = [];
    const onProblem = (text: string) => problems.push(text);
    const { published, reconciliation } = await runTestFleet(running, options, onProblem, "snake");
    expect(problems).toEqual([]);
    expect(reconciliation.lines.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(published).toHaveLength(options.events);
    // On a slow machine, a record may come a second time.
    expect(new Set(reconciliation.archive.deliveries.map(({ id }) => id))).toEqual(
      new Set(published.map(({ id }) => id)),
    );
    expect(running.problems).toEqual([]);
  });
});

async function untilReady(endpoint: string): Promise<void> {
  const isUp = () =>
    fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isUp, (up) => up);
}
