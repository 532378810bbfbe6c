import { isRegion } from "@rainhooks/core/region";

/** True for an e-mail address, as far as SNS checks it. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

const ARN =
  /^arn:aws[a-z-]*:(?<service>[a-z]+):(?<region>[a-z0-9-]*):(?<account>\d{12}):(?<resource>[\w+=,.@/-]{1,256})$/;

/** Parts of an ARN; `undefined` for a text that is not an ARN. */
export function arnParts(arn: string) {
  const { service = "", region = "", account = "", resource = "" } = ARN.exec(arn)?.groups ?? {};
  return service === "" ? undefined : { service, region, account, resource };
}

/** True for the ARN of an SNS topic. */
export function isTopicArn(arn: string): boolean {
  const parts = arnParts(arn);
  return parts?.service === "sns" && isRegion(parts.region) && /^[\w-]+$/.test(parts.resource);
}

/** True for a day such as `2026-11-25`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
