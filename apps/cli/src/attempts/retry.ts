import { RainhooksError } from "@rainhooks/core";
import { isTest } from "@rainhooks/forwarding";
import { ask, attemptQuestion } from "@rainhooks/query";
import { askedStage } from "@rainhooks/query/stage";
import { forwardingOf } from "../destinations/reach-destinations.ts";
import { requireDestination } from "../destinations/show.ts";
import { onStage } from "../reach/on-stage.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { findDelivery } from "./find-delivery.ts";
import { printMade } from "./print-made.ts";
import { sendAndWait } from "./send.ts";

/** Options of `attempts retry`. */
export interface RetryOptions extends StageOptions {
  /** How long to wait for the attempt, milliseconds. */
  readonly wait: number;
  readonly json?: boolean | undefined;
}

/** Sends the event of an attempt to its destination once more, and prints what came of it. Its schedule begins anew. */
export async function retryCommand(id: string, options: RetryOptions): Promise<void> {
  const reached = await reachStage(options);
  const forwarding = forwardingOf(reached);
  const attempt = await ask(attemptQuestion, { attempt: id }, askedStage(reached));
  const { webhookId, destination } = attempt;
  const stage = onStage(options);
  if (isTest(webhookId))
    throw new RainhooksError(
      "input-invalid",
      `This was a test, whose event is not kept. Test again: rainhooks destinations test ${destination}${stage}`,
    );
  const found = await requireDestination(forwarding, destination);
  const { state } = found;
  if (state !== "active")
    throw new RainhooksError(
      "event-refused",
      `Destination ${destination} is ${state}, so it gets no events. Resume it first: rainhooks destinations resume ${destination}${stage}`,
    );
  const delivery = await findDelivery(reached, attempt);
  const sending = { sqs: reached.clients.sqs, waitMs: options.wait, onStage: stage };
  await printMade(await sendAndWait(forwarding, found, { webhookId, delivery }, sending), options);
}
