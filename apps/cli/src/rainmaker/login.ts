import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { RainhooksError } from "@rainhooks/core";
import { normalBaseUrl, RainmakerClient } from "@rainhooks/rainmaker";
import { reachLocalStage, type StageOptions } from "../reach/stage.ts";
import { type CredentialsOption, keepCredentials } from "./credentials.ts";

/** Options of `rainmaker login`. */
export interface LoginOptions extends CredentialsOption, StageOptions {
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
    if (options.user === undefined)
      throw new RainhooksError("input-invalid", "Give the user name with --user.");
    return { baseUrl, userName: options.user, password: await askPassword() };
  }
  const { file } = (await reachLocalStage(options)).local;
  if (file.rainmaker === undefined) {
    throw new RainhooksError(
      "input-invalid",
      "The running stage has no local RainMaker. Give the URL of RainMaker's API with --url.",
    );
  }
  const { baseUrl, user, passwordFile } = file.rainmaker;
  const own = options.user === undefined || options.user === user;
  const password = own ? (await readFile(passwordFile, "utf8")).trim() : await askPassword();
  return { baseUrl, userName: options.user ?? user, password };
}

/** Reads the password without echo, or from standard input. It is never an argument, which other processes could see. */
async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ""] = (await text(process.stdin)).split("\n");
    if (line === "") throw new RainhooksError("input-invalid", "There is no password on standard input.");
    return line;
  }
  process.stderr.write("Password: ");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const password = await terminal.question("");
  terminal.close();
  process.stderr.write("\n");
  return password;
}
