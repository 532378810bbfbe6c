import { STAGES } from "../stages/index.ts";
import { makeApp } from "./app.ts";
import { CONTENTS } from "./contents.ts";

try {
  makeApp(STAGES, CONTENTS).synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
