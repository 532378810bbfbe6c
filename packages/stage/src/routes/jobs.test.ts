import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { EndRequest } from "../operate/progress.ts";
import { Jobs } from "./jobs.ts";

/** Runs until it is cancelled. */
const endless = ({ signal }: { readonly signal?: AbortSignal | undefined }) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });

describe("jobs of the page", () => {
  it("jobs are listed with how they have ended, the last one first, without control characters", async () => {
    const jobs = new Jobs();
    await jobs.start("first", async () => ({ text: "one\u001b[31m\u202e" }));
    await jobs.start("second", async () => ({ text: "two", failed: true }));
    expect(jobs.list()).toMatchObject([
      { title: "second", state: "failed", text: "two" },
      { title: "first", state: "done" },
    ]);
    for (const mark of ["\u001b", "\u202e"]) expect(jobs.list()[1]?.text).not.toContain(mark);
  });

  it("a job that fails soon is the failure of its action, with its code", async () => {
    const jobs = new Jobs();
    const refused = new RainhooksError("write-conflict", "Another process runs it.");
    await expect(jobs.start("one", () => Promise.reject(refused))).rejects.toBe(refused);
    expect(jobs.list()).toMatchObject([{ state: "failed", text: "Another process runs it." }]);
  });

  it("jobs continue when they take long, say what they do, and can be cancelled", async () => {
    const jobs = new Jobs();
    const started = jobs.start("one", ({ signal, onProgress }) => {
      onProgress?.({ step: "read-archive", objects: 2, deliveries: 30 });
      return endless({ signal });
    });
    expect(jobs.list()).toMatchObject([
      { state: "running", text: "reading the archive: 2 objects, 30 deliveries" },
    ]);
    await expect(jobs.cancel(7)).rejects.toMatchObject({ code: "not-found" });
    await jobs.cancel(1);
    await started;
    expect(jobs.list()).toMatchObject([{ state: "cancelled" }]);
  });

  it("a job is cancelled only if that is why it has ended", async () => {
    const jobs = new Jobs();
    const refused = new RainhooksError("throttled", "The table is busy.");
    const ends = [
      ["was done before", () => ({ text: "all" })],
      ["was half done", () => ({ text: "half", failed: true })],
      ["failed by itself", () => Promise.reject(refused)],
      [
        "was aborted below",
        () => Promise.reject(new Error("read", { cause: new DOMException("", "AbortError") })),
      ],
    ] as const;
    for (const [title, end] of ends) {
      const started = jobs.start(title, async ({ signal }) => {
        await new Promise((done) => signal?.addEventListener("abort", done));
        return end();
      });
      await jobs.cancel(Number(jobs.list()[0]?.id));
      await started.catch(() => undefined);
    }
    expect(jobs.list().map(({ title, state }) => `${title}: ${state}`)).toEqual([
      "was aborted below: cancelled",
      "failed by itself: failed",
      "was half done: cancelled",
      "was done before: done",
    ]);
  });

  it("a job that another process has cancelled is cancelled, as its record says", async () => {
    const jobs = new Jobs();
    await jobs.start("one", () => Promise.reject(new EndRequest("bob")));
    await jobs.start("half", async () => ({ text: "half", failed: true, isCancelled: true }));
    expect(jobs.list().map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  });

  it("jobs end with the console", async () => {
    const jobs = new Jobs();
    const started = jobs.start("one", endless);
    await jobs.stop();
    await started;
    expect(jobs.list()).toMatchObject([{ state: "cancelled" }]);
  });

  it("the listed jobs are the last ten that have ended, and all that run", async () => {
    const jobs = new Jobs();
    const running = jobs.start("runs", endless);
    for (let index = 0; index < 12; index += 1)
      await jobs.start(`job ${index}`, async () => ({ text: "" }));
    expect(jobs.list().map(({ title }) => title)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `job ${11 - index}`),
      "runs",
    ]);
    await jobs.stop();
    await running;
  });
});
