import {
  CopyObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  type StorageClass,
} from "@aws-sdk/client-s3";
import { mapLimited } from "@rainhooks/core/collections";

/** A bucket, and a client that reaches it. */
export interface BucketAccess {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Options of {@link copyObjects}. */
export interface CopyObjectsOptions {
  readonly from: BucketAccess;
  readonly to: BucketAccess;
  /** True if one service has both: it then copies itself. */
  readonly within: boolean;
  /** Called after some objects. What it throws ends the work. */
  readonly onCopied?: ((objects: number) => void) | undefined;
}

/** Folders of an archive: the deliveries, and the records that Firehose could not write. */
const FOLDERS = ["deliveries/", "errors/"];
const AT_ONCE = 16;
const PER_STEP = 256;

/** Copies the objects of an archive that the other one does not have. Returns how many. */
export async function copyObjects({ from, to, within, onCopied }: CopyObjectsOptions): Promise<number> {
  let copied = 0;
  let waiting: Listed[] = [];
  const work = async () => {
    await mapLimited(waiting, AT_ONCE, (one) => copyObject(one, { from, to, within }));
    copied += waiting.length;
    onCopied?.(copied);
    waiting = [];
  };
  for (const folder of FOLDERS) {
    const there = keysIn(to, folder);
    let next = await there.next();
    for await (const one of keysIn(from, folder)) {
      // Both are in the order of their keys.
      while (!next.done && next.value.key < one.key) next = await there.next();
      if (!next.done && next.value.key === one.key) continue;
      waiting.push(one);
      if (waiting.length === PER_STEP) await work();
    }
  }
  if (waiting.length > 0) await work();
  return copied;
}

interface Listed {
  readonly key: string;
  readonly storageClass: string | undefined;
}

async function* keysIn({ client, bucket: Bucket }: BucketAccess, Prefix: string): AsyncGenerator<Listed> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    for (const { Key: key = "", StorageClass: storageClass } of Contents) yield { key, storageClass };
}

async function copyObject(
  { key, storageClass }: Listed,
  { from, to, within }: Pick<CopyObjectsOptions, "from" | "to" | "within">,
): Promise<void> {
  const put = {
    ...{ Bucket: to.bucket, Key: key },
    ...(storageClass === undefined ? {} : { StorageClass: storageClass as StorageClass }),
  };
  if (within) {
    const CopySource = encodeURI(`${from.bucket}/${key}`);
    await to.client.send(new CopyObjectCommand({ ...put, CopySource }));
    return;
  }
  const { Body } = await from.client.send(new GetObjectCommand({ Bucket: from.bucket, Key: key }));
  await to.client.send(new PutObjectCommand({ ...put, Body: (await Body?.transformToByteArray()) ?? "" }));
}
