import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FilterRule } from "@rainhooks/filter/rule";
import { Publisher } from "../rainmaker/publisher.ts";
import { startRainmaker } from "../rainmaker/start.ts";
import type { FleetOptions } from "./fleet-options.ts";
import type { FleetMessage } from "./message.ts";
import { registerIntegrations } from "./register-fleet.ts";
import { simulate } from "./simulate.ts";

/** The messages of a fleet, without a stage: for benchmarks and tests. */
export interface Collection {
  readonly messages: readonly FleetMessage[];
  readonly rules: readonly FilterRule[];
}

/** Simulates a fleet with its own local RainMaker, and collects the messages for SNS. */
export async function collectMessages(
  options: FleetOptions,
  casing: "pascal" | "snake",
  integration: string,
): Promise<Collection> {
  const dataDir = await mkdtemp(join(tmpdir(), "fleet-"));
  const fail = (text: string) => {
    throw new RainhooksError("stage-failed", text);
  };
  const publisher = new Publisher(() => Promise.resolve());
  const running = await startRainmaker({
    publisher,
    dataDir,
    casing,
    onProblem: fail,
  });
  let rules: readonly FilterRule[] = [];
  try {
    const { published } = await simulate(running, options, {
      register: async (nodes) => {
        rules = await registerIntegrations(running, integration, nodes);
      },
      send: async (messages) => messages.map((message, index) => ({ id: String(index), message })),
    });
    return { messages: published.map(({ message }) => message), rules };
  } finally {
    await running.stop();
    await rm(dataDir, { recursive: true });
  }
}
