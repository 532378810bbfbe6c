import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { STAGES } from "../stages/index.ts";
import { makeApp } from "./app.ts";
import { bundleDir } from "./bundles.ts";

try {
  makeApp(STAGES, WEBHOOKS, bundleDir).synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
