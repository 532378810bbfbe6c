import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { type DeadLetterReader, readDeadLetters } from "@rainhooks/stage/read-dead-letters";

/** Dead letters that are looked at. */
const MAX_READ = 10_000;

/** Deliveries that cannot be decoded. */
interface Undecodable {
  readonly all: readonly Delivery[];
  /** Those of which a dead letter is there. */
  readonly withLetter: ReadonlySet<Delivery>;
}

/**
 * The dead letters of a webhook. They are read when the first delivery is met that cannot be decoded, and
 * once.
 */
export class LetterLookup {
  readonly #reader: DeadLetterReader;
  #deliveryIds: Promise<ReadonlySet<string>> | undefined;

  constructor(reader: DeadLetterReader) {
    this.#reader = reader;
  }

  /**
   * Looks for the deliveries that cannot be decoded. To send one of them again would only add a copy of its
   * letter.
   */
  async among(deliveries: readonly Delivery[]): Promise<Undecodable> {
    const all = deliveries.filter((delivery) => decode(delivery).kind === "undecodable");
    if (all.length === 0) return { all, withLetter: new Set() };
    this.#deliveryIds ??= this.#read();
    const ids = await this.#deliveryIds;
    return { all, withLetter: new Set(all.filter(({ id }) => ids.has(id))) };
  }

  async #read(): Promise<ReadonlySet<string>> {
    const letters = await readDeadLetters({ ...this.#reader, isWhole: true }, MAX_READ);
    return new Set(letters.map(({ deliveryId }) => deliveryId));
  }
}
