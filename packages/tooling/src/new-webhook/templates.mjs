import { identifierOf } from "./choices.mjs";

/** Returns the files of a new webhook's folder, by path. */
export function filesOf({ name, events, sink }) {
  const parts = {
    name,
    identifier: identifierOf(name),
    events: events.map((type) => `rmaker.event.${type}`),
  };
  return {
    "package.json": `${JSON.stringify(manifest(name, sink), undefined, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(tsconfig(sink), undefined, 2)}\n`,
    "README.md": readme(parts, sink),
    "src/webhook.ts": definition(parts, sink),
    "src/handler.ts": HANDLERS[sink](parts),
    "src/handler.test.ts": TESTS[sink](parts),
    ...(sink === "dynamodb" ? { "src/table.ts": table(parts) } : {}),
  };
}

function manifest(name, sink) {
  const workspace = (names) => Object.fromEntries(names.map((one) => [`@rainhooks/${one}`, "workspace:*"]));
  return {
    name: `@rainhooks/app-${name}`,
    version: "0.1.0",
    private: true,
    description: `The webhook ${name}.`,
    type: "module",
    exports: { "./webhook": "./src/webhook.ts" },
    scripts: {
      build: "tsc -b",
      bundle: "rainhooks-bundle",
      typecheck: "tsc -b",
      test: "rainhooks-test",
    },
    dependencies: {
      ...(sink === "dynamodb" ? { "@aws-sdk/client-dynamodb": "catalog:" } : {}),
      ...workspace(["core", ...(sink === "dynamodb" ? ["dynamodb"] : []), "sinks", "webhook"]),
    },
    devDependencies: workspace(["tooling", "webhook-testing"]),
  };
}

function tsconfig(sink) {
  const names = ["core", ...(sink === "dynamodb" ? ["dynamodb"] : []), "sinks", "webhook", "webhook-testing"];
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
    dynamodb: `  resources: {
    table: {
      kind: "table",
      env: "${envOf(name)}_TABLE",
      table: ${identifier}Table,
      actions: ["dynamodb:BatchWriteItem"],
    },
  },
`,
  };
  const imports = sink === "dynamodb" ? `import { ${identifier}Table } from "./table.ts";\n` : "";
  return `import { defineWebhook } from "@rainhooks/webhook/define";
${imports}
/** Describe here what this webhook does. */
export const ${identifier} = defineWebhook({
  name: "${name}",
  description: "The webhook ${name}.",
  events: [${list}],
${more[sink] ?? ""}});
`;
}

function envOf(name) {
  return name.replaceAll("-", "_").toUpperCase();
}

function table({ name, identifier }) {
  return `import type { TableDescription } from "@rainhooks/dynamodb";

/** The last events of each node. */
export const ${identifier}Table = {
  name: "${name}",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "at", type: "S" },
} as const satisfies TableDescription;
`;
}

const HANDLERS = {
  http: ({ identifier }) => `import type { RainmakerEvent } from "@rainhooks/core";
import { eventBody, httpSink } from "@rainhooks/sinks";
import { eventHandler } from "@rainhooks/webhook";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, ({ settings, stage }) =>
  httpSink<RainmakerEvent>({
    url: settings.url.get,
    toBody: eventBody,
    // The local stage may call a receiver on this machine.
    allowPrivate: stage === "local",
  }),
);
`,
  dynamodb: ({ identifier }) => `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import { batchPutSink } from "@rainhooks/sinks";
import { eventHandler } from "@rainhooks/webhook";
import { ${identifier}Table } from "./table.ts";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, ({ resources }) =>
  batchPutSink<RainmakerEvent>({
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
  log: ({ identifier }) => `import { logSink } from "@rainhooks/sinks";
import { eventHandler } from "@rainhooks/webhook";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, () => logSink(console.log));
`,
  none: ({ identifier }) => `import type { RainmakerEvent } from "@rainhooks/core";
import { perItem } from "@rainhooks/sinks";
import { eventHandler } from "@rainhooks/webhook";
import { ${identifier} } from "./webhook.ts";

export const handler = eventHandler(${identifier}, () =>
  perItem(async (event: RainmakerEvent) => {
    // What is thrown here has the event retried (docs/write-a-sink.md).
    console.log(\`${identifier}: \${event.type}\`);
  }),
);
`,
};

function testOf({ identifier, events }, { imports = "", options = "", before = "", checks, after = "" }) {
  return `import { expect, it } from "@jest/globals";
import { ${["eventOf", ...imports.split(", ").filter(Boolean), "testWebhook"].sort().join(", ")} } from "@rainhooks/webhook-testing";
import { ${identifier} } from "./webhook.ts";

const EVENTS = [${events.map((type) => `eventOf(${JSON.stringify(type)}, { nodeId: "n1" })`).join(", ")}];

it("handles its events", async () => {
${before}  const test = await testWebhook(${identifier}, () => import("./handler.ts")${options});
  expect(await test.run(EVENTS)).toEqual(EVENTS.map(() => ({ outcome: "done" })));
${checks}  await test.stop();
${after}});
`;
}

const TESTS = {
  http: (parts) =>
    testOf(parts, {
      imports: "startReceiver",
      before: "  const receiver = await startReceiver();\n",
      options: ", { secrets: { url: receiver.url } }",
      checks: `  expect(receiver.requests.map(({ method }) => method)).toEqual(EVENTS.map(() => "POST"));
  expect(receiver.requests[0]?.body).toContain("n1");
`,
      after: "  await receiver.stop();\n",
    }),
  dynamodb: (parts) =>
    testOf(parts, {
      checks: `  const written = await test.rowsOf(${parts.identifier}.resources.table.table);
  expect(written).toHaveLength(EVENTS.length);
`,
    }),
  log: (parts) => testOf(parts, { checks: "" }),
  none: (parts) => testOf(parts, { checks: "" }),
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
