import { RainhooksError } from "@rainhooks/core";
import { dropDeadLetters, readDeadLetters } from "@rainhooks/operate";
import { queuedOf } from "@rainhooks/stage";
import { confirm } from "../confirm.ts";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { lettersText } from "./letters-text.ts";
import { type LetterOptions, LetterSelector } from "./which.ts";

/** Deletes dead letters permanently, after a confirmation. */
export async function dropCommand(
  webhook: string,
  options: StageOptions & LetterOptions & { readonly limit: number; readonly yes?: boolean | undefined },
): Promise<void> {
  if (options.id === undefined && options.only === undefined) {
    throw new RainhooksError(
      "input-invalid",
      "Choose the dead letters to delete: --id <id> for one, or --only <code> for those with an error code.",
    );
  }
  const reached = await reachStage(options);
  const reader = { sqs: reached.clients.sqs, queueUrl: queuedOf(reached, webhook).deadLetterQueueUrl };
  const selector = new LetterSelector(options);
  const letters = (await readDeadLetters(reader, options.limit)).filter(selector.wanted);
  if (letters.length === 0) {
    throw new RainhooksError(
      "not-found",
      `${webhook} has no matching dead letter${selector.otherCodesText()}.`,
    );
  }
  if (!(options.yes || (await confirm(`Delete ${lettersText(letters.length)} of ${webhook} permanently?`)))) {
    await print("Nothing was deleted.\n");
    return;
  }
  // Delete only the letters that the user has confirmed: others may have arrived since.
  const ids = new Set(letters.map(({ messageId }) => messageId));
  const wanted = ({ messageId }: { readonly messageId: string }) => ids.has(messageId);
  const { dropped } = await dropDeadLetters(reader, { wanted, limit: options.limit });
  await print(`${lettersText(dropped)} of ${webhook} deleted\n`);
}
