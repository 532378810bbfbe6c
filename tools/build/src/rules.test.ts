import { globSync, readFileSync } from "node:fs";
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

/** What each file imports, by its path: in statements, in calls, and of types. */
function importsIn(code: ReadonlyMap<string, string>): [path: string, from: string][] {
  return [...code].flatMap(([path, text]) =>
    [...withoutComments(text).matchAll(/(?:from|import|import\()\s*"(?<from>[^"\n]+)"/g)].map(
      ({ groups }): [string, string] => [path, groups?.["from"] ?? ""],
    ),
  );
}

/** The files of a folder that import one of some modules, and from where. */
async function importers(folder: string, of: RegExp): Promise<string[]> {
  const code = await codeIn(folder);
  expect(code.size).toBeGreaterThan(2);
  return importsIn(code).flatMap(([path, from]) => (of.test(from) ? [`${path}: ${from}`] : []));
}

const ARCHITECTURE = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");

/**
 * The folders of the workspace by their names, but not those that a user has added, which are not
 * on the page of the architecture.
 */
const FOLDERS = new Map(
  globSync("{packages,apps,tools}/*/package.json", { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/").replace("/package.json", ""))
    .concat("infra", "extensions")
    .filter((folder) => ARCHITECTURE.includes(folder.replace("packages/", "")))
    .map((folder) => [
      JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).name,
      folder,
    ]),
);
const WORKSPACES = [...FOLDERS.values()];

/** The workspace in which a file is. */
function workspaceOf(path: string): string | undefined {
  return WORKSPACES.find((folder) => path.startsWith(`${folder}/`));
}

/** How low each workspace stands in the picture on the page of the architecture. */
function floorsOfPicture(): ReadonlyMap<string, number> {
  const [, picture = ""] = /```\n(core [^`]+(?:`[^`]+`[^`]+)*)```/.exec(ARCHITECTURE) ?? [];
  const names = new Map(WORKSPACES.map((folder) => [folder.replace("packages/", ""), folder]));
  const floors = picture.split("\n").flatMap((line, floor) => {
    const words = line.split(/ +/);
    const own = words.slice(
      0,
      words.findIndex((word) => !names.has(word)),
    );
    return own.map((name) => [names.get(name) ?? name, floor] as const);
  });
  expect(floors.length).toBe(WORKSPACES.length);
  return new Map(floors);
}

/** What tests, and what is for tests, may import wherever it stands. */
const FOR_TESTS = ["packages/testing", "packages/embedded-dynamodb", "packages/webhook-testing"];

test("code imports only what stands above it in the picture of the architecture: packages no program, nothing a tool", async () => {
  const floors = floorsOfPicture();
  const files = await filesIn("{packages,apps,extensions,infra,tools}/**/*.{ts,tsx,mjs}");
  const wrong = importsIn(files).filter(([path, from]) => {
    const own = workspaceOf(path);
    const other = FOLDERS.get(/^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? "");
    // What a new webhook has is code of somebody else.
    if (own === undefined || path.startsWith("packages/create-rainhooks/templates/")) return false;
    if (other === undefined || own === other) return false;
    if (/\.test\.tsx?$|\/testing\//.test(path) && FOR_TESTS.includes(other)) return false;
    return (floors.get(other) ?? Number.POSITIVE_INFINITY) >= (floors.get(own) ?? -1);
  });
  expect(wrong).toEqual([]);
});

test("a file is imported by its path from its own workspace alone, but for what runs before anything is installed", async () => {
  const files = await filesIn("{packages,apps,extensions,infra,tools}/**/*.{ts,tsx,mjs}");
  const leaving = importsIn(files).flatMap(([path, from]) => {
    const own = workspaceOf(path);
    const leaves =
      own !== undefined &&
      from.startsWith(".") &&
      !join(path, "..", from).replaceAll("\\", "/").startsWith(`${own}/`);
    return leaves ? [path] : [];
  });
  const beforeInstalling = [
    "apps/cli/bin/rainhooks.mjs",
    ...["bin/new-webhook", "bin/run"].map((name) => `tools/build/${name}.mjs`),
    // It writes code.
    "tools/e2e/src/watch.e2e.test.ts",
  ];
  expect([...new Set(leaving)].sort()).toEqual(beforeInstalling);
});

/** The code of a workspace. */
function sourceOf(folder: string): Promise<Map<string, string>> {
  return codeIn(folder === "extensions" ? folder : `${folder}/src`);
}

/**
 * Returns the files of workspaces with a text outside comments, but for those in the files and
 * folders that may have it.
 */
async function others(
  folders: readonly string[],
  text: RegExp,
  allowed: readonly string[],
): Promise<string[]> {
  const all = await Promise.all(folders.map(sourceOf));
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

test("code gets what it needs of the environment passed in; where a function or a program begins, it is read", async () => {
  const folders = WORKSPACES.filter((folder) => !folder.startsWith("tools/"));
  const allowed = [
    ...["create", "message-handler", "run-handler"].map(
      (name) => `packages/webhook/src/${name}.ts`,
    ),
    // The Lambda runtime of the local stage.
    "packages/local/src/aws/lambda",
    // How a command was started, and with which profile of AWS: for what messages advise.
    "packages/stage/src/terminal/as-typed.ts",
    "packages/stage/src/aws-failure.ts",
    "packages/stage/src/commands/caller.ts",
    // Terraform runs in it, too.
    "extensions/doctor/checks/plan.ts",
    "packages/webhook-testing/src/test-webhook.ts",
    ...["api/src/functions/query-api/handler", "local/src/run"].map((name) => `apps/${name}.ts`),
  ];
  expect(await others(folders, /process\.env\b/, allowed)).toEqual([]);
});

test("clients of AWS are made where a function begins and where a stage is reached, and passed on", async () => {
  const allowed = [
    "apps/node-status/src/sink.ts",
    "apps/time-series/src/sink.ts",
    "extensions/alarms/functions/watch/sweep.ts",
    ...["create", "note-handled", "store-client", "settings/fetch-secret"].map(
      (name) => `packages/webhook/src/${name}.ts`,
    ),
    "packages/stage/src/clients.ts",
    "packages/stage/src/read-outputs.ts",
    // Services that one operation calls: the others need not load them.
    ...["operate/archive/athena", "operate/stage/ages", "operations/caller"].map(
      (name) => `packages/stage/src/${name}.ts`,
    ),
    ...["verify/verify-published", "work/invoke", "work/work-handler"].map(
      (name) => `extensions/repair/${name}.ts`,
    ),
    // Loaded with the first secret.
    "extensions/forwarding/secrets/ssm-store.ts",
    "apps/console/src/serve/activity/from-cloudwatch.ts",
    "packages/embedded-dynamodb/src",
    "packages/webhook-testing/src",
  ];
  const made = /new (?!Rainmaker)[A-Z]\w*Client\(/;
  const begins = /^apps\/[^/]+\/src\/handler\.ts$|\/functions\/[^/]+\/handler\.ts$/;
  const places = await others(WORKSPACES, made, allowed);
  expect(places.filter((path) => !begins.test(path))).toEqual([]);
});

test("a command is hinted at by its name: a clone types it otherwise than a project that has it installed", async () => {
  const allowed = [
    "packages/stage/src/terminal/as-typed.ts",
    "tools/reference/src/commands-page.ts",
  ];
  expect(await others(WORKSPACES, /npm run -s rainhooks/, allowed)).toEqual([]);
});

test("errors that people read are RainhooksErrors, or have data; another error is caught by what makes it be thrown", async () => {
  const allowed = [
    "packages/core/src/errors.ts",
    // With data.
    "packages/rainmaker/src/http.ts",
    "packages/stage/src/operate/progress.ts",
    // Caught.
    "extensions/forwarding/operations/send-missed.ts",
    "packages/stage/src/operate/replay/run.ts",
    "packages/stage/src/query/params/param.ts",
    "apps/api/src/app.ts",
    // What emulators return, and what the page gets.

    "packages/local/src/aws/emulators/firehose/firehose.ts",
    "packages/local/src/rainmaker/rest/calls.ts",
    "packages/page/src/api.ts",
  ];
  expect(await others(WORKSPACES, /class \w+ extends \w*Error\b/, allowed)).toEqual([]);
});

test("no two exported types have the same name", async () => {
  const code = await Promise.all(WORKSPACES.map(sourceOf));
  const names = code
    .flatMap((files) => [...files])
    .flatMap(([, text]) =>
      [...text.matchAll(/^export (?:interface|type|(?:abstract )?class) (\w+)/gm)].map(
        ([, name]) => name,
      ),
    );
  expect(names.length).toBeGreaterThan(500);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("an exported type or function is named by what it is or does, not by the participle of what was done", async () => {
  const words =
    "asked|found|given|judged|kept|known|left|made|reached|seen|shown|told|wanted|held|taken";
  const capitalized = words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  const vague = new RegExp(`^(?:${words}|${capitalized})(?:[A-Z]|$)|[a-z](?:${capitalized})$`);
  const alone = /^(?:[A-Z][a-z]*ed|Sent|Read|Due|Ready|Unsent|Written|Done)$/;
  const exported = /^export (?:async )?(?:interface|type|(?:abstract )?class|function\*?) (\w+)/gm;
  const code = (await Promise.all(WORKSPACES.map(sourceOf))).flatMap((files) => [
    ...files.values(),
  ]);
  const names = code.flatMap((text) => [...text.matchAll(exported)].map(([, name = ""]) => name));
  expect(names.length).toBeGreaterThan(2000);
  // A question, with its verb before it, may end so.
  const isQuestion = /^(?:is|are|has|was|not|until)[A-Z]/;
  expect(
    names.filter((name) => alone.test(name) || (vague.test(name) && !isQuestion.test(name))),
  ).toEqual([]);
});

/**
 * The names in braces of statements that import from modules, or export from them; those of types
 * with `type` before them.
 */
function namesOf(code: string, statement: RegExp): string[] {
  return [...code.matchAll(statement)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().replace(/ as .*$/, ""))
      .filter((name) => name !== ""),
  );
}

test("the stack has no code of a function", async () => {
  expect(await importers("infra/src", /\/handler(?:\.ts)?$/)).toEqual([]);
});

test("the command line has no client of AWS", async () => {
  expect(await importers("apps/cli/src", /^@aws-sdk\//)).toEqual([]);
});

test("the console starts no process; the stack imports of the programs only the list of functions", async () => {
  expect(await importers("apps/console/src", /^(?:node:)?(?:child_process|cluster)$/)).toEqual([]);
  expect(await importers("infra/src", /^@rainhooks\/app-(?!list)/)).toEqual([]);
});

test("the stack imports of extensions only the list of what they add to it; what they are made of knows none", async () => {
  const extensions = /^@rainhooks\/extensions\//;
  const named = (await importers("infra/src", extensions)).filter(
    (one) => !one.startsWith("infra/src/parts.ts:"),
  );
  expect(named).toEqual([]);
  expect(await importers("packages/stack/src", /^@rainhooks\/(?:extensions|infra|app-)/)).toEqual(
    [],
  );
});

test.each(["packages/local/src", "packages/stage/src/query"])(
  "%s imports no operations",
  async (folder) => {
    expect(await importers(folder, /\/operat(?:e|ions)\//)).toEqual([]);
  },
);

const OPERATIONS = [
  "packages/stage/src/operate",
  "extensions/{alarms,forwarding}/operations",
  "extensions/privacy/{copy,erase}",
  "extensions/repair/{dead-letters,rebuild,verify,work}",
];

test.each(OPERATIONS)(
  "operations of %s do not query the API, show nothing, and know no program",
  async (folder) => {
    // Requests have the same kinds of fields as questions.
    const outside =
      /^@rainhooks\/app-|\/(?:query\/(?!params\/)|questions|terminal|views|commands|routes|page)\/|^node:(?:readline|child_process)|^commander/;
    const code = [...(await codeIn(folder))];
    // An entry says how it is shown, too.
    const entries = code
      .filter(([, text]) => text.includes("defineOperation("))
      .map(([path]) => path);
    const imports = await importers(folder, outside);
    expect(imports.filter((one) => !entries.some((path) => one.startsWith(`${path}:`)))).toEqual(
      [],
    );
    for (const [path, text] of code)
      expect([path, /console\.\w+\(|process\.(?:stdout|stderr|exit)\b/.test(text)]).toEqual([
        path,
        false,
      ]);
  },
);

test("an operation imports no file of a command, and only the frame writes its record", async () => {
  expect(await importers("extensions/*/operations", /^\.\.?\/(?:.*\/)?commands\//)).toEqual([]);
  const frame = ["packages/stage/src/operations"];
  expect(await others(WORKSPACES, /\b(?:begin|end)Audit\b/, frame)).toEqual([]);
});

test("no code reads the sentence of an error, which anybody may write better: it has a code", async () => {
  const reads =
    /\bmessage\??\.(?:includes|startsWith|endsWith|match|search|indexOf)\(|messageOf\(\w+\)\.(?:includes|startsWith|endsWith|match|search|indexOf)\(|\.(?:test|exec|match)\((?:[\w.]*\.)?message(?:\)|Of\()/;
  // Errors of the AWS SDK about a region have no code, and no class.
  expect(await others(WORKSPACES, reads, ["packages/stage/src/aws-failure.ts"])).toEqual([]);
});

test("a test awaits a promise that fails before it makes the next one: a second one that failed first would end the test", async () => {
  const loop = /for \(const (\w+) of \[[^;]*?\]\)\s*\{?\s*await expect\(\1\)\.rejects/g;
  const tests = await filesIn("{apps,packages,extensions,infra,tools}/**/*.test.{ts,tsx}");
  expect(
    [...tests].flatMap(([path, code]) =>
      [...code.matchAll(loop)].map(([text]) => `${path}: ${text}`),
    ),
  ).toEqual([]);
});

test("tests, and what is for tests, take the functions that come with Rainhooks: a clone's own ones would change them", async () => {
  const lists = /import \{([^}]*)\} from "(?:@rainhooks\/app-list|[./]+\/contents\.ts)"/g;
  const withOwn = new Set(["FUNCTIONS", "WEBHOOKS", "webhookNamed", "CONTENTS"]);
  const files = await filesIn("{apps,packages,extensions,infra,tools}/**/*.{ts,tsx,mjs}");
  const forTests = /\.test\.tsx?$|\/testing\/|^tools\//;
  const taking = [...files].flatMap(([path, code]) =>
    forTests.test(path) && namesOf(code, lists).some((name) => withOwn.has(name)) ? [path] : [],
  );
  expect(taking).toEqual([]);
});

/** Returns the text up to the sign that closes the first one, and what follows. */
function closedIn(text: string): [inside: string, after: string] {
  let depth = 0;
  const end = [...text].findIndex((sign) => {
    if ("([{".includes(sign)) depth++;
    if (")]}".includes(sign)) depth--;
    return depth === 0;
  });
  return [text.slice(0, end + 1), text.slice(end + 1)];
}

/** Returns what in some code is written in one line only to save lines. */
function packedIn(code: string): string[] {
  const spreads = [...code.matchAll(/\.{3}(?=[[{])/g)].flatMap(({ 0: dots, index }) => {
    const [inside, after] = closedIn(code.slice(index + dots.length));
    return /^\s*[,\])}]/.test(after) ? [inside] : [];
  });
  const tuples = [...code.matchAll(/\b(?:const|let) (?=\[)/g)].flatMap(({ 0: word, index }) => {
    const [names, after] = closedIn(code.slice(index + word.length));
    const [, list = ""] = /^ = (\[[\s\S]*)/.exec(after) ?? [];
    const [values, rest] = closedIn(list);
    return /^(?: as const)?;/.test(rest) && names.includes(",") && !values.startsWith("[...")
      ? [names]
      : [];
  });
  return [...spreads, ...tuples];
}

test("a literal is not spread into another one, and a declaration has one name", async () => {
  expect(packedIn("f({ ...{ a, b }, c }, [...[d]], ...[e].map(g), ...[[h]]);")).toHaveLength(3);
  expect(
    packedIn("const [a, b] = [c(), { d }];\nconst [e, f = 1] = g();\nconst [h] = [...i];"),
  ).toEqual(["[a, b]"]);
  const code = await filesIn("{apps,packages,extensions,infra,tools}/**/*.{ts,tsx,mts,mjs}");
  const isRule = (path: string) => path.endsWith("/rules.test.ts");
  const found = [...code].flatMap(([path, text]) =>
    isRule(path) ? [] : packedIn(text).map((one) => `${path}: ${one}`),
  );
  expect(found).toEqual([]);
});
