import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { TableDescription } from "@rainhooks/dynamodb";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { Api, FunctionDefinition, Resource, Webhook } from "@rainhooks/webhook/define";
import { LocalBackend, S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Archive } from "./archive/archive.ts";
import { checkStage } from "./check-stage.ts";
import { type StageConfig, stackName } from "./config.ts";
import { writeOutputs } from "./outputs.ts";
import { providerConfig, requireProvider } from "./provider.ts";
import { QueryApi } from "./query-api/query-api.ts";
import { makeTable } from "./tables.ts";
import { Topics } from "./topics.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { applyOverride } from "./webhook/shape.ts";
import { WebhookResources } from "./webhook/webhook-stack.ts";

/** The webhooks, the query API and their bundles. */
export interface StageContents {
  readonly webhooks: readonly Webhook[];
  readonly queryApi: Api;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

type TableResource = Extract<Resource, { kind: "table" }>;
type StreamResource = Extract<Resource, { kind: "stream" }>;

/** All resources of one stage, derived from the definitions of the webhooks and the configuration of the stage. */
export class StageStack extends TerraformStack {
  constructor(scope: Construct, config: StageConfig, { webhooks, queryApi, bundleZip }: StageContents) {
    super(scope, stackName(config.name));
    checkStage(
      config,
      webhooks.map(({ name }) => name),
    );
    new AwsProvider(this, "aws", providerConfig(config));
    requireProvider(this);
    this.#configureState(config);
    const deployed = webhooks
      .filter(({ name }) => config.webhooks?.[name]?.deployed !== false)
      .map((webhook) => applyOverride(webhook, config.webhooks?.[webhook.name]));

    const apis = config.queryApi?.deployed === false ? [] : [queryApi];
    // Data stay in the stack although their webhook is not deployed, until the stage drops them by name.
    const isDropped = ({ name }: Webhook) => (config.dropData ?? []).includes(name);
    const withData = webhooks.filter((webhook) => !isDropped(webhook));
    refuseSharedTables(config.name, webhooks.filter(isDropped), apis);
    const tables = this.#makeTables(config, [...withData, ...apis]);
    const archives = resourcesOf(
      withData,
      (resource): resource is StreamResource => resource.kind === "stream",
    ).map(({ stream }) => ({ archive: new Archive(this, config, stream), stream }));
    const arns = new Map([
      ...tables,
      ...archives.map(({ archive, stream }) => [stream.name, archive.stream.arn] as const),
    ]);
    const options = {
      config,
      bundleZip,
      topics: new Topics(this, config.topics ?? {}),
      resourceArn: (name: string) => arnOf(arns, name),
    };
    const webhookResources = deployed.map((webhook) => new WebhookResources(this, webhook, options));
    const [deployedApi] = apis.map((api) => new QueryApi(this, api, options));

    const alarms = new Alarms(this, config);
    for (const webhook of webhookResources) alarms.watchWebhook(webhook);
    for (const { archive, stream } of archives) alarms.watchArchive(archive, stream.bufferS);
    if (deployedApi !== undefined) alarms.watchApi(deployedApi);
    const parts = {
      tables: [...tables.keys()],
      archive: archives[0]?.archive,
      webhooks: webhookResources,
      queryApi: deployedApi,
    };
    makeDashboard(this, config, parts);
    writeOutputs(this, config, parts);
  }

  #configureState({ name, state }: StageConfig): void {
    const key = `${name}/${stackName(name)}.tfstate`;
    if (state === "local") {
      new LocalBackend(this, { path: `../../../state/${stackName(name)}.tfstate` });
      return;
    }
    new S3Backend(this, { ...state, key, encrypt: true });
    // Terraform's lock file in S3. This version of cdktf does not have the option yet.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
    this.addOverride("terraform.required_version", ">= 1.10");
  }

  #makeTables(config: StageConfig, deployed: readonly FunctionDefinition[]): Map<string, string> {
    const described = [filterRulesTable, ...tablesOf(deployed)];
    const unique = new Map(described.map((table) => [table.name, table]));
    return new Map([...unique].map(([name, table]) => [name, makeTable(this, config, table).arn]));
  }
}

/** @throws {TypeError} if a table would be dropped that the API reads. */
function refuseSharedTables(stage: string, dropped: readonly Webhook[], apis: readonly Api[]): void {
  const read = new Set(tablesOf(apis).map(({ name }) => name));
  const shared = tablesOf(dropped).find(({ name }) => read.has(name));
  if (shared !== undefined)
    throw new TypeError(
      `Stage ${stage}: dropData would delete the table ${shared.name}, which the query API reads. Set queryApi.deployed to false first.`,
    );
}

function tablesOf(functions: readonly FunctionDefinition[]): TableDescription[] {
  return resourcesOf(functions, (resource): resource is TableResource => resource.kind === "table").map(
    ({ table }) => table,
  );
}

function resourcesOf<Kind extends Resource>(
  functions: readonly FunctionDefinition[],
  isKind: (resource: Resource) => resource is Kind,
): Kind[] {
  return functions.flatMap(({ resources }) => Object.values(resources)).filter(isKind);
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`The stack has no table or stream ${name}.`);
  return arn;
}
