import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";

/** Region that the local stage claims to be in. */
export const LOCAL_REGION = "us-east-1";

/** Credentials for emulators, which check none. They open nothing in AWS. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** A client for each AWS service that a stage uses. */
export interface AwsClients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly firehose: FirehoseClient;
}

/** Clients of the services behind an endpoint on this machine. */
export function localClients(endpoint: string): AwsClients {
  const common = { endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  return {
    sns: new SNSClient(common),
    sqs: new SQSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(common),
    firehose: new FirehoseClient(common),
  };
}

/** Clients of AWS itself, with the credentials and, unless one is named, the region that the AWS SDK finds. */
export function awsClients(region?: string): AwsClients {
  const common = { ...AWS_CLIENT_OPTIONS, ...(region === undefined ? {} : { region }) };
  return {
    sns: new SNSClient(common),
    // The endpoint is the region's or AWS_ENDPOINT_URL, never the host that a queue's URL happens to name.
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    s3: new S3Client(common),
    dynamodb: new DynamoDBClient(common),
    firehose: new FirehoseClient(common),
  };
}
