import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startReceiver } from "@rainhooks/testing/receiver";
import { BUNDLED_COMMAND, runCommand } from "../cli/testing/run-command.ts";
import { READER_ENV, runInShell } from "../run-in-shell.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";
import {
  HOME_ASSISTANT_ID,
  HomeAssistant,
  NTFY_TOKEN,
  Ntfy,
  SALESFORCE_CLIENT,
  Salesforce,
  type Service,
  SLACK_PATH,
  Slack,
} from "./services.ts";

/* Runs the commands of the examples of docs/forward.md on a local stage, as a reader would. */

const ROOT = join(import.meta.dirname, "../../../..");
const PAGE = readFileSync(join(ROOT, "docs/forward.md"), "utf8");

let stage: ForwardStage;
let folder: string;

beforeAll(async () => {
  stage = await startForwardStage();
  // A command of the page is `rainhooks`, and the stage is not the one of this project.
  folder = mkdtempSync(join(tmpdir(), "rainhooks-"));
  const script = `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${BUNDLED_COMMAND}" "$@" --data "${stage.dataDir}"\n`;
  writeFileSync(join(folder, "rainhooks"), script);
  chmodSync(join(folder, "rainhooks"), 0o700);
});
afterAll(async () => {
  await stage.stop();
  rmSync(folder, { recursive: true });
});

function commandOf(example: string): string {
  const [, command] =
    new RegExp(`^\`\`\`sh example=${example}\\n(.*?)\\n\`\`\`$`, "ms").exec(PAGE) ?? [];
  if (command === undefined)
    throw new Error(`docs/forward.md has no command of example ${example}.`);
  return command;
}

const ALERT = "Temperature is too high";

interface Example {
  readonly name: string;
  readonly destination: string;
  readonly service: Service;
  /** What a reader sets before. */
  readonly variables: (url: string) => Readonly<Record<string, string>>;
  /** What the service has got. */
  readonly got: () => unknown;
}

function examples(): Example[] {
  const slack = new Slack();
  const salesforce = new Salesforce();
  const home = new HomeAssistant();
  const ntfy = new Ntfy();
  return [
    {
      name: "slack",
      destination: "slack",
      service: slack,
      variables: (url) => ({ SLACK_URL: `${url}${SLACK_PATH}` }),
      got: () => slack.taken[0],
    },
    {
      name: "salesforce",
      destination: "salesforce",
      service: salesforce,
      variables: (url) => ({
        SALESFORCE: url,
        SALESFORCE_CLIENT_ID: SALESFORCE_CLIENT.id,
        SALESFORCE_CLIENT_SECRET: SALESFORCE_CLIENT.secret,
      }),
      got: () => [...salesforce.records.values()][0],
    },
    {
      name: "home-assistant",
      destination: "home",
      service: home,
      variables: (url) => ({ HOME_ASSISTANT_URL: `${url}/api/webhook/${HOME_ASSISTANT_ID}` }),
      got: () => home.taken[0],
    },
    {
      name: "ntfy",
      destination: "phone",
      service: ntfy,
      variables: (url) => ({ NTFY: url, NTFY_AUTHORIZATION: `Bearer ${NTFY_TOKEN}` }),
      got: () => ntfy.taken[0],
    },
  ];
}

test.each(examples())(
  "the command of the example $name adds a destination that gets an alert",
  async (one) => {
    const receiver = await startReceiver(one.service.respond);
    try {
      const PATH = `${folder}${delimiter}${READER_ENV["PATH"]}`;
      const env = { ...READER_ENV, PATH, ...one.variables(receiver.url) };
      expect(await runInShell(commandOf(one.name), { cwd: ROOT, env })).toContain(
        `Destination ${one.destination} is active: alert to ${receiver.url}`,
      );
      const tested = await runCommand([
        "destinations",
        "test",
        one.destination,
        "--data",
        stage.dataDir,
      ]);
      expect(tested).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^delivered 20[01] to /),
      });
      expect(JSON.stringify(one.got())).toContain(ALERT);
    } finally {
      await receiver.stop();
    }
  },
);
