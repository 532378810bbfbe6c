import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";

/*
 * Runs only where the machine has schemathesis (`pip install schemathesis`); otherwise the test
 * command skips it and says so. It sends requests from the query API's own OpenAPI document, and
 * checks every response against it.
 */
const COMMAND = process.env["SCHEMATHESIS"] ?? "schemathesis";
const SECONDS = 10;
const TIMEOUT_MS = 240_000;

/*
 * This excludes the check that requests which fit the schema are accepted: a page token of another
 * query, or a `to` before its `from`, is rejected although each value fits, and a schema cannot
 * express this.
 */
const EXCLUDED_CHECKS = ["positive_data_acceptance"];

describe("the query API under requests made from its OpenAPI document", () => {
  let running: TestStage;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "schemathesis-"));
    running = await startTestStage();
    const options = { seed: 4, nodes: 20, events: 500, duplicates: 0.1, undecodable: 0.02 };
    const { reconciliation } = await runTestFleet(running, options, () => undefined);
    expect(reconciliation.problems).toEqual([]);
  });
  afterAll(async () => {
    await running.stop();
    await rm(dir, { recursive: true });
  });

  const ask = async (path: string) => (await fetch(`${running.stage.apiUrl}${path}`)).json();

  /** A node of the run that has a series, and the name of that series. */
  async function findSeries() {
    const { nodes } = (await ask("/v1/nodes")) as { nodes: { nodeId: string }[] };
    for (const { nodeId } of nodes) {
      const { series } = (await ask(`/v1/nodes/${nodeId}/series`)) as {
        series?: { name: string }[];
      };
      const name = series?.[0]?.name;
      if (name !== undefined) return { nodeId, name };
    }
    throw new Error("No node of the run has a series.");
  }

  /** Runs schemathesis; returns its exit code and output. */
  async function judge(config: string) {
    const file = join(dir, "schemathesis.toml");
    await writeFile(file, config);
    const args = [
      "--config-file",
      file,
      "--no-color",
      "run",
      `${running.stage.apiUrl}/v1/openapi.json`,
      "--max-time",
      String(SECONDS),
      "--continue-on-failure",
      "--seed",
      "1",
      // How long a result takes depends on the machine.
      "--request-timeout",
      "120",
      "--exclude-checks",
      EXCLUDED_CHECKS.join(","),
    ];
    return new Promise<{ code: number | string; out: string }>((resolve) =>
      execFile(COMMAND, args, { cwd: dir, timeout: TIMEOUT_MS }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? "killed"), out: stdout + stderr }),
      ),
    );
  }

  test("the query API has no server failure for nodes that do not exist, and every response is as documented", async () => {
    const { code, out } = await judge("");
    expect(code === 0 ? "" : out).toBe("");
    expect(out).toContain("Test cases:");
  });

  test("the query API has no server failure for a node of the run, and every response is as documented", async () => {
    const { nodeId, name } = await findSeries();
    const node = `"path.node" = ${JSON.stringify(nodeId)}`;
    // The first matching entry applies.
    const { code, out } = await judge(`
[[operations]]
include-path = "/v1/nodes/{node}/values"
parameters = { ${node}, "query.series" = ${JSON.stringify(name)} }

[[operations]]
include-path-regex = "/v1/nodes/\\\\{node\\\\}"
parameters = { ${node} }
`);
    expect(code === 0 ? "" : out).toBe("");
    expect(out).toContain("Test cases:");
    // The node exists: schemathesis would name each operation whose responses are all 404. Of an
    // alarm they are: there is none.
    const [, missing = ""] = /Missing test data:(.*?)💡/su.exec(out) ?? [];
    expect(missing).not.toContain("- GET /v1/nodes");
  });
});
