import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { type AskOptions, askAndPrint } from "@rainhooks/stage/commands/run-query";
import { printableLines } from "@rainhooks/stage/terminal/printable";
import { attemptBody } from "../../operations/attempt-body.ts";
import { attemptQuestion } from "../../questions/attempts.ts";
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
      const body = await attemptBody(await reachStage(options), found).catch((error: unknown) => {
        if (!(error instanceof RainhooksError)) throw error;
        return `It cannot be shown: ${messageOf(error)}`;
      });
      const shown = await attemptView.text(found, texts, more);
      return `${shown}\n\nBody (in the format that the destination has now)\n${printableLines(body)}`;
    },
  };
}
