import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  startTestStage,
  type TestStage,
  unscheduledWith,
  webhooksWithTimeout,
} from "@rainhooks/app-local/testing/test-stage";
import { storeRead } from "@rainhooks/extensions/repair/functions/store-read/function";
import { storeWork } from "@rainhooks/extensions/repair/functions/store-work/function";
import { type CallRecorder, startCallRecorder } from "@rainhooks/infra/testing/call-recorder";
import { publishManyChanges } from "@rainhooks/infra/testing/many-changes";
import { roleAllows, rolePolicy } from "@rainhooks/infra/testing/role-allows";
import { variant } from "@rainhooks/infra/testing/variant";
import { runCommand } from "../cli/testing/run-command.ts";

/*
 * Checks the role of the function against the calls that its bundle really makes: verifications and
 * rebuilds run on a local stage whose function does their work, every AWS call is recorded, and
 * then evaluated against the policy that the function has in AWS.
 */

const stack = variant({});
const READS = storeRead.name;
const WRITES = storeWork.name;
const STORES = ["node-status", "time-series"];
const BUCKET = "rainhooks-dev-archive-";
/** Folders of the archive that the function reads. */
const FOLDERS = ["deliveries", "work"];
/** Changes of slots wait for the timeout of functions. Long enough for a busy machine. */
const TIMEOUT_S = 6;

/**
 * The sink marks rollups that a late point changes, and drop deletes them. The slots here have
 * none.
 */
const NOT_USED = ["dynamodb:UpdateItem", "dynamodb:BatchWriteItem"].map(
  (action) => `${action} rainhooks-dev-time-series-rollups`,
);

describe("the role of the function for verifications and rebuilds", () => {
  let running: TestStage;
  const recorders = new Map<string, CallRecorder>();

  beforeAll(async () => {
    running = await startTestStage({
      functions: unscheduledWith(webhooksWithTimeout(["archive", ...STORES], TIMEOUT_S)),
      functionEndpoint: async (name, endpoint) => {
        if (name !== READS && name !== WRITES) return endpoint;
        const recorder = await startCallRecorder(endpoint);
        recorders.set(name, recorder);
        return recorder.endpoint;
      },
    });
    const fleet = { seed: 7, nodes: 20, events: 400, duplicates: 0.1, undecodable: 0 };
    const { reconciliation } = await runTestFleet(running, fleet, () => undefined);
    expect(reconciliation.problems).toEqual([]);
    await publishManyChanges(running.stage, "node-of-many-changes");
    await Promise.all(STORES.map(verifyAndRebuild));
  });
  afterAll(async () => {
    await running.stop();
    for (const recorder of recorders.values()) await recorder.stop();
  });

  async function verifyAndRebuild(store: string): Promise<void> {
    const options = [store, "--data", running.dataDir];
    const rebuild = (verb: string, ...more: string[]) => ["rebuild", verb, "--yes", ...more];
    const verified = [["verify"], ["verify", "--sample", "2"]];
    for (const command of [
      ...verified,
      rebuild("start"),
      rebuild("drop"),
      rebuild("start", "--copy-rows"),
    ]) {
      const { code, out, err } = await runCommand([...command, ...options]);
      expect([store, command, code, code === 0 ? "" : `${out} ${err}`]).toEqual([
        store,
        command,
        0,
        "",
      ]);
    }
  }

  /** The calls, each once for a table and once for a folder, with the names of a deployed stage. */
  function calls(name: string) {
    const all = (recorders.get(name)?.calls ?? []).map(({ action, resource }) => {
      const deployed = resource.replace(/^rainhooks-local-archive(?=\/|$)/, BUCKET);
      return { action, resource: deployed.replace("rainhooks-local-", "rainhooks-dev-") };
    });
    return [...new Map(all.map((call) => [JSON.stringify(call), call])).values()];
  }

  it.each([READS, WRITES])("the role of %s allows every call of the function", async (name) => {
    expect(calls(name).length).toBeGreaterThan(5);
    for (const call of calls(name)) {
      const { action, resource } = call;
      expect([call, await roleAllows(stack, name, action, resource)]).toEqual([call, true]);
    }
  });

  it.each([
    [READS, []],
    [WRITES, NOT_USED],
  ])(
    "the role of %s allows nothing else: each action of its policy is used on each table and folder",
    (name, notUsed) => {
      const made = calls(name).map(({ action, resource }) => `${action} ${withoutKey(resource)}`);
      expect([...granted(name)].sort()).toEqual([...new Set([...made, ...notUsed])].sort());
    },
  );

  function granted(name: string): Set<string> {
    const pairs = rolePolicy(stack, name).Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.flatMap(namesOf).map((one) => `${action} ${one}`)),
    );
    return new Set(pairs.filter((pair) => !pair.startsWith("logs:")));
  }

  function namesOf(arn: string): string[] {
    const name = withoutKey(arn.replace(/^arn:.*[:/](?=rainhooks)/, ""));
    return name.endsWith("/*") ? FOLDERS.map((folder) => name.replace("*", folder)) : [name];
  }

  /** Without the slot of a table, and without the key of an object in its folder. */
  function withoutKey(resource: string): string {
    return resource.replace(/-b$/, "").replace(/^([\w-]+\/[^/]+)\/.*$/, "$1");
  }

  test.each([
    ["s3:PutObject", `${BUCKET}/deliveries/2026/11/26/20/x.gz`],
    ["s3:DeleteObject", `${BUCKET}/deliveries/2026/11/26/20/x.gz`],
    ["s3:PutObject", `${BUCKET}/workshop/x`],
    ["s3:DeleteObjectVersion", `${BUCKET}/work/job/x`],
    ["s3:PutLifecycleConfiguration", BUCKET],
    ["s3:ListBucket", "rainhooks-prod-archive-1"],
    ["s3:GetObject", "rainhooks-prod-archive-1/deliveries/x.gz"],
    ["dynamodb:PutItem", "rainhooks-dev-filter-rules"],
    ["dynamodb:PutItem", "rainhooks-dev-table-slots"],
    ["dynamodb:DeleteItem", "rainhooks-dev-node-status"],
    ["dynamodb:DeleteTable", "rainhooks-dev-node-status-b"],
    ["dynamodb:Scan", "rainhooks-dev-destinations"],
    ["dynamodb:PutItem", "rainhooks-prod-node-status"],
  ])("the roles of both functions do not allow %s on %s", async (action, resource) => {
    for (const name of [READS, WRITES])
      expect([name, await roleAllows(stack, name, action, resource)]).toEqual([name, false]);
  });
});
