import { expect, test } from "@jest/globals";
import { Examples, type PlanExample } from "./plan.ts";

const kitchen = { kind: "node", id: "kitchen", also: ["Küche"] } as const;
type Added = [kind: PlanExample["kind"], place: string, text: string];

function examplesOf(...added: Added[]): readonly PlanExample[] {
  const examples = new Examples(kitchen);
  for (const one of added) examples.add(...one);
  return examples.list;
}
const textOf = (text: string) => examplesOf(["goes", "archive", text])[0]?.text;

test("a plan has up to three different examples of each kind and place", () => {
  const texts = ["a", "a", "b", "c", "d"];
  const of = (kind: PlanExample["kind"], place: string) =>
    texts.map((text): Added => [kind, place, text]);
  const all = examplesOf(...of("goes", "archive"), ...of("alias", "archive"), ...of("goes", "own"));
  expect(all.map(({ kind, place, text }) => `${kind} ${place} ${text}`)).toEqual([
    "goes archive a",
    "goes archive b",
    "goes archive c",
    "alias archive a",
    "alias archive b",
    "alias archive c",
    "goes own a",
    "goes own b",
    "goes own c",
  ]);
});

test("an example is the text around the first name of the subject, without what escapes quotes", () => {
  const before = "x".repeat(60);
  const after = "y".repeat(120);
  expect(textOf(`${before}kitchen${after}`)).toBe(`${"x".repeat(40)}kitchen${"y".repeat(53)}`);
  expect(textOf(`${before}Küche, kitchen${after}`)).toMatch(/^x{40}Küche, kitcheny+$/);
  expect(textOf(`${before}kitchen, Küche${after}`)).toMatch(/^x{40}kitchen, Küchey+$/);
  expect(textOf(`${"x".repeat(40)}kitchen`)).toBe(`${"x".repeat(40)}kitchen`);
  // Near the beginning, and where it is only in another spelling, a text is shown from its
  // beginning.
  for (const text of ["kitchen", "KITCHEN", `${"x".repeat(39)}kitchen`])
    expect(textOf(text + after)).toBe((text + after).slice(0, 100));
  expect(textOf('{\\"node_id\\":\\\\"kitchen"}')).toBe('{"node_id":"kitchen"}');
});
