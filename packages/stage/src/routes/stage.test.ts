import { describe, expect, it } from "@jest/globals";
import type { StageAccess } from "../stage-access.ts";
import { VERSION } from "../version.ts";
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
    expect(deployed).toEqual({
      stage: "dev",
      region: "eu-west-1",
      isLocal: false,
      hasRounds: false,
    });
    expect(stageResponse(access("/tmp/stage")).isLocal).toBe(true);
  });

  it("the stage says so if another version has deployed it", () => {
    const deployedBy = (version: string) =>
      stageResponse({ ...access(), outputs: { ...outputs, version } }).note;
    expect(deployedBy(VERSION)).toBeUndefined();
    expect(deployedBy("99.0.0")).toMatch(
      /^Stage dev was deployed by Rainhooks 99\.0\.0, and this command is /,
    );
  });
});
