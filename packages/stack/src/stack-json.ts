import { dollarsOf } from "@rainhooks/stage/cost/usage";
import type { StageOutputs } from "@rainhooks/stage/outputs";

/** The attributes of a resource in Terraform JSON. */
export type ResourceJson = Readonly<Record<string, unknown>>;

/** A stack in Terraform JSON. Resources are grouped by type, then by name within the stack. */
export interface StackJson {
  readonly terraform: ResourceJson;
  readonly provider: { readonly aws: readonly ResourceJson[] };
  readonly resource: Readonly<Record<string, Readonly<Record<string, ResourceJson>>>>;
  readonly locals: Readonly<Record<string, string>>;
  readonly output: Readonly<Record<string, ResourceJson>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, ResourceJson>>>>;
}

/** Returns the resources of a type. */
export function resources(
  stack: StackJson,
  type: string,
): [name: string, attributes: ResourceJson][] {
  return Object.entries(stack.resource[type] ?? {});
}

/** Returns what a stack says of itself once it is deployed: what AWS gives it is a token. */
export function outputsIn(stack: StackJson): StageOutputs {
  return JSON.parse(stack.locals["outputs-json"] ?? "") as StageOutputs;
}

/** Returns the alarms of a stack; its pages, which are composite alarms, first. */
export function alarmsIn(stack: StackJson): ResourceJson[] {
  const types = ["aws_cloudwatch_composite_alarm", "aws_cloudwatch_metric_alarm"];
  return types.flatMap((type) => resources(stack, type).map(([, alarm]) => alarm));
}

/** Returns what alarms cost in a month: for each metric that they evaluate, or a composite one. */
export function alarmDollars(alarms: readonly ResourceJson[]): number {
  const metrics = alarms.map(({ alarm_rule: rule, metric_query: queries }) => {
    if (rule !== undefined) return 0;
    return Array.isArray(queries) ? queries.filter((query) => "metric" in query).length : 1;
  });
  return dollarsOf({
    compositeAlarmMonth: metrics.filter((count) => count === 0).length,
    alarmMonth: metrics.reduce((sum, count) => sum + count, 0),
  });
}
