import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { installPacked, packRelease } from "../cli/testing/install-packed.ts";
import { writeNotes } from "./notes-of-docs.ts";

/*
 * A project with Rainhooks as installed packages: made, run, tested and synthesized as its owner
 * does. The packages are those of a release; what they depend on is that of the workspace, so that
 * no registry is needed.
 */

const ROOT = join(import.meta.dirname, "../../../..");

/** Limits of the packed packages, a little above what they have. */
const MAX_KIB = {
  // Of these, 150 are the pages of `rainhooks docs`, 150 the bundle of the rounds, and 45 the types
  // of extensions.
  rainhooks: 4320,
  "rainhooks-webhook": 165,
  "rainhooks-webhook-testing": 300,
  "rainhooks-infra": 490,
  "create-rainhooks": 16,
};

/** Each has a bill of materials. */
const FUNCTIONS = 13;

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** Returns the URL of the HTTP API of a stage that starts. */
async function apiOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const line of createInterface({ input: output })) {
    text += `${line}\n`;
    const [, url] = /query API +(\S+)\/v1\/nodes/.exec(line) ?? [];
    if (url !== undefined) {
      output.resume();
      return url;
    }
  }
  throw new Error(`The stage has not started: ${text}`);
}

describe("a project of one's own", () => {
  let folder = "";
  let project = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "installed-"));
    await packRelease(join(folder, "packed"));
    await installPacked(join(folder, "packed"), folder);
    project = join(folder, "my-hooks");
  });
  afterAll(() => rm(folder, { recursive: true }));

  function run(file: string, ...args: readonly string[]): Promise<Ended> {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [file, ...args],
        { cwd: project, env: { PATH, NODE_COMPILE_CACHE } },
        (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: out + err }),
      );
    });
  }
  const rainhooks = (...args: readonly string[]) => run("node_modules/rainhooks/bin.mjs", ...args);

  /** Adds to the list of what is the project's own. */
  async function list(imported: string, before: string, after: string): Promise<void> {
    const file = join(project, "extensions.ts");
    const text = await readFile(file, "utf8");
    await writeFile(file, `${imported}\n${text.replace(before, after)}`);
  }

  it("a release is packed with the same bytes each time", async () => {
    // Deeper than the first one: no path is in what is packed. The others are copies of files.
    await packRelease(join(folder, "again/and/again"), "rainhooks");
    const sums = async (one: string) =>
      (await readFile(join(folder, one, "SHA256SUMS"), "utf8")).trim().split("\n");
    const first = await sums("packed");
    expect(first).toHaveLength(2 * Object.keys(MAX_KIB).length + FUNCTIONS);
    expect((await sums("again/and/again")).filter((line) => first.includes(line))).toHaveLength(2);
  });

  it("a release has packages that are not larger than they need to be", async () => {
    const files = await readdir(join(folder, "packed"));
    const sizes = await Promise.all(
      Object.entries(MAX_KIB).map(async ([name, max]) => {
        const file = files.find((one) => new RegExp(`^${name}-\\d.*\\.tgz$`).test(one)) ?? "";
        const { size } = await stat(join(folder, "packed", file));
        return { name, kib: Math.ceil(size / 1024), max };
      }),
    );
    expect(sizes.filter(({ kib, max }) => kib > max)).toEqual([]);
  });

  it("a release has a bill of materials for each package and each function, without licences that oblige its users", async () => {
    const files = (await readdir(join(folder, "packed"))).filter((name) =>
      name.endsWith(".cdx.json"),
    );
    expect(files.filter((name) => name.startsWith("function-"))).toHaveLength(FUNCTIONS);
    expect(files).toHaveLength(FUNCTIONS + Object.keys(MAX_KIB).length);
    for (const file of files) {
      const { components } = JSON.parse(await readFile(join(folder, "packed", file), "utf8"));
      const names = components.map(({ name }: { readonly name: string }) => name);
      expect(names.includes("dynalite")).toBe(/^rainhooks-(webhook-testing-)?\d/.test(file));
      for (const { name, licenses } of components)
        expect([file, name, licenses?.[0].expression]).toEqual([
          file,
          name,
          expect.stringMatching(/^\(?(MIT|Apache-2\.0|ISC|0BSD|BSD-\d-Clause|BlueOak|Unlicense)/),
        ]);
    }
  });

  it("a project is made in an empty folder, and in no other", async () => {
    await mkdir(project);
    const options = [
      "--webhook",
      "heat-pump",
      "--events",
      "node_params_changed,alert",
      "--sink",
      "none",
    ];
    const creator = "../node_modules/create-rainhooks/bin.mjs";
    expect(await run(creator, "../my-hooks", ...options)).toMatchObject({ code: 0 });
    await writeFile(join(folder, "a-file"), "");
    await symlink("nowhere", join(folder, "a-link"));
    for (const name of ["../my-hooks", "../a-file", "../a-file/in-it", "../a-link"])
      expect(await run(creator, name)).toEqual({
        code: 2,
        text: expect.stringMatching(/^\S+ cannot be used: [^\n]+\. Choose another folder\.\n$/),
      });
    expect((await run(creator, "other", "--region", "here")).text).toContain(
      "here is not an AWS region",
    );
    expect((await run(creator, "other", "--sink", "fax")).text).toContain("fax is not a sink");
    expect(
      await run(creator, "../packed-hooks", "--packages", join(folder, "packed")),
    ).toMatchObject({
      code: 0,
    });
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(folder, "packed-hooks/package.json"), "utf8"),
    );
    const own = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) =>
      /rainhooks/.test(name),
    );
    expect(own).toHaveLength(4);
    for (const [, from] of own)
      expect(
        (await stat(join(folder, "packed-hooks", String(from).replace(/^file:/, "")))).size,
      ).toBeGreaterThan(1000);
    await rename(join(folder, "node_modules"), join(project, "node_modules"));
  });

  it("a new project's tests pass", async () => {
    const { code, text } = await run("--test");
    expect([code, text]).toEqual([0, expect.stringMatching(/pass 1\n/)]);
  });

  it("a project runs the stage with its own webhooks, of which one has its function elsewhere", async () => {
    const page = await readFile(join(ROOT, "docs/from-the-python-sample.md"), "utf8");
    const [, definition = ""] = /```ts\n([^`]*runtime: "external"[^`]*)```/.exec(page) ?? [];
    await mkdir(join(project, "webhooks/crm"));
    await writeFile(join(project, "webhooks/crm/webhook.ts"), definition);
    await list(
      'import { crm } from "./webhooks/crm/webhook.ts";',
      "functions: [",
      "functions: [crm, ",
    );
    const { code, text } = await rainhooks("start", "--nodes", "5", "--events", "60", "--exit");
    expect(text).toContain("The function of crm is your own. Its queue: http");
    expect(text).toMatch(/is up after .*, heat-pump\n/);
    expect(text).toContain("Every message is accounted for.");
    expect(code).toBe(0);
  });

  it("a project gets a webhook with each sink, and compiles as it was made", async () => {
    const sinks = Object.entries({
      http: ["toBody: eventBody", "toBody: ({ data }) => JSON.stringify(data.message)"],
      dynamodb: ["event.type", "JSON.stringify(event.data.message)"],
      none: ["event.type", "JSON.stringify(event.data.message)"],
      log: ["", ""],
    } as const);
    for (const [sink] of sinks) {
      const options = ["--events", "alert", "--sink", sink];
      const { code, text } = await rainhooks("new-webhook", `to-${sink}`, ...options);
      expect([code, text]).toEqual([0, expect.stringContaining(`Created webhooks/to-${sink}`)]);
    }
    expect(await run("node_modules/typescript/bin/tsc")).toEqual({ code: 0, text: "" });
    const tests = sinks.map(([sink]) => `webhooks/to-${sink}/handler.test.ts`);
    expect((await run("--test", ...tests)).text).toMatch(/pass 4\n/);
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(project, "package.json"), "utf8"),
    );
    for (const [sink, [before, after]] of sinks) {
      const handler = join(project, `webhooks/to-${sink}/handler.ts`);
      const written = await readFile(handler, "utf8");
      await writeFile(handler, written.replace(before, after));
      const imported = [...written.matchAll(/from "(@[^/"]+\/[^/"]+)/g)].map(([, name]) => name);
      expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual(
        expect.arrayContaining(imported),
      );
    }
  });

  it("a project has a query, an operation and a table of its own, by command and by HTTP API", async () => {
    await writeNotes(project, "extensions.ts");

    const stage = spawn(
      process.execPath,
      ["node_modules/rainhooks/bin.mjs", "start", "--nodes", "2"],
      {
        cwd: project,
        env: { PATH: process.env["PATH"] },
      },
    );
    try {
      const url = await apiOf(stage.stdout);
      expect(await rainhooks("set-note", "n1", "By the door")).toMatchObject({ code: 0 });
      expect(await rainhooks("note", "n1")).toEqual({ code: 0, text: "By the door\n" });
      expect((await rainhooks("audit")).text).toContain("setNote");
      const response = await fetch(`${url}/v1/nodes/n1/note`);
      expect([response.status, await response.json()]).toEqual([200, { text: "By the door" }]);
      expect(await (await fetch(`${url}/v1/openapi.json`)).json()).toHaveProperty([
        "paths",
        "/v1/nodes/{node}/note",
      ]);
    } finally {
      stage.kill();
      await once(stage, "exit");
    }
  });

  it("a project refuses a webhook that exists, and reports an unknown option", async () => {
    expect(await rainhooks("new-webhook", "heat-pump")).toEqual({
      code: 2,
      text: expect.stringContaining("webhooks/heat-pump already exists."),
    });
    expect((await rainhooks("new-webhook", "x", "--events", "rain")).text).toContain(
      "rain is not an event",
    );
  });

  it("a project synthesizes its stage, with the functions of Rainhooks and its own", async () => {
    const { code, text } = await rainhooks("synth");
    expect([code, text]).toEqual([0, expect.stringContaining("cdktf.out/stacks/rainhooks-dev")]);
    const stack = await readFile(
      join(project, "cdktf.out/stacks/rainhooks-dev/cdk.tf.json"),
      "utf8",
    );
    const { aws_lambda_function: functions } = JSON.parse(stack).resource;
    const names = Object.values<{ function_name: string }>(functions).map(
      (one) => one.function_name,
    );
    expect(names).toEqual(
      expect.arrayContaining(["rainhooks-dev-archive", "rainhooks-dev-heat-pump"]),
    );
    expect(stack).toContain('"name": "rainhooks-dev-notes"');
    const policies = stack.replaceAll("\\", "");
    expect(
      [...policies.matchAll(/"Action":\[([^\]]*)\],"Resource":\[[^\]]*table-notes\.arn/g)].map(
        ([, of]) => of,
      ),
    ).toEqual(['"dynamodb:GetItem"']);
  });

  it("a project prints what a stage costs and who needs which policy, and gets another stage", async () => {
    expect((await rainhooks("cost", "--nodes", "1000")).text).toMatch(/^node-status /m);
    const policy = await rainhooks("deployer-policy", "dev");
    expect([policy.code, policy.text]).toEqual([
      0,
      expect.stringContaining("function:rainhooks-dev-*"),
    ]);
    expect(await rainhooks("new-stage", "test", "--region", "eu-west-1")).toEqual({
      code: 0,
      text: expect.stringMatching(
        /^Created stages\/test\.ts\.(.|\n)*cdktf deploy rainhooks-test\n$/,
      ),
    });
    for (const [args, text] of [
      [["key-policy", "dev"], "Stage dev has no kmsKeyArn, so it needs no policy for a key.\n"],
      [["plan-policy"], "Name a stage: npx rainhooks plan-policy <stage>. Stages: dev, test.\n"],
      [
        ["cost", "--region", "here", "--nodes", "1"],
        "--region must be an AWS region, such as eu-central-1.\n",
      ],
    ] as const)
      expect(await rainhooks(...args)).toEqual({ code: 2, text });
    expect((await rainhooks("cost", "--help")).text).toMatch(
      /^Usage: \S+ ?\S* ?cost \[--nodes <count>\]/,
    );
  });

  it("a project compiles with handlers that use the type of their events, the page's extension and another stage", async () => {
    expect(await run("node_modules/typescript/bin/tsc")).toEqual({ code: 0, text: "" });
  });

  it("a project reports which of its own files is wrong", async () => {
    await rename(join(project, "webhooks/heat-pump"), join(project, "webhooks/pump"));
    const { code, text } = await rainhooks("start", "--exit");
    expect([code, text]).toEqual([
      2,
      expect.stringMatching(/^\S+extensions\.ts cannot be loaded: .*heat-pump.*\n$/),
    ]);
    await writeFile(join(project, "extensions.ts"), "export const PROJECT_EXTENSIONS = [{}];");
    expect(await rainhooks("nodes")).toEqual({
      code: 2,
      text: expect.stringMatching(/^\S+extensions\.ts does not export PROJECT_EXTENSIONS: .*\n$/),
    });
  });
});
