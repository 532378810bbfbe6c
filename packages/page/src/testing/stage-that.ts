import type { StageResponse } from "@rainhooks/stage/routes/stage";

/** Returns a stage that a page shows, on this machine or deployed. */
export function stageThat(isLocal: boolean): StageResponse {
  return {
    stage: "dev",
    region: "us-east-1",
    program: "rainhooks",
    options: "",
    isLocal,
    hasRounds: false,
  };
}
