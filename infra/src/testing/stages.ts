import type { StageConfig } from "../config.ts";
import { EVERY_PART_FIELD, EVERY_PART_FUNCTION } from "./part-stages.ts";

/** A stage for experiments. */
export const dev: StageConfig = {
  name: "dev",
  region: "us-east-1",
  production: false,
  state: "local",
  archive: { firstDay: "2026-11-25", forceDestroy: true },
};

/** A production stage, as `npm run new-stage` makes it. */
export const production: StageConfig = {
  name: "prod",
  region: "us-east-1",
  accountId: "123456789012",
  production: true,
  state: { bucket: "acme-rainhooks-state", region: "us-east-1" },
  alarms: { emails: ["ops@example.com"] },
  archive: { firstDay: "2026-11-25" },
  logRetentionDays: 90,
  functions: {
    hello: { deployed: false },
    forward: { leaveOut: ["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"] },
  },
};

/** A stage that sets every field. */
export const everything: StageConfig = {
  ...production,
  name: "acmeiot-all",
  region: "eu-central-1",
  integration: "acme",
  ...EVERY_PART_FIELD,
  topics: {
    prefix: "acme_",
    names: { "rmaker.event.alert": "acme-alerts" },
    arns: { "rmaker.event.node_connected": "arn:aws:sns:eu-west-1:210987654321:connected" },
    leaveOut: ["rmaker.event.admin_user_added"],
    include: ["rmaker.event.user_node_sharing_remove"],
  },
  functions: {
    hello: { maxConcurrency: 20, filterPolicy: { node_id: ["n1"] } },
    archive: {
      timeoutS: 300,
      queueRetentionDays: 4,
      deadLetterRetentionDays: 10,
      reservedConcurrency: 20,
    },
    "time-series": {
      memoryMiB: 512,
      batchSize: 50,
      windowS: 10,
      maxConcurrency: 5,
      settings: { retentionDays: 365 },
      alarms: { maxDeadLetters: 5, maxAgeS: 1800, maxFailures: 2, silentAfterHours: 48 },
    },
    "node-status": {
      leaveOut: ["rmaker.event.node_params_changed"],
      alarms: { silentAfterHours: "never" },
    },
    attempts: {
      memoryMiB: 256,
      maxConcurrency: 40,
      settings: { allowPrivate: ["10.1.0.0/16"], maxWaiting: 500 },
    },
    retries: { timeoutS: 90, alarms: { maxDeadLetters: 5, maxAgeS: 7200 } },
    "fleet-samples": {
      everyMinutes: 1,
      memoryMiB: 1024,
      timeoutS: 120,
      settings: { countAllEvery: "15m", keepDays: 30 },
    },
    "query-api": {
      memoryMiB: 1024,
      reservedConcurrency: 5,
      allowOrigins: ["https://ops.example.com"],
    },
    ...EVERY_PART_FUNCTION,
  },
  egress: {
    subnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
    securityGroupIds: ["sg-0a1b2c3d4e5f60001"],
    functions: ["archive"],
  },
  archive: {
    firstDay: "2026-11-25",
    coolAfterDays: 31,
    freezeAfterDays: 100,
    deleteAfterDays: 400,
    scanLimitGiB: 1,
  },
  tables: { recoveryDays: 7 },
  auditDays: 800,
  alarms: {
    emails: ["ops@example.com", "boss@example.com"],
    monthlyUsd: 500,
    topicArn: "arn:aws:sns:eu-central-1:123456789012:pager",
    mute: ["hello-failing"],
    urgentTopicArn: "arn:aws:sns:eu-central-1:123456789012:at-night",
  },
  logLevel: "warn",
  tags: { "cost-center": "4711" },
  iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary", path: "/platform/" },
  kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
};
