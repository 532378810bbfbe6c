import {
  CreateDeliveryStreamCommand,
  type FirehoseClient,
  ResourceInUseException,
} from "@aws-sdk/client-firehose";
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { deployedName, type StreamDescription } from "@rainhooks/webhook/define";

/** Creates a Firehose stream and its bucket by the stream's description, unless they exist. */
export async function provisionStream(
  clients: { readonly firehose: FirehoseClient; readonly s3: S3Client },
  stage: string,
  stream: StreamDescription,
): Promise<void> {
  const bucket = deployedName(stage, stream.bucket);
  try {
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const exists = error instanceof BucketAlreadyExists || error instanceof BucketAlreadyOwnedByYou;
    if (!exists) throw error;
  }
  try {
    await clients.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: deployedName(stage, stream.name),
        DeliveryStreamType: "DirectPut",
        ExtendedS3DestinationConfiguration: {
          RoleARN: "arn:aws:iam::000000000000:role/firehose",
          BucketARN: `arn:aws:s3:::${bucket}`,
          Prefix: stream.prefix,
          ErrorOutputPrefix: stream.errorPrefix,
          BufferingHints: { IntervalInSeconds: stream.bufferS, SizeInMBs: stream.bufferMiB },
          CompressionFormat: "GZIP",
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
