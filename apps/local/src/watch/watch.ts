import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { messageOf } from "@rainhooks/core/errors";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { safeLine } from "@rainhooks/stage/terminal/printable";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { type BuildOutcome, WebhookBundler } from "./bundler.ts";

/** Options for watching the code of webhooks. */
export interface WatchOptions {
  readonly webhooks: readonly Webhook[];
  /** Returns the folder with a webhook's `handler.ts` and `webhook.ts`; `undefined` if it is not here. */
  readonly sourceDir: (name: string) => string | undefined;
  readonly rootDir: string;
  /** Bundles are written here. */
  readonly outDir: string;
  /** Returns the folder with the deployed bundle, for a webhook whose code cannot be bundled at first. */
  readonly builtDir: (name: string) => string;
  /** Called with each line for the developer. */
  readonly print: (line: string) => void;
}

/** The watched code of the webhooks of a stage. */
export interface Watch {
  /** Bundles a webhook for the first time; returns the folder with the bundle. */
  readonly bundleDir: (name: string) => Promise<string>;
  /**
   * Reloads a webhook on the stage whenever its code has changed.
   *
   * @param adapt Adapts a new definition to the stage.
   */
  start(stage: Pick<Stage, "reload">, adapt: (webhook: Webhook) => Webhook): void;
  stop(): Promise<void>;
}

interface Watched {
  readonly bundler: WebhookBundler;
  readonly sourceDir: string;
  webhook: Webhook;
  /** State of the sources in the last build. */
  seen: string;
}

/**
 * How often files are looked at. Operating systems can report changes, but not on every file system: not on
 * network drives, and not in a container whose files are on the host.
 */
const LOOK_EVERY_MS = 150;
/** An editor may write a file in several steps. */
const SETTLE_MS = 30;

/** Bundles webhooks, and watches the files in their bundles. */
export function openWatch(options: WatchOptions): Watch {
  const watched: Watched[] = [];
  const stopping = new AbortController();
  let done: Promise<void> = Promise.resolve();
  return {
    bundleDir: async (name) => {
      const webhook = options.webhooks.find((one) => one.name === name);
      const sourceDir = options.sourceDir(name);
      if (webhook === undefined || sourceDir === undefined) return options.builtDir(name);
      return firstBundle(options, { webhook, sourceDir }, watched);
    },
    start: (stage, adapt) => {
      done = poll(watched, reloader(stage, adapt, options), stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await done;
      await Promise.all(watched.map(({ bundler }) => bundler.stop()));
    },
  };
}

async function firstBundle(
  options: WatchOptions,
  { webhook, sourceDir }: Pick<Watched, "webhook" | "sourceDir">,
  watched: Watched[],
): Promise<string> {
  const { name } = webhook;
  const outDir = join(options.outDir, name);
  await rm(outDir, { recursive: true, force: true });
  const bundler = new WebhookBundler({ name, sourceDir, rootDir: options.rootDir, outDir });
  const one: Watched = { bundler, webhook, sourceDir, seen: "" };
  watched.push(one);
  const outcome = await build(one);
  if (outcome.kind === "built") return outcome.bundle.dir;
  if (outcome.kind === "failed")
    options.print(`${name} cannot be bundled, so its last build runs: ${outcome.text}`);
  return options.builtDir(name);
}

function look({ bundler, sourceDir }: Pick<Watched, "bundler" | "sourceDir">): Promise<SourceState> {
  return readSourceState(bundler.sources, sourceDir);
}

async function poll(
  watched: readonly Watched[],
  reload: (one: Watched) => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    await Promise.all(
      watched.map(async (one) => {
        if ((await look(one)).text === one.seen) return;
        await settled(one);
        await reload(one);
      }),
    );
    await pause(LOOK_EVERY_MS);
  }
}

/** Waits until the files no longer change. */
async function settled(one: Watched): Promise<void> {
  let before = (await look(one)).text;
  for (;;) {
    await pause(SETTLE_MS);
    const now = (await look(one)).text;
    if (now === before) return;
    before = now;
  }
}

/** Builds once; what changes meanwhile is built again at the next look. */
async function build(one: Watched): Promise<BuildOutcome> {
  const startedMs = Date.now();
  const outcome = await one.bundler.build();
  const { text, changedMs } = await look(one);
  one.seen = changedMs < startedMs ? text : "";
  return outcome;
}

function reloader(
  stage: Pick<Stage, "reload">,
  adapt: (webhook: Webhook) => Webhook,
  { rootDir, print }: Pick<WatchOptions, "rootDir" | "print">,
): (one: Watched) => Promise<void> {
  return async (one) => {
    const { name } = one.webhook;
    const startedMs = performance.now();
    try {
      const outcome = await build(one);
      if (outcome.kind === "unchanged") return;
      if (outcome.kind === "failed") {
        print(`${name} was not reloaded: ${outcome.text}`);
        return;
      }
      const { dir, definition } = outcome.bundle;
      one.webhook = definition ?? one.webhook;
      await stage.reload(adapt(one.webhook), dir);
      print(`${name} reloaded in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`);
      // What cannot be deleted now is deleted at the next start.
      await one.bundler.deleteOthers(dir).catch(() => undefined);
    } catch (error) {
      const message = messageOf(error).replace(`${name} failed to start: `, "");
      print(`${name} was not reloaded: ${safeLine(withoutFolder(message, rootDir), MAX_LENGTH)}`);
    }
  };
}

/** Makes the paths in a text relative to a folder. */
function withoutFolder(text: string, folder: string): string {
  return text.replaceAll(pathToFileURL(join(folder, "/")).href, "").replaceAll(join(folder, "/"), "");
}

const MAX_LENGTH = 300;

/** The state of files: it differs when one of them has changed. */
interface SourceState {
  readonly text: string;
  /** When the last of them was changed, epoch milliseconds. */
  readonly changedMs: number;
}

/** Returns the state of files, and of all files in a folder, so that a new file is noticed too. */
async function readSourceState(files: readonly string[], folder: string): Promise<SourceState> {
  const all = new Set([...files, ...(await filesIn(folder))]);
  const marks = await Promise.all([...all].sort().map(markOf));
  return {
    text: marks.map(({ text }) => text).join("\n"),
    changedMs: marks.reduce((last, { changedMs }) => Math.max(last, changedMs), 0),
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function markOf(path: string): Promise<SourceState> {
  // With nanoseconds: two saves in one millisecond differ.
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return { text: path, changedMs: 0 };
  return { text: `${path} ${found.mtimeNs} ${found.size}`, changedMs: Number(found.mtimeMs) };
}
