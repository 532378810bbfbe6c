import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { tryParseJson } from "@rainhooks/core/json";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import { fromCaller, variableOf } from "@rainhooks/stage/commands/caller";
import * as v from "valibot";

/** The content of the login file. */
const credentials = v.object({
  baseUrl: v.string(),
  userName: v.string(),
  accessToken: v.string(),
  refreshToken: v.optional(v.string()),
});

/** A login to a RainMaker. It contains secrets. */
export type SavedLogin = v.InferOutput<typeof credentials>;

/** The option for another login file than the default. */
export interface CredentialsOption {
  readonly credentials?: string | undefined;
}

function pathOf({ credentials: file }: CredentialsOption): string {
  if (file !== undefined) return fromCaller(file);
  return join(
    variableOf("XDG_CONFIG_HOME") ?? join(homedir(), ".config"),
    "rainhooks",
    "rainmaker.json",
  );
}

/** Saves a login in a file that only its owner can read. */
export async function keepCredentials(
  option: CredentialsOption,
  content: SavedLogin,
): Promise<string> {
  const path = pathOf(option);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Several commands may renew a token at once.
  const own = `${path}.${randomUUID()}`;
  try {
    await writeFile(own, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: "wx" });
    await rename(own, path);
  } finally {
    await rm(own, { force: true });
  }
  return path;
}

/** Deletes a saved login. */
export async function dropCredentials(option: CredentialsOption): Promise<void> {
  await rm(pathOf(option), { force: true });
}

/**
 * Returns a client that is logged in; it saves a renewed token.
 *
 * @throws {RainhooksError} `input-invalid` when there is no saved login.
 */
export async function loggedIn(option: CredentialsOption): Promise<RainmakerClient> {
  const parsed = v.safeParse(
    credentials,
    tryParseJson(await readFile(pathOf(option), "utf8").catch(() => "")),
  );
  if (!parsed.success) {
    throw new RainhooksError(
      "rainmaker-refused",
      'You are not logged in to RainMaker: run "rainhooks rainmaker login" first.',
    );
  }
  const { baseUrl, userName, accessToken, refreshToken } = parsed.output;
  const keep = (content: SavedLogin) =>
    keepCredentials(option, content).catch((error: unknown) => {
      console.error(`The renewed login cannot be saved: ${messageOf(error)}`);
    });
  return new RainmakerClient({
    baseUrl,
    session: { accessToken, refreshToken },
    onSession: (session) => {
      const renewed =
        session.refreshToken === undefined ? {} : { refreshToken: session.refreshToken };
      void keep({ baseUrl, userName, accessToken: session.accessToken, ...renewed });
    },
  });
}
