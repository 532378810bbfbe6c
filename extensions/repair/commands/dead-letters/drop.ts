import { counted } from "@rainhooks/core/counted";
import { RainhooksError } from "@rainhooks/core/errors";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { chosenLetters } from "../../dead-letters/choose.ts";
import { dropDeadLetters } from "../../dead-letters/drop.ts";
import { deadLetterQueueOf, deadLettersOf } from "../../dead-letters/queues.ts";
import { choiceOf, type LetterOptions, otherCodesText } from "./choice.ts";

/** Options of `dlq drop`. */
interface DropOptions extends StageSelection, LetterOptions {
  readonly limit: number;
  readonly all?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Deletes dead letters permanently, after a confirmation. */
export async function dropCommand(webhook: string, options: DropOptions): Promise<void> {
  const { all, only, reason, id, limit } = options;
  if (!all && only === undefined && reason === undefined && id === undefined) {
    throw new RainhooksError(
      "input-invalid",
      "Choose the dead letters to delete: --id <id> for one, --only <code> for those with an error code, --reason <text> for those whose reason contains a text, or --all.",
    );
  }
  const reached = await reachStage(options);
  const isChosen = chosenLetters(choiceOf(options));
  const read = await deadLettersOf(reached, webhook, limit);
  const letters = read.filter(isChosen);
  if (letters.length === 0) {
    const others = otherCodesText(read.filter((letter) => !isChosen(letter)));
    throw new RainhooksError("not-found", `${webhook} has no matching dead letter${others}.`);
  }
  const count = counted(letters.length, "dead letter");
  if (!(options.yes || (await confirm(`Delete ${count} of ${webhook} permanently?`)))) {
    await print("Nothing was deleted.\n");
    return;
  }
  // Delete only the letters that the user has confirmed: others may have arrived since.
  const wanted = chosenLetters({ messageIds: letters.map(({ messageId }) => messageId) });
  const { dropped } = await dropDeadLetters(deadLetterQueueOf(reached, webhook), { wanted, limit });
  await print(`${counted(dropped, "dead letter")} of ${webhook} deleted\n`);
}
