import { RainhooksError } from "@rainhooks/core/errors";
import { askSecret } from "@rainhooks/stage/commands/ask-secret";
import type { ClientAuthKind, DestinationSecrets, OAuth2Secrets, TlsSecrets } from "../../secrets/secrets.ts";
import { certificateEndMs } from "../../secrets/tls.ts";
import { readSecret } from "./secret-source.ts";

/** Options of what is secret of a destination. */
export interface SecretSourceOptions {
  readonly url?: string | undefined;
  readonly urlFrom?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly headerFrom?: readonly string[] | undefined;
  readonly removeHeader?: readonly string[] | undefined;
  /** User of basic authentication. */
  readonly basic?: string | undefined;
  readonly passwordFrom?: string | undefined;
  /** Token URL of OAuth 2.0. */
  readonly oauth2?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecretFrom?: string | undefined;
  /** Where a token request has the client's id and secret. */
  readonly clientAuth?: ClientAuthKind | undefined;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  readonly certFrom?: string | undefined;
  readonly keyFrom?: string | undefined;
  readonly caFrom?: string | undefined;
  /** Whether what stays is for another host, too. */
  readonly sameSecrets?: boolean | undefined;
  /** False removes the certificates and the key. */
  readonly tls?: boolean | undefined;
  /** False removes the authentication. */
  readonly auth?: boolean | undefined;
}

/** What options say about secrets. */
interface GivenSecrets {
  readonly url?: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
  readonly basic?: { readonly user?: string; readonly password?: string };
  readonly oauth2?: Partial<OAuth2Secrets>;
  readonly removeAuth: boolean;
  readonly tls?: TlsSecrets;
  readonly removeTls: boolean;
}

/**
 * Reads the secrets that options give, from where they are.
 *
 * @returns `undefined` if there are none.
 * @throws {RainhooksError} `input-invalid`, without the secrets.
 */
export async function readGivenSecrets(options: SecretSourceOptions): Promise<GivenSecrets | undefined> {
  const { removeHeader: removed = [], auth, tls: isTls } = options;
  const [url, basic, oauth2] = [await readUrl(options), await readBasic(options), await readOAuth2(options)];
  const [headers, tls] = [await readHeaderOptions(options), await readTls(options)];
  const isRemoved = auth === false || isTls === false;
  const given = isRemoved || [url, basic, oauth2, tls].some((one) => one !== undefined);
  if (!given && headers.size === 0 && removed.length === 0) return undefined;
  return {
    ...(url === undefined ? {} : { url }),
    ...(basic === undefined ? {} : { basic }),
    ...(oauth2 === undefined ? {} : { oauth2 }),
    ...(tls === undefined ? {} : { tls }),
    ...{ headers, removed: removed.map((name) => name.toLowerCase()) },
    ...{ removeAuth: auth === false, removeTls: isTls === false },
  };
}

async function readUrl({ url, urlFrom }: SecretSourceOptions): Promise<string | undefined> {
  return urlFrom === undefined ? url : readSecret("--url-from", urlFrom);
}

async function readTls({ certFrom, keyFrom, caFrom }: SecretSourceOptions): Promise<TlsSecrets | undefined> {
  const sources = [
    ["certificate", "--cert-from", certFrom],
    ["key", "--key-from", keyFrom],
    ["ca", "--ca-from", caFrom],
  ] as const;
  const read: [string, string][] = [];
  for (const [field, option, source] of sources) {
    if (source === undefined) continue;
    const certificate = await readSecret(option, source);
    const endMs = certificateEndMs({ certificate });
    if (endMs !== undefined && endMs <= Date.now())
      throw invalid(`The certificate of ${option} has ended on ${new Date(endMs).toISOString()}.`);
    read.push([field, certificate]);
  }
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

async function readHeaderOptions({
  header = [],
  headerFrom = [],
}: SecretSourceOptions): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  const add = (name: string, value: string) => {
    if (headers.has(name.toLowerCase())) throw invalid(`The header ${name} is given twice.`);
    headers.set(name.toLowerCase(), value);
  };
  for (const text of header) {
    const [name, value] = splitAt(text, ":");
    if (value === undefined || name === "")
      throw invalid(
        "--header is a name and a value, such as 'X-Api-Key: abc'. What was given is not shown here.",
      );
    add(name, value);
  }
  for (const text of headerFrom) {
    const [name, source] = splitAt(text, "=");
    if (source === undefined || name === "")
      throw invalid("--header-from is a name and a place, such as 'X-Api-Key=env:CRM_KEY'.");
    add(name, await readSecret(`--header-from ${name}`, source));
  }
  return headers;
}

