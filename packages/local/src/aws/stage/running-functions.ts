import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { AwsClients } from "@rainhooks/stage/clients";
import { codeOf, type FunctionDefinition, type Webhook } from "@rainhooks/webhook/define-function";
import { functionEnvironment, VARIABLES } from "@rainhooks/webhook/environment";
import { deployedName } from "@rainhooks/webhook/names";
import { type Metrics, noMetrics } from "@rainhooks/webhook/observe/metrics";
import { FunctionPool } from "../lambda/function-pool.ts";
import type { FunctionError } from "../lambda/messages.ts";
import {
  type FunctionQueues,
  type ProvisionedStage,
  provisionWebhook,
} from "../provision/provision.ts";
import { stopAll } from "../stop-all.ts";
import type { FunctionOptions } from "./stage-options.ts";
import { concurrencyOf, ORDER, type RunningTrigger, startTrigger } from "./triggers.ts";

/** The functions that run on a stage. */
export class RunningFunctions {
  readonly #options: FunctionOptions;
  readonly #clients: AwsClients;
  readonly #provisioned: ProvisionedStage;
  readonly #running = new Map<string, RunningFunction>();

  /**
   * @param provisioned The queues of a webhook whose definition changes are updated there.
   */
  constructor(options: FunctionOptions, clients: AwsClients, provisioned: ProvisionedStage) {
    this.#options = options;
    this.#clients = clients;
    this.#provisioned = provisioned;
  }

