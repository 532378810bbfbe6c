/*
 * What extensions make of AWS. They have no dependency on Terraform's provider, which is larger
 * than all other packages together: it is installed with this one.
 */
export { DataAwsDynamodbTable } from "@cdktf/provider-aws/lib/data-aws-dynamodb-table/index.js";
export type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table/index.js";
export { PipesPipe } from "@cdktf/provider-aws/lib/pipes-pipe/index.js";
export type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
export { Construct } from "constructs";
