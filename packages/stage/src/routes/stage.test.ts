import { describe, expect, it } from "@jest/globals";
import type { StageAccess } from "../stage-access.ts";
import { stageResponse } from "./stage.ts";

const outputs = { stage: "dev", region: "eu-west-1", functions: {} } as StageAccess["outputs"];
const access = (dataDir?: string) =>
  ({ outputs, local: dataDir === undefined ? undefined : { dataDir } }) as StageAccess;

describe("the options with which a command reaches the stage of the page", () => {
  it("the options of a command have the data folder of a local stage, or stage and region of a deployed one", () => {
    expect(stageResponse(access("/tmp/my stage/$x")).options).toBe(" --data '/tmp/my stage/$x'");
    expect(stageResponse(access()).options).toBe(" --stage dev --region eu-west-1");
  });
});

describe("the stage of the page", () => {
  it("the stage has its name, its region, and whether it is local", () => {
    const { program, options, ...deployed } = stageResponse(access());
    expect(deployed).toStrictEqual({ stage: "dev", region: "eu-west-1", isLocal: false });
    expect(stageResponse(access("/tmp/stage")).isLocal).toBe(true);
  });
});
