import type { IncomingMessage } from "node:http";
import { forward, type ServiceProxy, startProxy } from "@rainhooks/local/aws/faults/proxy";

/** A call to AWS, as an IAM action and a resource. */
interface RecordedCall {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /**
   * Name of the table, index (`<table>/index/<index>`), stream, queue, function or bucket; of an
   * object `<bucket>/<key>`.
   */
  readonly resource: string;
  /** What was sent. */
  readonly body?: string;
}

/** A proxy that records calls and forwards them to an AWS endpoint. */
export interface CallRecorder extends ServiceProxy {
  readonly calls: readonly RecordedCall[];
}

const SERVICE = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;
/** Starts a recorder that forwards to the URL `target`. */
export async function startCallRecorder(target: string): Promise<CallRecorder> {
  const calls: RecordedCall[] = [];
  // A stage that is stopped closes its connections while functions still wait for responses.
  const proxy = await startProxy(async (request, body) => {
    calls.push(...callsOf(request, body.toString("utf8")));
    return forward(target, request, body);
  });
  return { ...proxy, calls };
}

/** What a request calls. */
function callsOf(
  { headers, method = "GET", url = "" }: IncomingMessage,
  body: string,
): RecordedCall[] {
  const service = SERVICE.exec(headers.authorization ?? "")?.[1] ?? "unknown";
  if (service === "s3") return objectCalls(method, url, body);
  if (service === "lambda") return [functionCall(url)];
  if (service === "sns") return [topicCall(body)];
  // IAM has no separate actions for batches of messages.
  const action = String(headers["x-amz-target"])
    .replace(/^.*\./, "")
    .replace(/^(\w+Message(Visibility)?)Batch$/, "$1");
  return resourcesOf(body).map((resource) => ({ action: `${service}:${action}`, resource, body }));
}

/** A call of a function. */
function functionCall(url: string): RecordedCall {
  const [, name = ""] = /\/functions\/([^/]+)\/invocations$/.exec(url) ?? [];
  return { action: "lambda:InvokeFunction", resource: decodeURIComponent(name) };
}

/**
 * A call to SNS, which has forms and not JSON. On a local stage, the topic of a derived event has
 * the name that it has in the catalog.
 */
function topicCall(body: string): RecordedCall {
  const form = new URLSearchParams(body);
  const topic = form.get("TopicArn")?.split(":").at(-1) ?? "unknown";
  return {
    action: `sns:${form.get("Action")?.replace(/Batch$/, "")}`,
    resource: topic.startsWith("rainhooks_")
      ? topic.replace("rainhooks_", "rainhooks-local-").replaceAll("_", "-")
      : topic,
  };
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  DELETE: "s3:DeleteObject",
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
};

/** Calls about an object, about a list of objects, or the deletion of several objects at once. */
function objectCalls(method: string, url: string, body: string): RecordedCall[] {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, bucket = "", ...path] = pathname.split("/");
  const key = path.join("/");
  if (key !== "")
    return [{ action: OBJECT_ACTIONS[method] ?? `s3:${method}`, resource: `${bucket}/${key}` }];
  if (searchParams.has("delete"))
    return [...body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, deleted]) => ({
      action: "s3:DeleteObject",
      resource: `${bucket}/${deleted}`,
    }));
  return [{ action: "s3:ListBucket", resource: bucket }];
}

function resourcesOf(body: string): string[] {
  const { TableName, IndexName, RequestItems, DeliveryStreamName, QueueUrl } = JSON.parse(
    body,
  ) as Record<string, unknown>;
  if (typeof RequestItems === "object" && RequestItems !== null) return Object.keys(RequestItems);
  if (typeof IndexName === "string") return [`${TableName}/index/${IndexName}`];
  const name = TableName ?? DeliveryStreamName ?? QueueUrl;
  return typeof name === "string" ? [name.slice(name.lastIndexOf("/") + 1)] : ["unknown"];
}
