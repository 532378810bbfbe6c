import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SEEDS } from "@rainhooks/app-list/seeds";
import { DAY_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { SEED_NOW_MS, SEED_SERIES, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import { anyCharacter, fuzzSeconds, fuzzTimeoutMs } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import { type Call, call, type Reply } from "./testing/call.ts";
import { breachOf, DOCUMENT, type DocumentedParameter } from "./testing/contract.ts";
import { handlerOf, type SeededHandler } from "./testing/seeded-handler.ts";

/** A hundred take about a second. */
const REQUESTS = Math.max(300, 100 * fuzzSeconds());
const MARKS = ["mark-of-one", "mark-of-two"] as const;
const OPERATIONS = Object.entries(DOCUMENT.paths);

describe("any request", () => {
  let tables: TestTables;
  let stages: readonly SeededHandler[];
  const tokens: string[] = [];

  beforeAll(async () => {
    tables = await startTables();
    stages = [
      handlerOf(await seedStage(tables, "one", MARKS[0], SEEDS)),
      handlerOf(await seedStage(tables, "two", MARKS[1], SEEDS)),
    ];
    for (const { handler } of stages) {
      for (const [path, query] of PAGED) {
        const { next } = JSON.parse((await call(handler, { path, query })).text);
        tokens.push(next);
      }
    }
  });
  afterAll(() => tables.stop());

  it(
    `the handler never fails and never returns data of another stage, in ${REQUESTS} requests`,
    async () => {
      expect(tokens.every((token) => token.length > 20)).toBe(true);
      const statuses = new Map<number, number>();
      const property = fc.asyncProperty(
        fc.nat(1),
        anyRequest(tokens),
        async (index, { path, request }) => {
          const { handler } = stages[index] ?? { handler: undefined };
          if (handler === undefined) throw new Error("no such stage");
          const reply = await call(handler, request);
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
          expect(mistakesOf(reply, path, MARKS[1 - index] ?? "")).toEqual([]);
        },
      );
      await fc.assert(property, { numRuns: REQUESTS });
      // Neither all rejected, nor all the same.
      expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 10);
      for (const status of [400, 404, 405])
        expect(statuses.get(status)).toBeGreaterThan(REQUESTS / 100);
      for (const { lines } of stages)
        expect(lines.join("\n")).not.toMatch(/mark-of|"level":"error"/);
    },
    fuzzTimeoutMs(),
  );
});

/** Queries with several pages. */
const PAGED: readonly (readonly [path: string, query: string])[] = [
  ["/v1/nodes", "limit=1"],
  ["/v1/nodes", "limit=7&state=offline"],
  ["/v1/nodes", `limit=3&state=offline&sinceTo=${SEED_NOW_MS - 12 * 3_600_000}`],
  ["/v1/nodes/n0/series", "limit=1"],
  ["/v1/nodes/n0/values", `series=${SEED_SERIES.number}&limit=1`],
  ["/v1/nodes/n0/values", `series=${SEED_SERIES.text}&limit=1`],
  ["/v1/nodes/n0/values", `series=${SEED_SERIES.number}&limit=1&aggregate=avg`],
];

function mistakesOf(
  { status, headers, text }: Reply,
  path: string | undefined,
  otherMark: string,
): string[] {
  const mistakes = [];
  if (status >= 500 || status < 200) mistakes.push(`${status}: ${text}`);
  if (text.includes(otherMark)) mistakes.push(`from another stage: ${text}`);
  if (path !== undefined && status !== 405) {
    const breach = text === "" ? undefined : breachOf(path, { status, headers, text });
    if (breach !== undefined) mistakes.push(breach);
  }
  if (status >= 400 && headers["content-type"] !== "application/problem+json")
    mistakes.push("no problem+json");
  if (headers["cache-control"] !== "no-store") mistakes.push("may be cached");
  return mistakes;
}

/** A request, and its path in the document, if it has one. */
interface AnyRequest {
  readonly path: string | undefined;
  readonly request: Call;
}

function anyRequest(tokens: readonly string[]): fc.Arbitrary<AnyRequest> {
  return fc.oneof({ weight: 9, arbitrary: documented(tokens) }, { weight: 1, arbitrary: stray() });
}

/** A request to a documented path, with valid or invalid parameters. */
function documented(tokens: readonly string[]): fc.Arbitrary<AnyRequest> {
  return fc.constantFrom(...OPERATIONS).chain(([path, { get }]) => {
    const values = fc.tuple(
      ...get.parameters.map((parameter) => parameterValue(parameter, tokens)),
    );
    return fc
      .record({ method: method(), values, more: moreQuery(), body: bodyOrNone() })
      .map((made) => {
        const named = get.parameters.map(({ name, in: place }, index) => {
          return { name, place, value: made.values[index] };
        });
        const valueOfName = (name: string) => named.find((one) => one.name === name)?.value ?? "";
        const query = named.flatMap(({ name, place, value }) =>
          place === "query" && value !== undefined ? [`${name}=${escaped(value)}`] : [],
        );
        const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => escaped(valueOfName(name)));
        const request = {
          method: made.method,
          path: filled,
          query: [...query, ...made.more].join("&"),
          ...made.body,
        };
        return { path, request };
      });
  });
}

