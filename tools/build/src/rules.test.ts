import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";

/** The texts of files by their paths, without what is built. */
async function filesIn(pattern: string, leftOut?: RegExp): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const path of glob(pattern, { cwd: ROOT, exclude: isBuilt }))
    if (leftOut?.test(path) !== true) found.set(path, readFileSync(join(ROOT, path), "utf8"));
  return found;
}

function isBuilt(path: string): boolean {
  return /(?:^|\/)(?:node_modules|dist|bundle)$/.test(path);
}

/** The code in a folder by the paths of its files: tests, and what is for tests, are left out. */
function codeIn(folder: string): Promise<Map<string, string>> {
  return filesIn(`${folder}/**/*.{ts,tsx}`, /\.test\.tsx?$|\/testing\/|\/e2e\//);
}

/** The files of a folder that import one of some modules, and from where. */
async function importers(folder: string, of: RegExp): Promise<string[]> {
  const code = await codeIn(folder);
  expect(code.size).toBeGreaterThan(2);
  return [...code].flatMap(([path, text]) =>
    [...text.matchAll(/(?:from|import|import\()\s*"(?<from>[^"]+)"/g)]
      .map(({ groups }) => groups?.["from"] ?? "")
      .filter((from) => of.test(from))
      .map((from) => `${path}: ${from}`),
  );
}

const ARCHITECTURE = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");

/**
 * All packages and apps, but not those that a user has added, which are not on the page of the architecture.
 */
const WORKSPACES = ["packages", "apps"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => existsSync(join(ROOT, folder, name, "package.json")))
    .filter((name) => folder === "packages" || ARCHITECTURE.includes(`\`apps/${name}\``))
    .map((name) => `${folder}/${name}`),
);

/** The packages on which one depends, by their folders. */
function dependenciesOf(folder: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  return Object.keys(dependencies).flatMap((name) => /^@rainhooks\/(.+)$/.exec(name)?.[1] ?? []);
}

test("a package imports only packages above it on the page of the architecture, and no app", () => {
  const [, picture = ""] = /```\n(core [^`]+)```/.exec(ARCHITECTURE) ?? [];
  const names = new Set(WORKSPACES.map((folder) => folder.replace("packages/", "")));
  const floors = picture.split("\n").map((line) => {
    const words = line.split(/ +/);
    return words.slice(
      0,
      words.findIndex((word) => !names.has(word)),
    );
  });
  const above = new Map(floors.flatMap((own, floor) => own.map((name) => [name, floor] as const)));
  const wrong = WORKSPACES.flatMap((folder) => {
    const [kind, name = ""] = folder.split("/");
    if (kind !== "packages") return [];
    return dependenciesOf(folder)
      .filter((other) => !((above.get(other) ?? Number.POSITIVE_INFINITY) < (above.get(name) ?? -1)))
      .map((other) => `${name} imports ${other}`);
  });
  expect(wrong).toEqual([]);
});

/**
 * Returns the files of folders with a text outside comments, but for those in the files and folders that may
 * have it.
 */
async function others(
  folders: readonly string[],
  text: RegExp,
  allowed: readonly string[],
): Promise<string[]> {
  const all = await Promise.all(folders.map((folder) => codeIn(`${folder}/src`)));
  const found = all
    .flatMap((code) => [...code])
    .filter(([, code]) => text.test(withoutComments(code)))
    .map(([path]) => path);
  const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
  // What nothing has any more is not allowed any more.
  expect(allowed.filter((place) => !found.some((path) => isIn(path, place)))).toEqual([]);
  return found.filter((path) => !allowed.some((place) => isIn(path, place)));
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

test("packages get what they need of the environment passed in; where a function begins, it is read", async () => {
  const packages = WORKSPACES.filter((folder) => folder.startsWith("packages/"));
  const allowed = [
    ...["create", "message-handler", "run-handler"].map((name) => `packages/webhook/src/${name}.ts`),
    // The Lambda runtime of the local stage.
    "packages/local/src/aws/lambda",
    // How a command was started, and with which profile of AWS: for what messages advise.
    "packages/stage/src/terminal/as-typed.ts",
    "packages/stage/src/aws-failure.ts",
    "packages/webhook-testing/src/environment.ts",
  ];
  expect(await others(packages, /process\.env\b/, allowed)).toEqual([]);
});

test("clients of AWS are made where a function begins and where a stage is reached, and passed on", async () => {
  const allowed = [
    ...["archive", "fleet-samples", "forward", "neo-events", "store-work"].map(
      (name) => `apps/${name}/src/handler.ts`,
    ),
    ...[
      "apps/node-status/src/sink.ts",
      "apps/time-series/src/sink.ts",
      "extensions/alarms/functions/watch/sweep.ts",
    ],
    ...["create", "store-client", "settings/fetch-secret"].map((name) => `packages/webhook/src/${name}.ts`),
    "extensions/forwarding/worker/assemble-worker.ts",
    ...["packages/stage/src/clients.ts", "packages/stage/src/deployed.ts"],
    // Services that one operation calls: the others need not load them.
    ...["archive/athena", "stage/ages", "stage/caller", "verify/published-counts", "work/invoke"].map(
      (name) => `extensions/repair/${name}.ts`,
    ),
    "apps/console/src/serve/activity/from-cloudwatch.ts",
    ...[
      "packages/embedded-dynamodb/src",
      "packages/webhook-testing/src",
      "tools/bench/src",
      "infra/src/trial",
    ],
  ];
  const made = /new (?!Rainmaker)[A-Z]\w*Client\(/;
  expect(await others([...WORKSPACES, "infra"], made, allowed)).toEqual([]);
});

test("a command is hinted at by its name: a clone types it otherwise than a project that has it installed", async () => {
  const allowed = ["packages/stage/src/terminal/as-typed.ts", "tools/reference/src/commands-page.ts"];
  expect(await others([...WORKSPACES, "infra"], /npm run -s rainhooks/, allowed)).toEqual([]);
});

test("what people read is a RainhooksError, or one with data; another error is caught by what makes it be thrown", async () => {
  const allowed = [
    "packages/core/src/errors.ts",
    // With data.
    ...["archived/wait-until-archived", "replay/plan-replay"].map((name) => `extensions/repair/${name}.ts`),
    "packages/rainmaker/src/error.ts",
    // Caught.
    ...["recover/resume", "replay/run"].map((name) => `extensions/repair/${name}.ts`),
    ...["packages/archive/src/read/parquet-rows.ts", "packages/stage/src/query/params/param.ts"],
    ...["apps/api/src/within.ts", "infra/src/trial/prerequisite.ts"],
    // What emulators answer, and what the page gets.
    ...["packages/local/src/aws/emulators/aws-json.ts", "packages/local/src/rainmaker/rest/refusal.ts"],
    "packages/page/src/api.ts",
  ];
  expect(await others([...WORKSPACES, "infra"], /class \w+ extends \w*Error\b/, allowed)).toEqual([]);
});

test("no two exported types have the same name", async () => {
  const code = await Promise.all([...WORKSPACES, "infra"].map((folder) => codeIn(`${folder}/src`)));
  const names = code
    .flatMap((files) => [...files])
    // Handlers of rivals are named as ours are.
    .filter(([path]) => !path.startsWith("tools/bench/"))
    .flatMap(([, text]) =>
      [...text.matchAll(/^export (?:interface|type|(?:abstract )?class) (\w+)/gm)].map(([, name]) => name),
    );
  expect(names.length).toBeGreaterThan(500);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

/** Packages from which projects of users import. */
const PUBLISHED = ["packages/webhook", "packages/webhook-testing"];

/**
 * The names in braces of statements that import from modules, or export from them; those of types with `type`
 * before them.
 */
function namesOf(code: string, statement: RegExp): string[] {
  return [...code.matchAll(statement)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().replace(/ as .*$/, ""))
      .filter((name) => name !== ""),
  );
}

test("what a package exports, another one imports", async () => {
  const files = await filesIn("{packages,apps,infra}/**/*.{ts,tsx,mjs}");
  for (const folder of WORKSPACES.filter((one) => one.startsWith("packages/") && !PUBLISHED.includes(one))) {
    const index = files.get(`${folder}/src/index.ts`) ?? "";
    const from = `@rainhooks/${folder.replace("packages/", "")}`;
    const imported = new RegExp(
      `(?:import|export|const) \\{([^}]*)\\} (?:from|= await import\\()\\s*"${from}"`,
      "g",
    );
    const used = new Set(
      [...files].flatMap(([path, code]) =>
        path.startsWith(`${folder}/`) || !code.includes(from)
          ? []
          : namesOf(code, imported).map((name) => name.replace("type ", "")),
      ),
    );
    const unused = namesOf(index, /export \{([^}]*)\} from/g).filter(
      (name) => !name.startsWith("type ") && !used.has(name),
    );
    expect([folder, unused]).toEqual([folder, []]);
  }
});

test("only packages that others install have a README", () => {
  const installed = [...PUBLISHED, "packages/create-rainhooks"].map((folder) => `${folder}/README.md`);
  expect(globSync("packages/*/README.md", { cwd: ROOT }).sort()).toEqual(installed.sort());
});

test("the stack has no code of a function", async () => {
  expect(await importers("infra/src", /\/handler(?:\.ts)?$/)).toEqual([]);
});

test("the command line has no client of AWS", async () => {
  expect(await importers("apps/cli/src", /^@aws-sdk\//)).toEqual([]);
});

test("the console starts no process, and imports no command line; the command line is imported by nothing", async () => {
  expect(
    await importers("apps/console/src", /^(?:node:)?(?:child_process|cluster)$|^@rainhooks\/app-cli/),
  ).toEqual([]);
  for (const folder of ["packages", "apps/local/src"])
    expect(await importers(folder, /^@rainhooks\/app-cli/)).toEqual([]);
});

test.each(["local-aws", "local-rainmaker", "fleet", "stage", "query", "node-status", "time-series", "watch"])(
  "%s imports no operations",
  async (name) => {
    expect(await importers(`packages/${name}/src`, /^@rainhooks\/operate/)).toEqual([]);
  },
);

test("operations ask no questions of the API, show nothing, and know no program", async () => {
  const outside = /^@rainhooks\/(?:query|terminal|app-)|^node:(?:readline|child_process)|^commander/;
  expect(await importers("extensions/repair", outside)).toEqual([]);
  for (const [path, text] of await codeIn("extensions/repair"))
    expect([path, /console\.\w+\(|process\.(?:stdout|stderr|exit)\b/.test(text)]).toEqual([path, false]);
});

test("a test awaits a promise that fails before it makes the next one: a second one that failed first would end the test", async () => {
  const loop = /for \(const (\w+) of \[[^;]*?\]\)\s*\{?\s*await expect\(\1\)\.rejects/g;
  const tests = await filesIn("{apps,packages,infra}/**/*.test.{ts,tsx}");
  expect(
    [...tests].flatMap(([path, code]) => [...code.matchAll(loop)].map(([text]) => `${path}: ${text}`)),
  ).toEqual([]);
});

test("tests, and what is for tests, take the functions that come with Rainhooks: a clone's own ones would change them", async () => {
  const allowed = [
    // What is shown and accepted names the own ones, too.
    "tools/e2e/src/cli/help.e2e.test.ts",
    "tools/e2e/src/develop.e2e.test.ts",
    // Leaves out the own ones.
    "tools/e2e/src/docs.test.ts",
  ];
  const lists = /import \{([^}]*)\} from "(?:@rainhooks\/app-webhook-list|[./]+\/contents\.ts)"/g;
  const withOwn = new Set(["FUNCTIONS", "WEBHOOKS", "webhookNamed", "CONTENTS"]);
  const files = await filesIn("{apps,packages,infra}/**/*.{ts,tsx,mjs}");
  const forTests = /\.test\.tsx?$|\/testing\/|\/e2e\/|^apps\/bench\//;
  const taking = [...files].flatMap(([path, code]) =>
    forTests.test(path) && namesOf(code, lists).some((name) => withOwn.has(name)) ? [path] : [],
  );
  expect(taking.sort()).toEqual(allowed.sort());
});
