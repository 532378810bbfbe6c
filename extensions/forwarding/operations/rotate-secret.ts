import { SECOND_MS } from "@rainhooks/core/durations";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo } from "@rainhooks/stage/query/params/kinds";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { CurrentDestination } from "../destinations/manage.ts";
import { destinationField } from "./destination-field.ts";
import { signingParams } from "./secret-params.ts";

/** What was rotated. */
interface Rotated {
  /** The new secret, or the private key of which the receiver gets the public one. */
  readonly signing: string;
  readonly publicKey: string | undefined;
  /** Until when the old one counts, epoch milliseconds; `undefined` if it has ended. */
  readonly oldUntilMs: number | undefined;
}

/** Gives a destination a new signing secret. It is printed, so it is not let out of the terminal. */
export const rotateSecret = defineOperation({
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
    const { forwardingOf, requireDestination } = await import("./forwarding-of.ts");
    const { readDestinationSecrets } = await import("../destinations/read-secrets.ts");
    const { requireUrl } = await import("./require-url.ts");
    const forwarding = forwardingOf(stage);
    const destination = await requireDestination(forwarding, id);
    requireUrl(destination);
    const { signingSecrets } = await readDestinationSecrets(forwarding, destination);
    return { oldEndsMs: Math.max(0, ...signingSecrets.map(({ validUntilMs = 0 }) => validUntilMs)) };
  },
  run: async (stage, { id, grace, signature, secret }): Promise<Rotated> => {
    const { forwardingOf, requireDestination } = await import("./forwarding-of.ts");
    const { requireUrl } = await import("./require-url.ts");
    const { withDestinationOptions } = await import("../commands/destinations/option-names.ts");
    const { signingSecretOf } = await import("./given-secrets.ts");
    const { publicKeyOf } = await import("@rainhooks/sinks/http/sign");
    const { updateDestination } = await import("./give-destination.ts");
    const { rotateSecret: rotate } = await import("../secrets/rotate.ts");
    const present = await requireDestination(forwardingOf(stage), id);
    requireUrl(present);
    const kind = signature ?? (present.publicKey === undefined ? "v1" : "v1a");
    const signing = await withDestinationOptions(() => signingSecretOf(secret, kind));
    const nowMs = Date.now();
    const secretsAfter = async ({ secrets }: CurrentDestination) =>
      rotate(await secrets(), nowMs, grace / SECOND_MS, signing);
    await updateDestination(stage, id, { secretsAfter });
    const oldUntilMs = grace > 0 ? nowMs + grace : undefined;
    return { signing, publicKey: publicKeyOf(signing), oldUntilMs };
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
