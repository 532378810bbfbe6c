import { extname } from "node:path";
import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { failureOf } from "@rainhooks/stage/aws-failure";
import type { OperationOptions, Progress } from "@rainhooks/stage/operate/progress";
import { errorOf, type SentError, sentError } from "./work-call.ts";

/** What a thread says. */
type Said = { readonly progress: Progress } | { readonly result: unknown } | { readonly error: SentError };

/**
 * Runs an operation that needs the processor in a thread of its own.
 *
 * @param script Calls {@link inThread}.
 * @param data What it is given; it is copied.
 */
export function runInThread<Result>(
  script: URL,
  data: unknown,
  { signal, onProgress }: OperationOptions,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: data });
    const stop = () => {
      reject(signal?.reason);
      void worker.terminate();
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
    worker.on("message", (said: Said) => {
      if ("progress" in said) onProgress?.(said.progress);
      else if ("error" in said) reject(errorOf(said.error));
      else resolve(said.result as Result);
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      signal?.removeEventListener("abort", stop);
      reject(new Error("The thread has ended before its work."));
    });
  });
}

/**
 * Returns the script of a thread: beside the file with a URL, as a source or compiled, or in the same folder
 * of a bundled program.
 */
export function threadScript(name: string, besideUrl: string): URL {
  return new URL(`./${name}${extname(besideUrl)}`, besideUrl);
}

/** In a thread, runs its operation, and sends what comes of it. */
export async function inThread<Data>(
  run: (data: Data, options: OperationOptions) => Promise<unknown>,
): Promise<void> {
  if (parentPort === null) return;
  const port: MessagePort = parentPort;
  const say = (said: Said) => port.postMessage(said);
  try {
    const options = { onProgress: (progress: Progress) => say({ progress }) };
    say({ result: await run(workerData as Data, options) });
  } catch (error) {
    say({ error: sentError(failureOf(error)) });
  }
}
