import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FirstRunContext, FirstRunStep } from "@rainhooks/stage/first-run";
import { addDestination } from "../destinations/manage.ts";
import { destinationInput } from "../operations/destination-input.ts";
import { forwardingOf } from "../operations/forwarding-of.ts";
import { newSigningSecret } from "../secrets/rotate.ts";

const HOST = "127.0.0.1";

/** Paths of the receiver that takes everything, and of the one that is always down. */
export const RECEIVER_PATHS = { works: "/crm", fails: "/legacy-erp" } as const;

/**
 * Starts receivers on a port that they had before, or on a free one.
 *
 * @returns `undefined` if the port is taken.
 */
export async function startReceivers(port: number) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const fails = request.url?.startsWith(RECEIVER_PATHS.fails) === true;
      response.writeHead(fails ? 503 : 200, { "content-type": "application/json" });
      response.end(fails ? '{"error":"under maintenance"}' : '{"ok":true}');
    });
  });
  server.listen(port, HOST);
  const opened = await once(server, "listening").catch(() => undefined);
  if (opened === undefined) return undefined;
  // The stage does not stay up for them.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One destination that works, and one whose receiver is down. */
const DESTINATIONS = [
  {
    id: "crm",
    path: RECEIVER_PATHS.works,
    events: ["alert", "user_node_added", "alarm_changed"],
    description: "Works: a receiver in this process.",
    schedule: undefined,
  },
  {
    id: "legacy-erp",
    path: RECEIVER_PATHS.fails,
    events: ["alert"],
    description: "Fails on purpose: its receiver responds with 503.",
    schedule: [5, 30],
  },
];

/** Adds destinations, and starts receivers for them. */
export async function beginStep({ reach }: FirstRunContext): Promise<FirstRunStep> {
  const receivers = await startReceivers(0);
  if (receivers === undefined) throw new RainhooksError("stage-failed", "No port could be opened.");
  const { port, stop } = receivers;
  const forwarding = forwardingOf(await reach());
  for (const { id, path, events, description, schedule } of DESTINATIONS) {
    const secrets = {
      url: `http://127.0.0.1:${port}${path}`,
      signingSecrets: [{ secret: newSigningSecret() }],
      headers: {},
    };
    const settings = { id, events, description, ...(schedule && { schedule }) };
    await addDestination(
      forwarding,
      await destinationInput(forwarding, settings, { secrets }),
      Date.now(),
    );
  }
  return {
    has: "the destination crm, which works, and legacy-erp, which fails on purpose",
    port,
    stop,
  };
}

/** Starts the receivers where they were. */
export async function resumeStep(
  port: number,
  onProblem: (text: string) => void,
): Promise<Pick<FirstRunStep, "stop">> {
  const receivers = await startReceivers(port);
  if (receivers === undefined)
    onProblem(
      `Port ${port} is in use: what the destinations crm and legacy-erp are sent goes to another program. Pause them, or start with --fresh.`,
    );
  return receivers ?? {};
}
