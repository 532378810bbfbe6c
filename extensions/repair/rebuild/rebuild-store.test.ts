import { expect, it } from "@jest/globals";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { slotDependencies } from "./rebuild-store.ts";

it("what waits for functions to follow a change of slots can be cancelled", async () => {
  const functions = { "store-work": { trigger: "invocation", function: "store-work", maxConcurrency: 1 } };
  const outputs = {
    stage: "dev",
    region: "us-east-1",
    tables: { [tableSlotsTable.name]: "slots" },
    functions,
  };
  const access = { outputs, clients: { dynamodb: { config: {} } } } as unknown as StageAccess;
  const definition = { function: { timeoutS: 1 } } as Parameters<typeof slotDependencies>[0]["definition"];
  const signal = AbortSignal.abort();
  const { wait, settleMs } = slotDependencies({ access, store: "node-status", definition }, { signal });
  await expect(wait(settleMs)).rejects.toMatchObject({ name: "AbortError" });
});
