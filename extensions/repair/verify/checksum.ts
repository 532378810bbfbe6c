import { hash } from "node:crypto";
import type { FactModel } from "../facts/fact-model.ts";
import { joinedOf } from "./compare-node.ts";
import type { NodeFactValues } from "./fact-spool.ts";
import { stableText } from "./stable-text.ts";

const PARTS = 4;
const HEX_OF_PART = 8;

/** A sum of digests: the same for the same texts, in whatever order. */
export class Checksum {
  /** Each is a sum of its own, so that a change of any part of a digest changes it. */
  readonly #sums = new Uint32Array(PARTS);

  add(digest: Buffer): void {
    for (let part = 0; part < PARTS; part += 1)
      this.#sums[part] = (this.#sums[part] ?? 0) + digest.readUInt32BE(part * 4);
  }

  /** Adds another checksum, as text. */
  addSum(sum: string): void {
    this.add(Buffer.from(sum, "hex"));
  }

  toString(): string {
    return [...this.#sums].map((sum) => sum.toString(16).padStart(HEX_OF_PART, "0")).join("");
  }
}

/** Returns the digest of a text. */
export function digestOf(text: string): Buffer {
  return hash("sha256", text, "buffer");
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
  let isEqual = true;
  for (const [name, values] of facts) {
    const texts = [joinedOf(name, values, model).all, values.stored].map((value) =>
      value === undefined || (model.expiresAtMs(name, value) ?? Number.POSITIVE_INFINITY) <= readAtMs
        ? undefined
        : stableText([name, value]),
    );
    if (texts[0] !== undefined) archived.push(texts[0]);
    if (texts[1] !== undefined) stored.push(texts[1]);
    isEqual &&= texts[0] === texts[1];
  }
  const archivedText = textOf(nodeId, archived);
  return { archived: archivedText, stored: isEqual ? archivedText : textOf(nodeId, stored) };
}

function textOf(nodeId: string, facts: string[]): string {
  return facts.length === 0 ? "" : JSON.stringify([nodeId, ...facts.sort()]);
}
