import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter/index.js";
import { filterRulesTable } from "@rainhooks/filter/table";
import { deployedName, type Resource, type Webhook } from "@rainhooks/webhook/define";
import { LocalBackend, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Archive } from "./archive/archive.ts";
import { checkStage, type StageConfig, stackName } from "./config.ts";
import { providerConfig } from "./provider.ts";
import { makeTable } from "./tables.ts";
import { Topics } from "./topics.ts";
import { Alarms } from "./watching/alarms.ts";
import { makeDashboard } from "./watching/dashboard.ts";
import { type DeployedWebhook, shapeFor } from "./webhook/shape.ts";
import { WebhookResources } from "./webhook/webhook-stack.ts";

type TableResource = Extract<Resource, { kind: "table" }>;
type StreamResource = Extract<Resource, { kind: "stream" }>;

/** Everything of one stage. What it consists of follows from the webhooks' definitions and the stage's configuration. */
export class StageStack extends TerraformStack {
  constructor(
    scope: Construct,
    config: StageConfig,
    webhooks: readonly Webhook[],
    bundleDir: (webhook: string) => string,
  ) {
    super(scope, stackName(config.name));
    checkStage(
      config,
      webhooks.map(({ name }) => name),
    );
    new AwsProvider(this, "aws", providerConfig(config));
    this.#keepState(config);
    const deployed = webhooks
      .filter(({ name }) => config.webhooks?.[name]?.deployed !== false)
      .map((webhook) => shapeFor(webhook, config.webhooks?.[webhook.name]));

    const tables = this.#makeTables(config, deployed);
    const archives = resourcesOf(
      deployed,
      (resource): resource is StreamResource => resource.kind === "stream",
    ).map(({ stream }) => ({ archive: new Archive(this, config, stream), stream }));
    const arns = new Map([
      ...tables,
      ...archives.map(({ archive, stream }) => [stream.name, archive.stream.arn] as const),
    ]);
    const surroundings = {
      config,
      bundleDir,
      topics: new Topics(this, config.topics ?? {}),
      resourceArn: (name: string) => arnOf(arns, name),
    };
    const running = deployed.map((webhook) => new WebhookResources(this, webhook, surroundings));

    const alarms = new Alarms(this, config);
    for (const webhook of running) alarms.watchWebhook(webhook);
    for (const { archive, stream } of archives) alarms.watchArchive(archive, stream.bufferS);
    makeDashboard(
      this,
      config,
      running,
      archives.map(({ archive }) => archive),
    );
    this.#tellOutputs(config, tables, archives[0]?.archive, running);
  }

  #keepState({ name, state }: StageConfig): void {
    const key = `${name}/${stackName(name)}.tfstate`;
    if (state === "local") {
      new LocalBackend(this, { path: `../../../state/${stackName(name)}.tfstate` });
      return;
    }
    new S3Backend(this, { ...state, key, encrypt: true });
    // Terraform's own lock file beside the state; this version of cdktf does not know the option yet.
    this.addOverride("terraform.backend.s3.use_lockfile", true);
    this.addOverride("terraform.required_version", ">= 1.10");
  }

  #makeTables(config: StageConfig, deployed: readonly DeployedWebhook[]): Map<string, string> {
    const described = [
      filterRulesTable,
      ...resourcesOf(deployed, (resource): resource is TableResource => resource.kind === "table").map(
        ({ table }) => table,
      ),
    ];
    const unique = new Map(described.map((table) => [table.name, table]));
    return new Map([...unique].map(([name, table]) => [name, makeTable(this, config, table).arn]));
  }

  /** What others need to know of a stage: as outputs, and as one parameter that the command line reads. */
  #tellOutputs(
    { name: stage, region }: StageConfig,
    tables: ReadonlyMap<string, string>,
    archive: Archive | undefined,
    running: readonly WebhookResources[],
  ): void {
    const outputs = {
      region,
      tables: Object.fromEntries([...tables.keys()].map((name) => [name, deployedName(stage, name)])),
      ...(archive === undefined
        ? {}
        : {
            archive: {
              bucket: archive.bucket.bucket.bucket,
              stream: archive.stream.name,
              database: archive.catalog.database.name,
              table: archive.catalog.table.name,
              workgroup: archive.catalog.workgroup.name,
            },
          }),
      webhooks: Object.fromEntries(
        running.map(({ webhook, function: lambda, queue, deadLetters }) => [
          webhook.name,
          { function: lambda.functionName, queueUrl: queue?.id, deadLetterQueueUrl: deadLetters.id },
        ]),
      ),
    };
    new SsmParameter(this, "outputs", {
      name: `/rainhooks/${stage}/outputs`,
      type: "String",
      // A standard parameter holds 4 KB; a stage of many webhooks says more.
      tier: "Intelligent-Tiering",
      value: JSON.stringify(outputs),
    });
    new TerraformOutput(this, "stage", { value: outputs });
  }
}

function resourcesOf<Kind extends Resource>(
  webhooks: readonly DeployedWebhook[],
  isKind: (resource: Resource) => resource is Kind,
): Kind[] {
  return webhooks.flatMap(({ resources }) => Object.values(resources)).filter(isKind);
}

function arnOf(arns: ReadonlyMap<string, string>, name: string): string {
  const arn = arns.get(name);
  if (arn === undefined) throw new TypeError(`Nothing in the stack is named ${name}.`);
  return arn;
}
