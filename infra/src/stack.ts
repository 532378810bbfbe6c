import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { Api, ScheduledFunction, Webhook } from "@rainhooks/webhook/define";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkStage } from "./check/check-stage.ts";
import { type StageConfig, stackName } from "./config/config.ts";
import { nameOf } from "./names.ts";
import { writeOutputs } from "./outputs.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { QueryApi } from "./query-api/query-api.ts";
import { applyScheduledOverride, ScheduledResources } from "./scheduled/scheduled.ts";
import { keepState } from "./state.ts";
import { keptData } from "./stores/kept-data.ts";
import { makeStores, type Stores } from "./stores/stores.ts";
import { Topics } from "./topics.ts";
import type { Alarm } from "./watching/alarm.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { apiAlarms, archiveAlarms, scheduledAlarms, tableAlarms } from "./watching/stage-alarms.ts";
import { webhookAlarms } from "./watching/webhook-alarms.ts";
import { applyOverride } from "./webhook/shape.ts";
import { WebhookResources } from "./webhook/webhook-stack.ts";

/** The webhooks, the scheduled functions, the query API and their bundles. */
export interface StageContents {
  readonly webhooks: readonly Webhook[];
  readonly scheduled: readonly ScheduledFunction[];
  readonly queryApi: Api;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/** All resources of one stage, derived from the definitions of the webhooks and the configuration of the stage. */
export class StageStack extends TerraformStack {
  constructor(
    scope: Construct,
    config: StageConfig,
    { webhooks, scheduled, queryApi, bundleZip }: StageContents,
  ) {
    super(scope, stackName(config.name));
    checkStage(config, webhooks, scheduled);
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    keepState(this, config);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const { partition } = new DataAwsPartition(this, "partition");
    const deployed = webhooks
      .filter(({ name }) => config.webhooks?.[name]?.deployed !== false)
      .map((webhook) => applyOverride(webhook, config.webhooks?.[webhook.name], config.nodes));
    const apis = config.queryApi?.deployed === false ? [] : [queryApi];
    const runs = scheduled
      .filter(({ name }) => config.scheduled?.[name]?.deployed !== false)
      .map((definition) => applyScheduledOverride(definition, config.scheduled?.[definition.name]));
    const kept = keptData(config, { owners: [...webhooks, ...scheduled], readers: [...apis, ...runs] });
    const stores = makeStores(this, config, kept, { account, partition });
    const { tables, archives, arns } = stores;
    const options = {
      config,
      bundleZip,
      topics: new Topics(this, config),
      resourceArn: (name: string) => arnOf(arns, name),
      arnOf: (service: string, resource: string) =>
        `arn:${partition}:${service}:${config.region}:${account}:${resource}`,
    };
    const webhookResources = deployed.map((webhook) => new WebhookResources(this, webhook, options));
    const scheduledResources = runs.map((definition) => new ScheduledResources(this, definition, options));
    const [deployedApi] = apis.map((api) => new QueryApi(this, api, options));

    new Alarms(this, config, account).add([
      ...webhookResources.flatMap((resources) => webhookAlarms(config, resources)),
      ...scheduledResources.flatMap(scheduledAlarms),
      ...storeAlarms(config, stores),
      ...(deployedApi === undefined ? [] : apiAlarms(deployedApi)),
    ]);
    const parts = {
      tables: tables.map(({ name }) => name),
      archive: archives[0]?.archive,
      webhooks: webhookResources,
      scheduled: scheduledResources,
      queryApi: deployedApi,
      topics: options.topics.of([...new Set(deployed.flatMap(({ events }) => events))]),
    };
    makeDashboard(this, config, parts);
    writeOutputs(this, config, parts);
    config.customize?.(this);
  }
}

function storeAlarms(config: StageConfig, { tables, archives }: Stores): Alarm[] {
  return [
    ...archives.flatMap(({ archive, stream }) =>
      archiveAlarms(archive, stream.bufferS, config.archive?.format === "parquet"),
    ),
    ...tables.flatMap((table) => tableAlarms(table, nameOf(config, table.name))),
  ];
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}
