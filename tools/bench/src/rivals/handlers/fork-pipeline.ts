/*
 * An archive in the shape of AWS's event fork pipelines: the message of each record goes to
 * Firehose with a call of its own, one after the other. Source: the pipeline for storage and backup
 * in the repository aws-samples/aws-serverless-event-fork-pipelines.
 */
import { FirehoseClient, PutRecordCommand } from "@aws-sdk/client-firehose";
import type { SQSHandler } from "aws-lambda";

const { DELIVERY_STREAM } = process.env;

const firehose = new FirehoseClient({});

export const handler: SQSHandler = async ({ Records }) => {
  for (const { body } of Records) {
    const Record = { Data: Buffer.from(`${body}\n`) };
    await firehose.send(new PutRecordCommand({ DeliveryStreamName: DELIVERY_STREAM, Record }));
  }
};
