import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { TableDescription } from "@rainhooks/dynamodb";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { Api, FunctionDefinition, StreamDescription, Webhook } from "@rainhooks/webhook/define";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Archive } from "./archive/archive.ts";
import { checkStage } from "./check/check-stage.ts";
import { type StageConfig, stackName } from "./config/config.ts";
import { nameOf } from "./names.ts";
import { writeOutputs } from "./outputs.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { QueryApi } from "./query-api/query-api.ts";
import { keepState } from "./state.ts";
import { makeTable } from "./tables.ts";
import { Topics } from "./topics.ts";
import type { Alarm } from "./watching/alarm.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { apiAlarms, archiveAlarms, tableAlarms } from "./watching/stage-alarms.ts";
import { webhookAlarms } from "./watching/webhook-alarms.ts";
import { applyOverride } from "./webhook/shape.ts";
import { WebhookResources } from "./webhook/webhook-stack.ts";

/** The webhooks, the query API and their bundles. */
export interface StageContents {
  readonly webhooks: readonly Webhook[];
  readonly queryApi: Api;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/** All resources of one stage, derived from the definitions of the webhooks and the configuration of the stage. */
export class StageStack extends TerraformStack {
  constructor(scope: Construct, config: StageConfig, { webhooks, queryApi, bundleZip }: StageContents) {
    super(scope, stackName(config.name));
    checkStage(config, webhooks);
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    keepState(this, config);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    const { partition } = new DataAwsPartition(this, "partition");
    const deployed = webhooks
      .filter(({ name }) => config.webhooks?.[name]?.deployed !== false)
      .map((webhook) => applyOverride(webhook, config.webhooks?.[webhook.name]));
    const apis = config.queryApi?.deployed === false ? [] : [queryApi];
    const withData = withoutDropped(config, webhooks, apis);
    const stores = this.#makeStores(config, withData, apis, { account, partition });
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
    const [deployedApi] = apis.map((api) => new QueryApi(this, api, options));

    new Alarms(this, config, account).add([
      ...webhookResources.flatMap((resources) => webhookAlarms(config, resources)),
      ...storeAlarms(config, stores),
      ...(deployedApi === undefined ? [] : apiAlarms(deployedApi)),
    ]);
    const parts = {
      tables: tables.map(({ name }) => name),
      archive: archives[0]?.archive,
      webhooks: webhookResources,
      queryApi: deployedApi,
      topics: options.topics.of([...new Set(deployed.flatMap(({ events }) => events))]),
    };
    makeDashboard(this, config, parts);
    writeOutputs(this, config, parts);
    config.customize?.(this);
  }

  /** Makes the tables and the archive. */
  #makeStores(
    config: StageConfig,
    webhooks: readonly Webhook[],
    apis: readonly Api[],
    place: { readonly account: string; readonly partition: string },
  ): Stores {
    const tables = tablesOf([...webhooks, ...apis]);
    const tableArns = tables.map((table) => [table.name, makeTable(this, config, table).arn] as const);
    const archives = streamsOf(webhooks).map((stream) => ({
      archive: new Archive(this, config, stream, place),
      stream,
    }));
    const streamArns = archives.map(({ archive, stream }) => [stream.name, archive.stream.arn] as const);
    return { tables, archives, arns: new Map([...tableArns, ...streamArns]) };
  }
}

/** Where a stage keeps data. */
interface Stores {
  readonly tables: readonly TableDescription[];
  readonly archives: readonly { readonly archive: Archive; readonly stream: StreamDescription }[];
  /** ARNs of tables and streams, by their names within the stage. */
  readonly arns: ReadonlyMap<string, string>;
}

function storeAlarms(config: StageConfig, { tables, archives }: Stores): Alarm[] {
  return [
    ...archives.flatMap(({ archive, stream }) =>
      archiveAlarms(archive, stream.bufferS, config.archive?.format === "parquet"),
    ),
    ...tables.flatMap((table) => tableAlarms(table, nameOf(config, table.name))),
  ];
}

/**
 * Returns the webhooks whose data are in the stack. They stay there although the webhook is not deployed, until the stage drops
 * them by name.
 *
 * @throws {TypeError} if a table would be dropped that the API reads.
 */
function withoutDropped(
  { name: stage, dropData = [] }: StageConfig,
  webhooks: readonly Webhook[],
  apis: readonly Api[],
): Webhook[] {
  const read = new Set(tablesOf(apis).map(({ name }) => name));
  const dropped = webhooks.filter(({ name }) => dropData.includes(name));
  const own = new Set(dropped.flatMap(({ resources }) => tablesIn(resources)).map(({ name }) => name));
  const shared = [...own].find((name) => read.has(name));
  if (shared !== undefined)
    throw new TypeError(
      `Stage ${stage}: dropData would delete the table ${shared}, which the query API reads. Set queryApi.deployed to false first.`,
    );
  return webhooks.filter((webhook) => !dropped.includes(webhook));
}

/** Returns the tables of functions, and the one with the filter rules, each once. */
function tablesOf(functions: readonly FunctionDefinition[]): TableDescription[] {
  const tables = [filterRulesTable, ...functions.flatMap(({ resources }) => tablesIn(resources))];
  return [...new Map(tables.map((table) => [table.name, table])).values()];
}

function tablesIn(resources: FunctionDefinition["resources"]): TableDescription[] {
  return Object.values(resources).flatMap((resource) => (resource.kind === "table" ? [resource.table] : []));
}

function streamsOf(functions: readonly FunctionDefinition[]): StreamDescription[] {
  return functions
    .flatMap(({ resources }) => Object.values(resources))
    .flatMap((resource) => (resource.kind === "stream" ? [resource.stream] : []));
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}
