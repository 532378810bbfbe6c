import { countText } from "@rainhooks/core/count-text";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { StageAccess } from "../../stage-access.ts";
import { onTheWayMs, waitUntilArchived } from "../archive/what-waits.ts";
import type { OperationOptions } from "../progress.ts";
import { hoursOf, stageArchive } from "../stage/archive.ts";
import { countDeliveries } from "./count-deliveries.ts";
import { type ReplayQuestion, requestOf } from "./request.ts";
import { targetOf } from "./target.ts";

/** A replay that can be started. */
export type PlannedReplay = Awaited<ReturnType<typeof planReplay>>;

/**
 * Plans a replay: reads the archive as the replay would, and counts. Nothing is sent.
 *
 * @throws {RainhooksError} `input-invalid` for what makes no sense, `not-found` for an unknown
 * webhook, and if there is nothing to replay.
 */
export async function planReplay(
  access: StageAccess,
  question: ReplayQuestion,
  { signal, onProgress }: OperationOptions = {},
) {
  const { webhook, address, wait = false } = question;
  const { subscribed, needsAddress } = targetOf(access, webhook);
  if (needsAddress && address === undefined)
    throw inputError({
      problem: `${webhook} accepts replays for one part of it only, such as one destination.`,
      remedy: "Name it as address.",
    });
  const nowMs = Date.now();
  const request = requestOf(question, subscribed, { latestMs: nowMs - onTheWayMs(access), nowMs });
  await waitUntilArchived(access, request.toMs, { wait, signal, onProgress });
  const hours = await hoursOf(access, request, Date.now());
  const plan = await countDeliveries(request, {
    archive: stageArchive(access),
    hours,
    subscribed,
    signal,
    onProgress: ({ objects, read: deliveries, matched }) =>
      onProgress?.({ step: "read-archive", objects, deliveries, matched }),
  });
  if (plan.matched > 0) return { request, hours, plan };
  const range = [request.fromMs, request.toMs]
    .map((atMs) => new Date(atMs).toISOString())
    .join(" to ");
  const read = `${countText(plan.read, "delivery", "deliveries")} read in ${countText(plan.objects, "object")}`;
  throw new RainhooksError(
    "not-found",
    `Nothing to replay: no delivery for ${webhook} that was published from ${range} matches (${read}).`,
  );
}
