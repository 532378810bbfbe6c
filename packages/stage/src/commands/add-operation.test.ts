import { Command } from "@commander-js/extra-typings";
import { expect, it } from "@jest/globals";
import { STAGE_OPERATIONS } from "../operations/list-audits.ts";
import { addOperation } from "./add-operation.ts";

it("a result is printed as JSON or as CSV, not as both", async () => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const operation of STAGE_OPERATIONS)
    addOperation(program, operation, { functions: [], extensions: [] });
  await expect(
    program.parseAsync(["audit", "--json", "--csv"], { from: "user" }),
  ).rejects.toMatchObject({
    code: "commander.conflictingOption",
  });
});
