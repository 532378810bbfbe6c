import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/**
 * Waits for a conditional write and returns whether its condition was true. Other errors are thrown
 * unchanged.
 */
export async function isConditionTrue(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
