import { createWriteStream, type WriteStream } from "node:fs";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core";
import { type InvocationMetrics, noMetrics } from "@rainhooks/webhook/metrics";

/** The output of a function: written to a file, its metrics are added up, and the deliveries of logged events are collected. */
export class FunctionLog {
  /** Sums of the metrics that the function wrote. */
  readonly totals: Required<InvocationMetrics> = { ...noMetrics(), Postponed: 0, Throttled: 0, OneNode: 0 };
  /** Delivery ids of events that the function logged. */
  readonly deliveries = new Set<string>();
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
    else if (typeof fields["deliveryId"] === "string" && !("level" in fields))
      this.deliveries.add(fields["deliveryId"]);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }

  #add(metrics: JsonObject): void {
    for (const name of Object.keys(this.totals) as (keyof InvocationMetrics)[])
      this.totals[name] += Number(metrics[name] ?? 0);
  }
}
