import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { VerifyWork } from "../verify/verify-work.ts";
import type { Works } from "./share.ts";
import { workThreads } from "./work-threads.ts";

const SCRIPT = new URL("./testing/thread.ts", import.meta.url);
const RANGE = { fromMs: 0, toMs: 1, readAtMs: 2 };

let threads: Works<VerifyWork>;
beforeEach(async () => {
  threads = await workThreads(2, SCRIPT, "set up")({ nodes: ["kitchen"] }, "/folder");
});
afterEach(() => threads.stop());

it("do what they are asked for, with what they were started with", async () => {
  const read = await Promise.all(
    threads.works.map((work, index) => work.readObjects([`key-${index}`], RANGE)),
  );
  expect(read.map(({ problems }) => problems)).toEqual([
    ["key-0", "set up", "kitchen"],
    ["key-1", "set up", "kitchen"],
  ]);
  const [first] = threads.works;
  expect(await first?.endReading()).toBe("/folder");
  const times = { fromMs: 0, isFromAsked: false, readAtMs: 2 };
  expect(await first?.comparePartition(0, [], times)).toMatchObject({
    counts: { nodes: 0 },
    archived: "0".repeat(32),
  });
});

it("say why they cannot, and go on", async () => {
  const [first] = threads.works;
  const segment = (table: string) => ({ table, segment: 0, of: 1 });
  await expect(first?.readTable(segment("missing"))).rejects.toMatchObject({
    code: "not-found",
    message: "There is no table missing.",
    permanent: true,
  });
  expect(await first?.readTable(segment("nodes"))).toEqual({ items: 1, units: 0.5 });
});

it("end what was asked of a thread that has ended", async () => {
  const [first] = threads.works;
  const read = () => first?.readTable({ table: "end", segment: 0, of: 1 });
  await expect(read()).rejects.toThrow("A thread of the verification has ended.");
  await expect(read()).rejects.toThrow("A thread of the verification has ended.");
});
