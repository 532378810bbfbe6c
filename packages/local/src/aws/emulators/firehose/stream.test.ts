import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { openJournal } from "./journal.ts";
import { Stream } from "./stream.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stream-"));
});
afterEach(() => rm(folder, { recursive: true }));

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

/** A stream whose bucket fails the first times. */
async function openStream(failures: number, nowMs = () => 0, bufferS = 0) {
  const { journal, records } = await openJournal(join(folder, "stream.journal"));
  const written: string[] = [];
  const keys: string[] = [];
  const errors: unknown[] = [];
  let calls = 0;
  const stream = new Stream(
    {
      name: "deliveries",
      destination: { bucket: "archive", prefix: "deliveries/", bufferS, bufferMiB: 1 },
      journal,
      putObject: async (_bucket, key, body) => {
        calls += 1;
        if (calls <= failures) throw new Error("The disk is full.");
        written.push(gunzipSync(body).toString());
        keys.push(key);
      },
      nowMs,
      onError: (error) => errors.push(error),
    },
    records,
  );
  return { stream, written, keys, errors };
}

it("a stream writes its buffer into the folder of the hour in which the oldest record arrived", async () => {
  let nowMs = Date.UTC(2026, 10, 24, 8, 59, 59);
  const { stream, written, keys } = await openStream(0, () => nowMs, 60);
  for (const record of ["one", "two"]) {
    await stream.put([Buffer.from(record)]);
    nowMs += 2000;
  }
  await stream.close();
  expect(written).toEqual(["onetwo"]);
  expect(keys).toEqual([
    expect.stringMatching(/^deliveries\/2026\/11\/24\/08\/deliveries-1-2026-11-24-09-00-03-/),
  ]);
});

it("a stream does not try again after it was closed, and keeps what it could not write for the next start", async () => {
  const before = timers();
  const { stream, errors } = await openStream(Number.POSITIVE_INFINITY);
  await stream.put([Buffer.from("one")]);
  while (errors.length === 0) await new Promise((done) => setTimeout(done, 1));
  const lastTry = stream.flush().catch(() => undefined);
  await expect(stream.close()).rejects.toThrow("The disk is full.");
  await lastTry;
  await new Promise((done) => setTimeout(done, 1));
  expect(timers()).toBe(before);
  const again = await openStream(0);
  await again.stream.close();
  expect(again.written).toEqual(["one"]);
  expect(timers()).toBe(before);
});
