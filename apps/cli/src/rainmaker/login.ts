import { readFile } from "node:fs/promises";
import { wrongInput } from "@rainhooks/core/errors";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import { normalBaseUrl } from "@rainhooks/rainmaker/http";
import { reachLocalStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { askSecret } from "@rainhooks/stage/commands/read-input";
import { type CredentialsOption, keepCredentials } from "./credentials.ts";
import { refuseSource } from "./refuse-source.ts";

/** Options of `rainmaker login`. */
export interface LoginOptions extends CredentialsOption, StageSelection {
  readonly url?: string | undefined;
  readonly user?: string | undefined;
}

/** Logs in to the RainMaker at a URL, or without a URL to that of the running local stage. */
export async function loginCommand(options: LoginOptions): Promise<void> {
  const { baseUrl, userName, password } = await whoAndWhere(options);
  const client = new RainmakerClient({ baseUrl });
  const { accessToken, refreshToken } = await client.login(userName, password);
  const renewal = refreshToken === undefined ? {} : { refreshToken };
  const path = await keepCredentials(options, { baseUrl, userName, accessToken, ...renewal });
  console.log(`Logged in to ${baseUrl} as ${userName}; the tokens are in ${path}`);
}

async function whoAndWhere(options: LoginOptions) {
  if (options.url !== undefined) {
    const baseUrl = normalBaseUrl(options.url);
    if (options.user === undefined) throw wrongInput("Give the user name with --user.");
    return { baseUrl, userName: options.user, password: await askSecret("Password") };
  }
  const { local, outputs } = await reachLocalStage(options);
  refuseSource(outputs);
  const { file } = local;
  if (file.rainmaker === undefined) {
    throw wrongInput(
      "The running stage has no local RainMaker. Give the URL of RainMaker's API with --url.",
    );
  }
  const { baseUrl, user, passwordFile } = file.rainmaker;
  const own = options.user === undefined || options.user === user;
  const password = own
    ? (await readFile(passwordFile, "utf8")).trim()
    : await askSecret("Password");
  return { baseUrl, userName: options.user ?? user, password };
}
