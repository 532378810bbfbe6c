import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirehoseClient } from "@aws-sdk/client-firehose";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { clientOptions, type StageAccount } from "./account.ts";

/** A client for each AWS service of a stage. */
export interface AwsClients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly firehose: FirehoseClient;
}

/** Creates clients of the services behind a local endpoint. */
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

/** Creates clients of AWS, with the SDK's default credentials and region for missing values. */
export function awsClients(account: StageAccount = {}): AwsClients {
  const common = clientOptions(account);
  return {
    sns: new SNSClient(common),
    // Use the endpoint of the region or AWS_ENDPOINT_URL, never the host name in a queue's URL.
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    s3: new S3Client(common),
    dynamodb: new DynamoDBClient(common),
    firehose: new FirehoseClient(common),
  };
}
