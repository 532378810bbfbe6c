import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget/index.js";
import { nameOf } from "@rainhooks/stack/config/config";
import type { Construct } from "constructs";
import type { StageConfig } from "../config.ts";
import { STAGE_TAG } from "../provider.ts";

/** AWS Budgets tells up to ten addresses. Source: AWS Billing user guide, "Quotas". */
export const MAX_BUDGET_EMAILS = 10;

/**
 * Makes the budget of a stage, if it has one: AWS sends an e-mail when the month is likely to cost
 * more, and when it has. What an alarm of CloudWatch could say of costs is of the whole account.
 */
export function makeBudget(scope: Construct, config: StageConfig): void {
  const { emails = [], monthlyUsd } = config.alarms ?? {};
  if (monthlyUsd === undefined) return;
  new BudgetsBudget(scope, "budget", {
    name: nameOf(config, "month"),
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(monthlyUsd),
    limitUnit: "USD",
    costFilter: [{ name: "TagKeyValue", values: [`user:${STAGE_TAG}$${config.name}`] }],
    notification: ["FORECASTED", "ACTUAL"].map((notificationType) => ({
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold: 100,
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: [...emails],
    })),
  });
}
