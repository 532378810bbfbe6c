/** The event that a value comes from. */
export interface Source {
  /** When the event happened, epoch milliseconds. */
  readonly atMs: number;
  /** When SNS received the message, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly deliveryId: string;
}

/** Compares sources by time, then by delivery id, so that different sources are never equal. */
export function compareSources(a: Source, b: Source): number {
  return a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || compareText(a.deliveryId, b.deliveryId);
}

/** Compares texts by their code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Returns the value as a source; `undefined` if it is not one. */
export function decodeSource(
  raw: unknown,
): (Source & Readonly<Record<string, unknown>>) | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { atMs, sentAtMs } = raw as Partial<Record<keyof Source, unknown>>;
  if (typeof atMs !== "number" || typeof sentAtMs !== "number") return undefined;
  return raw as Source & Readonly<Record<string, unknown>>;
}
