import { CATALOG, shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { eventBody } from "@rainhooks/sinks/http/event-body";
import { type HttpAttempt, httpSink } from "@rainhooks/sinks/http/http-sink";
import type { Sink } from "@rainhooks/sinks/sink";
import { variableOf } from "@rainhooks/stage/commands/caller";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { describeDelivery } from "@rainhooks/stage/describe-delivery";
import { removeLeftovers } from "@rainhooks/stage/operate/listen/leftovers";
import { listen } from "@rainhooks/stage/operate/listen/listen";
import type { ListenResources } from "@rainhooks/stage/operate/listen/queue";
import type { StageOutputs } from "@rainhooks/stage/outputs";
import { printableLine, safeLine, shortenText } from "@rainhooks/stage/terminal/printable";

/** Options of `listen`. */
export interface ListenCommandOptions extends StageSelection {
  readonly forwardTo: string;
  readonly type?: string | undefined;
  readonly signWith?: string | undefined;
}

/** Sends the events of a stage to a URL until Ctrl-C. */
export async function listenCommand(options: ListenCommandOptions): Promise<void> {
  const sink = sinkTo(options);
  const { outputs, clients } = await reachStage(options);
  const place = placeOf(outputs, options.type);
  const left = await removeLeftovers(clients, place, Date.now());
  if (left.length > 0)
    console.log(`Removed what earlier runs left behind: ${left.length} of ${left.join(", ")}`);
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end.abort());
  const { origin } = new URL(options.forwardTo);
  await listen({
    clients,
    place,
    sink,
    signal: end.signal,
    nowMs: Date.now,
    onReady: () =>
      console.log(
        `Sending ${place.topicArns.length} kinds of events of stage ${outputs.stage} to ${origin}. Ctrl-C ends it.`,
      ),
    onProblem: (text) => console.error(shortenText(printableLine(text), MAX_SHOWN)),
  });
  console.log("Removed the queue.");
}

/** @throws {RainhooksError} `input-invalid` for a URL or a secret that cannot be used. */
function sinkTo({ forwardTo, signWith }: ListenCommandOptions): Sink<Delivery> {
  const requests = new Requests();
  const sign = secretOf(signWith);
  try {
    return httpSink<Delivery>({
      url: forwardTo,
      // It is the user's own computer and network.
      allowPrivate: true,
      sign,
      toBody: requests.bodyOf,
      toId: ({ value }) => value.id,
      onAttempt: requests.print,
    });
  } catch (error) {
    throw new RainhooksError("input-invalid", messageOf(error));
  }
}

function secretOf(variable: string | undefined): string[] {
  if (variable === undefined) return [];
  const secret = variableOf(variable);
  if (secret !== undefined && secret !== "") return [secret];
  throw new RainhooksError(
    "input-invalid",
    `The environment variable ${variable} is not set. Put the secret (whsec_…) in it.`,
  );
}

/** @throws {RainhooksError} `input-invalid` if the stage does not allow it, or for unknown event types. */
function placeOf({ stage, listen: allowed }: StageOutputs, types: string | undefined): ListenResources {
  if (allowed === undefined)
    throw new RainhooksError(
      "input-invalid",
      `Stage ${stage} does not allow listening. If it shall, set listen: true in infra/stages/${stage}.ts, and deploy it.`,
    );
  const { queuePrefix, topics } = allowed;
  const wanted = types?.split(",").map((type) => type.trim().replace("rmaker.event.", ""));
  const unknown = wanted?.find((type) => !Object.hasOwn(topics, type));
  if (unknown !== undefined)
    throw new RainhooksError(
      "input-invalid",
      `${knownTypes().includes(unknown) ? `Stage ${stage} does not get ${unknown}` : `${unknown || "An empty text"} is not an event type`}. It gets: ${Object.keys(topics).join(", ")}.`,
    );
  const chosen = Object.entries(topics).filter(([type]) => wanted?.includes(type) ?? true);
  return { queuePrefix, topicArns: chosen.map(([, arn]) => arn) };
}

function knownTypes(): string[] {
  return CATALOG.map(({ type }) => shortType(type));
}

/** Prints a line for each request: the event, and the response of the receiver. */
class Requests {
  readonly #described = new Map<string, string>();

  /**
   * Returns the body for a delivery: as the HTTP sink of a webhook sends it; what cannot be decoded, as it
   * was published.
   */
  readonly bodyOf = (delivery: Delivery): string => {
    const { type, nodes } = describeDelivery(delivery);
    this.#described.set(delivery.id, `${type.padEnd(TYPE_WIDTH)}${nodes.padEnd(NODE_WIDTH)}`);
    const decoded = decode(delivery);
    return decoded.kind === "event" ? eventBody(decoded.event) : delivery.body;
  };

  readonly print = ({ webhookId, startedAtMs, status, durationMs, error }: HttpAttempt): void => {
    const time = new Date(startedAtMs).toISOString().slice(11, 19);
    const outcome = error === undefined ? `${status}` : safeLine(messageOf(error), MAX_SHOWN);
    console.log(
      printableLine(`${time}  ${this.#described.get(webhookId)}  ${outcome}  ${Math.round(durationMs)} ms`),
    );
    this.#described.delete(webhookId);
  };
}

/** Maximum characters of a response that are printed. */
const MAX_SHOWN = 300;
const TYPE_WIDTH = 22;
const NODE_WIDTH = 24;
