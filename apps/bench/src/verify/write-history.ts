import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hourOf } from "@rainhooks/archive";
import { deliveryAt } from "./history.ts";

const PER_OBJECT = 25_000;

/** Writes the deliveries of a history as the archive has them. */
export async function writeHistory(folder: string, nodes: number, deliveries: number): Promise<void> {
  for (let first = 0; first < deliveries; first += PER_OBJECT) {
    const count = Math.min(PER_OBJECT, deliveries - first);
    const lines = Array.from({ length: count }, (_, line) => JSON.stringify(deliveryAt(first + line, nodes)));
    const hour = hourOf(deliveryAt(first, nodes).sentAtMs);
    const path = join(folder, `deliveries/${hour}/archive-${String(first).padStart(12, "0")}.gz`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await promisify(gzip)(`${lines.join("\n")}\n`));
  }
}
