import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { bundleDir } from "@rainhooks/app-webhooks/bundles";
import { STAGES } from "../stages/index.ts";
import { makeApp } from "./app.ts";

try {
  makeApp(STAGES, WEBHOOKS, bundleDir).synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
