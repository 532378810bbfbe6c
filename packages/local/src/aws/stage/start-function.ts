import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { functionEnvironment, VARIABLES } from "@rainhooks/webhook/environment";
import { deployedName } from "@rainhooks/webhook/names";
import { type InvocationMetrics, noMetrics } from "@rainhooks/webhook/observe/metrics";
import { FunctionPool } from "../lambda/function-pool.ts";
import type { FunctionError } from "../lambda/messages.ts";
import type { FunctionQueues } from "../provision/queues.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import { type FunctionOptions, namesOf, settingVariables } from "./function-options.ts";
import { concurrencyOf, startTrigger, type TriggerQueues } from "./triggers/start-trigger.ts";
import type { RunningTrigger } from "./triggers/trigger.ts";

/** A running function. */
export interface RunningFunction extends Omit<RunningTrigger, "stop"> {
  readonly definition: FunctionDefinition;
  readonly log: FunctionLog;
  /** Process ids. */
  pids(): number[];
  /** Ids of the processes that run an invocation. */
  busyPids(): number[];
  /**
   * Runs all further invocations with another bundle.
   *
   * @throws {RainhooksError} `stage-failed` when it does not load; the bundle before stays.
   */
  reload(bundleDir: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the processes of a function, and what invokes it.
 *
 * @throws {RainhooksError} `stage-failed` when it does not load, lacks a setting, or its port cannot be
 * opened.
 */
export async function startFunction(
  options: FunctionOptions,
  definition: FunctionDefinition,
  places: TriggerQueues,
): Promise<RunningFunction> {
  const { live, replays } = concurrencyOf(definition, options, places.own);
  const variables = variablesOf(options, definition, places.own);
  const { functions, log, problem } = await startPool(options, definition, variables, live + replays);
  const stopPool = [() => functions.stop(), () => log.close()];
  try {
    const { stop, ...trigger } = await startTrigger(definition.trigger, definition, {
      options,
      places,
      functions,
      problem,
    });
    return {
      ...trigger,
      definition,
      log,
      pids: () => functions.pids(),
      busyPids: () => functions.busyPids(),
      reload: async (bundleDir) => {
        const outcome = await functions.reload(bundleDir);
        if (outcome.kind === "error") throw loadError(definition.name, outcome.error);
      },
      stop: () => stopInTurn([stop, ...stopPool]),
    };
  } catch (error) {
    await stopInTurn(stopPool);
    throw error;
  }
}

function variablesOf(
  options: FunctionOptions,
  definition: FunctionDefinition,
  own: FunctionQueues | undefined,
): Record<string, string> {
  const queues = own && {
    queueUrl: own.queue.url,
    deadLetterQueueUrl: own.deadLetters.url,
    replayQueueUrl: own.replay?.url,
  };
  const isDeveloped = options.development !== undefined && definition.trigger === "topics";
  return {
    ...functionEnvironment(definition, { ...namesOf(options), queues }),
    ...(isDeveloped ? { [VARIABLES.logLevel]: "debug" } : {}),
    ...settingVariables(options, definition),
  };
}

/** Starts the processes of a function. */
async function startPool(
  options: FunctionOptions,
  definition: FunctionDefinition,
  variables: Readonly<Record<string, string>>,
  concurrency: number,
) {
  const {
    stage,
    dataDir,
    onProblem,
    onHeldBack,
    allowOutside = false,
    freezes = false,
    lazy = false,
  } = options;
  const { name } = definition;
  const problem = (text: string) => onProblem(`${name}: ${text}`);
  const log = new FunctionLog(
    join(dataDir, "logs", `${name}.log`),
    (error) => problem(messageOf(error)),
    (destination) => onHeldBack?.(name, destination),
  );
  const spec = {
    name: deployedName(stage, name),
    bundleDir: await options.bundleDir(codeOf(definition)),
    runtimePath: options.runtimePath,
    memoryMiB: definition.function.memoryMiB,
    timeoutS: definition.function.timeoutS,
    environment: { ...variables, ...awsEnvironment(await options.endpointOf(name)) },
    onLine: (line: string) => log.write(line),
    allowOutside,
    freezes,
    sourceMaps: options.development !== undefined,
  };
  const functions = new FunctionPool(spec, concurrency);
  // What programs invoke now and then costs nothing until they do.
  if (lazy || definition.trigger === "invocation") return { functions, log, problem };
  const started = await functions.start();
  if (started.kind === "result") return { functions, log, problem };
  await functions.stop();
  await log.close();
  throw loadError(name, started.error);
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
  readonly totals: Required<InvocationMetrics> = { ...noMetrics(), Postponed: 0, Throttled: 0, OneNode: 0 };
  readonly #file: WriteStream;
  readonly #onHeldBack: (destination: string) => void;

  /**
   * @param onHeldBack Called for each attempt of the function to reach another machine.
   */
  constructor(path: string, onError: (error: unknown) => void, onHeldBack: (destination: string) => void) {
    this.#onHeldBack = onHeldBack;
    this.#file = createWriteStream(path, { flags: "a", mode: 0o600 });
    this.#file.on("error", onError);
  }

  /** Writes a line. */
  write(line: string): void {
    this.#file.write(`${line}\n`);
    const fields = tryParseJson(line);
    if (!isJsonObject(fields)) return;
    if ("_aws" in fields) this.#add(fields);
    else if (typeof fields["heldBack"] === "string") this.#onHeldBack(fields["heldBack"]);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }

  #add(metrics: JsonObject): void {
    for (const name of Object.keys(this.totals) as (keyof InvocationMetrics)[])
      this.totals[name] += Number(metrics[name] ?? 0);
  }
}
