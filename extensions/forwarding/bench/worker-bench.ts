import type { WorkerBench } from "../../bench-types.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { attempts, retries } from "../functions/attempts/workers.ts";
import { formatSecrets } from "../secrets/parse.ts";
import { newSigningSecret } from "../secrets/rotate.ts";
import { attemptWorkerSettings } from "../worker/define.ts";

const ID = "bench";

/** Messages to one destination, which wants every event. */
export const forwardingBench: WorkerBench = {
  workers: [attempts.name, retries.name],
  variables: { [attemptWorkerSettings.allowPrivate.env]: "all" },
  scanned: [destinationOf(readSettings({ id: ID, url: "http://127.0.0.1" }), { nowMs: 0 })],
  secretsOf: (url) =>
    formatSecrets({ url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} }),
  bodyOf: (delivery) => {
    const { id: webhookId, sentAtMs } = delivery;
    // As most are: nothing waits.
    const sinceMs = Date.now();
    return JSON.stringify({ destination: ID, webhookId, attempt: 1, sinceMs, sentAtMs, delivery });
  },
};
