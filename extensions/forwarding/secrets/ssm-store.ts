import type { SSMClient, SSMClientConfig } from "@aws-sdk/client-ssm";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { SecretStore } from "./store.ts";

/** Options of {@link ssmSecretStore}. */
export interface SsmSecretStoreOptions {
  /** What the names of the parameters begin with, such as `/rainhooks/dev/destinations`. */
  readonly prefix: string;
  /** KMS key that encrypts them. @defaultValue the key of the account for SSM */
  readonly keyId?: string;
  /** Options of the client. */
  readonly client?: SSMClientConfig;
}

/**
 * Makes a store of secrets in SSM: a SecureString for each destination. Standard parameters cost nothing. The
 * client is loaded with the first call.
 */
export function ssmSecretStore({ prefix, keyId, client: config = {} }: SsmSecretStoreOptions): SecretStore {
  let loading: Promise<Loaded> | undefined;
  const load = () => {
    loading ??= import("./ssm-calls.ts").then((ssm) => ({
      ssm,
      client: new ssm.SSMClient({ ...AWS_CLIENT_OPTIONS, ...config }),
    }));
    return loading;
  };
  const nameOf = (id: string) => `${prefix}/${id}`;

  async function call<T>(
    id: string,
    send: (loaded: Loaded, name: string) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await send(await load(), nameOf(id));
    } catch (error) {
      if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
      const message = `Parameter ${nameOf(id)} of SSM cannot be read or written: ${messageOf(error)}`;
      throw new RainhooksError("secret-unavailable", message, { cause: error });
    }
  }

  return {
    get: async (id) => {
      const found = await call(id, ({ ssm, client }, Name) =>
        client.send(new ssm.GetParameterCommand({ Name, WithDecryption: true })),
      );
      return found?.Parameter?.Value;
    },
    put: async (id, text) => {
      const key = keyId === undefined ? {} : { KeyId: keyId };
      await call(id, ({ ssm, client }, Name) =>
        client.send(
          new ssm.PutParameterCommand({
            Name,
            Value: text,
            Type: "SecureString",
            Overwrite: true,
            ...key,
          }),
        ),
      );
    },
    remove: async (id) => {
      await call(id, ({ ssm, client }, Name) => client.send(new ssm.DeleteParameterCommand({ Name })));
    },
  };
}

interface Loaded {
  readonly ssm: typeof import("./ssm-calls.ts");
  readonly client: SSMClient;
}
