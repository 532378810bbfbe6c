import { describe, expect, it } from "@jest/globals";
import { progressText, replayProgressText } from "./progress.ts";
import { NO_COUNTS, type ReplayJob } from "./replay/replay-job.ts";

const request = { webhook: "bell", fromMs: 100, toMs: 900, rate: 50, maxDeadLetters: 1 };
const hours = { first: "2026/11/24/08", last: "2026/11/24/09", late: [] };

describe("the progress of a replay", () => {
  const job: ReplayJob = {
    id: "job-1",
    request,
    state: "running",
    startedBy: "me",
    createdAtMs: 0,
    updatedAtMs: 0,
    version: 1,
    hours,
    planned: 2000,
    counts: { ...NO_COUNTS, matched: 500, sent: 499 },
    resumed: 0,
    problems: [],
  };

  it("the progress of a replay has the time that is left at the rate that was asked for", () => {
    expect(replayProgressText(job, undefined)).toBe("499 of 2,000 sent, 30 s left");
  });

  it("the progress of a replay says what the replay waits for", () => {
    const wait = { for: "fewer-waiting", webhook: "bell", count: 20_001 } as const;
    expect(replayProgressText(job, wait)).toBe(
      "499 of 2,000 sent, waiting until some of the 20,001 messages that wait for bell are handled",
    );
  });
});

it("progressText has the maximum wait, in whole seconds", () => {
  const wait = { for: "archive-buffer", leftMs: 1 } as const;
  expect(progressText({ step: "wait", wait })).toBe(
    "Waiting until the archive's buffer is written (1 s).",
  );
});
