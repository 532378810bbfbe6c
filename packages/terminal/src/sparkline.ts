const BARS = "▁▂▃▄▅▆▇█";

/** Numbers as a line of bars, from the least to the greatest of them; more than `width` of them are averaged side by side. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const some = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    );
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
  const least = Math.min(...means);
  const span = Math.max(...means) - least;
  return means
    .map((mean) => BARS[span === 0 ? 0 : Math.round(((mean - least) / span) * (BARS.length - 1))])
    .join("");
}
