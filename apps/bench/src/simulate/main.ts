/*
 * Simulates fleets on a stage: npm run simulate -- [--nodes 1000000] [--region eu-central-1] [--measure]
 */
import { parseArgs } from "node:util";
import { attempts } from "@rainhooks/app-attempts/workers";
import { OTHERS, SHIPPED } from "@rainhooks/app-webhook-list";
import type { LoadedWebhook } from "@rainhooks/capacity";
import { attemptLoad } from "@rainhooks/forwarding/worker";
import { forwardReport } from "./forward-report.ts";
import { measuredLoads } from "./measured-loads.ts";
import { alarmsReport, fleetReport, loadsReport } from "./report.ts";

const FLEETS = [10_000, 1_000_000, 100_000_000];
const MAX_NODES = 1_000_000_000;

function fail(message: string): never {
  console.error(message.split("\n")[0]);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        nodes: { type: "string" },
        region: { type: "string", default: "us-east-1" },
        measure: { type: "boolean", default: false },
      },
    });
    const nodes = values.nodes === undefined ? undefined : Number(values.nodes);
    if (nodes !== undefined && !(Number.isInteger(nodes) && nodes >= 1 && nodes <= MAX_NODES))
      fail(`--nodes must be a whole number from 1 to 1,000,000,000, such as 1e6, not ${values.nodes}.`);
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
      fail(`--region: ${values.region} is not an AWS region.`);
    return { fleets: nodes === undefined ? FLEETS : [nodes], region: values.region, measure: values.measure };
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

const { fleets, region, measure } = readOptions();
const known = SHIPPED.filter((webhook): webhook is LoadedWebhook => webhook.load !== undefined);
const webhooks = measure ? await measuredLoads(known) : known;
console.log(`${loadsReport(webhooks, measure)}\n`);
const reports = fleets.map((nodes) => [
  fleetReport({ webhooks, others: OTHERS, nodes, region }),
  forwardReport({ ...attempts, load: attemptLoad }, nodes),
  alarmsReport(nodes),
]);
console.log(reports.flat().join("\n\n"));