  get all(): readonly RunningFunction[] {
    return [...this.#running.values()];
  }

  /**
   * Returns a running function.
   *
   * @throws {RainhooksError} `stage-unavailable` when the stage has none of this name.
   */
  find(name: string): RunningFunction {
    const running = this.#running.get(name);
    if (running === undefined)
      throw new RainhooksError("stage-unavailable", `The stage has no function ${name}.`);
    return running;
  }

  /**
   * Starts functions.
   *
   * @throws {RainhooksError} `stage-failed` when one does not load, lacks a setting, or its port
   * cannot be opened.
   */
  async start(functions: readonly FunctionDefinition[]): Promise<void> {
    for (const trigger of ORDER)
      for (const one of functions)
        if (one.trigger === trigger) await this.#start(this.#options, one);
  }

  async #start(options: FunctionOptions, definition: FunctionDefinition): Promise<void> {
    const own = this.#provisioned.queues.get(definition.name);
    this.#running.set(
      definition.name,
      await startFunction(options, definition, { sqs: this.#clients.sqs, own }),
    );
  }

  /**
   * Runs a webhook with another bundle and, if it has changed, another definition. If the bundle
   * does not load, the webhook before keeps running.
   *
   * @returns True when the definition has changed.
   */
  async reload(webhook: Webhook, bundleDir: string): Promise<boolean> {
    const before = this.find(webhook.name);
    if (JSON.stringify(webhook) === JSON.stringify(before.definition)) {
      await before.reload(bundleDir);
      return false;
    }
    const { topics, queues } = this.#provisioned;
    queues.set(
      webhook.name,
      await provisionWebhook(this.#clients, this.#options.name, webhook, topics),
    );
    await this.#start({ ...this.#options, bundleDir: () => bundleDir }, webhook);
    await before.stop();
    return true;
  }

  stop(): Promise<void> {
    return stopAll(
      ORDER.toReversed().map((trigger) => async () => {
        const own = this.all.filter(({ definition }) => definition.trigger === trigger);
        await Promise.all(own.map((one) => one.stop()));
      }),
    );
  }
}

/** A running function. */
interface RunningFunction extends RunningTrigger {
  readonly definition: FunctionDefinition;
  readonly log: FunctionLog;
  /** Ids of the processes that run an invocation. */
  busyPids(): number[];
  /**
   * Runs all further invocations with another bundle.
   *
   * @throws {RainhooksError} `stage-failed` when it does not load; the bundle before stays.
   */
  reload(bundleDir: string): Promise<void>;
}

/** Starts the processes of a function, and what invokes it. */
async function startFunction(
  options: FunctionOptions,
  definition: FunctionDefinition,
  queues: { readonly sqs: SQSClient; readonly own: FunctionQueues | undefined },
): Promise<RunningFunction> {
  const { name, trigger } = definition;
  const problem = (text: string) => options.onProblem(`${name}: ${text}`);
  const variables = variablesOf(options, definition, queues.own);
  const log = new FunctionLog(
    join(options.dataDir, "logs", `${name}.log`),
    (error) => problem(messageOf(error)),
    (destination) => options.onBlocked?.(name, destination),
  );
  const { allowOutside = false, freezes = false, lazy = false } = options;
  const spec = {
    name: deployedName(options.name, name),
    bundleDir: await options.bundleDir(codeOf(definition)),
    ...definition.function,
    environment: { ...variables, ...awsEnvironment(await options.endpointOf(name)) },
    onLine: (line: string) => log.write(line),
    allowOutside,
    freezes,
    sourceMaps: options.onBatch !== undefined,
  };
  const functions = new FunctionPool(spec, concurrencyOf(trigger, definition, options, queues.own));
  const stopPool = [() => functions.stop(), () => log.close()];
  try {
    // What programs invoke now and then costs nothing until they do.
    if (!lazy && trigger !== "invocation") {
      const started = await functions.start();
      if (started.kind === "error") throw loadError(name, started.error);
    }
    const running = await startTrigger(trigger, definition, {
      ...queues,
      options,
      functions,
      problem,
    });
    return {
      ...running,
      definition,
      log,
      busyPids: () => functions.busyPids(),
      reload: async (bundleDir) => {
        const outcome = await functions.reload(bundleDir);
        if (outcome.kind === "error") throw loadError(name, outcome.error);
      },
      stop: () => stopAll([running.stop, ...stopPool]),
    };
  } catch (error) {
    await stopAll(stopPool);
    throw error;
  }
}

function variablesOf(
  { names, settingsOf, onBatch }: FunctionOptions,
  definition: FunctionDefinition,
  own: FunctionQueues | undefined,
): Record<string, string> {
  const { variables, mistakes } = settingsOf(definition);
  if (mistakes.length > 0)
    throw new RainhooksError(
      "stage-failed",
      `${definition.name} cannot start: ${mistakes.join("; ")}.`,
    );
  const queues = own && {
    queueUrl: own.queue.url,
    deadLetterQueueUrl: own.deadLetters.url,
    replayQueueUrl: own.replay?.url,
  };
  const isDeveloped = onBatch !== undefined && definition.trigger === "topics";
  return {
    ...functionEnvironment(definition, { ...names, queues }),
    ...(isDeveloped ? { [VARIABLES.logLevel]: "debug" } : {}),
    ...variables,
  };
}

/** Makes the error of a function that does not start. */
function loadError(name: string, { errorMessage, place }: FunctionError): RainhooksError {
  const where = place === undefined ? "" : ` (${place})`;
  return new RainhooksError("stage-failed", `${name} failed to start: ${errorMessage}${where}`);
}

function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}

/** The output of a function: written to a file, and its metrics are added up. */
class FunctionLog {
  /** Sums of the metrics that the function wrote. */
  readonly totals = noMetrics();
  readonly #file: WriteStream;
  readonly #onBlocked: (destination: string) => void;

  /**
   * @param onBlocked Called for each attempt of the function to reach another machine.
   */
  constructor(
    path: string,
    onError: (error: unknown) => void,
    onBlocked: (destination: string) => void,
  ) {
    this.#onBlocked = onBlocked;
    this.#file = createWriteStream(path, { flags: "a", mode: 0o600 });
    this.#file.on("error", onError);
  }

  /** Writes a line. */
  write(line: string): void {
    this.#file.write(`${line}\n`);
    const fields = tryParseJson(line);
    if (!isJsonObject(fields)) return;
    if ("_aws" in fields) this.#add(fields);
    else if (typeof fields["blocked"] === "string") this.#onBlocked(fields["blocked"]);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }

  #add(metrics: JsonObject): void {
    for (const name of Object.keys(this.totals) as (keyof Metrics)[])
      this.totals[name] += Number(metrics[name] ?? 0);
  }
}
