import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";

/*
 * Runs only where the machine has schemathesis (`pip install schemathesis`); the test command leaves it out elsewhere
 * and says so. It makes requests from the query API's own OpenAPI document, and checks every response against it.
 */
const COMMAND = process.env["SCHEMATHESIS"] ?? "schemathesis";
const SECONDS = 20;
const TIMEOUT_MS = 4 * SECONDS * 1_000;

/*
 * Left out is the check that what fits the schema is accepted: a page token of another question, and a `to` before its
 * `from`, are refused though each fits, and no schema can say so.
 */
const CANNOT_BE_SAID_IN_A_SCHEMA = ["positive_data_acceptance"];

describe("the query API under requests made from its OpenAPI document", () => {
  let running: TestStage;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "schemathesis-"));
    running = await startTestStage();
    const options = { seed: 4, nodes: 20, events: 500, duplicates: 0.1, undecodable: 0.02 };
    const { reconciliation } = await runTestFleet(running, options, () => undefined);
    expect(reconciliation.complete).toBe(true);
  }, 120_000);
  afterAll(async () => {
    await running.stop();
    await rm(dir, { recursive: true });
  });

  const ask = async (path: string) => (await fetch(`${running.stage.apiUrl}${path}`)).json();

  /** A node of the run that has a series, and the name of that series. */
  async function findSeries() {
    const { nodes } = (await ask("/v1/nodes")) as { nodes: { nodeId: string }[] };
    for (const { nodeId } of nodes) {
      const { series } = (await ask(`/v1/nodes/${nodeId}/series`)) as { series?: { name: string }[] };
      const name = series?.[0]?.name;
      if (name !== undefined) return { nodeId, name };
    }
    throw new Error("No node of the run has a series.");
  }

  /** Runs schemathesis and returns its exit code with all that it printed. */
  async function judge(config: string) {
    const file = join(dir, "schemathesis.toml");
    await writeFile(file, config);
    const args = [
      ...["--config-file", file, "--no-color", "run", `${running.stage.apiUrl}/v1/openapi.json`],
      ...["--max-time", String(SECONDS), "--continue-on-failure", "--seed", "1"],
      ...["--exclude-checks", CANNOT_BE_SAID_IN_A_SCHEMA.join(",")],
    ];
    return new Promise<{ code: number | string; out: string }>((resolve) =>
      execFile(COMMAND, args, { cwd: dir, timeout: TIMEOUT_MS }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? "killed"), out: stdout + stderr }),
      ),
    );
  }

  test(
    "of nodes that do not exist: no failure of the server, every response as documented",
    async () => {
      const { code, out } = await judge("");
      expect([code, out]).toEqual([0, expect.stringContaining("Test cases:")]);
    },
    TIMEOUT_MS,
  );

  test(
    "of a node of the run: no failure of the server, every response as documented",
    async () => {
      const { nodeId, name } = await findSeries();
      const node = `"path.node" = ${JSON.stringify(nodeId)}`;
      // The first entry that fits an operation counts.
      const { code, out } = await judge(`
[[operations]]
include-path = "/v1/nodes/{node}/values"
parameters = { ${node}, "query.series" = ${JSON.stringify(name)} }

[[operations]]
include-path-regex = "/v1/nodes/\\\\{node\\\\}"
parameters = { ${node} }
`);
      expect([code, out]).toEqual([0, expect.stringContaining("Test cases:")]);
      // The node was found: schemathesis would warn that it only ever met 404.
      expect(out).not.toContain("Missing test data");
    },
    TIMEOUT_MS,
  );
});
