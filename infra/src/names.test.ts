import { describe, expect, it } from "@jest/globals";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "./config.ts";
import { SHIPPED_CONTENTS } from "./contents.ts";
import { deployerStatements } from "./policies/deployer.ts";
import { OPERATOR_TASKS, operatorStatements } from "./policies/operator.ts";
import { keyStatements, planStatements } from "./policies/policy-task.ts";
import { synthesize } from "./synthesize.ts";
import { everything, production } from "./testing/stages.ts";

/** Where AWS knows a resource by its name. */
const NAMES = ["name", "alarm_name", "bucket_prefix", "dashboard_name", "function_name"];
/** These have names within another resource, which has one of its own. */
const WITHIN = /^aws_(?:athena_named_query|cloudwatch_log_stream|glue_catalog_table)$/;

/** Names with which AWS tells the resources of an account from each other, each with its type. */
function namesIn({ resource, terraform }: StackJson): string[] {
  const made = Object.entries(resource).filter(([type]) => !WITHIN.test(type));
  const names = made.flatMap(([type, all]) =>
    Object.values(all).flatMap((attributes) =>
      NAMES.flatMap((name) => (name in attributes ? [`${type} ${attributes[name]}`] : [])),
    ),
  );
  // What refers to another resource has no name of its own.
  return [
    ...names.filter((name) => !name.includes("${aws_")),
    JSON.stringify(terraform["backend"]),
  ];
}

/** The stack of a stage, and all policies that are made for it, as text. */
function textOf(stage: StageConfig, stack: StackJson): string {
  const deployer = deployerStatements(stage, stack);
  const operator = operatorStatements(stage, SHIPPED_CONTENTS, OPERATOR_TASKS);
  return JSON.stringify([
    stack,
    deployer,
    planStatements(deployer),
    operator,
    keyStatements(stage),
  ]);
}

const KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/** A name that is in no word of the stacks. */
const NAME = "zebra";
const STAGES = [NAME, `acme-${NAME}`, `beta-${NAME}`];

describe.each([
  ["all fields", everything],
  ["RainMaker Neo", { ...production, source: "neo", kmsKeyArn: KEY } as const],
])("stages of one name with other prefixes, with %s", (_, config) => {
  const made = STAGES.map((name) => {
    const stage: StageConfig = { ...config, name };
    return { stage, stack: synthesize(stage).stack };
  });

  it("stages with different prefixes have no name in common", () => {
    const all = made.flatMap(({ stack }) => [...new Set(namesIn(stack))]);
    expect(all.length).toBeGreaterThan(400);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it("names always have their prefix: in outputs, secrets, metrics, tags, state and policies", () => {
    for (const { stage, stack } of made.slice(1)) {
      const own = new RegExp(stage.name.replace("-", "[-_]"), "g");
      const text = textOf(stage, stack);
      expect(text.match(own)?.length).toBeGreaterThan(500);
      expect(text.replaceAll(own, "")).not.toContain(NAME);
    }
  });
});
