/* A function that SNS invokes for each event, and that prints it: what the HelloWorld sample of RainMaker's webhooks does. */
import type { SNSHandler } from "aws-lambda";

export const handler: SNSHandler = async ({ Records }) => {
  for (const { Sns } of Records) console.log(Sns.Message);
};
