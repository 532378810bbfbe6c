import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type BuildOptions, build } from "esbuild";
import { leaveOut } from "./leave-out.mjs";

const SECRET = 'export const settings = { token: { kind: "secret" } };';
const PUBLIC = 'export const settings = { url: { kind: "url" } };';
const STREAMS = 'import "@smithy/core/event-streams";';

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "leave-out-"));
  await writeFile(join(folder, "ssm-client.ts"), 'export const client = "the client of secrets";');
  await writeFile(join(folder, "streams.ts"), 'export const streams = "streams of events";');
});
afterAll(() => rm(folder, { recursive: true }));

/** Bundles a function that could load both parts, and returns all code. */
async function bundled(...sources: readonly string[]): Promise<string> {
  await writeFile(
    join(folder, "handler.ts"),
    [
      ...sources,
      'export const load = () => [import("./ssm-client.ts"), import("@smithy/core/event-streams")];',
    ].join("\n"),
  );
  const options = {
    absWorkingDir: folder,
    entryPoints: ["handler.ts"],
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "node",
    splitting: true,
    write: false,
    metafile: true,
    tsconfigRaw: {
      compilerOptions: { paths: { "@smithy/core/event-streams": [join(folder, "streams.ts")] } },
    },
  } satisfies BuildOptions;
  const draft = await build(options);
  const inputs = Object.fromEntries(
    Object.entries(draft.metafile.inputs).map(([file, input]) => [join(folder, file), input]),
  );
  const { outputFiles } = await build({ ...options, plugins: [await leaveOut(inputs)] });
  return outputFiles.map(({ text }) => text).join("\n");
}

test.each([
  ["the client that fetches secrets, without a secret", [PUBLIC], "the client of secrets", false],
  ["nothing of secrets, with one", [SECRET], "the client of secrets", true],
  ["streams of events, which no client imports", [PUBLIC], "streams of events", false],
  ["no streams of events that a client imports", [STREAMS], "streams of events", true],
])("a bundle leaves out %s", async (_, sources, text, isKept) => {
  expect((await bundled(...sources)).includes(text)).toBe(isKept);
});

test("a module that is left out of a bundle throws an error with a message when it is used", async () => {
  expect(await bundled(PUBLIC)).toContain("tools/build leaves out of bundles");
});
