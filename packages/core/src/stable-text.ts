/** Writes a value as JSON with its keys in order, so that equal values have equal texts. */
export function stableText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => stableText(one) ?? "null").join()}]`;
  const parts: string[] = [];
  for (const [key, one] of Object.entries(value).sort(byKey))
    if (one !== undefined) parts.push(`${JSON.stringify(key)}:${stableText(one)}`);
  return `{${parts.join()}}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
