import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { callTool } from "@rainhooks/app-cli/mcp/mcp";
import { TOOLS } from "@rainhooks/app-cli/mcp/tools";
import { syncFilters } from "@rainhooks/app-cli/rainmaker/sync-filters";
import { extensionRoutes } from "@rainhooks/app-console/serve/extension-routes";
import { consoleRoutes, HOST, testConsole } from "@rainhooks/app-console/testing/routes";
import { SHIPPED } from "@rainhooks/app-list";
import { loadOperations } from "@rainhooks/app-list/operations";
import { type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { fail } from "@rainhooks/stage/commands/exit";
import { callerAt } from "@rainhooks/stage/operations/caller";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import type { Operation } from "@rainhooks/stage/operations/operation";
import { operationTools } from "@rainhooks/stage/operations/operation-tools";
import type { Param } from "@rainhooks/stage/query/params/param";
import { operationRoutes } from "@rainhooks/stage/routes/operation-routes";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { StageSource } from "@rainhooks/stage/stage-source";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";

const OPERATIONS = [...(await loadOperations()), syncFilters];

/**
 * Returns a value of a parameter that is right by its schema; `undefined` for one that can be left
 * out.
 */
function exampleOf({ schema, fallback, placeholder }: Param<unknown>): unknown {
  if (fallback !== undefined) return undefined;
  const { enum: words, minimum, type, examples } = schema;
  if (Array.isArray(words)) return words[0];
  if (placeholder === "time") return "1d";
  if (Array.isArray(examples)) return examples[0];
  return type === "integer" ? minimum : "x";
}

/** What requests need besides, so that their fields go together. */
const MORE: Readonly<Record<string, object>> = {
  "destination-add": { id: "crm", url: "https://crm.example/hook" },
  "destination-set": { id: "crm", rate: 1 },
  "rotate-secret": { id: "crm" },
  redrive: { ids: ["1"] },
  drop: { all: true },
  ...Object.fromEntries(["ack", "shelve", "unshelve"].map((name) => [name, { all: true }])),
  "rule-add": { name: "gone", kind: "offline", for: "5m" },
  trace: { id: "delivery" },
  maintenance: { for: "1h" },
};

function requestOf({ name, request }: Operation): Record<string, unknown> {
  const examples = Object.entries(request).map(([field, param]) => [field, exampleOf(param)]);
  return { ...Object.fromEntries(examples), ...MORE[name] };
}

describe.each(OPERATIONS.map((one) => [one.name, one] as const))(
  "the operation %s",
  (name, operation) => {
    const { permission, changes, hasPlan } = operation;
    const stage = {
      outputs: { stage: "dev", tables: {}, functions: {} },
    } as unknown as StageAccess;

    test.each(["terminal", "console", "assistant"] as const)(
      "the operation is refused at the %s to callers who may not run it, and its plan to callers who may not read",
      async (door) => {
        // An assistant gives no files.
        if (door === "assistant" && Object.values(operation.request).some(({ isFile }) => isFile))
          return;
        const given = requestOf(operation);
        const callWith = (permissions: readonly (typeof permission)[]) => {
          const caller = { ...callerAt(stage, "terminal"), door, permissions };
          return operation.call(given, {
            stage,
            functions: SHIPPED,
            extensions: [],
            caller,
            onStage: "",
          });
        };
        const others = (["read", "values", "operate", "terminal"] as const).filter(
          (one) => one !== permission,
        );
        const refused = {
          code: "input-invalid",
          message: `The operation ${name} needs the permission ${permission}.`,
        };
        await expect(callWith(others).run({})).rejects.toMatchObject(refused);
        if (hasPlan)
          await expect(callWith([]).plan({})).rejects.toThrow(
            `The operation ${name} needs the permission`,
          );
      },
    );

    it("the operation has no route for callers without its permission", async () => {
      const kinds = ["reads", "plans", "actions"];
      const paths = (await consoleRoutes()).filter((route) =>
        kinds.some((kind) => route.endsWith(`/${kind}/${name}`)),
      );
      const isLetOut = callerAt(stage, "console").permissions.includes(permission);
      expect(paths.length > 0).toBe(isLetOut);
      const mayRun =
        callerAt(stage, "assistant").permissions.includes(permission) && changes === "nothing";
      if (!mayRun) expect([...TOOLS.keys()]).not.toContain(name);
    });
  },
);

describe("what an operation fails with", () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(auditsTable);
  });
  afterAll(() => tables.stop());

  const failing = (code: ErrorCode, changes: "nothing" | "something", title?: () => string) =>
    defineOperation({
      name: "break",
      summary: "Break",
      request: {},
      command: { words: "break" },
      permission: "read",
      changes,
      ...(title === undefined ? {} : { title }),
      run: () => Promise.reject(new RainhooksError(code, "It breaks.")),
      view: { result: () => "" },
    });

  test.each([
    ["input-invalid", 400, 2],
    ["not-found", 404, 3],
    ["write-conflict", 409, 1],
    ["throttled", 429, 1],
    ["stage-unavailable", 503, 1],
  ] as const)(
    "the error %s is %d in the console, exit code %d at a terminal, and passed to an assistant",
    async (code, status, exit) => {
      const outputs = { stage: "dev", tables: { audits: auditsTable.name } };
      const stage = {
        outputs,
        clients: { dynamodb: tables.client },
        local: { file: {} },
      } as unknown as StageAccess;
      const named = { "x-rainhooks-action": "break", origin: `http://${HOST}` };
      for (const [path, method, operation] of [
        ["reads", "GET", failing(code, "nothing")],
        ["actions", "POST", failing(code, "something")],
        ["actions", "POST", failing(code, "something", () => "Break")],
      ] as const) {
        const routesOf = (parts: Parameters<typeof operationRoutes>[1]) =>
          operationRoutes([operation], parts);
        const { app, headers } = testConsole([{ routesOf }], async () => stage);
        const asked = { method, headers: { ...headers, ...(method === "POST" ? named : {}) } };
        const response = await app.request(`http://${HOST}/console/${path}/break`, asked);
        expect([response.status, await response.json()]).toMatchObject([
          status,
          { code, detail: "It breaks." },
        ]);
      }
      const [tool] = operationTools([failing(code, "nothing")], { functions: [], extensions: [] });
      if (tool === undefined) throw new Error("There is no tool.");
      const told = await callTool(new StageSource(async () => stage), tool, {});
      expect(told).toMatchObject({
        isError: true,
        content: [{}, { text: '{"error":"It breaks."}' }],
      });
      fail(new RainhooksError(code, "It breaks."));
      expect(process.exitCode).toBe(exit);
      process.exitCode = 0;
    },
  );
});

