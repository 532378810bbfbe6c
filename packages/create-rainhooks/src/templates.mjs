import { identifierOf } from "./choices.mjs";

/** Returns the files of a new webhook's app, by path: a package of this workspace. */
export function filesOf(choices) {
  const parts = partsOf(choices);
  const { name, sink } = parts;
  return {
    "package.json": `${JSON.stringify(manifest(name), undefined, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(tsconfig(), undefined, 2)}\n`,
    "README.md": readme(parts, sink),
    ...Object.fromEntries(
      Object.entries(codeOf(parts, TEST_WITH_JEST)).map(([path, text]) => [`src/${path}`, text]),
    ),
  };
}

/**
 * Returns the files of a webhook in a project that has Rainhooks as installed packages, by path in its
 * folder.
 */
export function projectFilesOf(choices) {
  return codeOf(partsOf(choices), TEST_WITH_NODE);
}

function partsOf({ name, events, sink }) {
  return {
    name,
    sink,
    identifier: identifierOf(name),
    events: events.map((type) => `rmaker.event.${type}`),
  };
}

function codeOf(parts, framework) {
  const { sink } = parts;
  return {
    "webhook.ts": definition(parts, sink),
    "handler.ts": HANDLERS[sink](parts),
    "handler.test.ts": TESTS[sink](parts, framework),
    ...(sink === "dynamodb" ? { "table.ts": table(parts) } : {}),
  };
}

function manifest(name) {
  const workspace = (names) => Object.fromEntries(names.map((one) => [`@rainhooks/${one}`, "workspace:*"]));
  return {
    name: `@rainhooks/app-${name}`,
    version: "0.1.0",
    private: true,
    description: `The webhook ${name}.`,
    type: "module",
    exports: { "./webhook": "./src/webhook.ts" },
    scripts: {
      bundle: "node ../../tools/build/bin/bundle.mjs",
      test: "node ../../tools/build/bin/test-package.mjs",
    },
    dependencies: workspace(["webhook"]),
    devDependencies: workspace(["webhook-testing"]),
  };
}

function tsconfig() {
  const names = ["webhook", "webhook-testing"];
  return {
    extends: "../../tsconfig.base.json",
    compilerOptions: { rootDir: "src", outDir: "dist" },
    include: ["src"],
    references: names.map((one) => ({ path: `../../packages/${one}` })),
  };
}

function definition({ name, identifier, events }, sink) {
  const list = events.map((type) => JSON.stringify(type)).join(", ");
  const more = {
    http: `  settings: {
    url: { kind: "secret", holds: "url", description: "Where the events are sent." },
  },
`,
    dynamodb: `  resources: { table: tableUse(${identifier}Table, ["dynamodb:BatchWriteItem"]) },
`,
  };
  const [used, imports] =
    sink === "dynamodb" ? [", tableUse", `import { ${identifier}Table } from "./table.ts";\n`] : ["", ""];
  return `import { defineWebhook${used} } from "@rainhooks/webhook/define";
${imports}
/** Describe here what this webhook does. */
export const ${identifier} = defineWebhook({
  name: "${name}",
  description: "The webhook ${name}.",
  events: [${list}],
${more[sink] ?? ""}});
`;
}

function table({ name, identifier }) {
  return `import type { TableDescription } from "@rainhooks/webhook/sinks";

/** The last events of each node. */
export const ${identifier}Table = {
  name: "${name}",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "at", type: "S" },
} as const satisfies TableDescription;
`;
}

/** The type of the events that a handler gets. */
const eventType = (events) => `RainmakerEvent<${events.map((type) => JSON.stringify(type)).join(" | ")}>`;

