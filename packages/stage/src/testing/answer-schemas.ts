import { expect, test } from "@jest/globals";
import * as v from "valibot";

/** What it is, its schema, and an answer with everything that one can have. */
export type FullAnswer = readonly [what: string, schema: v.GenericSchema, answer: object];

/** Tests that schemas keep everything of full answers, and refuse a property of another type. */
export function testSchemas(full: readonly FullAnswer[]): void {
  test.each(full)("keeps everything that one of %s can have", (_, schema, answer) => {
    expect(v.parse(schema, answer)).toEqual(answer);
  });

  test.each(full)("of %s refuses an answer in which a property has another type", (_, schema, answer) => {
    for (const name of Object.keys(answer)) {
      if (name === "definition") continue;
      expect([name, v.is(schema, { ...answer, [name]: Symbol("wrong") })]).toEqual([name, false]);
    }
  });
}

/** Requires that a schema accepts answers. */
export function expectAccepted(schema: v.GenericSchema, answers: readonly object[]): void {
  expect(answers.filter((answer) => !v.is(schema, answer))).toEqual([]);
}
