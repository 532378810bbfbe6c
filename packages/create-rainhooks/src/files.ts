import type { Choices } from "./choices.mjs";
import { projectFilesOf, readTemplates, withWebhook } from "./templates.mjs";

/** What a new project shall be. */
export interface Project {
  /** Name of the npm package, which is that of the folder. */
  readonly name: string;
  readonly webhook: Choices;
  readonly region: string;
  /** Whether it has what deploys a stage. */
  readonly withInfra: boolean;
  /** Version of Rainhooks. */
  readonly version: string;
  /**
   * Whether the project has its packages of Rainhooks in its folder `packages`, as `npm pack` names
   * them, because they come from no registry.
   */
  readonly isPacked: boolean;
}

/**
 * Returns the files of a new project, by path. None of them is changed by a later version of
 * Rainhooks.
 */
export function filesOf(project: Project): Readonly<Record<string, string>> {
  const { webhook, withInfra } = project;
  const files = Object.entries(
    readTemplates("project", (text, path) => textOf(text, path, project)),
  );
  const own = Object.entries(projectFilesOf(webhook)).map(([path, text]) => [
    `webhooks/${webhook.name}/${path}`,
    text,
  ]);
  return Object.fromEntries([
    ...files.flatMap(([path, text]) =>
      withInfra || !OF_INFRA.includes(path)
        ? [[path.replace(/^gitignore$/, ".gitignore"), text]]
        : [],
    ),
    ...own,
  ]);
}

const OF_INFRA = ["stages/dev.ts", "cdktf.json"];

function textOf(text: string, path: string, project: Project): string {
  const { name, webhook, region, withInfra, isPacked } = project;
  switch (path) {
    case "package.json":
      return manifest(text, project);
    case "extensions.ts":
      return withWebhook(text, webhook.name, `./webhooks/${webhook.name}/webhook.ts`) ?? "";
    case "stages/dev.ts":
      return text.replace("us-east-1", region);
    case ".github/workflows/ci.yml":
      return withInfra ? text : text.replace("      - run: npm run synth\n", "");
    case "README.md": {
      const [always = "", deploying = ""] = text
        .replace("my-hooks", name)
        .replace(/trigger alert */, (one) => `trigger ${webhook.events[0]} `.padEnd(one.length))
        .split("<!-- infra -->\n");
      const readme = withInfra ? always + deploying : `${always.trim()}\n`;
      return isPacked ? readme.replace(UPDATE, UPDATE_PACKED) : readme;
    }
    default:
      return text;
  }
}

/** Gives the packages of Rainhooks their versions, and leaves out what only deploys. */
function manifest(text: string, { name, withInfra, version, isPacked }: Project): string {
  const rangeOf = (one: string) =>
    isPacked
      ? `file:packages/${one.replace("@", "").replace("/", "-")}-${version}.tgz`
      : `^${version}`;
  const lines = text
    .replace("my-hooks", name)
    .replace(/"([^"\s]+)": "\*"/g, (_, one) => `"${one}": "${rangeOf(one)}"`);
  return withInfra
    ? lines
    : lines
        .replace(/,\n *"synth": "rainhooks synth"/, "")
        .replace(/ *"@rainhooks\/infra": .*\n/, "");
}

const UPDATE = "`npm update` takes a newer version of Rainhooks.";
const UPDATE_PACKED =
  "`packages` has Rainhooks as a clone of it has packed it. A newer one: `npm run release` there, its `.release/*.tgz` to this folder, their names in package.json, and `npm install`.";
