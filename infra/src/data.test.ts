import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { queryApi } from "@rainhooks/app-list/query-api";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { resources } from "@rainhooks/stack/stack-json";
import type { Resource } from "@rainhooks/webhook/resources";
import type { StageConfig } from "./config.ts";
import { synthesize } from "./synthesize.ts";
import { dev, production as prod } from "./testing/stages.ts";
import { findResource, variant } from "./testing/variant.ts";

const { stack } = synthesize(dev);
const production = synthesize(prod).stack;

describe("the data of a webhook that is not deployed", () => {
  const DATA = [
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_kinesis_firehose_delivery_stream",
    "aws_glue_catalog_database",
    "aws_glue_catalog_table",
  ];
  const dataIn = (synthesized: ReturnType<typeof variant>) =>
    Object.fromEntries(DATA.map((type) => [type, synthesized.resource[type]]));
  const off = { deployed: false };
  const stopped = ["archive", "node-status", "time-series", "hello", "query-api", "watch"];
  const none = Object.fromEntries(stopped.map((name) => [name, off]));

  test.each<[string, Partial<StageConfig>]>([
    ["archive", { functions: { archive: off } }],
    ["node-status", { functions: { "node-status": off, watch: off } }],
    ["time-series", { functions: { "time-series": off } }],
    ["every webhook and the API", { functions: none }],
  ])("the data of a webhook stay in the stack: %s", (_, change) => {
    expect(dataIn(variant(change))).toEqual(dataIn(stack));
  });

  it("the data of a webhook leave the stack when the stage names them", () => {
    const dropped = variant({ functions: none, dropData: ["archive", "time-series"] });
    expect(resources(dropped, "aws_kinesis_firehose_delivery_stream")).toEqual([]);
    expect(resources(dropped, "aws_s3_bucket")).toEqual([]);
    const tables = resources(dropped, "aws_dynamodb_table").map(([, { name }]) => name);
    expect(tables).toContain("rainhooks-dev-node-status");
    expect(tables).not.toContain("rainhooks-dev-time-series");
  });
});

describe("tables", () => {
  const described = [
    filterRulesTable,
    ...[...SHIPPED_WEBHOOKS, queryApi]
      .flatMap(({ resources: own }) => Object.values<Resource>(own))
      .flatMap((one) => (one.kind === "table" ? [one.table] : [])),
  ];

  test.each(described)("$name is as its code describes it", (table) => {
    expect(
      findResource(stack, "aws_dynamodb_table", "name", `rainhooks-dev-${table.name}`),
    ).toMatchObject({
      billing_mode: "PAY_PER_REQUEST",
      hash_key: table.partitionKey.name,
      ...("sortKey" in table ? { range_key: table.sortKey?.name } : {}),
      ...("ttlAttribute" in table
        ? { ttl: { enabled: true, attribute_name: table.ttlAttribute } }
        : {}),
    });
  });

  it("tables are protected from deletion in production only", () => {
    for (const [, table] of resources(production, "aws_dynamodb_table")) {
      expect(table).toMatchObject({
        deletion_protection_enabled: true,
        lifecycle: { prevent_destroy: true },
      });
    }
    for (const [, table] of resources(stack, "aws_dynamodb_table")) {
      expect(table).toMatchObject({
        deletion_protection_enabled: false,
        lifecycle: { prevent_destroy: false },
      });
    }
  });
});
