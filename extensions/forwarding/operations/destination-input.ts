import { defined } from "@rainhooks/core/collections";
import { inputError, RainhooksError, wrongInput } from "@rainhooks/core/errors";
import type { Mistake } from "@rainhooks/core/mistake";
import { type ReceiverMistake, readReceiver } from "@rainhooks/sinks/http/receiver";
import { checkCondition } from "../destinations/content-filter.ts";
import type { Destination, DestinationSettings } from "../destinations/destination.ts";
import type { DestinationInput } from "../destinations/manage.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { SETTING_FIELDS, type SettingField } from "../destinations/setting-fields.ts";
import { withSecretSettings } from "../destinations/settings-of-secrets.ts";
import { formatSecrets } from "../secrets/parse.ts";
import { newSigningSecret, signatureKindOf } from "../secrets/rotate.ts";
import type { DestinationSecrets, SignatureKind } from "../secrets/secrets.ts";
import { targetNameOf } from "../targets/target.ts";
import type { Forwarding } from "./forwarding-of.ts";
import type { RequestSecrets } from "./secret-params.ts";

/** Settings of a destination as requests have them: {@link readSettings} checks them. */
export type RequestSettings = { readonly [Name in keyof DestinationSettings]?: unknown };

/**
 * Checks settings and secrets of a destination that is called by HTTP.
 *
 * @param merged Its secrets, and what was wrong with those of a request.
 * @param before Its secrets until now; `undefined` for a new one.
 * @throws {RainhooksError} `input-invalid` for all that is wrong, such as a URL that the stage may
 * not call.
 */
export async function destinationInput(
  { allowPrivate }: Pick<Forwarding, "allowPrivate">,
  settings: RequestSettings,
  { secrets, mistakes = [] }: MergedSecrets,
  before?: DestinationSecrets,
): Promise<Required<DestinationInput>> {
  const { where } = settings;
  const read = () => readSettings(withSecretSettings(settings, secrets));
  await checkEach([
    () => {
      if (mistakes.length > 0) throw inputError(...mistakes);
    },
    () => formatSecrets(secrets),
    read,
    () => checkReceivers(secrets, allowPrivate, before),
    () => typeof where === "string" && checkCondition({ where }),
  ]);
  return { settings: read(), secrets };
}

/**
 * Reads the settings of a destination without secrets of its own in the request.
 *
 * @throws {RainhooksError} `input-invalid` for all that is wrong, by the names that people write.
 */
export async function settingsInput(settings: RequestSettings): Promise<DestinationInput> {
  await checkEach([() => readSettings(settings)]);
  return { settings: readSettings(settings) };
}

/** Names of settings as people write them, where they have others. */
const WRITTEN_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries<SettingField>(SETTING_FIELDS).flatMap(([name, { shown }]) =>
    shown?.name === undefined ? [] : [[name, shown.name]],
  ),
);

/** Makes each check, and throws what all of them find: of a field, the first mistake. */
async function checkEach(checks: readonly (() => unknown)[]): Promise<void> {
  const results = await Promise.allSettled(checks.map(async (check) => check()));
  const errors = results.flatMap((one): unknown[] =>
    one.status === "rejected" ? [one.reason] : [],
  );
  const mistakes = errors
    .flatMap((error) => (error instanceof RainhooksError ? error.mistakes : []))
    .map(({ field, ...mistake }) => ({
      field: field && (WRITTEN_NAMES.get(field) ?? field),
      ...mistake,
    }));
  const byField = new Map(mistakes.toReversed().map((one) => [one.field ?? one.problem, one]));
  // They follow from what a person writes, and are wrong where that is.
  for (const name of ["headerNames", "auth", "publicKey"]) byField.delete(name);
  if (byField.size > 0) throw inputError(...[...byField.values()].toReversed());
  if (errors.length > 0) throw errors[0];
}

const ALLOW =
  "allowPrivate, a setting of the worker attempts in the stage's file, says which such addresses may be called.";

/** What to do here about a URL that can never be called. */
const REMEDIES: ReadonlyMap<string, string> = new Map<ReceiverMistake, string>([
  ["not-encrypted", `Use https:. ${ALLOW}`],
  ["private", ALLOW],
]);

/** Names that are always of the own machine (RFC 6761). */
const LOCALHOST = /(?:^|\.)localhost\.?$/;

/** The URLs that are called. */
type Receivers = Pick<DestinationSecrets, "url" | "oauth2">;

/**
 * Checks that the stage may call the URL of a destination and its token URL, if they are not those
 * before: a signing secret can be rotated whatever the stage may call by now. Which addresses names
 * have, the worker checks for each connection: they can change at any time.
 *
 * @throws {RainhooksError} `input-invalid` for a URL that it may not call.
 */
export function checkReceivers(
  { url, oauth2 }: Receivers,
  allowPrivate: boolean | readonly string[],
  before?: Receivers,
): void {
  if (url !== before?.url) checkReceiver("url", url, allowPrivate);
  if (oauth2 !== undefined && oauth2.tokenUrl !== before?.oauth2?.tokenUrl)
    checkReceiver("oauth2", oauth2.tokenUrl, allowPrivate);
}

