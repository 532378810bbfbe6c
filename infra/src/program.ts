import { SHIPPED } from "@rainhooks/app-list";
import { withoutOtherParts } from "@rainhooks/stack/function/deployment";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { partsNeededBy, partsOf } from "./check/parts.ts";
import { changedFunctions } from "./config.ts";
import { PARTS } from "./parts.ts";
import { stageOf } from "./stages/new-stage-task.ts";
import { synthesize } from "./synthesize.ts";

/** This program for extensions, without the functions of the clone's owner. */
export const PROGRAM: Omit<StackProgram, "typed"> = {
  shipped: SHIPPED,
  // As `npm run new-stage` makes it.
  production: stageOf({
    name: "prod",
    region: "us-east-1",
    account: "123456789012",
    production: true,
    stateBucket: "example-state",
    email: "ops@example.com",
    parts: "",
    firstDay: "2026-11-25",
  }),
  parts: partsOf(SHIPPED),
  costs: new Map(PARTS.flatMap(({ name, costs }) => (costs ? [[name, costs]] : []))),
  neededBy: (part) => partsNeededBy(part, SHIPPED),
  functionsOf: (config) =>
    changedFunctions(
      config,
      SHIPPED.map((one) => withoutOtherParts(config, one)),
    ),
  synthesize: (config) => synthesize(config).stack,
};
