import { hash } from "node:crypto";
import type { FactModel } from "@rainhooks/sinks";
import { joinedOf } from "./compare-node.ts";
import type { NodeFactValues } from "./fact-spool.ts";
import { stableText } from "./stable-text.ts";

const BITS = 128n;

/** A sum of digests: the same for the same texts, in whatever order. */
export class Checksum {
  #sum = 0n;

  add(text: string): void {
    this.#sum = BigInt.asUintN(
      Number(BITS),
      this.#sum + BigInt(`0x${hash("sha256", text, "hex").slice(0, 32)}`),
    );
  }

  toString(): string {
    return this.#sum.toString(16).padStart(32, "0");
  }
}

/** The facts of a node as text: those that follow from what is archived, and those in the tables. */
export interface NodeTexts {
  readonly archived: string;
  readonly stored: string;
}

/** Writes the facts of a node as text, without those whose time to live is over. */
export function nodeTexts(
  nodeId: string,
  facts: NodeFactValues,
  model: FactModel,
  readAtMs: number,
): NodeTexts {
  const archived: string[] = [];
  const stored: string[] = [];
  const add = (list: string[], name: string, value: unknown) => {
    if (value === undefined || (model.expiresAtMs(name, value) ?? Number.POSITIVE_INFINITY) <= readAtMs)
      return;
    list.push(stableText([name, value]));
  };
  for (const [name, values] of facts) {
    add(archived, name, joinedOf(name, values, model).all);
    add(stored, name, values.stored);
  }
  const textOf = (list: string[]) => (list.length === 0 ? "" : stableText([nodeId, list.sort()]));
  return { archived: textOf(archived), stored: textOf(stored) };
}
