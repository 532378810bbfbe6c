import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

/** Describes replay, rebuild and verify beside what one would do by hand. */
export function operateSection({ replay, rebuild, verify }: Figures): string {
  const size = `${replay.deliveries.toLocaleString("en-US")} deliveries in ${replay.objects} objects, ${fixed(replay.bytes / 1e6, 0)} MB`;
  return [
    "### Replay",
    "",
    `An archive of ${size}. The queue responds after 5 ms. The scripts do what one would write by hand: they read the same objects and send each line, one call after the other, without a plan, a rate, a place to go on from, or a mark that says that it is a replay. DuckDB and \`zcat\` only count lines.`,
    "",
    markdownTable(
      ["", "deliveries/s", "peak MiB"],
      replay.rates.map(({ what, perS, peakMiB }) => [what, Math.round(perS), mib(peakMiB)]),
    ),
    "",
    "### Rebuild",
    "",
    "The rows of node status made again from an archive, on the embedded DynamoDB. The rebuild reads the archive twice, compares the new rows with it and with the old ones, and switches; the script only writes the last connect and disconnect, and is not atomic for readers. Both results are compared with a naive model.",
    "",
    markdownTable(
      ["", "seconds", "write units", "calls of DynamoDB"],
      rebuild.map(({ what, seconds, writeUnits, calls }) => [
        ...[what, fixed(seconds, 1), Math.round(writeUnits), calls],
      ]),
    ),
    "",
    "### Verify",
    "",
    "Rows of node status compared with an archive. DuckDB compares two facts of each node, in SQL written by hand, with all processors; `verify` compares all of them, finds the row that differs, and judges each delivery by the rules of its time.",
    "",
    markdownTable(
      ["", "seconds", "facts compared", "peak MiB"],
      verify.map(({ what, seconds, factsCompared, peakMiB }) => [
        ...[what, fixed(seconds, 1), factsCompared, mib(peakMiB)],
      ]),
    ),
  ].join("\n");
}

function mib(value: number | undefined): string {
  return value === undefined ? "–" : fixed(value, 0);
}
