import { decode } from "@rainhooks/core/decode/decode";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { type AskOptions, askAndPrint } from "@rainhooks/stage/commands/run-query";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { StageAccess } from "@rainhooks/stage/reached";
import { printableLines } from "@rainhooks/stage/terminal/printable";
import { requestBody } from "../../bodies/body.ts";
import { parseTemplate } from "../../bodies/template/parse.ts";
import { readDestination } from "../../destinations/store.ts";
import { forwardingOf } from "../../operations/forwarding-of.ts";
import { refuseBatch } from "../../operations/retry-attempt.ts";
import { attemptQuestion } from "../../questions/attempts.ts";
import { isTest } from "../../worker/refuse.ts";
import { attemptView } from "./attempt-view.ts";

/** Prints an attempt, with its body if that is wanted. */
export function showCommand(
  attempt: string,
  options: AskOptions & { readonly body: boolean },
): Promise<void> {
  const view = options.body ? withBody(options) : attemptView;
  return askAndPrint(attemptQuestion, view, { attempt }, options);
}

/** Shows an attempt with its body, as far as it can be made again. */
function withBody(options: AskOptions): typeof attemptView {
  return {
    ...attemptView,
    text: async (found, texts, more) => {
      const body = await bodyOf(await reachStage(options), found).catch((error: unknown) => {
        if (!(error instanceof RainhooksError)) throw error;
        return `It cannot be shown: ${messageOf(error)}`;
      });
      const shown = await attemptView.text(found, texts, more);
      return `${shown}\n\nBody (in the format that the destination has now)\n${printableLines(body)}`;
    },
  };
}

/**
 * Makes the body of an attempt again, in the format that the destination has now.
 *
 * @throws {RainhooksError} `not-found` if event or destination cannot be found.
 */
async function bodyOf(reached: StageAccess, attempt: AnswerOf<typeof attemptQuestion>): Promise<string> {
  const { webhookId } = attempt;
  if (isTest(webhookId)) throw new RainhooksError("not-found", "The events of tests are not kept.");
  const destination = await readDestination(forwardingOf(reached).table, attempt.destination);
  if (destination === undefined)
    throw new RainhooksError("not-found", `There is no destination ${attempt.destination} any more.`);
  refuseBatch(attempt);
  const delivery = await archivedDelivery(reached, attempt);
  const decoded = decode(delivery);
  if (decoded.kind !== "event")
    throw new RainhooksError("not-found", "The archived delivery is not an event.");
  const { format, template = "null" } = destination;
  const options = format === "template" ? { format, template: parseTemplate(template) } : { format };
  return requestBody({ delivery, event: decoded.event, webhookId }, options).body;
}
