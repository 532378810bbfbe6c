/*
 * What sending needs of the SQS client. It is loaded on first use, and a bundle has only what is
 * exported here: a dynamic import of the whole package would add all of it.
 */
export { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
