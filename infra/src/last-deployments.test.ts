import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { readLastDeployments } from "./last-deployments.ts";
import { dev } from "./testing/stages.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keep = (state: object) => writeFileSync(join(folder, "rainhooks-dev.tfstate"), JSON.stringify(state));
const outputs = {
  ...{ stage: "dev", region: "us-east-1", integration: "rainhooks-dev", parameters: {}, functions: {} },
  tables: { doors: "rainhooks-dev-doors" },
};

it("are in the file of a stage's state", async () => {
  keep({ version: 4, outputs: { stage: { value: outputs, type: ["object", {}] } }, resources: [] });
  const { of, unread } = await readLastDeployments([dev], folder);
  expect([of.get("dev")?.tables, unread]).toEqual([{ doors: "rainhooks-dev-doors" }, []]);
});

it("are none of a stage that was never deployed, or was destroyed", async () => {
  expect(await readLastDeployments([dev], folder)).toEqual({ of: new Map(), unread: [] });
  keep({ version: 4, outputs: {}, resources: [] });
  expect(await readLastDeployments([dev], folder)).toEqual({ of: new Map(), unread: [] });
});

it("are not known when the state is of something else: that is said", async () => {
  keep({ encrypted_data: "…" });
  const { of, unread } = await readLastDeployments([dev], folder);
  expect([of.size, unread]).toEqual([
    0,
    [expect.stringMatching(/^dev is not compared with its last deployment, which cannot be read: /)],
  ]);
});
