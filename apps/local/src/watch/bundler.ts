import { readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { definitionIn } from "@rainhooks/app-list/definition-in";
import { makeFolder } from "@rainhooks/local/aws/folder";
import { BUNDLE_OPTIONS } from "@rainhooks/local/bundling/bundle-options.mjs";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { type BuildResult, context } from "esbuild";
import { describeBuildFailure } from "./build-failure.ts";

/** A bundle of a webhook. */
export interface WebhookBundle {
  readonly dir: string;
  /** The definition in the bundle; `undefined` when it is the same code as in the bundle before. */
  readonly definition: Webhook | undefined;
}

/** The result of a build. */
export type BuildOutcome =
  | { readonly kind: "built"; readonly bundle: WebhookBundle }
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly text: string };

/** Where a webhook's code is, and where its bundles are written. */
export interface BundlerOptions {
  readonly name: string;
  /** Folder with `handler.ts` and `webhook.ts`. */
  readonly sourceDir: string;
  /** Paths are shown relative to this folder. */
  readonly rootDir: string;
  readonly outDir: string;
}

/** Bundles a webhook again and again: the files that have not changed are not read again. */
export class WebhookBundler {
  readonly #options: BundlerOptions;
  readonly #context: ReturnType<typeof openContext>;
  #sources: readonly string[] = [];
  #count = 0;
  #code = "";
  #definitionCode: string | undefined;

  constructor(options: BundlerOptions) {
    this.#options = options;
    this.#context = openContext(options);
  }

  /** Files of the workspace in the last bundle. */
  get sources(): readonly string[] {
    return this.#sources;
  }

  /** Builds once. */
  async build(): Promise<BuildOutcome> {
    let result: BuildResult<{ write: false; metafile: true }>;
    try {
      result = await (await this.#context).rebuild();
    } catch (error) {
      return { kind: "failed", text: describeBuildFailure(error) };
    }
    const { rootDir } = this.#options;
    this.#sources = Object.keys(result.metafile.inputs)
      .filter((path) => !/(?:^|\/)node_modules\//.test(path))
      .map((path) => resolve(rootDir, path));
    const code = result.outputFiles.map(({ hash }) => hash).join();
    if (code === this.#code) return { kind: "unchanged" };
    this.#code = code;
    return this.#write(result.outputFiles);
  }

  /** Deletes all bundles except the one in a folder. */
  async deleteOthers(dir: string): Promise<void> {
    const { outDir } = this.#options;
    const names = await readdir(outDir);
    for (const other of names.map((name) => join(outDir, name)).filter((path) => path !== dir))
      await rm(other, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await (await this.#context).dispose();
  }

  /**
   * Each bundle gets a folder of its own: Node.js loads a file only once, and the bundle before may still
   * run.
   */
  async #write(files: readonly OutputFile[]): Promise<BuildOutcome> {
    const { outDir } = this.#options;
    this.#count += 1;
    const dir = join(outDir, String(this.#count));
    await makeFolder(dir);
    for (const { path, contents } of files) await writeFile(join(dir, basename(path)), contents);
    const definitionCode = files.find(({ path }) => path.endsWith("webhook.mjs"))?.hash;
    if (definitionCode === this.#definitionCode)
      return { kind: "built", bundle: { dir, definition: undefined } };
    try {
      const definition = await loadDefinition(join(dir, "webhook.mjs"), this.#options.name);
      this.#definitionCode = definitionCode;
      return { kind: "built", bundle: { dir, definition } };
    } catch (error) {
      return { kind: "failed", text: describeBuildFailure(error) };
    }
  }
}

interface OutputFile {
  readonly path: string;
  readonly hash: string;
  readonly contents: Uint8Array;
}

function openContext({ sourceDir, rootDir, outDir }: BundlerOptions) {
  return context({
    ...BUNDLE_OPTIONS,
    absWorkingDir: rootDir,
    entryPoints: { index: join(sourceDir, "handler.ts"), webhook: join(sourceDir, "webhook.ts") },
    // As deep as the folders of the bundles, so that the paths in the source maps are right.
    outdir: join(outDir, "0"),
    sourcemap: "linked",
    write: false,
    logLevel: "silent",
  });
}

async function loadDefinition(path: string, name: string): Promise<Webhook> {
  const exported: unknown = await import(pathToFileURL(path).href);
  const found = definitionIn(exported, name);
  if (found?.trigger === "topics") return found;
  throw new Error(`webhook.ts exports no webhook with the name ${name}`);
}
