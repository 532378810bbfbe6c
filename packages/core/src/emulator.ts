/** Region of the local stage. */
export const LOCAL_REGION = "us-east-1";

/** Credentials for emulators, which accept any. They are not valid in AWS. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;
