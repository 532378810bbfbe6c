import { expect, it } from "@jest/globals";
import type { ConsoleParts } from "../extension.ts";
import { defineOperation } from "../operations/define-operation.ts";
import { list } from "../query/params/kinds.ts";
import { Jobs } from "./jobs.ts";
import { operationRoutes } from "./operation-routes.ts";

it("a plan is of all values that a URL has for a list", async () => {
  const lamps = list({ description: "Lamps.", placeholder: "lamp", maxLength: 10 }, { max: 3 });
  const dim = defineOperation({
    ...{ name: "dim", summary: "Dim lamps", request: { lamps }, permission: "operate", changes: "much" },
    command: { words: "dim" },
    plan: async (_, request) => request,
    run: async () => ({}),
    view: { plan: (plan) => plan.lamps.join(" and "), result: () => "" },
  });
  const source = { look: async () => ({ outputs: { stage: "dev" } }) };
  const parts = { source, jobs: new Jobs(), functions: [] } as unknown as ConsoleParts;
  const app = operationRoutes([dim], parts);
  for (const [query, text] of [
    ["lamps=hall", "hall"],
    ["lamps=hall&lamps=attic", "hall and attic"],
  ])
    expect(await (await app.request(`/plans/dim?${query}`)).json()).toEqual({ text });
});
