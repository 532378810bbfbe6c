import type { InvokedFunction } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { invokeApi } from "../lambda/invoke-api.ts";
import { listen } from "../listen.ts";
import { stopInTurn } from "../stop-in-turn.ts";
import {
  type FunctionOptions,
  localConcurrency,
  namesOf,
  type RunningFunction,
  startPool,
} from "./start-pool.ts";

/** More invocations at once than any machine has here. */
const MAX_CONCURRENCY = 64;

/** A running function that programs invoke. */
export interface RunningInvoked extends RunningFunction {
  /** Its deployed name. */
  readonly name: string;
  /** Where programs invoke it, by Lambda's API. */
  readonly endpoint: string;
  readonly maxConcurrency: number;
}

/** Starts the processes of a function that programs invoke, and the API for that, on a free port. */
export async function startInvoked(
  options: FunctionOptions,
  definition: InvokedFunction,
  archiveBucket: string | undefined,
): Promise<RunningInvoked> {
  const names = { ...namesOf(options), archiveBucket };
  const maxConcurrency = localConcurrency(MAX_CONCURRENCY);
  const environment = resourceEnvironment(definition, names);
  const { functions, log, problem } = await startPool(options, definition, environment, maxConcurrency);
  const name = names.resourceName(definition.name);
  const server = invokeApi({
    name,
    invoke: (event) => functions.invoke(event),
    onFailure: problem,
  });
  const stop = () =>
    stopInTurn([
      () => server.closeAllConnections(),
      () => new Promise((resolve) => server.close(resolve)),
      () => functions.stop(),
      () => log.close(),
    ]);
  try {
    const endpoint = `http://${await listen(server, 0, "the port of a function")}`;
    return { name, endpoint, maxConcurrency, log, pids: () => functions.pids(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