test.each([...TOOLS.values()].map((tool) => [tool.name, tool] as const))(
  "the tool %s refuses what it does not know, before it reads anything",
  async (_, tool) => {
    const stage = {
      outputs: { stage: "dev", tables: {}, functions: {} },
      clients: {},
    } as unknown as StageAccess;
    const source = new StageSource(async () => stage);
    for (const given of [
      { colour: "red" },
      { stage: "prod", node: "lamp" },
      JSON.parse('{"__proto__":1}'),
    ]) {
      const { content, isError } = await callTool(source, tool, given);
      const [unknown] = Object.keys(given);
      expect([isError, JSON.stringify(content)]).toEqual([
        true,
        expect.stringMatching(new RegExp(`unknown parameter ${unknown}|${unknown} is unknown`)),
      ]);
    }
  },
);

it("every route of an operation is one of these", async () => {
  const names = new Set([...OPERATIONS.map(({ name }) => name), "cancel-job", "test", "retry"]);
  const routes = (await consoleRoutes()).flatMap(
    (route) => /\/(?:reads|plans|actions)\/(.+)$/.exec(route)?.[1] ?? [],
  );
  expect(routes.filter((name) => !names.has(name))).toEqual([]);
  expect((await extensionRoutes()).length).toBeGreaterThan(0);
});
