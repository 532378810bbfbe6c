const BARS = "▁▂▃▄▅▆▇█";

/**
 * Formats numbers as a line of bars, from their minimum to their maximum; more than `width` numbers
 * are averaged in groups.
 */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const some = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    );
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
  const min = Math.min(...means);
  const span = Math.max(...means) - min;
  return means
    .map((mean) => BARS[span === 0 ? 0 : Math.round(((mean - min) / span) * (BARS.length - 1))])
    .join("");
}