function checkReceiver(
  field: string,
  text: string,
  allowPrivate: boolean | readonly string[],
): void {
  try {
    const { url, name, isAllowed } = readReceiver(text, allowPrivate);
    if (LOCALHOST.test(url.hostname) && !isAllowed("127.0.0.1"))
      throw inputError({
        kind: "private",
        problem: `The address of ${name} is private or reserved.`,
      });
  } catch (error) {
    const [mistake] = error instanceof RainhooksError ? error.mistakes : [];
    if (mistake === undefined) throw error;
    throw inputError({
      ...mistake,
      field,
      remedy: REMEDIES.get(mistake.kind ?? "") ?? mistake.remedy,
    });
  }
}

/**
 * Refuses what has to do with secrets for a destination that is a target of the stage's file,
 * because it has none.
 *
 * @throws {RainhooksError} `input-invalid`.
 */
export function requireUrl({ id, url }: Pick<Destination, "id" | "url">): void {
  const name = targetNameOf(url);
  if (name !== undefined)
    throw wrongInput(
      `Destination ${id} is the target ${name} of the stage's file: it has neither URL nor secrets.`,
    );
}

/** Secrets, and what is wrong with those of a request that are left out. */
export interface MergedSecrets {
  readonly secrets: DestinationSecrets;
  readonly mistakes?: readonly Mistake[];
}

/** Returns the secrets of a destination with those of a request; the others stay. */
export function mergeSecrets(
  before: Omit<DestinationSecrets, "url"> & { readonly url?: string | undefined },
  request: RequestSecrets,
): Required<MergedSecrets> {
  const { basic, oauth2, ...rest } = before;
  const mistakes: Mistake[] = [];
  const wrong = (field: string, problem: string) => void mistakes.push({ field, problem });
  const url = request.url ?? before.url;
  if (url === undefined) wrong("url", "is missing.");
  const headers = headersAfter(before.headers, request, wrong);
  const auth = authAfter(defined({ basic, oauth2 }), request, wrong);
  return { secrets: { ...rest, url: url ?? "", headers, ...auth }, mistakes };
}

type Wrong = (field: string, problem: string) => void;

function headersAfter(
  before: DestinationSecrets["headers"],
  { header = [], removeHeader = [] }: RequestSecrets,
  wrong: Wrong,
): Record<string, string> {
  const headers = new Map(Object.entries(before));
  for (const name of removeHeader)
    if (!headers.delete(name.toLowerCase()))
      wrong("removeHeader", `has ${name}, and there is no such header.`);
  const names = new Set<string>();
  for (const text of header) {
    const at = text.indexOf(":");
    const name = text.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = text.slice(at + 1).trim();
    if (name === "")
      wrong(
        "header",
        "is a name and a value, such as 'X-Api-Key: abc'. What was given is not shown here.",
      );
    else if (value === "") wrong("header", `has no value for ${name}.`);
    else if (names.has(name)) wrong("header", `has ${name} twice.`);
    else headers.set(name, value);
    names.add(name);
  }
  return Object.fromEntries(headers);
}

type AuthSecrets = Pick<DestinationSecrets, "basic" | "oauth2">;

function authAfter(before: AuthSecrets, request: RequestSecrets, wrong: Wrong): AuthSecrets {
  const { auth, basic, password, oauth2, clientId, clientSecret, clientAuth, scope, audience } =
    request;
  const required = (field: string, value: string | undefined) => {
    if (value === undefined) wrong(field, "is missing.");
    return value ?? "";
  };
  if ((basic ?? password) !== undefined) {
    const user = required("basic", basic ?? before.basic?.user);
    return { basic: { user, password: required("password", password) } };
  }
  const changes = defined({
    tokenUrl: oauth2,
    clientId,
    clientSecret,
    clientAuth,
    scope,
    audience,
  });
  if (Object.keys(changes).length === 0) return auth === false ? {} : before;
  const after = { ...before.oauth2, ...changes };
  return {
    oauth2: {
      ...after,
      tokenUrl: required("oauth2", after.tokenUrl),
      clientId: required("clientId", after.clientId),
      clientSecret: required("clientSecret", after.clientSecret),
    },
  };
}

/**
 * Returns the signing secret of a request, or a new one.
 *
 * @throws {RainhooksError} `input-invalid` for one of another kind of signature than is wanted.
 */
export function signingSecretOf(
  secret: string | undefined,
  wanted: SignatureKind | undefined,
): string {
  if (secret === undefined) return newSigningSecret(wanted);
  const kind = signatureKindOf(secret);
  if (wanted === undefined || kind === wanted) return secret;
  throw inputError({
    field: "secret",
    problem: `has a key for ${kind}, and requests are signed with ${wanted}.`,
    remedy: `Add --signature ${kind}, or give another key.`,
  });
}
