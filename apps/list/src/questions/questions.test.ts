import { describe, expect, it, test } from "@jest/globals";
import { TIME } from "@rainhooks/stage/query/params/kinds";
import { ParamMistake } from "@rainhooks/stage/query/params/param";
import type * as v from "valibot";
import { questionsFor } from "../questions.ts";

const QUESTIONS = questionsFor(["read", "attempts"]);

/** What is read of a schema of a result to find its parts. */
interface SchemaPart {
  readonly type?: string;
  readonly description?: string;
  readonly pipe?: readonly SchemaPart[];
  readonly entries?: Readonly<Record<string, SchemaPart>>;
  readonly wrapped?: SchemaPart;
  readonly item?: SchemaPart;
}

/** Returns every description in a schema. */
function descriptionsIn({
  type,
  description,
  pipe = [],
  entries = {},
  wrapped,
  item,
}: SchemaPart): string[] {
  const inner = [
    ...pipe.filter((part) => part.pipe !== pipe),
    ...Object.values(entries),
    wrapped,
    item,
  ];
  const own = type === "description" && description !== undefined ? [description] : [];
  return [...own, ...inner.flatMap((part) => (part === undefined ? [] : descriptionsIn(part)))];
}

const EVERY_QUESTION = QUESTIONS.map((question) => [question.name, question] as const);

describe("the queries", () => {
  it("the queries have different names, paths and summaries", () => {
    for (const key of ["name", "path", "summary"] as const)
      expect(new Set(QUESTIONS.map((question) => question[key])).size).toBe(QUESTIONS.length);
  });

  it("a caller who may read has the queries of nodes, series and alarms; with more permission also those of attempts", () => {
    const names = (list: typeof QUESTIONS) => list.map(({ name }) => name);
    expect(names(questionsFor())).toEqual([
      "countNodes",
      "listNodes",
      "getNode",
      "getTimeline",
      "listAlerts",
      "getFleet",
      "getFirmware",
      "listSeries",
      "getValues",
      "listAlarms",
      "getAlarm",
      "listWatchRules",
    ]);
    expect(names(questionsFor(["attempts"]))).toEqual(["listAttempts", "getAttempt"]);
    expect(names(questionsFor([]))).toEqual([]);
  });

  it("the queries with pages are the long lists, and each of them has a limit", () => {
    const paged = QUESTIONS.filter((question) => question.paged);
    expect(paged.map(({ name }) => name)).toEqual([
      "listNodes",
      "listAlerts",
      "listSeries",
      "getValues",
      "listAttempts",
    ]);
    for (const { params } of paged)
      expect(params.limit?.schema).toMatchObject({ type: "integer", minimum: 1 });
  });

  test.each(EVERY_QUESTION)(
    "%s has a description in words",
    (_, { name, summary, params, result }) => {
      expect(name).toMatch(/^(list|get|count)[A-Z]\w+$/);
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      for (const { description, placeholder, schema } of Object.values(params)) {
        expect(description).toMatch(/^[A-Za-z].*\.$/);
        if (schema.type === "boolean") expect(placeholder).toBeUndefined();
        else expect(placeholder).toMatch(/^[a-z]+$/);
      }
      for (const description of descriptionsIn(result as v.GenericSchema & SchemaPart))
        expect(description).toMatch(/^[A-Z`].*\.$/s);
    },
  );

  test.each(EVERY_QUESTION)(
    "%s has a path with the parameters that it needs, and no others",
    (_, { path, params }) => {
      expect(path).toMatch(/^\/v1\/[a-z-]+(\/.+)?$/);
      const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
      const needed = Object.keys(params).filter((name) => params[name]?.fallback === undefined);
      const inQuery = needed.filter((name) => !inPath.includes(name));
      expect(needed).toEqual([...inPath, ...inQuery]);
      // The name of a series can have any character.
      expect(inQuery).toEqual(inQuery.length === 0 ? [] : ["series"]);
    },
  );

  test.each(EVERY_QUESTION)("%s has defaults that could also be given", (_, { params }) => {
    for (const [name, { fallback, read }] of Object.entries(params))
      if (fallback?.value !== undefined)
        expect([name, read(String(fallback.value))]).toEqual([name, fallback.value]);
  });

  test.each(EVERY_QUESTION)(
    "%s refuses an invalid time in every parameter that is a time",
    (_, { params }) => {
      for (const { placeholder, read } of Object.values(params))
        if (placeholder === TIME)
          for (const text of [
            "9e15",
            "9000000000000000",
            "999999999999999",
            "-1",
            "NaN",
            "1e300",
            "Infinity",
          ])
            expect(() => read(text)).toThrow(ParamMistake);
    },
  );

  it("describe parts of their results", () => {
    const counts = QUESTIONS.map(
      ({ result }) => descriptionsIn(result as v.GenericSchema & SchemaPart).length,
    );
    expect(Math.max(...counts)).toBeGreaterThan(10);
  });
});
