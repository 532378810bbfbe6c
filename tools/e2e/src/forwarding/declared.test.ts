import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "@jest/globals";
import { loadStages } from "@rainhooks/infra/stages/load-stages";
import { synthesize } from "@rainhooks/infra/synthesize";
import { dev } from "@rainhooks/infra/testing/stages";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";

/** Returns the items of a stack, as the provider reads them. */
function itemsOf(stack: StackJson): Record<string, unknown>[] {
  return resources(stack, "aws_dynamodb_table_item").map(([, { item, table_name, hash_key }]) => {
    expect([table_name, hash_key]).toEqual([
      expect.stringMatching(/^\$\{aws_dynamodb_table\.table-destinations\.name\}$/),
      "id",
    ]);
    return JSON.parse(String(item).replaceAll(/([$%])\1\{/g, "$1{"));
  });
}

describe("the destinations of a stage's file", () => {
  const folder = mkdtempSync(join(import.meta.dirname, "../../../../infra/stages-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are items of the stack, which nothing else writes", () => {
    const { stack } = synthesize({
      ...dev,
      targets: { orders: "arn:aws:sqs:us-east-1:123456789012:orders" },
      destinations: {
        crm: { url: "https://crm.example.com/hook", events: ["alert"], schedule: "5s,1m", ratePerS: 10 },
        orders: { target: "orders" },
      },
    });
    expect(itemsOf(stack)).toEqual([
      {
        events: { L: [{ S: "rmaker.event.alert" }] },
        id: { S: "crm" },
        origin: { S: "file" },
        ratePerS: { N: "10" },
        schedule: { S: "5s,1m" },
        url: { S: "https://crm.example.com/hook" },
      },
      { id: { S: "orders" }, origin: { S: "file" }, url: { S: "target:orders" } },
    ]);
    expect(itemsOf(synthesize(dev).stack)).toEqual([]);
  });

  it("contain nothing that Terraform takes for an expression", () => {
    const [dollar, percent] = ["$", "%"];
    const template = { cost: `${dollar}{{data.price}}`, [`${dollar}{path.module}`]: `${percent}{ if true }` };
    const { stack } = synthesize({ ...dev, destinations: { crm: { url: "https://a.example/x", template } } });
    const [[, { item } = {}] = []] = resources(stack, "aws_dynamodb_table_item");
    expect(String(item)).not.toMatch(/(?<!\$)\$\{|(?<!%)%\{/);
    expect(itemsOf(stack)).toMatchObject([{ template: { S: JSON.stringify(template) } }]);
  });

  it("have templates beside the stage's file, wherever that is read from", async () => {
    mkdirSync(join(folder, "templates"));
    writeFileSync(join(folder, "templates/crm.json"), '{"text":"{{data.message}}"}');
    const destinations = { crm: { url: "https://a.example", template: "templates/crm.json" } };
    writeFileSync(
      join(folder, "dev.ts"),
      `export const stage = ${JSON.stringify({ ...dev, destinations })};\n`,
    );
    const [stage = dev] = await loadStages(folder);
    expect(itemsOf(synthesize(stage).stack)).toEqual([
      {
        ...{ format: { S: "template" }, id: { S: "crm" }, origin: { S: "file" } },
        ...{ template: { S: '{"text":"{{data.message}}"}' }, url: { S: "https://a.example" } },
      },
    ]);
  });

  test.each<[string, object, string]>([
    [
      "a field that is not one",
      { crm: { url: "https://a.example", rate: 5 } },
      'destinations.crm."rate" is not a setting',
    ],
    [
      "a value that is wrong",
      { crm: { url: "https://a.example", concurrency: 0 } },
      "destinations.crm.concurrency must be",
    ],
    ["an id that is none", { Crm: { url: "https://a.example" } }, "destinations.Crm.id must be up to 30"],
    [
      "an address that is private",
      { crm: { url: "https://10.1.0.1/x" } },
      "destinations.crm.url cannot be used: The address",
    ],
    [
      "a target that is not there",
      { crm: { target: "erp" } },
      "destinations.crm.target: there is no target erp in targets",
    ],
    [
      "a template that is not there",
      { crm: { url: "https://a.example", template: "no.json" } },
      "destinations.crm.template cannot be read",
    ],
    ["no object", { crm: "https://a.example" }, "destinations.crm must be an object"],
    [
      "more than a stage can have",
      Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`d${at}`, { url: "https://a.example" }])),
      "destinations must be up to 500",
    ],
  ])("are refused for %s", (_, destinations, message) => {
    expect(() => synthesize({ ...dev, destinations: destinations as never })).toThrow(message);
  });

  it("may be private where the functions may call them", () => {
    const functions = { attempts: { settings: { allowPrivate: ["10.1.0.0/16"] } } };
    const destinations = { crm: { url: "http://10.1.0.1/x" } };
    expect(itemsOf(synthesize({ ...dev, functions, destinations }).stack)).toHaveLength(1);
  });

  it("need functions that send", () => {
    const functions = {
      forward: { deployed: false },
      attempts: { deployed: false },
      retries: { deployed: false },
    };
    expect(() => synthesize({ ...dev, functions, destinations: {} })).toThrow("destinations has no effect");
  });
});
