import { setTimeout as sleep } from "node:timers/promises";
import { CreateQueueCommand, GetQueueUrlCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import {
  startTestStage,
  type TestStage,
  unscheduledWith,
} from "@rainhooks/app-local/testing/test-stage";
import type { EventType } from "@rainhooks/core/catalog";
import { LOCAL_REGION } from "@rainhooks/core/emulator";
import type { Attempt } from "@rainhooks/extensions/forwarding/attempts/attempt";
import { attemptsOfEvent } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { destinationOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import type { DestinationStores } from "@rainhooks/extensions/forwarding/destinations/destination-store";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { putDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import {
  attemptsTable,
  destinationsTable,
} from "@rainhooks/extensions/forwarding/forwarding-tables";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";
import { secretStoreAt } from "@rainhooks/extensions/forwarding/secrets/store-at";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { withShortestWaits, withVisibilityTimeout } from "@rainhooks/local/aws/stage/short-waits";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { readTags } from "@rainhooks/node-status/read-tags";
import { requireRunningStage } from "@rainhooks/stage/stage-file";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import { setSettings } from "@rainhooks/webhook/settings/set-settings";
import { type GivenSettings, putNew } from "./put-destination.ts";

/** A local stage that forwards events. */
export interface ForwardStage extends TestStage {
  readonly stores: DestinationStores;
  readonly attempts: Parameters<typeof attemptsOfEvent>[0];
  /** Adds a destination; returns its secrets. */
  add(
    url: string,
    settings: GivenSettings,
    secrets?: Partial<DestinationSecrets>,
  ): Promise<DestinationSecrets>;
  /** Adds a destination that is a target of the stage. */
  addTarget(name: string, settings: GivenSettings): Promise<void>;
  /** Waits until all functions have read the destinations anew. */
  refreshed(): Promise<void>;
  /** Returns the tags that the stage knows of a node. */
  tagsOf(nodeId: string): Promise<readonly string[]>;
  /** Returns the bodies of the messages in the queue of a target. */
  received(target: string): Promise<readonly string[]>;
  publish(type: EventType, data: object, timestamp?: number): Promise<void>;
  attemptsOf(webhookId: string): Promise<Attempt[]>;
}

/** A queue that the stage names as a target. */
const ORDERS = "orders";
const WORKERS = ["attempts", "retries"];
/** So long a function may use destinations that it has read, and a little more. */
const CACHED_MS = 6000;

/** Options of {@link startForwardStage}. */
export interface ForwardStageOptions {
  /** Names of further webhooks. @defaultValue none */
  readonly webhooks?: readonly string[];
  /** @defaultValue those of the stage without the ones that run at a rate */
  readonly functions?: readonly FunctionDefinition[];
  /** Returns the endpoint through which a function reaches a service, by the service's own one. */
  readonly functionEndpoint?: NonNullable<Parameters<typeof startTestStage>[0]>["functionEndpoint"];
  /** Seconds after which a message comes again whose delay failed. @defaultValue six minutes */
  readonly visibilityTimeoutS?: number;
  /** Subnets that are not public and may be called. @defaultValue all */
  readonly allowed?: readonly string[];
}

/** Starts a stage with the webhook `forward`, its workers, and further webhooks. */
export async function startForwardStage({
  webhooks: names = [],
  functionEndpoint,
  visibilityTimeoutS,
  functions,
  allowed,
}: ForwardStageOptions = {}): Promise<ForwardStage> {
  const webhooks = SHIPPED_WEBHOOKS.filter(
    ({ name }) => name === "forward" || names.includes(name),
  );
  const running = await startTestStage({
    ...(functionEndpoint === undefined ? {} : { functionEndpoint }),
    functions: (functions ?? unscheduledWith(webhooks)).map((one) => {
      const short = withShortestWaits(one);
      return visibilityTimeoutS === undefined
        ? short
        : withVisibilityTimeout(short, visibilityTimeoutS);
    }),
    targets: { [ORDERS]: `arn:aws:sqs:${LOCAL_REGION}:000000000000:${ORDERS}` },
    settingsOf: ({ name, settings }) => {
      const isSet = allowed !== undefined && WORKERS.includes(name);
      const values = new Map(isSet ? [["allowPrivate", allowed] as const] : []);
      return setSettings(settings, { values, secretPlace: () => undefined });
    },
  });
  const { clients } = running.stage;
  await clients.sqs.send(new CreateQueueCommand({ QueueName: ORDERS }));
  const tableOf = ({ name }: { readonly name: string }) => ({
    client: clients.dynamodb,
    tableName: deployedName("local", name),
  });
  const stores = await storesOf(running);
  const attempts = tableOf(attemptsTable);
  return {
    ...running,
    stores,
    attempts,
    add: (url, settings, secrets) => putNew(stores, url, settings, secrets),
    addTarget: async (name, settings) => {
      const read = readSettings({ url: `target:${name}`, ...settings });
      await putDestination(stores.table, destinationOf(read, { nowMs: Date.now() }));
    },
    refreshed: () => sleep(CACHED_MS),
    tagsOf: (nodeId) => readTags(tableOf(nodeStatusTable), nodeId),
    received: async (target) => {
      const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: target }));
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      return Messages.map(({ Body = "" }) => Body);
    },
    publish: (type, data, timestamp) => publishEvent(running.stage, type, data, timestamp),
    attemptsOf: (webhookId) => attemptsOfEvent(attempts, webhookId),
  };
}

/** The stores of the destinations of a local stage. */
export async function storesOf({
  stage,
  dataDir,
}: Pick<TestStage, "stage" | "dataDir">): Promise<DestinationStores> {
  const { outputs } = await requireRunningStage(dataDir);
  return {
    table: {
      client: stage.clients.dynamodb,
      tableName: outputs.tables[destinationsTable.name] ?? "",
    },
    secrets: secretStoreAt(outputs.parameters["destinations"] ?? ""),
  };
}
