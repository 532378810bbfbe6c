import { SIGNED_SINK } from "../../http-sink/http-sink.ts";
import { median } from "../../median.ts";
import { REPLAY, SCRIPTS } from "../../replay/replay.ts";
import type { Figures } from "../figures.ts";
import { fixed, markdownTable } from "../markdown.ts";

/** Returns the table of what came later and had no target: ours beside what one would use instead. */
export function sinceSection(figures: Figures): string {
  return [
    "Parts that came later, beside what one would use instead:",
    "",
    markdownTable(
      ["part", "ours", "instead", ""],
      [
        ...replayRows(figures),
        rebuildRow(figures),
        verifyRow(figures),
        forwardRow(figures),
        consoleRow(figures),
      ],
    ),
  ].join("\n");
}

function replayRows({ replay }: Figures): string[][] {
  const perS = (what: string) => replay.rates.find((rate) => rate.what === what)?.perS ?? Number.NaN;
  const ours = perS(REPLAY);
  return Object.values(SCRIPTS).map((script) => [
    "replay",
    `${fixed(ours, 0)} deliveries/s`,
    `${script}: ${fixed(perS(script), 0)}/s`,
    `${fixed(ours / perS(script), 1)} times as fast`,
  ]);
}

function rebuildRow({ rebuild }: Figures): string[] {
  const [ours, script] = rebuild;
  if (ours === undefined || script === undefined) return [];
  return [
    "rebuild",
    `${fixed(ours.writeUnits, 0)} write units, ${fixed(ours.seconds, 1)} s`,
    `${script.what}: ${fixed(script.writeUnits, 0)} write units, ${fixed(script.seconds, 1)} s`,
    `${fixed(ours.writeUnits / script.writeUnits, 2)} of the write units, with more in each row`,
  ];
}

function verifyRow({ verify }: Figures): string[] {
  const [ours, byHand] = [verify[0], verify.at(-1)];
  if (ours === undefined || byHand === undefined) return [];
  return [
    "verify",
    `${fixed(ours.factsCompared, 0)} facts in ${fixed(ours.seconds, 1)} s`,
    `SQL in DuckDB: ${fixed(byHand.factsCompared, 0)} facts in ${fixed(byHand.seconds, 1)} s`,
    `${fixed(ours.seconds / byHand.seconds, 1)} times as long, ${fixed(ours.factsCompared / byHand.factsCompared, 1)} times the facts`,
  ];
}

function forwardRow({ http }: Figures): string[] {
  const ours = http.find(({ name }) => name === SIGNED_SINK);
  const fetched = http.find(({ timesFetch }) => timesFetch === 1);
  return [
    "forward",
    `${fixed(ours?.perS ?? Number.NaN, 0)} requests/s, signed`,
    `${fetched?.name}: ${fixed(fetched?.perS ?? Number.NaN, 0)} requests/s, unsigned`,
    `${fixed(ours?.timesFetch ?? Number.NaN, 1)} times as fast`,
  ];
}

function consoleRow({ console: shown }: Figures): string[] {
  const ours =
    typeof shown === "string"
      ? "not measured"
      : `first row of ${shown.nodes.toLocaleString("en-US")} nodes after ${fixed(median(shown.firstRows), 0)} ms`;
  return ["console", ours, "ThingsBoard: no figures documented", "see [below](#console)"];
}
