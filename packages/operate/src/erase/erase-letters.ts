import { allQueued, type ReachedStage } from "@rainhooks/stage";
import { type DeadLetterSeen, readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import { dropDeadLetters } from "../dead-letters/drop.ts";
import { deadLetterQueueOf } from "../dead-letters/queues.ts";
import type { Mentions } from "./subject.ts";

/** Options of {@link eraseLetters}. */
export interface LetterSearch {
  readonly mentions: Mentions;
  /** Called with each letter that names the subject. */
  readonly onLetter?: ((letter: DeadLetterSeen) => void) | undefined;
}

/** Searches all dead-letter queues. Without `erase`, it only counts. Returns the number of letters that name the subject. */
export async function eraseLetters(
  reached: ReachedStage,
  { mentions, onLetter }: LetterSearch,
  erase: boolean,
): Promise<number> {
  let found = 0;
  const wanted = (letter: DeadLetterSeen) => {
    const isNamed = mentions.in(letter.body) || mentions.in(letter.reason ?? "");
    if (isNamed) {
      found += 1;
      onLetter?.(letter);
    }
    return isNamed;
  };
  for (const [name] of allQueued(reached)) {
    const reader = deadLetterQueueOf(reached, name);
    if (erase) await dropDeadLetters(reader, { wanted, limit: Number.MAX_SAFE_INTEGER });
    else for (const letter of await readDeadLetters(reader)) wanted(letter);
  }
  return found;
}
