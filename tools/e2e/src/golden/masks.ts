import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { PLAYED_FROM_MS, PLAYED_TO_MS } from "./played-stage.ts";

/**
 * Returns what stands for a time: of what was played the minutes before its end, of this run
 * nothing that differs.
 */
function timeMask(ms: number): string {
  const minutes = (PLAYED_TO_MS - ms) / MINUTE_MS;
  const isPlayed = Number.isInteger(minutes) && ms >= PLAYED_FROM_MS && ms <= PLAYED_TO_MS;
  return isPlayed ? `T-${minutes}` : "<time>";
}

/**
 * What differs from run to run, and what stands for it. All of it is here: what no rule takes out
 * must be the same each time.
 */
const RULES: readonly (readonly [pattern: RegExp, mask: string | ((found: string) => string)])[] = [
  [/\b(?:127\.0\.0\.1|localhost):\d{4,5}\b/g, "<host>"],
  [/[\w-]+-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.gz/g, "<object>"],
  [/(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uuid>"],
  // Of replays, erasures and pauses.
  [/\b\d{8}-\d{6}-[0-9a-f]{4,12}\b/g, "<run>"],
  [/\bevt_[\w-]{43}/g, "evt_<hash>"],
  [/\bwhsec_[\w+/=]+/g, "whsec_<secret>"],
  [/(?<=rainhooks-erased-)[0-9a-f]{12}/g, "<alias>"],
  [/(?<=local user )\S+/g, "<user>"],
  [/(?<=alarmId\W{1,5})[\w-]{22}/g, "<alarm>"],
  // Where no beginning was asked for, it is a full minute or hour before now, and can be one of
  // those that were played.
  [
    /(?<="(?:fromMs|next)": "?)1[789]\d{11}\b/g,
    (text) => (Number(text) === PLAYED_FROM_MS ? timeMask(PLAYED_FROM_MS) : "<time>"),
  ],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (text) => timeMask(Date.parse(text))],
  // The archive's, in the time zone of the machine.
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::\d\d)?/g, "<time>"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, (text) => timeMask(Date.parse(`${text}Z`))],
  [/\b\d{4}-\d\d-\d\d\b/g, "<day>"],
  [/(?<=\b(?:000)?)1[789]\d{11}\b/g, (text) => timeMask(Number(text))],
  [/\b1[789]\d{8}\b/g, (text) => timeMask(Number(text) * SECOND_MS)],
  [/\b\d{4}\/\d\d\/\d\d\/\d\d\b/g, "<hour>"],
  // A text that is cut ends within a time.
  [/(?<=:)1[789]\d{2,10}(?=…)/g, "<cut>"],
  // How long ago what was played is: at least two hours. What lies between two of its times is
  // shorter.
  [/\b(?:1 d(?: \d+ h)?|\d+ h(?: \d+ min)?)\b/g, "<hours>"],
  [/(?<=^uptime +)\S+/gm, "<share>"],
  [/(?<="oldestS": )[\d.]+/g, "<s>"],
  // Of a range that ends now.
  [/(?<="(?:perNodeDay|perDay)": )\d+\.\d{5,}/g, "<rate>"],
  // Which functions are waited for depends on which are done.
  [/^! Waiting until .*\n?/gm, ""],
  // How long a request takes.
  [/\b[\d.]+ ms\b/g, "<ms>"],
  [/(?<="(?:medianMs|p95Ms)": )[\d.]+/g, "<ms>"],
  [/(?<="durationMs": |(?:delivered|failed)[ ,]\d{3}(?: +|,))[\d.]+/g, "<ms>"],
  [/(?<=problems?, in )\d+(?= s\.)/g, "<s>"],
  // Into how many objects the archive puts what comes, and their bytes, depends on when it comes.
  [/\b\d+ objects?\b/g, "<n> objects"],
  [/\b[\d.]+ (?:bytes|B|KB)\b/g, "<bytes>"],
  [/(?<="(?:objects|rewritten|objectBytes|archiveBytes|bytes)": )\d+/g, "<n>"],
  [/(?<=^<hour>(?: +|,))\d+/gm, "<n>"],
  // Minutes of what happens now: their sum.
  [
    /\[\s*(?:\d+,\s*){9,}\d+\s*\]/g,
    (text) => `sum ${(JSON.parse(text) as number[]).reduce((sum, number) => sum + number, 0)}`,
  ],
  [/(?<="toMs": (?:T-0|<time>),\s+"deliveries": )\d+/g, "<n>"],
  [/(?<="S3 \(reading\)": )[\d.e-]+/g, "<n>"],
  // A file of the page is named by its content.
  [/(?<=\/files\/)style-\w+(?=\.css)/g, "<style>"],
];

/**
 * Returns a text without what differs from run to run. @param known Texts of this run, with what
 * stands for them.
 */
export function maskRunText(
  text: string,
  known: readonly (readonly [text: string, mask: string])[],
): string {
  let result = text;
  for (const [volatile, mask] of known) result = result.replaceAll(volatile, mask);
  for (const [pattern, mask] of RULES)
    result =
      typeof mask === "string" ? result.replace(pattern, mask) : result.replace(pattern, mask);
  // Columns are as wide as what stood in them. Of the same lines, as of objects, there is one.
  const even = result.replace(/(?<=\S) {2,}(?=\S)/g, "  ").replace(/[ \t]+$/gm, "");
  return even
    .trimEnd()
    .replace(/^((?:.*<object>.*\n)|(?: +\{\n.*<object>(?:.*\n){4} +\},\n))\1*/gm, "$1");
}
