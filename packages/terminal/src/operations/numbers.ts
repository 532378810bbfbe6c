/** Formats a number with separators. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Formats a number of bytes. */
export function bytesText(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}
