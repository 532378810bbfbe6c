/** Formats a number with separators. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** Returns a value that a device has sent as text; of a number six digits. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/**
 * Says how many of the planned ones, such as `7 of 10`; what was started without a plan does not
 * know of how many.
 */
export function ofPlanned(count: number, { planned }: { readonly planned: number }): string {
  return planned === 0 ? number(count) : `${number(count)} of ${number(planned)}`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Formats a number of bytes. */
export function bytesText(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}
