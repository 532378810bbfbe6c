import { readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { definitionIn } from "@rainhooks/app-list/definition-in";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { makeFolder } from "@rainhooks/local/aws/folder";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { BUNDLE_OPTIONS } from "@rainhooks/local/bundling/bundle-options.mjs";
import { printable, safeLine, shortenText } from "@rainhooks/stage/terminal/printable";
import type { Webhook } from "@rainhooks/webhook/define-function";
import {
  type BuildContext,
  type BuildResult,
  context,
  type Message,
  type PluginBuild,
} from "esbuild";

/** Options for watching the code of webhooks. */
export interface WatchOptions {
  readonly webhooks: readonly Webhook[];
  /**
   * Returns the folder with a webhook's `handler.ts` and `webhook.ts`; `undefined` if it is not
   * here.
   */
  readonly sourceDir: (name: string) => string | undefined;
  /** Paths are shown relative to this folder. */
  readonly rootDir: string;
  /** Bundles are written here. */
  readonly outDir: string;
  /**
   * Returns the folder with the deployed bundle, for a webhook whose code cannot be bundled at
   * first.
   */
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

type Reload = (webhook: Webhook, dir: string) => Promise<void>;

/** Bundles webhooks, and again when a file in their bundles changes. */
export function openWatch(options: WatchOptions): Watch {
  const watched: WatchedWebhook[] = [];
  const { promise: reload, resolve } = Promise.withResolvers<Reload | undefined>();
  return {
    bundleDir: async (name) => {
      const webhook = options.webhooks.find((one) => one.name === name);
      const sourceDir = options.sourceDir(name);
      if (webhook === undefined || sourceDir === undefined) return options.builtDir(name);
      const one = new WatchedWebhook(webhook, options, reload);
      watched.push(one);
      return one.open(sourceDir);
    },
    start: (stage, adapt) => resolve((webhook, dir) => stage.reload(adapt(webhook), dir)),
    stop: async () => {
      resolve(undefined);
      await Promise.all(watched.map((one) => one.stop()));
    },
  };
}

type Built = BuildResult<{ write: false }>;

/** The code of a webhook. Its builds are handled one after the other. */
class WatchedWebhook {
  readonly #name: string;
  readonly #options: WatchOptions;
  readonly #outDir: string;
  /** Comes when the stage runs; `undefined` if it is stopped before. */
  readonly #reload: Promise<Reload | undefined>;
  #webhook: Webhook;
  #context: BuildContext | undefined;
  #last: Promise<void> = Promise.resolve();
  #count = 0;
  #code = "";
  #definitionCode: string | undefined;

  constructor(webhook: Webhook, options: WatchOptions, reload: Promise<Reload | undefined>) {
    this.#webhook = webhook;
    this.#name = webhook.name;
    this.#options = options;
    this.#reload = reload;
    this.#outDir = join(options.outDir, webhook.name);
  }

  /**
   * Builds for the first time, and from then on at each change; returns the folder with the bundle.
   */
  async open(sourceDir: string): Promise<string> {
    await rm(this.#outDir, { recursive: true, force: true });
    const { promise, resolve } = Promise.withResolvers<string>();
    let startedMs = 0;
    const onEnd = (result: Built) => {
      const fromMs = startedMs;
      this.#last = this.#last.then(async () => {
        if (this.#count === 0) resolve(await this.#first(result));
        else await this.#next(result, fromMs);
      });
    };
    const setup = (build: PluginBuild) => {
      build.onStart(() => {
        startedMs = performance.now();
      });
      build.onEnd((result) => onEnd(result as Built));
    };
    this.#context = await context({
      ...BUNDLE_OPTIONS,
      absWorkingDir: this.#options.rootDir,
      entryPoints: { index: join(sourceDir, "handler.ts"), webhook: join(sourceDir, "webhook.ts") },
      // As deep as the folders of the bundles, so that the paths in the source maps are right.
      outdir: join(this.#outDir, "0"),
      sourcemap: "linked",
      write: false,
      logLevel: "silent",
      plugins: [{ name: "built", setup }],
    });
    await this.#context.watch();
    return promise;
  }

  async stop(): Promise<void> {
    await this.#context?.dispose();
    await this.#last;
  }

  async #first(result: Built): Promise<string> {
    try {
      return (await this.#write(result)) ?? "";
    } catch (error) {
      this.#options.print(
        `${this.#name} cannot be bundled, so its last build runs: ${textOf(error)}`,
      );
      return this.#options.builtDir(this.#name);
    }
  }

  async #next(result: Built, startedMs: number): Promise<void> {
    const { print } = this.#options;
    const dir = await this.#write(result).catch((error: unknown) => {
      print(`${this.#name} was not reloaded: ${textOf(error)}`);
    });
    const reload = await this.#reload;
    if (dir === undefined || reload === undefined) return;
    try {
      await reload(this.#webhook, dir);
      print(`${this.#name} reloaded in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`);
      // What cannot be deleted now is deleted at the next start.
      await this.#deleteOthers(dir).catch(() => undefined);
    } catch (error) {
      const message = messageOf(error).replace(`${this.#name} failed to start: `, "");
      print(`${this.#name} was not reloaded: ${safeLine(this.#withoutRoot(message), MAX_LENGTH)}`);
    }
  }

  /**
   * Writes a bundle, and reads its definition; returns its folder, or `undefined` for the same code
   * as before. Each gets a folder of its own: Node.js loads a file only once, and the bundle before
   * may still run.
   *
   * @throws what is wrong with the code.
   */
  async #write(result: Built): Promise<string | undefined> {
    this.#count += 1;
    if (result.errors.length > 0)
      throw new RainhooksError("stage-failed", describeErrors(result.errors));
    const code = result.outputFiles.map(({ hash }) => hash).join();
    if (code === this.#code) return undefined;
    this.#code = code;
    const dir = join(this.#outDir, String(this.#count));
    await makeFolder(dir);
    for (const { path, contents } of result.outputFiles)
      await writeFile(join(dir, basename(path)), contents);
    const definitionCode = result.outputFiles.find(({ path }) =>
      path.endsWith("webhook.mjs"),
    )?.hash;
    if (definitionCode === this.#definitionCode) return dir;
    this.#webhook = await loadDefinition(join(dir, "webhook.mjs"), this.#name);
    this.#definitionCode = definitionCode;
    return dir;
  }

  async #deleteOthers(dir: string): Promise<void> {
    const paths = (await readdir(this.#outDir)).map((name) => join(this.#outDir, name));
    for (const other of paths.filter((path) => path !== dir))
      await rm(other, { recursive: true, force: true });
  }

  /** Makes the paths in a text relative. */
  #withoutRoot(text: string): string {
    const root = join(this.#options.rootDir, "/");
    return text.replaceAll(pathToFileURL(root).href, "").replaceAll(root, "");
  }
}

const MAX_LENGTH = 300;

async function loadDefinition(path: string, name: string): Promise<Webhook> {
  const exported: unknown = await import(pathToFileURL(path).href);
  const found = definitionIn(exported, name);
  if (found?.trigger === "topics") return found;
  throw new Error(`webhook.ts exports no webhook with the name ${name}`);
}

function textOf(error: unknown): string {
  return error instanceof RainhooksError ? error.message : safeLine(messageOf(error), MAX_LENGTH);
}

/**
 * Describes why code could not be bundled: the location and the first error, and on a second line
 * the code.
 */
export function describeErrors([first, ...others]: readonly Pick<
  Message,
  "text" | "location"
>[]): string {
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const text = `${first?.text}${more}`;
  const location = first?.location;
  if (!location) return safeLine(text, MAX_LENGTH);
  // esbuild counts columns from 0; editors count from 1.
  const where = `${location.file}:${location.line}:${location.column + 1}`;
  return `${safeLine(`${where}: ${text}`, MAX_LENGTH)}\n    ${shortenText(printable(location.lineText.trim()), MAX_LENGTH)}`;
}
