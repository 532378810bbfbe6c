import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type ServiceResponse, startScriptedService } from "@rainhooks/testing/scripted-service";
import { readLastDeployments } from "./last-deployments.ts";
import { dev, production } from "./testing/stages.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keep = (state: object) =>
  writeFileSync(join(folder, "rainhooks-dev.tfstate"), JSON.stringify(state));
const outputs = {
  stage: "dev",
  region: "us-east-1",
  integration: "rainhooks-dev",
  parameters: {},
  functions: {},
  tables: { doors: "rainhooks-dev-doors" },
};

it("the last deployments are read from the file of a stage's state", async () => {
  keep({ version: 4, outputs: { stage: { value: outputs, type: ["object", {}] } }, resources: [] });
  const { of, unread } = await readLastDeployments([dev], folder);
  expect([of.get("dev")?.tables, unread]).toEqual([{ doors: "rainhooks-dev-doors" }, []]);
});

it("a stage that was never deployed, or was destroyed, has no last deployment", async () => {
  expect(await readLastDeployments([dev], folder)).toEqual({ of: new Map(), unread: [] });
  keep({ version: 4, outputs: {}, resources: [] });
  expect(await readLastDeployments([dev], folder)).toEqual({ of: new Map(), unread: [] });
});

it("the last deployment is unknown when the state is not that of a stage, and the reader says so", async () => {
  keep({ encrypted_data: "…" });
  const { of, unread } = await readLastDeployments([dev], folder);
  expect([of.size, unread]).toEqual([
    0,
    [
      expect.stringMatching(
        /^dev is not compared with its last deployment, which cannot be read: /,
      ),
    ],
  ]);
});

describe("the last deployment of a stage whose state is in a bucket", () => {
  /** Reads it from an SSM that responds to each call. */
  async function readFrom(respondTo: (action: string) => ServiceResponse) {
    const ssm = await startScriptedService(({ action }) => respondTo(action));
    const before = process.env;
    const credentials = {
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_MAX_ATTEMPTS: "1",
    };
    process.env = { ...before, ...credentials, AWS_ENDPOINT_URL: ssm.endpoint };
    const { accountId: _, ...stage } = production;
    const last = await readLastDeployments([stage], folder).finally(() => {
      process.env = before;
      return ssm.stop();
    });
    return { ...last, calls: ssm.calls };
  }

  it("the last deployment is the outputs that SSM has", async () => {
    const { of, unread, calls } = await readFrom(() => ({
      body: {
        Parameter: {
          Value: gzipSync(JSON.stringify({ ...outputs, stage: "prod" })).toString("base64"),
        },
      },
    }));
    expect([of.get("prod")?.tables, unread]).toEqual([{ doors: "rainhooks-dev-doors" }, []]);
    expect(calls).toEqual([{ action: "GetParameter", input: { Name: "/rainhooks/prod/outputs" } }]);
  });

  it("a stage without outputs in SSM has no last deployment", async () => {
    const none = { status: 400, body: { __type: "ParameterNotFound" } };
    const last = await readFrom((action) =>
      action === "GetParameter" ? none : { body: { Parameters: [] } },
    );
    expect(last).toMatchObject({ of: new Map(), unread: [] });
  });

  it("the last deployment is unknown when the credentials may not read it, and the reader says so", async () => {
    const { of, unread } = await readFrom(() => ({
      status: 400,
      body: { __type: "AccessDeniedException", message: "not yours" },
    }));
    const said = "prod is not compared with its last deployment, which cannot be read: not yours";
    expect([of.size, unread]).toEqual([0, [said]]);
  });
});
