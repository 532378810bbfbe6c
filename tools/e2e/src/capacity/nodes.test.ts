import { expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { planOf } from "@rainhooks/extensions/capacity/plan";
import { isLoaded } from "@rainhooks/extensions/capacity/stores";
import type { StageConfig } from "@rainhooks/infra/config";
import { variant } from "@rainhooks/infra/testing/variant";
import { resources } from "@rainhooks/stack/stack-json";

const concurrencyOf = (config: Partial<StageConfig>, webhook: string) => {
  const mapping = resources(variant(config), "aws_lambda_event_source_mapping").find(([id]) =>
    id.startsWith(`${webhook}_`),
  );
  return mapping?.[1]["scaling_config"];
};

it("the number of nodes decides how many invocations run at once", () => {
  expect(concurrencyOf({}, "node-status")).toEqual({ maximum_concurrency: 10 });
  const definition = SHIPPED_WEBHOOKS.filter(isLoaded).find(({ name }) => name === "node-status");
  const planned = definition && planOf(definition, 1_000_000).concurrency;
  expect(planned).toBeGreaterThan(10);
  expect(concurrencyOf({ nodes: 1_000_000 }, "node-status")).toEqual({
    maximum_concurrency: planned,
  });
});

it("the number of nodes does not change a webhook whose concurrency the stage sets, or whose load is not known", () => {
  const functions = { "node-status": { maxConcurrency: 3 } };
  expect(concurrencyOf({ nodes: 1_000_000, functions }, "node-status")).toEqual({
    maximum_concurrency: 3,
  });
  expect(concurrencyOf({ nodes: 1_000_000 }, "hello")).toEqual({ maximum_concurrency: 10 });
});

it.each([
  [
    "by-status",
    { "node-status": { maxConcurrency: 40 } },
    "more than node-status/by-status takes (16,000 units",
  ],
  [
    "a table",
    { "time-series": { maxConcurrency: 60 } },
    "more than time-series takes (40,000 units",
  ],
])(
  "the number of nodes cannot need more invocations at once than %s takes",
  (_, functions, message) => {
    expect(() => variant({ functions })).toThrow(message);
    expect(() => variant({ functions })).toThrow(/Set it to at most \d+, or run several stages/);
  },
);

it.each([0, -1, 1.5, 2e9, Number.NaN])("a number of nodes that is %s is refused", (nodes) => {
  expect(() => variant({ nodes })).toThrow("nodes must be a whole number from 1 to 1,000,000,000");
});
