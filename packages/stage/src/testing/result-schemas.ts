import { expect, test } from "@jest/globals";
import * as v from "valibot";

/** What it is, its schema, and a result with everything that one can have. */
export type FullResult = readonly [what: string, schema: v.GenericSchema, result: object];

/** Tests that schemas keep everything of full results, and refuse a property of another type. */
export function testSchemas(full: readonly FullResult[]): void {
  test.each(full)("keeps everything that one of %s can have", (_, schema, result) => {
    expect(v.parse(schema, result)).toEqual(result);
  });

  test.each(full)(
    "of %s refuses a result in which a property has another type",
    (_, schema, result) => {
      for (const name of Object.keys(result)) {
        if (name === "definition") continue;
        expect([name, v.is(schema, { ...result, [name]: Symbol("wrong") })]).toEqual([name, false]);
      }
    },
  );
}

/** Requires that a schema accepts results. */
export function expectAccepted(schema: v.GenericSchema, results: readonly object[]): void {
  expect(results.filter((result) => !v.is(schema, result))).toEqual([]);
}
