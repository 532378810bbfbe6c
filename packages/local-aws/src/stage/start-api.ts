import type { Api } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { functionUrl } from "../lambda/function-url.ts";
import { listen } from "../listen.ts";
import {
  type FunctionOptions,
  localConcurrency,
  namesOf,
  type RunningFunction,
  startPool,
} from "./start-pool.ts";

/** Maximum concurrent requests to the API. */
const MAX_API_CONCURRENCY = 10;

/** The running API and its URL. */
export interface RunningApi extends RunningFunction {
  readonly url: string;
}

/** Starts the API's function with a URL on `port`; 0 selects a free port. */
export async function startApi(options: FunctionOptions, api: Api, port: number): Promise<RunningApi> {
  const environment = resourceEnvironment(api, namesOf(options));
  const concurrency = localConcurrency(MAX_API_CONCURRENCY);
  const { functions, log, problem } = await startPool(options, api, environment, concurrency);
  const server = functionUrl({
    invoke: (event) => functions.invoke(event),
    nowMs: Date.now,
    onFailure: problem,
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await functions.stop();
    await log.close();
  };
  try {
    const url = `http://${await listen(server, port, "--query-port")}`;
    return { url, log, pids: () => functions.pids(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
