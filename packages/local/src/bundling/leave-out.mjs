import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LEFT_OUT, UNCHECKED } from "./bundle-options.mjs";

/**
 * The AWS SDK's streams of events. A client of a service that has them imports them; every other
 * one only could load them.
 */
const EVENT_STREAMS = "@smithy/core/event-streams";
/** The client that fetches secrets. */
const SECRETS_CLIENT = /^\.\/ssm-client\.[jt]s$/;

/**
 * Makes a plugin of esbuild that leaves out what a function never loads, although its code could.
 *
 * @param inputs All files of the bundle and their imports, from the metafile of a build without the
 * plugin.
 * @param folder The folder to which their paths are relative.
 */
export async function leaveOut(inputs, folder = process.cwd()) {
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  const streams = imports.some(
    ({ kind, original }) => kind === "import-statement" && original === EVENT_STREAMS,
  );
  const secrets = await Promise.all(
    Object.keys(inputs).map((path) => mentionsSecrets(resolve(folder, path))),
  );
  const isUnused = (path) =>
    (!streams && path === EVENT_STREAMS) || (!secrets.includes(true) && SECRETS_CLIENT.test(path));
  return {
    name: "leave-out",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /./ }, ({ path }) => (isUnused(path) ? { path: LEFT_OUT } : undefined));
      onResolve({ filter: DEFINITION_CHECK }, () => ({ path: UNCHECKED }));
      onLoad({ filter: CLIENT_PACKAGE }, async ({ path }) => ({
        contents: await versionOf(path),
        loader: "json",
      }));
    },
  };
}

/** What checks the definition of a function: what has a mistake is not deployed. */
const DEFINITION_CHECK = /\/definition-mistake\.[jt]s$/;

/** The package.json of a client, of which the client reads its version. */
const CLIENT_PACKAGE = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/;

async function versionOf(path) {
  const { version } = JSON.parse(await readFile(path, "utf8"));
  return JSON.stringify({ version });
}

/**
 * Whether a file may define a setting of the kind "secret". Those that implement settings do not
 * count.
 */
async function mentionsSecrets(file) {
  if (/node_modules\/|packages\/webhook\/src\//.test(file)) return false;
  return /["'`]secret["'`]/.test(await readFile(file, "utf8"));
}
