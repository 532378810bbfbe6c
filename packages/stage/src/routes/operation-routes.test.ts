import { expect, it } from "@jest/globals";
import type { RouteContext } from "../extension.ts";
import { defineOperation } from "../operations/define-operation.ts";
import { list, optionalText } from "../query/params/kinds.ts";
import { Jobs } from "./jobs.ts";
import { operationRoutes } from "./operation-routes.ts";
import type { PlanView } from "./plan-store.ts";

it("a plan is of all values that a URL has for a list", async () => {
  const lamps = list({ description: "Lamps.", placeholder: "lamp", maxLength: 10 }, { max: 3 });
  const dim = defineOperation({
    name: "dim",
    summary: "Dim lamps",
    request: { lamps },
    permission: "operate",
    changes: "much",
    command: { words: "dim" },
    plan: async (_, request) => request,
    run: async () => ({}),
    view: { plan: (plan) => plan.lamps.join(" and "), result: () => "" },
  });
  const source = { look: async () => ({ outputs: { stage: "dev" } }) };
  const parts = { source, jobs: new Jobs(), project: {} } as unknown as RouteContext;
  const app = operationRoutes([dim], parts);
  for (const [query, text] of [
    ["lamps=hall", "hall"],
    ["lamps=hall&lamps=attic", "hall and attic"],
  ])
    expect(await (await app.request(`/plans/dim?${query}`)).json()).toEqual({ text });
});

/**
 * A stage with lamps that somebody else lights meanwhile, and an operation that puts out those of
 * its plan.
 */
function openLamps() {
  const lit = ["hall"];
  const out: string[][] = [];
  const putOut = defineOperation({
    name: "put-out",
    summary: "Put out lamps",
    permission: "operate",
    changes: "something",
    request: {
      lamps: list({ description: "Lamps.", placeholder: "lamp", maxLength: 10 }, { max: 3 }),
      floor: optionalText({ description: "Floor.", placeholder: "floor", maxLength: 10 }),
    },
    command: { words: "put-out" },
    needsPlan: true,
    isNamed: ({ lamps }) => lamps.length > 0,
    plan: async (_, { lamps }) => ({ meant: lamps.length > 0 ? lamps : [...lit] }),
    run: async (_, __, { plan }) => {
      const { meant } = await plan();
      out.push([...meant]);
      return {};
    },
    view: {
      question: ({ meant }) => (meant.length === 0 ? undefined : `Put out ${meant.join(" and ")}?`),
      result: () => "They are out.",
    },
  });
  const client = { send: async () => ({ Attributes: {} }) };
  const stage = {
    outputs: { stage: "dev", tables: { audits: "audits" } },
    local: {},
    clients: { dynamodb: client },
  };
  let access = stage;
  const parts = { source: { look: async () => access }, jobs: new Jobs(), project: {} };
  const app = operationRoutes([putOut], parts as unknown as RouteContext);
  const headers = { "x-rainhooks-action": "put-out", origin: "http://localhost" };
  const act = async (body: object) => {
    const response = await app.request("/actions/put-out", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, ...(JSON.parse(await response.text()) as Partial<PlanView>) };
  };
  const plan = async (query: string): Promise<PlanView> =>
    JSON.parse(await (await app.request(`/plans/put-out${query}`)).text());
  const restart = () => {
    access = { ...stage };
  };
  return { lit, out, act, plan, restart };
}

it("an action runs the plan that was shown, whatever has come since, and once", async () => {
  const { lit, out, act, plan } = openLamps();
  const shown = await plan("?floor=2");
  expect(shown).toEqual({ text: "Put out hall?", plan: expect.any(String) });
  lit.push("attic");
  expect((await act({ floor: 2, plan: shown.plan })).status).toBe(200);
  expect(out).toEqual([["hall"]]);
  const again = await act({ floor: 2, plan: shown.plan });
  expect(again).toMatchObject({
    status: 409,
    code: "plan-not-shown",
    text: "Put out hall and attic?",
  });
  expect((await act({ floor: 2, plan: again.plan })).status).toBe(200);
  expect(out).toEqual([["hall"], ["hall", "attic"]]);
});

it("an action whose plan was not shown, for this request on this stage, changes nothing and returns it", async () => {
  const { out, act, plan, restart } = openLamps();
  const { plan: other } = await plan("?floor=1");
  for (const body of [
    {},
    { plan: "" },
    { plan: "x" },
    { plan: { a: 1 } },
    { plan: other },
    { floor: "2", plan: other },
  ])
    expect(await act(body)).toMatchObject({
      status: 409,
      text: "Put out hall?",
      plan: expect.any(String),
    });
  const { plan: older } = await plan("");
  restart();
  const { status, plan: newer } = await act({ plan: older });
  expect([status, out]).toEqual([409, []]);
  expect((await act({ plan: newer })).status).toBe(200);
});

it("an action needs no plan that names all that it changes, or would not be asked about", async () => {
  const { lit, out, act } = openLamps();
  expect((await act({ lamps: ["cellar"] })).status).toBe(200);
  lit.pop();
  expect((await act({})).status).toBe(200);
  expect(out).toEqual([["cellar"], []]);
});

it("the result of long work is in the response if it ends soon, whether it has failed or not", async () => {
  for (const failed of [false, true]) {
    const count = defineOperation({
      name: "count",
      summary: "Count lamps",
      request: {},
      permission: "values",
      changes: "nothing",
      command: { words: "count" },
      title: () => "Count lamps",
      run: async () => ({ lamps: 3 }),
      view: { result: () => "There are 3 lamps.", failed: () => failed },
    });
    const source = { look: async () => ({ outputs: { stage: "dev" } }) };
    const parts = { source, jobs: new Jobs(), project: {} } as unknown as RouteContext;
    const headers = { "x-rainhooks-action": "count", origin: "http://localhost" };
    const response = await operationRoutes([count], parts).request("/actions/count", {
      method: "POST",
      headers,
      body: "{}",
    });
    expect(await response.json()).toEqual({
      job: 1,
      jobEnd: { lamps: 3, text: "There are 3 lamps." },
    });
    expect(parts.jobs.list()).toMatchObject([
      { title: "Count lamps", state: failed ? "failed" : "done" },
    ]);
  }
});
