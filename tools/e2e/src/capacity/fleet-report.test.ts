import { expect, it } from "@jest/globals";
import { fleetReport } from "@rainhooks/extensions/capacity/stack/cost/fleet-report";
import { stageTables } from "@rainhooks/extensions/capacity/stack/cost/tables";
import { PROGRAM } from "@rainhooks/infra/program";

const program = { ...PROGRAM, typed: String };

it("the report says which limit binds a fleet first, and what the fleet needs", () => {
  const report = fleetReport({ nodes: 1_000_000, region: "eu-central-1" }, program);
  const limits = report.slice(report.indexOf("What binds first")).split("\n");
  expect(limits.slice(2, 4)).toEqual([
    expect.stringMatching(/^SNS: messages\/s published.*your region may take more +300 /),
    expect.stringMatching(/^Firehose: bytes\/s of archive .* 1,048,576 /),
  ]);
  for (const text of [
    "nodes: 1_000_000",
    "--table-name rainhooks-<stage>-node-status --warm-throughput WriteUnitsPerSecond=",
    "Ask AWS for more:\n  SNS: messages/s published by the account; your region may take more: 33,334 (first 300)\n  Firehose: bytes/s of archive",
    "Rules about outages are not evaluated: they take 500,000 nodes at most.",
  ])
    expect(report).toContain(text);
});

it("the report has no advice for a small fleet", () => {
  const report = fleetReport({ nodes: 1000, region: "us-east-1" }, program);
  expect(report).not.toMatch(/Ask AWS|Prepare|instead|outages/);
});

it("the total of one fleet is the same as its total in the table of several fleets", () => {
  const one = stageTables([100_000], program);
  const many = stageTables([1000, 100_000], program);
  expect(one.byFunction.rows.at(-1)).toEqual(["total", many.byFunction.rows.at(-1)?.[2]]);
  expect(one.byItem.rows.map(([item]) => item)).toEqual(many.byItem.rows.map(([item]) => item));
});
