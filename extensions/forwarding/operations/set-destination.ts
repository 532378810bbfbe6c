import { SECOND_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { publicKeyOf } from "@rainhooks/sinks/http/sign";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { expectedVersion, requireVersion } from "@rainhooks/stage/operations/expected-version";
import type { CallPlace } from "@rainhooks/stage/operations/operation";
import { durationUpTo, optionalText } from "@rainhooks/stage/query/params/kinds";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { MAX_CACHE_AGE_MS } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { settingsOf } from "../destinations/destination-item.ts";
import { addDestination, changeDestination } from "../destinations/manage.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import { readAll, requireDestination } from "../destinations/store.ts";
import { hasMissed } from "../pauses/pause.ts";
import { rotateSecret } from "../secrets/rotate.ts";
import { destinationLines, destinationView, eventsText } from "../views/destination-view.ts";
import {
  destinationInput,
  mergeSecrets,
  requireUrl,
  settingsInput,
  signingSecretOf,
} from "./destination-input.ts";
import { forwardingOf } from "./forwarding-of.ts";
import {
  CHANGE_PARAMS,
  givesSecrets,
  NOT_OF_TARGETS,
  SECRET_PARAMS,
  SIGNING_PARAMS,
  signingParams,
} from "./secret-params.ts";
import { destinationField, requestSettings, SETTING_PARAMS } from "./setting-params.ts";

const ADD_HELP = `
Examples:
  rainhooks destinations add crm --url https://crm.example.com/hook --events alert,node_connected
  rainhooks destinations add slack --url-from env:SLACK_URL --events alert --template slack.json
  rainhooks destinations add erp --url https://erp.example.com/v1 --header-from 'X-Api-Key=env:ERP_KEY'
  rainhooks destinations add sf --url https://acme.example.com/upsert --oauth2 https://login.example.com/token \\
    --client-id 3MVG9 --client-secret-from file:secret.txt --scope api

Secrets are read from where you say. What is an argument, other processes of this machine can see, and shells keep it.`;

const SET_HELP = `
Examples:
  rainhooks destinations set crm --events all
  rainhooks destinations set crm --url-from - < url.txt
  rainhooks destinations set crm --rate 10 --concurrency 2
  rainhooks destinations set crm --remove-header x-api-key --basic ann --password-from env:CRM_PASSWORD`;

const recorded = { result: ({ url, state }: Destination) => ({ url, state }) };
const SOON = `The stage knows it ${MAX_CACHE_AGE_MS / SECOND_MS} seconds later.`;

/** Adds a destination. */
export const add = defineOperation({
  name: "destination-add",
  summary:
    "Add a destination, and print the secret or public key with which its requests are verified",
  request: {
    id: {
      ...destinationField,
      description: "Id of your choice: up to 30 lower-case letters, digits and dashes.",
    },
    ...SECRET_PARAMS,
    ...SETTING_PARAMS,
    target: {
      ...optionalText({
        description:
          "target of the stage's file (a queue, topic, bus or function) instead of a URL",
        placeholder: "name",
        maxLength: 300,
      }),
      conflicts: NOT_OF_TARGETS,
    },
    ...SIGNING_PARAMS,
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations add", args: ["id"], help: ADD_HELP },
  run: async (stage, request) => {
    const forwarding = forwardingOf(stage);
    const { id, target, secret, signature } = request;
    const settings = { ...requestSettings(request), id };
    if (target !== undefined) {
      const input = await settingsInput({ ...settings, url: `target:${target}` });
      return {
        destination: await addDestination(forwarding, input, Date.now()),
        signing: undefined,
      };
    }
    const signing = signingSecretOf(secret, signature);
    const merged = mergeSecrets({ signingSecrets: [{ secret: signing }], headers: {} }, request);
    const input = await destinationInput(forwarding, settings, merged);
    return { destination: await addDestination(forwarding, input, Date.now()), signing };
  },
  view: {
    json: ({ destination, signing }) => ({
      destination: destinationView(destination),
      ...(signing === undefined || destination.publicKey !== undefined
        ? {}
        : { signingSecret: signing }),
    }),
    result: addedText,
  },
  recorded: { result: ({ destination }) => recorded.result(destination) },
});

/** Says which events a new destination gets, and how its receiver verifies them. */
function addedText(
  {
    destination,
    signing,
  }: { readonly destination: Destination; readonly signing: string | undefined },
  _: unknown,
  { caller, onStage }: CallPlace,
): string {
  const { id, state, url, publicKey } = destination;
  if (caller.door !== "terminal") return `${id} is ${state}. ${SOON}`;
  const verified =
    publicKey === undefined
      ? "Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep it secret:"
      : "Its public key, with which the receiver verifies requests (Standard Webhooks, v1a). It is no secret:";
  return [
    `Destination ${id} is ${state}: ${eventsText(destination).replace(/^all\b/, "all events")} to ${url}`,
    SOON,
    "",
    ...(signing === undefined ? [] : [verified, "", `  ${publicKey ?? signing}`, ""]),
    `Try it: rainhooks destinations test ${id}${onStage}`,
  ].join("\n");
}

/** Changes settings and secrets of a destination. */
export const set = defineOperation({
  name: "destination-set",
  summary: "Change what is given of a destination",
  request: {
    id: destinationField,
    version: expectedVersion,
    ...SECRET_PARAMS,
    ...SETTING_PARAMS,
    ...CHANGE_PARAMS,
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations set", args: ["id"], help: SET_HELP },
  run: (stage, request) => {
    const forwarding = forwardingOf(stage);
    const { id, version, sameSecrets } = request;
    const changes = requestSettings(request);
    const isSecret = givesSecrets(request);
    if (!isSecret && Object.keys(changes).length === 0)
      throw inputError({
        problem: "There is nothing to change. Give what is to change, such as --events.",
      });
    return changeDestination(
      forwarding,
      id,
      async ({ destination, secrets }) => {
        requireVersion(id, version, destination.version);
        const settings = { ...settingsOf(destination), ...changes };
        if (!isSecret) return settingsInput(settings);
        requireUrl(destination);
        const before = await secrets();
        const input = await destinationInput(
          forwarding,
          settings,
          mergeSecrets(before, request),
          before,
        );
        return { ...input, sameSecrets };
      },
      Date.now(),
    );
  },
  view: {
    json: (destination) => ({ destination: destinationView(destination) }),
    result: (destination, _, { caller }) =>
      caller.door === "terminal"
        ? destinationLines(destination)
        : `${destination.id} was changed. ${SOON}`,
  },
  recorded,
});

/**
 * Gives a destination a new signing secret. It is printed, so it is not let out of the terminal.
 */
export const rotate = defineOperation({
  name: "rotate-secret",
  summary: "Replace the signing secret; requests are signed with both for a while",
  request: {
    id: destinationField,
    grace: durationUpTo("30d", {
      description: "How long the old secret counts, such as 24h; 0s ends it now.",
      fallback: "24h",
    }),
    ...signingParams(" from now on (default: as before)", " instead of a new one"),
  },
  permission: "terminal",
  changes: "something",
  command: { words: "destinations rotate-secret", args: ["id"] },
  plan: async (stage, { id }) => {
    const forwarding = forwardingOf(stage);
    const destination = await requireDestination(forwarding.table, id);
    requireUrl(destination);
    const { signingSecrets } = await readDestinationSecrets(forwarding, destination);
    return {
      oldEndsMs: Math.max(0, ...signingSecrets.map(({ validUntilMs = 0 }) => validUntilMs)),
    };
  },
  run: async (stage, { id, grace, signature, secret }) => {
    const forwarding = forwardingOf(stage);
    const nowMs = Date.now();
    let signing = "";
    await changeDestination(
      forwarding,
      id,
      async ({ destination, secrets }) => {
        requireUrl(destination);
        signing = signingSecretOf(
          secret,
          signature ?? (destination.publicKey === undefined ? "v1" : "v1a"),
        );
        const before = await secrets();
        const after = rotateSecret(before, nowMs, grace / SECOND_MS, signing);
        return destinationInput(forwarding, settingsOf(destination), { secrets: after }, before);
      },
      nowMs,
    );
    // Until when the old one counts; not at all without a grace.
    return {
      signing,
      publicKey: publicKeyOf(signing),
      oldUntilMs: grace > 0 ? nowMs + grace : undefined,
    };
  },
  view: {
    question: ({ oldEndsMs }, { id }) =>
      oldEndsMs > Date.now()
        ? `A secret of ${id} that was replaced counts until ${formatTime(oldEndsMs)} (UTC). Another rotation ends it now. Rotate?`
        : undefined,
    json: ({ signing, publicKey, oldUntilMs }, { id }) => ({
      destination: id,
      ...(publicKey === undefined ? { signingSecret: signing } : { publicKey }),
      ...(oldUntilMs === undefined ? {} : { oldUntilMs }),
    }),
    result: ({ signing, publicKey, oldUntilMs }, { id }) => {
      const old =
        oldUntilMs === undefined
          ? "The old one does not count any more."
          : `The old one counts until ${formatTime(oldUntilMs)} (UTC): requests are signed with both.`;
      const what =
        publicKey === undefined
          ? `The new signing secret of ${id}. Keep it secret`
          : `The new public key of ${id}, which is no secret`;
      return `${what}:\n\n  ${publicKey ?? signing}\n\n${old}`;
    },
  },
});

/** Removes a destination and its secrets. */
export const remove = defineOperation({
  name: "destination-rm",
  summary: "Remove a destination and its secrets, after a confirmation",
  request: { id: destinationField },
  permission: "operate",
  changes: "something",
  command: { words: "destinations rm", args: ["id"] },
  plan: async (stage, { id }) => {
    const { destinations, pauses } = await readAll(forwardingOf(stage).table);
    return {
      url: destinations.find((one) => one.id === id)?.url,
      hasMissed: hasMissed(pauses, id),
    };
  },
  run: async (stage, { id }) => {
    await (await import("./resume-destination.ts")).removeWithReplays(stage, id);
    return { removed: id };
  },
  view: {
    question: ({ url, hasMissed }, { id }) => {
      if (url === undefined) return undefined;
      const missed = hasMissed ? " It has missed events, which it will not get." : "";
      return `Remove destination ${id} (${url}) and its secrets permanently?${missed}`;
    },
    result: (_, { id }) =>
      `Destination ${id} was removed. Its attempts stay in the log for 30 days.`,
  },
});
