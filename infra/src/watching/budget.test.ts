import { expect, it } from "@jest/globals";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "../synthesize.ts";
import { production } from "../testing/stages.ts";

const budgetsOf = (alarms: object) =>
  resources(
    synthesize({ ...production, alarms: { ...production.alarms, ...alarms } }).stack,
    "aws_budgets_budget",
  ).map(([, budget]) => budget);

it("a stage has a budget if it says what a month may cost, for what has its tag", () => {
  expect(budgetsOf({})).toEqual([]);
  expect(budgetsOf({ monthlyUsd: 250 })).toMatchObject([
    {
      name: "rainhooks-prod-month",
      limit_amount: "250",
      cost_filter: [{ name: "TagKeyValue", values: ["user:rainhooks-stage$prod"] }],
      notification: [{ notification_type: "FORECASTED" }, { notification_type: "ACTUAL" }],
    },
  ]);
});

it("somebody must hear of it", () => {
  expect(() =>
    budgetsOf({ monthlyUsd: 250, emails: [], topicArn: "arn:aws:sns:us-east-1:123456789012:ops" }),
  ).toThrow("alarms.monthlyUsd: a budget needs 1 to 10 alarms.emails");
});
