import { defined } from "@rainhooks/core/collections";
import { inputError } from "@rainhooks/core/errors";
import { newSigningSecret, signatureKindOf } from "../secrets/rotate.ts";
import type { DestinationSecrets, SignatureKind } from "../secrets/secrets.ts";
import type { RequestSecrets } from "./secret-params.ts";

/** Returns whether a request says anything about secrets. */
export function givesSecrets(given: RequestSecrets): boolean {
  const { url, header = [], removeHeader = [], basic, password, auth } = given;
  const values = Object.keys({ ...defined({ url, basic, password }), ...oauth2Of(given) });
  return auth === false || header.length + removeHeader.length + values.length > 0;
}

/**
 * Returns the secrets of a destination with those that a request gives; the others stay.
 *
 * @throws {RainhooksError} `input-invalid` if something is missing, without the secrets.
 */
export function mergeSecrets(
  before: Omit<DestinationSecrets, "url"> & { readonly url?: string | undefined },
  given: RequestSecrets,
): DestinationSecrets {
  const { basic: _basic, oauth2: _oauth2, ...rest } = before;
  const { url = before.url } = given;
  if (url === undefined) throw inputError({ field: "url", problem: "is missing: where events are sent." });
  return { ...rest, url, headers: headersAfter(before.headers, given), ...authAfter(before, given) };
}

function headersAfter(
  before: DestinationSecrets["headers"],
  { header = [], removeHeader = [] }: RequestSecrets,
): Record<string, string> {
  const headers = new Map(Object.entries(before));
  for (const name of removeHeader)
    if (!headers.delete(name.toLowerCase()))
      throw inputError({ field: "removeHeader", problem: `has ${name}, and there is no such header.` });
  const names = new Set<string>();
  for (const text of header) {
    const at = text.indexOf(":");
    const name = text.slice(0, Math.max(0, at)).trim().toLowerCase();
    if (name === "")
      throw inputError({
        field: "header",
        problem: "is a name and a value, such as 'X-Api-Key: abc'. What was given is not shown here.",
      });
    if (names.has(name)) throw inputError({ field: "header", problem: `has ${name} twice.` });
    names.add(name);
    headers.set(name, text.slice(at + 1).trim());
  }
  return Object.fromEntries(headers);
}

function authAfter(
  before: Pick<DestinationSecrets, "basic" | "oauth2">,
  given: RequestSecrets,
): Pick<DestinationSecrets, "basic" | "oauth2"> {
  const { auth, basic, password } = given;
  if ((basic ?? password) !== undefined) {
    const user = basic ?? before.basic?.user ?? missing("basic");
    return { basic: { user, password: password ?? missing("password") } };
  }
  const oauth2 = oauth2Of(given);
  if (Object.keys(oauth2).length > 0) {
    const { tokenUrl, clientId, clientSecret, ...optional } = { ...before.oauth2, ...oauth2 };
    return {
      oauth2: {
        tokenUrl: tokenUrl ?? missing("oauth2"),
        clientId: clientId ?? missing("clientId"),
        clientSecret: clientSecret ?? missing("clientSecret"),
        ...optional,
      },
    };
  }
  if (auth === false) return {};
  return { ...(before.basic && { basic: before.basic }), ...(before.oauth2 && { oauth2: before.oauth2 }) };
}

function oauth2Of({ oauth2, clientId, clientSecret, clientAuth, scope, audience }: RequestSecrets) {
  return defined({ tokenUrl: oauth2, clientId, clientSecret, clientAuth, scope, audience });
}

function missing(field: string): never {
  throw inputError({ field, problem: "is missing." });
}

/**
 * Returns the signing secret that a request gives, or a new one.
 *
 * @throws {RainhooksError} `input-invalid` for one of another kind of signature than is wanted.
 */
export function signingSecretOf(given: string | undefined, wanted: SignatureKind | undefined): string {
  if (given === undefined) return newSigningSecret(wanted);
  const kind = signatureKindOf(given);
  if (wanted === undefined || kind === wanted) return given;
  throw inputError({
    field: "secret",
    problem: `has a key for ${kind}, and requests are signed with ${wanted}.`,
    remedy: `Add --signature ${kind}, or give another key.`,
  });
}
