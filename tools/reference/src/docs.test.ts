import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { alarmsPage } from "./alarms-page.ts";
import { asyncApiDocument } from "./asyncapi.ts";
import { stageFields } from "./fields.ts";
import { GENERATED } from "./pages.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (name: string) => readFileSync(join(ROOT, "docs", name), "utf8");

/** Returns a page as the formatter writes it, which pads tables. */
function formatted(name: string, input: string): string {
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "format", `--stdin-file-path=docs/${name}`];
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    input,
    stdio: "pipe",
    encoding: "utf8",
  });
}

it.each(Object.entries(GENERATED))(
  "docs/%s is what npm run reference writes, to the byte",
  async (name, make) => {
    expect(read(name)).toBe(formatted(name, await make()));
  },
);

it("every field of a stage is explained", () => {
  const fields = stageFields();
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter(({ text, defaultValue }) => text === "" && defaultValue === "")).toEqual([]);
});

it("the AsyncAPI document has each topic with a sample", () => {
  const { channels, components } = asyncApiDocument() as {
    readonly channels: Readonly<Record<string, object>>;
    readonly components: {
      readonly messages: Readonly<
        Record<string, { readonly payload: { readonly properties: object } }>
      >;
    };
  };
  expect(Object.keys(channels)).toHaveLength(EVENT_TYPES.length);
  for (const { payload } of Object.values(components.messages))
    expect(Object.keys(payload.properties)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^event_?type$/i),
        expect.stringMatching(/^event_?data$/i),
      ]),
    );
});

it("docs/stage-alarms.md has every alarm once", () => {
  const page = alarmsPage();
  for (const name of [
    "<function>-late",
    "<table>-table",
    "archive-freshness",
    "destinations-paused",
  ])
    expect(page.split(`\n| \`${name}\` |`)).toHaveLength(2);
  expect(page).not.toMatch(/\| `(archive|hello|attempts)-(late|failing)/);
});

it("docs/personal-data.md has every table", () => {
  expect(read("personal-data.md").match(/^\| table `/gm)?.length).toBeGreaterThan(12);
});
