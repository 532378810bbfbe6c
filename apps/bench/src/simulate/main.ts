/*
 * Simulates fleets on a stage: npm run simulate -- [--nodes 1000000] [--region eu-central-1]
 */
import { parseArgs } from "node:util";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import type { LoadedWebhook } from "@rainhooks/capacity";
import { fleetReport } from "./report.ts";

const FLEETS = [10_000, 1_000_000, 100_000_000];
const MAX_NODES = 1_000_000_000;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function readOptions(): { readonly fleets: readonly number[]; readonly region: string } {
  try {
    const { values } = parseArgs({
      options: { nodes: { type: "string" }, region: { type: "string", default: "us-east-1" } },
    });
    const nodes = values.nodes === undefined ? undefined : Number(values.nodes);
    if (nodes !== undefined && !(Number.isInteger(nodes) && nodes >= 1 && nodes <= MAX_NODES))
      fail(`--nodes must be a whole number from 1 to 1,000,000,000, such as 1e6, not ${values.nodes}.`);
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
      fail(`--region: ${values.region} is not an AWS region.`);
    return { fleets: nodes === undefined ? FLEETS : [nodes], region: values.region };
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

const { fleets, region } = readOptions();
const webhooks = SHIPPED.filter((webhook): webhook is LoadedWebhook => webhook.load !== undefined);
console.log(fleets.map((nodes) => fleetReport({ webhooks, nodes, region })).join("\n\n"));
