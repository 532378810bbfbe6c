import { type Patience, patience } from "./patience.ts";

/** The account and the region in which a stage is. */
export interface StageAccount {
  readonly region?: string | undefined;
  /** A profile of the AWS configuration of this machine; `undefined` for the SDK's credentials. */
  readonly profile?: string | undefined;
}

/** Options of a client of a command. */
interface ClientOptions extends Patience {
  readonly cacheMiddleware: boolean;
  readonly region?: string;
  readonly profile?: string;
}

/** Returns the options of a client of a command. */
export function clientOptions({ region, profile }: StageAccount): ClientOptions {
  return {
    cacheMiddleware: true,
    ...patience(),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
}
