import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "@jest/globals";
import { clone } from "../tasks/workplace.ts";
import { production } from "../testing/stages.ts";
import { loadStages } from "./load-stages.ts";
import { type NewStage, newStage, stageFile, stageOf } from "./new-stage-task.ts";

/* Beside `stages`, so that the import in a stage's file leads to the same place. */
const folder = mkdtempSync(join(import.meta.dirname, "../../stages-"));
afterAll(() => rmSync(folder, { recursive: true }));

const answers: NewStage = {
  name: "prod",
  region: "us-east-1",
  account: "123456789012",
  production: true,
  stateBucket: "acme-rainhooks-state",
  email: "ops@example.com",
  parts: "",
  firstDay: "2026-11-25",
};

describe("a new stage", () => {
  it("a new production stage has what production needs, and can be loaded from its file", async () => {
    expect(stageOf(answers)).toEqual(production);
    writeFileSync(join(folder, "prod.ts"), stageFile(stageOf(answers)));
    expect(await loadStages(folder)).toEqual([production]);
  });

  it("a new stage for experiments needs a name and a region", () => {
    expect(
      stageOf({ ...answers, production: false, account: "", stateBucket: "", email: "" }),
    ).toEqual({
      name: "prod",
      region: "us-east-1",
      production: false,
      state: "local",
      archive: { firstDay: "2026-11-25", forceDestroy: true },
    });
  });

  it("a new stage can have some parts, and then its file does not mention the others", () => {
    const { parts, functions } = stageOf({ ...answers, parts: "archive, node-status" });
    expect([parts, functions]).toEqual([["archive", "node-status"], undefined]);
    expect(() => stageOf({ ...answers, parts: "archives" })).toThrow(
      "parts: unknown part archives (known: archive,",
    );
  });

  it("a new stage has a file that reads like one written by hand", () => {
    expect(stageFile(stageOf(answers))).toBe(`import type { StageConfig } from "@rainhooks/infra";

/** A production stage: its data are protected against deletion. */
export const stage: StageConfig = {
  name: "prod",
  region: "us-east-1",
  accountId: "123456789012",
  production: true,
  state: { bucket: "acme-rainhooks-state", region: "us-east-1" },
  alarms: { emails: ["ops@example.com"] },
  archive: { firstDay: "2026-11-25" },
  logRetentionDays: 90,
  functions: {
    forward: { leaveOut: ["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"] },
    hello: { deployed: false },
  },
};
`);
  });

  test.each<[string, Partial<NewStage>, string]>([
    ["a name with a blank", { name: "my stage" }, "name must be up to 12"],
    ["no region", { region: "" }, "must be an AWS region"],
    ["production without an account", { account: "" }, "a production stage needs accountId"],
    ["production without a state bucket", { stateBucket: "" }, "needs Terraform state in S3"],
    ["production without an address", { email: "" }, "needs alarms that reach somebody"],
  ])("a new stage is refused for %s", (_, change, message) => {
    expect(() => stageOf({ ...answers, ...change })).toThrow(message);
  });
});

describe("the folder of stages", () => {
  it("the folder of stages is read by file, and a file without a stage is named", async () => {
    writeFileSync(join(folder, "other.ts"), "export const dev = {};\n");
    await expect(loadStages(folder)).rejects.toThrow(/other\.ts does not export a stage/);
    rmSync(join(folder, "other.ts"));
    for (const text of ["undefined", '"other"', '{ name: "other" }']) {
      writeFileSync(join(folder, `value-${text.length}.ts`), `export const stage = ${text};\n`);
      await expect(loadStages(folder)).rejects.toThrow(
        /does not export a stage with name, region, production, state/,
      );
      rmSync(join(folder, `value-${text.length}.ts`));
    }
    writeFileSync(join(folder, "broken.ts"), "export const stage = {\n");
    await expect(loadStages(folder)).rejects.toThrow(/broken\.ts cannot be loaded: /);
    rmSync(join(folder, "broken.ts"));
    writeFileSync(join(folder, "misnamed.ts"), stageFile(stageOf(answers)));
    await expect(loadStages(folder)).rejects.toThrow("Name the file prod.ts.");
    rmSync(join(folder, "misnamed.ts"));
  });

  it("the folder of stages has stages that can be deployed", async () => {
    expect((await loadStages(clone.stagesDir)).length).toBeGreaterThan(0);
  });
});

test.each([
  ["a stage without a region", ["prod"], "--region missing."],
  ["a stage without anything", [], "The name, --region missing."],
  [
    "a production stage without the rest",
    ["a", "--production"],
    "--region, --account, --state-bucket, --email, --keep-days missing.",
  ],
  ["two names", ["a", "b", "--region", "eu-central-1"], "There is a second name, b."],
  [
    "days that are none",
    ["a", "--region", "eu-central-1", "--keep-days", "0"],
    '--keep-days, if it is not never, must be a whole number from 1 to 36,500, not "0".',
  ],
  [
    "an option that does not exist",
    ["a", "--bogus"],
    "There is no option --bogus. Usage: npm run new-stage",
  ],
])("a new stage is refused in one line for %s", async (_, args, message) => {
  await expect(newStage(args, clone)).rejects.toThrow(message);
});
