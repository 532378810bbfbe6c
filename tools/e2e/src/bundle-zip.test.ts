import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

const BUNDLE = fileURLToPath(new URL("../../build/bin/bundle.mjs", import.meta.url));
const SOURCES = {
  "handler.ts":
    'export const handler = async () => (await import("./later.ts")).later(await import("./rare.ts"));\n',
  "later.ts": "export const later = (what: unknown) => what;\n",
  "rare.ts": "export const rare = true;\n",
};

/**
 * Bundles the sources in a new folder, as another clone on another day would, and returns the zip.
 */
function zipOf(sources: Readonly<Record<string, string>>, day: string, TZ: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "a clone "));
  mkdirSync(join(folder, "src"));
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(join(folder, "src", name), text);
    utimesSync(join(folder, "src", name), new Date(day), new Date(day));
  }
  const { status, stderr } = spawnSync(process.execPath, [BUNDLE], {
    cwd: folder,
    env: { ...process.env, TZ },
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const zip = readFileSync(join(folder, "bundle.zip"));
  rmSync(folder, { recursive: true });
  return zip;
}

describe("zip of a bundle", () => {
  it("the zip has the same bytes for the same sources in another folder, time zone and day", () => {
    const zip = zipOf(SOURCES, "2026-01-01T00:00:00Z", "America/Los_Angeles");
    expect(zipOf(SOURCES, "2026-11-25T12:00:00Z", "Asia/Tokyo").equals(zip)).toBe(true);
  });

  it("the zip has files that Lambda's user may read", () => {
    const zip = zipOf(SOURCES, "2026-01-01T00:00:00Z", "UTC");
    // Of the central directory: the upper half of an entry's external attributes. Source: PKWARE's
    // APPNOTE.TXT, 4.3.12.
    const modes: number[] = [];
    for (
      let at = zip.indexOf("PK\u0001\u0002");
      at >= 0;
      at = zip.indexOf("PK\u0001\u0002", at + 1)
    )
      modes.push(zip.readUInt16LE(at + 40));
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0o100644]));
  });

  it("the zip has other bytes when a source changes", () => {
    const zip = zipOf(SOURCES, "2026-01-01T00:00:00Z", "UTC");
    const other = zipOf(
      { ...SOURCES, "rare.ts": "export const rare = false;\n" },
      "2026-01-01T00:00:00Z",
      "UTC",
    );
    expect(other.equals(zip)).toBe(false);
  });
});
