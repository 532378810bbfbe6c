import type { Choices } from "./new-webhook/choices.mjs";
import { withWebhook } from "./new-webhook/own-list.mjs";
import { projectFilesOf } from "./new-webhook/templates.mjs";

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
   * Whether the project has its packages of Rainhooks in its folder `packages`, as `npm pack` names them,
   * because they come from no registry.
   */
  readonly isPacked: boolean;
}

/** Returns the files of a new project, by path. None of them is changed by a later version of Rainhooks. */
export function filesOf(project: Project): Readonly<Record<string, string>> {
  const { webhook, withInfra } = project;
  const own = Object.entries(projectFilesOf(webhook)).map(([path, text]) => [
    `webhooks/${webhook.name}/${path}`,
    text,
  ]);
  return {
    "package.json": json(manifest(project)),
    "tsconfig.json": json(TSCONFIG),
    ".gitignore": "node_modules/\n.rainhooks/\nsecrets.env\ncdktf.out/\n*.tfstate*\n.terraform/\n",
    ".github/workflows/ci.yml": workflow(withInfra),
    "README.md": readme(project),
    "extensions.ts": withWebhook(EXTENSIONS, webhook.name, `./webhooks/${webhook.name}/webhook.ts`) ?? "",
    ...Object.fromEntries(own),
    ...(withInfra ? { "stages/dev.ts": stage(project), "cdktf.json": json(CDKTF) } : {}),
  };
}

function manifest({ name, withInfra, version, isPacked }: Project) {
  const rangeOf = (one: string) =>
    isPacked ? `file:packages/${one.replace("@", "").replace("/", "-")}-${version}.tgz` : `^${version}`;
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=22.18" },
    scripts: {
      start: "rainhooks start --watch",
      test: "node --test",
      typecheck: "tsc",
      ...(withInfra ? { synth: "rainhooks synth" } : {}),
    },
    dependencies: { "@rainhooks/webhook": rangeOf("@rainhooks/webhook") },
    devDependencies: {
      ...(withInfra ? { "@rainhooks/infra": rangeOf("@rainhooks/infra") } : {}),
      "@rainhooks/webhook-testing": rangeOf("@rainhooks/webhook-testing"),
      "@types/node": "^24.0.0",
      rainhooks: rangeOf("rainhooks"),
      typescript: "^5.9.0",
    },
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    // Node.js runs the files as they are.
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    types: ["node"],
  },
};

const EXTENSIONS = `import type { Extension } from "rainhooks/extension";

/** What this project has of its own: functions, queries with their tables, operations. */
export const OWN_EXTENSIONS: readonly Extension[] = [
  { name: "own", description: "Webhooks of our own.", functions: [] },
];
`;

const CDKTF = {
  language: "typescript",
  app: "npm run -s synth",
  projectId: "rainhooks",
  sendCrashReports: "false",
  terraformProviders: [],
  terraformModules: [],
};

function stage({ region }: Project): string {
  return `import type { StageConfig } from "@rainhooks/infra";

/** A stage for experiments: destroying it deletes its archive. */
export const stage: StageConfig = {
  name: "dev",
  region: "${region}",
  production: false,
  state: "local",
  archive: { forceDestroy: true },
};
`;
}

function workflow(withInfra: boolean): string {
  const synth = withInfra ? "      - run: npm run synth\n" : "";
  return `name: ci
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@d23441a48e516b6c34aea4fa41551a30e30af803 # v6.1.0
      - uses: actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 # v6.5.0
        with:
          node-version: 24
          cache: npm
      - run: npm ci
      - run: npm run typecheck
      - run: npm test
${synth}`;
}

function readme({ name, webhook, withInfra, isPacked }: Project): string {
  const deploy = `
## Deploying

\`stages/dev.ts\` is a stage in your AWS account, in which RainMaker runs. Terraform and AWS credentials must be there.

    npm run synth                                              # writes cdktf.out/stacks/rainhooks-dev
    terraform -chdir=cdktf.out/stacks/rainhooks-dev init
    terraform -chdir=cdktf.out/stacks/rainhooks-dev apply

\`npx cdktf-cli@0.21 deploy rainhooks-dev\` does the same; it needs Node.js 22.
`;
  return `# ${name}

Webhooks for ESP RainMaker, made with Rainhooks.

    npm install
    npm start                                                  # a stage on this machine: RainMaker, all webhooks, a console
    npx rainhooks trigger ${webhook.events[0]}${" ".repeat(Math.max(1, 37 - (webhook.events[0] ?? "").length))}# in another terminal: an event
    npm test
    npx rainhooks new-webhook heat-pump                        # another webhook
    npx rainhooks --help                                       # nodes, readings, archive, dead letters, destinations, alarms …

- \`webhooks/<name>/webhook.ts\` says which events a webhook gets, and \`handler.ts\` what it does with them.
- \`extensions.ts\` lists what this project has of its own: its webhooks, and queries and operations if it has them.
- ${isPacked ? UPDATE_PACKED : "`npm update` takes a newer version of Rainhooks."} No other file here has to follow it.
${withInfra ? deploy : ""}`;
}

const UPDATE_PACKED = `\`packages\` has Rainhooks as a clone of it has packed it. A newer one: \`npm run release\` there, its \`.release/*.tgz\` to this folder, their names in package.json, and \`npm install\`.`;

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