/** A request to any path. */
function stray(): fc.Arbitrary<AnyRequest> {
  const part = fc.oneof(
    fc.constantFrom("v1", "nodes", "n0", "values", "..", ".", "", "%", "%00", "%2e%2e"),
    junk(),
  );
  return fc
    .record({
      method: method(),
      parts: fc.array(part, { maxLength: 6 }),
      query: junk(),
      body: bodyOrNone(),
    })
    .map(({ method: verb, parts, query, body }) => ({
      path: undefined,
      request: { method: verb, path: `/${parts.join("/")}`, query, ...body },
    }));
}

function method(): fc.Arbitrary<string> {
  const others = fc.constantFrom(
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "BREW",
  );
  return fc.oneof({ weight: 12, arbitrary: fc.constant("GET") }, { weight: 1, arbitrary: others });
}

function bodyOrNone(): fc.Arbitrary<{ readonly body?: string }> {
  const body = junk().map((text) => ({ body: text }));
  return fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: body });
}

/** Additional query parameters: none, or unknown ones. */
function moreQuery(): fc.Arbitrary<readonly string[]> {
  const odd = fc.oneof(
    fc.constantFrom(
      "limit=1",
      "page=",
      "__proto__=1",
      "constructor=x",
      "&&",
      "=",
      "%",
      "%E0%A4%A",
      "a[]=1",
      "?",
    ),
    junk(),
  );
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(odd) },
  );
}

function junk(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 40 }),
    fc.string({ maxLength: 300, size: "medium" }),
  );
}

/** A value of a parameter: mostly a valid one, sometimes none, sometimes anything. */
function parameterValue(
  { name, required, schema }: DocumentedParameter,
  tokens: readonly string[],
): fc.Arbitrary<string | undefined> {
  // Without the length of a window, a range takes a hundred queries.
  const none = { weight: required || name === "every" ? 1 : 20, arbitrary: fc.constant(undefined) };
  const anything = {
    weight: 1,
    arbitrary: fc.oneof(junk(), fc.constantFrom("", "0", "-1", "1e9", "null", "true")),
  };
  return fc.oneof(none, { weight: 20, arbitrary: goodValue(name, schema, tokens) }, anything);
}

function goodValue(
  name: string,
  { enum: words, type, minimum = 0, maximum = 1, oneOf }: DocumentedParameter["schema"],
  tokens: readonly string[],
): fc.Arbitrary<string> {
  if (name === "node")
    return fc.oneof(
      fc.constant("n0"),
      fc.nat(70).map((number) => `n${number}`),
    );
  if (name === "series") return fc.constantFrom(...Object.values(SEED_SERIES));
  if (name === "page") return fc.constantFrom(...tokens);
  if (name === "timezone")
    return fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe");
  if (words !== undefined) return fc.constantFrom(...words);
  if (type === "boolean") return fc.constantFrom("true", "false");
  if (type === "integer")
    return fc
      .oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: minimum, max: maximum }))
      .map(String);
  if (name === "every") return fc.constantFrom("1s", "5m", "12h", "3d", "999999w");
  if (oneOf === undefined) return junk();
  const nearMs = fc.integer({ min: SEED_NOW_MS - 12 * DAY_MS, max: SEED_NOW_MS });
  return fc.oneof(
    nearMs.map(String),
    nearMs.map((atMs) => new Date(atMs).toISOString()),
    fc.integer({ min: 0, max: 253_402_300_799_999 }).map(String),
  );
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
