import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOG, type CatalogEntry, isDerived, shortType } from "@rainhooks/core/catalog";

type Json = Readonly<Record<string, unknown>>;

const SAMPLES = join(import.meta.dirname, "../../../docs/samples");

/**
 * Returns an AsyncAPI document of the topics from which webhooks get events, and of those that a
 * stage publishes itself. RainMaker documents names and topics, and no schema: what a message looks
 * like is taken from the samples, and nothing in it is required. Source of the format: AsyncAPI
 * specification 3.0.
 */
export function asyncApiDocument(): Json {
  const rows = CATALOG as readonly CatalogEntry[];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Events of ESP RainMaker on SNS",
      version: "1",
      description:
        "The SNS topics that RainMaker publishes to, and those of a Rainhooks stage. The samples show one form of each event; decoding accepts others (docs/events.md).",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(rows.map((row) => [shortType(row.type), channelOf(row)])),
    operations: Object.fromEntries(
      rows.map(({ type }) => [
        `receive_${shortType(type)}`,
        {
          action: "receive",
          channel: { $ref: `#/channels/${shortType(type)}` },
          summary: `A webhook gets ${shortType(type)}.`,
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(rows.map((row) => [shortType(row.type), messageOf(row)])),
    },
  };
}

function channelOf({ type, topic, inferred, filterLevels }: CatalogEntry): Json {
  const short = shortType(type);
  const notes = [
    isDerived(type) ? "A topic of the stage." : "A topic of RainMaker.",
    filterLevels.length === 0
      ? "No filter applies."
      : `Filters apply at: ${filterLevels.join(", ")}.`,
    ...(inferred === true
      ? ["No public source shows its name: it follows that of the others."]
      : []),
  ];
  return {
    address: isDerived(type) ? `rainhooks-{stage}-${short.replaceAll("_", "-")}` : topic,
    description: notes.join(" "),
    ...(isDerived(type) ? { parameters: { stage: { description: "Name of the stage." } } } : {}),
    messages: { [short]: { $ref: `#/components/messages/${short}` } },
  };
}

function messageOf({ type }: CatalogEntry): Json {
  const short = shortType(type);
  const sample: unknown = JSON.parse(readFileSync(join(SAMPLES, `${short}.json`), "utf8"));
  return {
    name: type,
    title: short,
    contentType: "application/json",
    payload: schemaOf(sample),
    examples: [{ name: "sample", payload: sample }],
  };
}

/** Returns the schema that a value shows: its types, and that of the first entry of a list. */
function schemaOf(value: unknown): Json {
  if (Array.isArray(value))
    return { type: "array", ...(value.length === 0 ? {} : { items: schemaOf(value[0]) }) };
  if (value !== null && typeof value === "object") {
    const properties = Object.entries(value).map(([name, one]) => [name, schemaOf(one)]);
    return { type: "object", properties: Object.fromEntries(properties) };
  }
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number" };
  return { type: value === null ? "null" : typeof value };
}
