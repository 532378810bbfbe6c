import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { questionsFor } from "@rainhooks/app-list/questions";
import { SEEDS } from "@rainhooks/app-list/seeds";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { SEED_SERIES, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { UrlHandler } from "./lambda.ts";
import { call } from "./testing/call.ts";
import {
  breachOf,
  DOCUMENT,
  type DocumentedParameter,
  type Operation,
} from "./testing/contract.ts";
import { handlerOf } from "./testing/seeded-handler.ts";

/** Parameter values for which the seeded stage has data. */
const KNOWN: Readonly<Record<string, string>> = Object.assign(
  { node: "n0", series: SEED_SERIES.number },
  ...SEEDS.map(({ known }) => known),
);
/** Parameters that some parameters or values need. */
const TOGETHER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "resetOnNegative=true": { differential: "true" },
  sinceFrom: { state: "offline" },
  sinceTo: { state: "offline" },
};

const operations = Object.entries(DOCUMENT.paths).map(([path, { get }]) => ({
  path,
  operation: get,
}));

describe("the OpenAPI document", () => {
  let tables: TestTables;
  let handler: UrlHandler;

  beforeAll(async () => {
    tables = await startTables();
    ({ handler } = handlerOf(await seedStage(tables, "one", "mark-of-one", SEEDS)));
  });
  afterAll(() => tables.stop());

  function ask(
    path: string,
    operation: Operation,
    change: Readonly<Record<string, string | undefined>>,
  ) {
    const values = { ...requiredOf(operation), ...change };
    const isIn = (place: string) => (name: string) =>
      place === (operation.parameters.find((one) => one.name === name)?.in ?? "query");
    const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    );
    const query = new URLSearchParams(given.filter(([name]) => isIn("query")(name)));
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(values[name] ?? ""),
    );
    return call(handler, { path: filled, query: query.toString() });
  }

  it("the OpenAPI document is valid OpenAPI 3.1, and the API returns it unchanged", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(DOCUMENT));
    expect([errors, valid]).toEqual([undefined, true]);
    const { status, text } = await call(handler, { path: "/v1/openapi.json" });
    expect([status, JSON.parse(text)]).toEqual([200, DOCUMENT]);
  });

  it("the OpenAPI document requires a signature only where requests must be signed", async () => {
    const { text } = await call(handler, { path: "/v1/openapi.json", signed: false });
    const { security, components, paths } = JSON.parse(text);
    expect([security, components.securitySchemes]).toEqual([undefined, undefined]);
    expect(paths).toEqual(DOCUMENT.paths);
    expect((await new Validator().validate(JSON.parse(text))).valid).toBe(true);
  });

  it("the OpenAPI document describes every query, and nothing else", () => {
    expect(operations.map(({ path, operation }) => [operation.operationId, path])).toEqual(
      questionsFor().map(({ name, path }) => [name, path]),
    );
  });

  describe.each(operations)("$operation.operationId", ({ path, operation }) => {
    const cases = operation.parameters.flatMap((parameter) =>
      goodValues(parameter).map((value) => ({ name: parameter.name, value })),
    );

    it("the query returns a result as described for a minimal request", async () => {
      const reply = await ask(path, operation, {});
      expect([reply.status, breachOf(path, reply)]).toEqual([200, undefined]);
    });

    if (cases.length > 0) {
      test.each(cases)("the query accepts $name=$value, as documented", async ({ name, value }) => {
        const reply = await ask(path, operation, {
          [name]: value,
          ...(TOGETHER[name] ?? TOGETHER[`${name}=${value}`]),
        });
        expect([reply.status, breachOf(path, reply)]).toEqual([200, undefined]);
      });
    }

    it("the query rejects what the document does not allow, with a documented problem", async () => {
      const wrong = operation.parameters.flatMap((parameter) =>
        badValues(parameter).map((value) => ({ [parameter.name]: value })),
      );
      for (const change of [...wrong, { colour: "red" }]) {
        const reply = await ask(path, operation, change);
        expect([change, reply.status, breachOf(path, reply)]).toEqual([change, 400, undefined]);
        expect(JSON.parse(reply.text)).toMatchObject({ status: 400, code: "input-invalid" });
      }
    });

    if (operation.parameters.some(({ name }) => name === "page")) {
      it("the query returns all pages, each as described", async () => {
        const tokens: string[] = [];
        let page: string | undefined;
        do {
          const reply = await ask(path, operation, { limit: "2", page });
          expect([reply.status, breachOf(path, reply)]).toEqual([200, undefined]);
          page = JSON.parse(reply.text).next;
          if (page !== undefined) tokens.push(page);
        } while (page !== undefined);
        expect(tokens.length).toBeGreaterThan(0);
        expect(new Set(tokens).size).toBe(tokens.length);
        expect((await ask(path, operation, { page: "forged" })).status).toBe(400);
      });
    } else {
      it("the query accepts no page token", async () => {
        expect((await ask(path, operation, { page: "x" })).status).toBe(400);
      });
    }
  });
});

function requiredOf({ parameters }: Operation): Record<string, string | undefined> {
  return Object.fromEntries(
    parameters.filter(({ required }) => required).map(({ name }) => [name, KNOWN[name]]),
  );
}

/** Values that the schema of a parameter allows. */
function goodValues({ name, schema }: DocumentedParameter): string[] {
  if (schema.enum !== undefined) return [...schema.enum];
  if (schema.oneOf !== undefined) {
    // The end must be after the beginning.
    return name === "to"
      ? ["253402300799999", "2100-01-01T00:00:00Z", "2100-01-01"]
      : ["0", "1970-01-01T00:00:00Z", "1970-01-01"];
  }
  if (schema.type === "integer") return [String(schema.minimum), String(schema.maximum)];
  if (schema.type === "boolean") return ["true", "false"];
  return name === "timezone" ? ["Asia/Kolkata", "UTC"] : [];
}

/** Values that the schema of a parameter does not allow; `undefined` for an absent one. */
function badValues({
  name,
  in: place,
  required,
  schema,
}: DocumentedParameter): (string | undefined)[] {
  if (name === "page") return [];
  const missing = required && place === "query" ? [undefined, ""] : [];
  if (schema.enum !== undefined) return [...missing, "nonsense", schema.enum[0]?.toUpperCase(), ""];
  if (schema.type === "integer")
    return [
      ...missing,
      String(Number(schema.minimum) - 1),
      String(Number(schema.maximum) + 1),
      "1.5",
      "x",
      "",
    ];
  if (schema.type === "boolean") return [...missing, "yes", "1", ""];
  if (schema.oneOf !== undefined) return [...missing, "yesterday", "-1", "253402300800000", ""];
  return schema.maxLength === undefined
    ? [...missing, "Mars/Olympus"]
    : [...missing, "x".repeat(schema.maxLength + 1)];
}
