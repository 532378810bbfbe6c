import type { StageConfig } from "../src/config.ts";

/** A stage to try things on: the cheapest settings, state in a file on this machine. */
export const dev: StageConfig = {
  name: "dev",
  region: "us-east-1",
  production: false,
  state: "local",
};
