import { RainhooksError } from "@rainhooks/core/errors";
import { encodeItem } from "./encode.ts";
import { failAll, type Item, type ItemFailure } from "./sink.ts";

/** Items as newline-delimited JSON, and their ids. */
export interface Packet {
  readonly ids: readonly string[];
  readonly data: Uint8Array;
}

/** Packets, and the items that cannot be packed. */
export interface PackResult {
  readonly packets: readonly Packet[];
  readonly failures: readonly ItemFailure[];
}

/**
 * Packs items, in order, into packets of newline-delimited JSON. A packet is filled as long as the
 * next line fits; lines are never split. An item whose line is larger than a packet fails
 * permanently with `item-too-large`, an item that cannot be converted to JSON with `sink-rejected`.
 *
 * @param maxBytes Maximum size of a packet.
 */
export function packLines(items: readonly Item<unknown>[], maxBytes: number): PackResult {
  const packets: Packet[] = [];
  const failures: ItemFailure[] = [];
  let ids: string[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  const close = () => {
    if (lines.length > 0) packets.push({ ids, data: Buffer.concat(lines, bytes) });
    ids = [];
    lines = [];
    bytes = 0;
  };
  for (const { id, value } of items) {
    const encoded = encodeItem(id, () => Buffer.from(`${JSON.stringify(value)}\n`));
    if (!encoded.ok) {
      failures.push(encoded.failure);
      continue;
    }
    const line = encoded.output;
    if (line.length > maxBytes) {
      failures.push(...failAll([id], tooLarge(id, line.length, maxBytes)));
      continue;
    }
    if (bytes + line.length > maxBytes) close();
    ids.push(id);
    lines.push(line);
    bytes += line.length;
  }
  close();
  return { packets, failures };
}

function tooLarge(id: string, bytes: number, maxBytes: number): RainhooksError {
  const message = `Item ${id} has ${bytes} bytes, the maximum is ${maxBytes}.`;
  return new RainhooksError("item-too-large", message, { permanent: true });
}