function splitAt(text: string, mark: string): [name: string, rest: string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

async function readBasic({ basic: user, passwordFrom }: SecretSourceOptions): Promise<GivenSecrets["basic"]> {
  if (user === undefined && passwordFrom === undefined) return undefined;
  if (user?.includes(":"))
    throw invalid("--basic is the user alone. The password is asked for, or read from --password-from.");
  const password =
    passwordFrom === undefined
      ? await askSecret("Password")
      : await readSecret("--password-from", passwordFrom);
  return { ...(user === undefined ? {} : { user }), password };
}

async function readOAuth2(options: SecretSourceOptions): Promise<GivenSecrets["oauth2"]> {
  const { oauth2: tokenUrl, clientId, clientSecretFrom, clientAuth, scope, audience } = options;
  const given = { tokenUrl, clientId, clientAuth, scope, audience };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (clientSecretFrom !== undefined)
    return { ...known, clientSecret: await readSecret("--client-secret-from", clientSecretFrom) };
  if (tokenUrl !== undefined) return { ...known, clientSecret: await askSecret("Client secret") };
  return Object.keys(known).length === 0 ? undefined : known;
}

/**
 * Returns the secrets of a destination with those that options give.
 *
 * @param before The secrets of a destination that exists.
 * @throws {RainhooksError} `input-invalid` if something is missing.
 */
export function withGiven(
  before: Omit<DestinationSecrets, "url"> & { readonly url?: string },
  given: GivenSecrets = { headers: new Map(), removed: [], removeAuth: false, removeTls: false },
): DestinationSecrets {
  const { basic, oauth2, tls: tlsBefore, ...rest } = before;
  const url = given.url ?? before.url;
  if (url === undefined) throw invalid("The URL is missing: give --url, or --url-from if nobody may see it.");
  const headers = new Map(Object.entries(before.headers));
  for (const name of given.removed)
    if (!headers.delete(name)) throw invalid(`--remove-header: there is no header ${name}.`);
  for (const [name, value] of given.headers) headers.set(name, value);
  const kept = given.removeAuth ? {} : { ...(basic && { basic }), ...(oauth2 && { oauth2 }) };
  const tls = { ...(given.removeTls ? {} : tlsBefore), ...given.tls };
  return {
    ...{ ...rest, url, headers: Object.fromEntries(headers) },
    ...{ ...kept, ...authOf(before, given) },
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
  };
}

function authOf(
  before: Pick<DestinationSecrets, "basic" | "oauth2">,
  { basic, oauth2 }: GivenSecrets,
): Partial<Pick<DestinationSecrets, "basic" | "oauth2">> {
  if (basic !== undefined) {
    const { user = "", password = "" } = { ...before.basic, ...basic };
    if (user === "") throw invalid("--password-from needs --basic with the user.");
    return { basic: { user, password } };
  }
  if (oauth2 === undefined) return {};
  const { tokenUrl, clientId, clientSecret, ...optional } = { ...before.oauth2, ...oauth2 };
  if (tokenUrl === undefined)
    throw invalid(
      "--client-id, --client-secret-from, --client-auth, --scope and --audience need --oauth2 with the token URL.",
    );
  if (clientId === undefined) throw invalid("--oauth2 needs --client-id.");
  if (clientSecret === undefined) throw invalid("--oauth2 needs --client-secret-from.");
  return { oauth2: { tokenUrl, clientId, clientSecret, ...optional } };
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
