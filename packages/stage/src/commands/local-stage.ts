/** Name of the stage that runs on this machine. */
export const LOCAL_STAGE = "local";
