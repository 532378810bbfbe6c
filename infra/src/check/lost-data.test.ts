import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { resources } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { PARTS } from "../parts.ts";
import { synthesize } from "../synthesize.ts";
import { dev, production } from "../testing/stages.ts";
import type { LastDeployment } from "./lost-data.ts";
import { partsOf } from "./parts.ts";

/** The names of the tables of a stage. */
const tablesIn = (config: StageConfig) =>
  resources(synthesize(config).stack, "aws_dynamodb_table").map(([id]) => id.replace("table-", ""));
/** What a deployment of a stage has made, and tables of an extension that no code knows. */
const deployed = (config: StageConfig, ...more: readonly string[]): LastDeployment => ({
  tables: Object.fromEntries(
    [...tablesIn(config), ...more].map((name) => [name, `rainhooks-dev-${name}`]),
  ),
  archive: { bucket: "archive", stream: "archive", bufferS: 60 },
});
const next = (change: Partial<StageConfig>, last: LastDeployment, before = dev) =>
  synthesize(
    { ...before, ...change },
    { ...SHIPPED_CONTENTS, lastDeployments: new Map([[before.name, last]]) },
  ).stack;
const without = (...parts: readonly string[]) => ({
  parts: partsOf(SHIPPED).filter((part) => !parts.includes(part)),
});

describe("a stage that had an extension which is gone from the code", () => {
  const last = deployed(dev, "doors", "door-bells");

  it("a stage is not deployed while it has tables of an extension that is gone", () => {
    expect(() => next({}, last)).toThrow(
      'Stage dev: this deployment would delete data of the last one; no function or extension that this code deploys has doors, door-bells: put back what is gone, or set dropData: ["doors","door-bells"].',
    );
    expect(() => next({ dropData: ["doors"] }, last)).toThrow(
      "that this code deploys has door-bells: put back",
    );
    expect(() => next({}, deployed(production, "doors"), production)).toThrow(
      'put back what is gone, or deploy it with production: false first, and then set dropData: ["doors"]',
    );
  });

  it("a stage is deployed without the tables of an extension when dropData names them", () => {
    const stack = next({ dropData: ["doors", "door-bells"] }, last);
    expect(stack.resource["aws_dynamodb_table"]).toEqual(
      synthesize(dev).stack.resource["aws_dynamodb_table"],
    );
  });

  it("dropData may not name tables that are gone, nor tables that the stage may not have", () => {
    const message =
      /dropData: doors is no function with data \(known: .*\), no part, and no table of the last/;
    expect(() => next({ dropData: ["doors"] }, deployed(dev))).toThrow(message);
    expect(() => synthesize({ ...dev, dropData: ["doors"] })).toThrow(message);
  });

  test.each<[string, object, string]>([
    [
      "its part",
      { parts: ["archive", "doors"] },
      "parts: unknown part doors (known: archive, node-status",
    ],
    ["its part, and what to do", { parts: ["doors"] }, "): take it out, or put its extension back"],
    ["its field", { doorBells: 5 }, "doorBells is not a field (known: name, "],
    [
      "its field, and what to do",
      { doorBells: 5 },
      "take it out, or put back the extension whose field",
    ],
    [
      "its function",
      { functions: { doors: {} } },
      "functions: unknown function doors (known: archive, ",
    ],
  ])(
    "a stage whose file still names %s of an extension that is gone is refused",
    (_, change, message) => {
      expect(() => next(change, deployed(dev))).toThrow(message);
    },
  );
});

it("the archive of a webhook that is gone from the code is dropped by its name", () => {
  const stores = { ...dev, parts: ["node-status"] };
  const functions = SHIPPED_CONTENTS.functions.filter(({ name }) => name !== "archive");
  const after = (change: Partial<StageConfig>) =>
    synthesize(
      { ...stores, ...change },
      { ...SHIPPED_CONTENTS, functions, lastDeployments: new Map([["dev", deployed(stores)]]) },
    );
  expect(() => after({})).toThrow(
    'that this code deploys has archive: put back what is gone, or set dropData: ["archive"]',
  );
  expect(() => after({ dropData: ["archive"] })).not.toThrow();
});

describe("a part that is left out", () => {
  it.each([
    ["alarms", ["alarms", "watch-rules"]],
    ["privacy", ["erasures"]],
    ["archive", ["archive-hours", "the archive"]],
  ])("the part %s cannot be left out while the stage has its data", (part, data) => {
    expect(() => next(without(part), deployed(dev))).toThrow(
      `parts leaves out ${part}, which has ${data.join(", ")}: add it to parts, or set dropData: ["${part}"]`,
    );
    const tables = resources(
      next({ ...without(part), dropData: [part] }, deployed(dev)),
      "aws_dynamodb_table",
    );
    expect(tables.filter(([id]) => data.includes(id.replace("table-", "")))).toEqual([]);
  });

  it("a missing part is accepted on a stage that never had it, and on one whose last deployment is not known", () => {
    const config = { ...dev, ...without("alarms", "privacy") };
    expect(() => next(without("alarms", "privacy"), deployed(config))).not.toThrow();
    expect(() => synthesize(config)).not.toThrow();
  });

  it("data of a part is not dropped while the stage has the part", () => {
    expect(() => next({ dropData: ["alarms"] }, deployed(dev))).toThrow(
      "dropData: alarms is a part of the stage; take it out of parts first",
    );
  });

  it("a stage without a part for which something must be done before is refused, and says what", () => {
    for (const { name, beforeDrop } of PARTS)
      if (beforeDrop !== undefined)
        expect(() => next(without(name), deployed(dev))).toThrow(
          `: add it to parts, or ${beforeDrop}, then set dropData: ["${name}"]`,
        );
  });
});
