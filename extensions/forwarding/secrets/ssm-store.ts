import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
  type SSMClientConfig,
} from "@aws-sdk/client-ssm";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { SecretStore } from "./secrets.ts";

/**
 * Makes a store of secrets in SSM: a SecureString for each destination. Standard parameters cost
 * nothing.
 *
 * @param prefix What the names of the parameters begin with, such as `/rainhooks/dev/destinations`.
 */
export function ssmSecretStore(prefix: string, options: SSMClientConfig): SecretStore {
  const client = new SSMClient({ ...AWS_CLIENT_OPTIONS, ...options });
  const call = async <T>(
    id: string,
    send: (Name: string) => Promise<T>,
  ): Promise<T | undefined> => {
    const name = `${prefix}/${id}`;
    try {
      return await send(name);
    } catch (cause) {
      if (cause instanceof Error && cause.name === "ParameterNotFound") return undefined;
      const message = `Parameter ${name} of SSM cannot be read or written: ${messageOf(cause)}`;
      throw new RainhooksError("secret-unavailable", message, { cause });
    }
  };
  return {
    get: async (id) => {
      const get = (Name: string) =>
        client.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return (await call(id, get))?.Parameter?.Value;
    },
    put: async (id, Value) => {
      const fields = { Value, Type: "SecureString", Overwrite: true } as const;
      await call(id, (Name) => client.send(new PutParameterCommand({ Name, ...fields })));
    },
    remove: async (id) => {
      await call(id, (Name) => client.send(new DeleteParameterCommand({ Name })));
    },
  };
}
