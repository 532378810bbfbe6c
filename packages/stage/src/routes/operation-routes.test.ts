import { expect, it } from "@jest/globals";
import type { RouteContext } from "../extension.ts";
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
  const parts = { source, jobs: new Jobs(), functions: [] } as unknown as RouteContext;
  const app = operationRoutes([dim], parts);
  for (const [query, text] of [
    ["lamps=hall", "hall"],
    ["lamps=hall&lamps=attic", "hall and attic"],
  ])
    expect(await (await app.request(`/plans/dim?${query}`)).json()).toEqual({ text });
});

it("the result of long work is in the response if it ends soon, whether it has failed or not", async () => {
  for (const failed of [false, true]) {
    const count = defineOperation({
      ...{ name: "count", summary: "Count lamps", request: {}, permission: "values", changes: "nothing" },
      command: { words: "count" },
      title: () => "Count lamps",
      run: async () => ({ lamps: 3 }),
      view: { result: () => "There are 3 lamps.", failed: () => failed },
    });
    const source = { look: async () => ({ outputs: { stage: "dev" } }) };
    const parts = { source, jobs: new Jobs(), functions: [] } as unknown as RouteContext;
    const headers = { "x-rainhooks-action": "count", origin: "http://localhost" };
    const response = await operationRoutes([count], parts).request("/actions/count", {
      ...{ method: "POST", headers, body: "{}" },
    });
    expect(await response.json()).toEqual({ job: 1, jobEnd: { lamps: 3, text: "There are 3 lamps." } });
    expect(parts.jobs.list()).toMatchObject([{ title: "Count lamps", state: failed ? "failed" : "done" }]);
  }
});
