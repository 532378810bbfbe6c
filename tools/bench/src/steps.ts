import { RainhooksError } from "@rainhooks/core/errors";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { measureBundles } from "./bundles.ts";
import { DECODE_AND_FILTER, measureDecode } from "./decode.ts";
import { measureUntilMet, meetsLimit, type Ratio } from "./ratio.ts";

/** How much a step measures. */
type StepSize = "full" | "small";

/** What a step has measured: for people, and as ratios that must not get worse. */
interface StepResult {
  readonly table: string;
  readonly ratios: readonly Ratio[];
}

/*
 * Limits have room for a busy machine: each is half as far again, or more, from what is measured on
 * a quiet one, but for the processor time of loading, whose ratio hardly depends on that. They fail
 * when something became twice as slow, not when it became slower by a tenth.
 */
const MAX_PARSE = 5;

/** Measures decoding and filtering beside `JSON.parse` of the same bytes. */
export async function decodeStep(size: StepSize): Promise<StepResult> {
  const { events, bytes, times } = await measureDecode(size === "full" ? 200 : 40);
  const value = times.find(({ name }) => name === DECODE_AND_FILTER)?.timesParse ?? Number.NaN;
  const table = formatTable(
    ["decoding", "µs per event", "times JSON.parse"],
    times.map(({ name, us, timesParse }) => [name, us.toFixed(2), timesParse.toFixed(1)]),
  );
  return {
    ratios: [{ what: "decode and filter / JSON.parse", value, limit: MAX_PARSE }],
    table: `${events} events of a fleet, in both casings, ${bytes.toFixed(0)} bytes on average\n${table}`,
  };
}

/**
 * The processor time of loading, as a share of the plain client's: about a tenth more than on a
 * quiet machine.
 */
const MAX_LOAD: Readonly<Record<string, number>> = {
  archive: 0.68,
  "node-status": 0.65,
  "time-series": 0.62,
  forward: 0.76,
  hello: 0.62,
  "query-api": 0.72,
};

/** Measures the loading of bundles beside that of a plain client. */
export async function loadStep(size: StepSize): Promise<StepResult> {
  const bundles = await measureBundles(size === "full" ? 25 : 7);
  return {
    ratios: Object.entries(MAX_LOAD).map(([name, limit]) => {
      const value = bundles.find((one) => one.name === name)?.ofPlainClient ?? Number.NaN;
      return { what: `processor time of loading ${name} / plain client`, value, limit };
    }),
    table: formatTable(
      ["bundle", "KiB", "at start", "zipped", "CPU ms", "of the plain client"],
      bundles.map(({ name, kib, startKib, zippedKib, loadMs, ofPlainClient }) => [
        name,
        kib,
        startKib,
        zippedKib,
        loadMs.toFixed(1),
        ofPlainClient.toFixed(2),
      ]),
    ),
  };
}

/**
 * Measures a little, and compares the ratios of times with their limits.
 *
 * @throws {RainhooksError} `input-invalid` if a ratio misses its limit each time.
 */
export async function checkRatios(): Promise<string> {
  const ratios = [];
  for (const step of [decodeStep, loadStep])
    ratios.push(...(await measureUntilMet(async () => (await step("small")).ratios)));
  const table = formatTable(
    ["ratio", "measured", "at most"],
    ratios.map(({ what, value, limit }) => [what, value.toFixed(2), limit]),
  );
  if (ratios.every(meetsLimit)) return table;
  throw new RainhooksError(
    "input-invalid",
    `${table}\nOne of these missed its limit three times in a row. If that is right, change the limit in tools/bench/src/steps.ts.`,
  );
}
