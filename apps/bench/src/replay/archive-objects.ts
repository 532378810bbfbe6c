import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { CATALOG, type Delivery, HOUR_MS } from "@rainhooks/core";

/** Deliveries of an object, about as many as a buffer of Firehose has. */
const PER_OBJECT = 25_000;
const OBJECTS_PER_HOUR = 12;
const START_MS = Date.UTC(2026, 10, 1);
const NODES = 10_000;

/** What was written. */
export interface WrittenArchive {
  readonly objects: number;
  readonly bytes: number;
  /** Range of times at which the deliveries were published. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Writes an archive as Firehose would: gzipped lines, about 700 bytes each, twelve objects an hour. */
export async function writeArchive(folder: string, deliveries: number): Promise<WrittenArchive> {
  let bytes = 0;
  const objects = Math.ceil(deliveries / PER_OBJECT);
  for (let object = 0; object < objects; object += 1) {
    const count = Math.min(PER_OBJECT, deliveries - object * PER_OBJECT);
    const lines = Array.from({ length: count }, (_, line) =>
      JSON.stringify(deliveryAt(object * PER_OBJECT + line, object)),
    );
    const zipped = await promisify(gzip)(`${lines.join("\n")}\n`);
    bytes += zipped.length;
    const path = join(folder, keyOf(object));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, zipped);
  }
  return {
    objects,
    bytes,
    fromMs: START_MS,
    toMs: START_MS + Math.ceil(objects / OBJECTS_PER_HOUR) * HOUR_MS,
  };
}

function keyOf(object: number): string {
  const hour = new Date(START_MS + Math.floor(object / OBJECTS_PER_HOUR) * HOUR_MS);
  const folder = hour.toISOString().slice(0, 13).replace(/[-T]/g, "/");
  return `deliveries/${folder}/archive-${String(object).padStart(6, "0")}.gz`;
}

function deliveryAt(index: number, object: number): Delivery {
  const { type, topic } = CATALOG[index % CATALOG.length] ?? CATALOG[0];
  const sentAtMs = START_MS + (object * HOUR_MS) / OBJECTS_PER_HOUR + (index % PER_OBJECT) * 10;
  const node = `node-${(index * 7919) % NODES}`;
  const user = `5c75d6be-4a95-4065-951b-${String(index % 1000).padStart(12, "0")}`;
  return {
    id: `47f807ce-d355-534e-${String(index % 10_000).padStart(4, "0")}-${String(index).padStart(12, "0")}`,
    sentAtMs,
    topic,
    attributes: { event_type: type, user_id: user, node_id: node },
    body: JSON.stringify({
      EventVersion: "v1",
      Id: "RainMakerEventId",
      EventType: type,
      Timestamp: sentAtMs,
      Description: `${user}(User)'s (Node)${node} has sent an event, number ${index}`,
      EventData: {
        UserId: user,
        NodeId: node,
        Payload: JSON.stringify({ Light: { Power: index % 2 === 0 } }),
      },
    }),
  };
}
