import { eventOf } from "@rainhooks/core/event-of";
import type { DataValues } from "@rainhooks/stage/commands/data-option";
import { printNote } from "@rainhooks/stage/commands/output";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { readChanges } from "@rainhooks/stage/commands/read-changes";
import { testDestination } from "../../operations/test-destination.ts";
import { printMade } from "../attempts/print-made.ts";

/** Options of `destinations test`. */
export interface TestOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly event?: string | undefined;
  readonly node?: string | undefined;
  readonly data?: DataValues | undefined;
  /** How long to wait for the attempt, milliseconds. */
  readonly wait: number;
  readonly json?: boolean | undefined;
}

/**
 * Sends the sample of an event to a destination, by the same way as any event, and prints what came of it.
 */
export async function testCommand(id: string, options: TestOptions): Promise<void> {
  const { stage, region, event, wait: waitMs } = options;
  const type = event === undefined ? undefined : eventOf(event);
  const changes = readChanges(options);
  const reached = await reachStage({ stage, region, data: options.data?.folder });
  const { attempt, isWanted } = await testDestination(reached, id, { type, changes, waitMs });
  if (!isWanted)
    printNote(`The filters of ${id} would not let such an event pass: only a test is sent all the same.`);
  await printMade(attempt, options);
}