const HANDLERS = {
  http: ({ identifier, events }) => `import { eventHandler } from "@rainhooks/webhook";
import type { RainmakerEvent } from "@rainhooks/webhook/events";
import { eventBody, httpSink } from "@rainhooks/webhook/sinks";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, ({ settings, stage }) =>
  httpSink<${eventType(events)}>({
    url: settings.url.get,
    toBody: eventBody,
    // The local stage may call a receiver on this machine.
    allowPrivate: stage === "local",
  }),
);
`,
  dynamodb: ({ identifier, events }) => `import { eventHandler } from "@rainhooks/webhook";
import { AWS_CLIENT_OPTIONS, nodesOf, type RainmakerEvent } from "@rainhooks/webhook/events";
import { batchPutSink, DynamoDBClient } from "@rainhooks/webhook/sinks";
import { ${identifier}Table } from "./table.ts";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, ({ resources }) =>
  batchPutSink<${eventType(events)}>({
    client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    table: ${identifier}Table,
    tableName: resources.table,
    // An event that is delivered twice is written twice to the same place.
    toPuts: (event) =>
      nodesOf(event).map((nodeId) => ({
        nodeId: { S: nodeId },
        at: { S: \`\${new Date(event.atMs).toISOString()}#\${event.deliveryId}\` },
        type: { S: event.type },
      })),
  }),
);
`,
  log: ({ identifier }) => `import { eventHandler } from "@rainhooks/webhook";
import { logSink } from "@rainhooks/webhook/sinks";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, () => logSink(console.log));
`,
  none: ({ identifier, events }) => `import { eventHandler } from "@rainhooks/webhook";
import type { RainmakerEvent } from "@rainhooks/webhook/events";
import { perItem } from "@rainhooks/webhook/sinks";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, () =>
  perItem(async (event: ${eventType(events)}) => {
    // What is thrown here has the event retried (docs/write-a-sink.md).
    console.log(\`${identifier}: \${event.type}\`);
  }),
);
`,
};

/** How a test says what it expects. */
const TEST_WITH_JEST = {
  imports: 'import { expect, it } from "@jest/globals";\n',
  equal: (value, expected) => `expect(${value}).toEqual(${expected})`,
  contains: (value, part) => `expect(${value}).toContain(${part})`,
};
const TEST_WITH_NODE = {
  imports: 'import assert from "node:assert/strict";\nimport { it } from "node:test";\n',
  equal: (value, expected) => `assert.deepEqual(${value}, ${expected})`,
  contains: (value, part) => `assert.ok(${value}?.includes(${part}))`,
};

function testOf(
  { identifier, events },
  { imports, equal },
  { needs = [], options = "", before = "", checks = "", after = "" },
) {
  return `${imports}import { ${["eventOf", ...needs, "testWebhook"].sort().join(", ")} } from "@rainhooks/webhook-testing";
import { ${identifier} } from "./webhook.ts";

const EVENTS = [${events.map((type) => `eventOf(${JSON.stringify(type)}, { nodeId: "n1" })`).join(", ")}];

it("handles its events", async () => {
${before}  const test = await testWebhook(${identifier}, () => import("./handler.ts")${options});
  ${equal("await test.run(EVENTS)", 'EVENTS.map(() => ({ outcome: "done" }))')};
${checks}  await test.stop();
${after}});
`;
}

const TESTS = {
  http: (parts, framework) =>
    testOf(parts, framework, {
      needs: ["startReceiver"],
      before: "  const receiver = await startReceiver();\n",
      options: ", { secrets: { url: receiver.url } }",
      checks: `  ${framework.equal("receiver.requests.map(({ method }) => method)", 'EVENTS.map(() => "POST")')};
  ${framework.contains("receiver.requests[0]?.body", '"n1"')};
`,
      after: "  await receiver.stop();\n",
    }),
  dynamodb: (parts, framework) =>
    testOf(parts, framework, {
      checks: `  const written = await test.rowsOf(${parts.identifier}.resources.table.table);
  ${framework.equal("written.length", "EVENTS.length")};
`,
    }),
  log: (parts, framework) => testOf(parts, framework, {}),
  none: (parts, framework) => testOf(parts, framework, {}),
};

function readme({ name, events }, sink) {
  const secret = `
## Where it sends

\`url\` is a secret, because many URLs contain a token. On the local stage:

    (umask 077; echo '${name}.url=http://localhost:3000/hook' >> secrets.env)

On a deployed stage it is the parameter \`/rainhooks-secrets/<stage>/${name}/url\`:

    aws ssm put-parameter --type SecureString --name /rainhooks-secrets/dev/${name}/url --value file://url.txt
`;
  return `# ${name}

Describe here what this webhook does.

- \`src/webhook.ts\`: which events it gets (${events.map((type) => `\`${type.replace("rmaker.event.", "")}\``).join(", ")})
- \`src/handler.ts\`: what it does with them
- \`src/handler.test.ts\`: \`npm test -- ${name}\`

Try it while you write: \`npm start -- --webhooks ${name} --watch\`, and in another terminal
\`npm run -s rainhooks -- trigger ${events[0]?.replace("rmaker.event.", "")}\`.
${sink === "http" ? secret : ""}`;
}
