import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

/** Describes decoding beside `JSON.parse`. */
export function decodeSection({ decode }: Figures): string {
  const title = `${decode.events.toLocaleString("en-US")} events of a fleet, in both casings, ${fixed(decode.bytes, 0)} bytes on average. All is done in turn; the first quartile counts.`;
  return [
    ...["### Decoding", "", title, ""],
    markdownTable(
      ["", "µs per event", "times `JSON.parse`"],
      decode.times.map(({ name, us, timesParse }) => [name, fixed(us, 2), fixed(timesParse, 1)]),
    ),
  ].join("\n");
}

/** Describes the bundles beside plain clients of the SDK. */
export function bundlesSection({ bundles }: Figures): string {
  return [
    "### Bundles",
    "",
    "Each is loaded by new processes, in turn with a function that only creates a client of the AWS SDK, bundled by the defaults of esbuild: of Firehose for archive, of DynamoDB for the others. The first quartile counts.",
    "",
    markdownTable(
      ["bundle", "KiB", "at start", "zipped", "load ms", "of the plain client"],
      bundles.map(({ name, kib, startKib, zippedKib, loadMs, ofPlainClient }) => [
        ...[name, kib, startKib, zippedKib, fixed(loadMs, 1), fixed(ofPlainClient, 2)],
      ]),
    ),
  ].join("\n");
}

/** Describes what is installed. */
export function installedSection({ installed }: Figures): string {
  const largest = installed.largest.map(({ name, mib }) => `${name.replaceAll("+", "/")} ${fixed(mib, 0)}`);
  return [
    "### Installed",
    "",
    `${fixed(installed.mib, 0)} MB without the packages of the infrastructure, ${fixed(installed.withInfraMib, 0)} MB with them; npm run check fails for a dependency that nothing uses. The largest, in MB: ${largest.join(", ")}.`,
  ].join("\n");
}
