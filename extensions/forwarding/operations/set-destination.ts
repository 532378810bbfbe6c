import { inputError } from "@rainhooks/core/errors";
import type { Caller } from "@rainhooks/stage/operations/caller";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { optionalText } from "@rainhooks/stage/query/params/kinds";
import { type Param, ParamMistake } from "@rainhooks/stage/query/params/param";
import type { CurrentDestination } from "../destinations/manage.ts";
import { SETTING_FIELDS } from "../destinations/setting-fields.ts";
import {
  addedText,
  changedText,
  type DestinationResult,
  destinationJson,
} from "../views/given-destination.ts";
import { destinationField } from "./destination-field.ts";
import { CHANGE_PARAMS, NOT_OF_TARGETS, SECRET_PARAMS, SIGNING_PARAMS } from "./secret-params.ts";
import { requestSettings, SETTING_PARAMS } from "./setting-params.ts";

const MAX_NAME = 300;

/** The id of a destination that is added, as its reader reads it. */
const newId: Param<string> = {
  ...destinationField,
  description: "Id of your choice: up to 30 lower-case letters, digits and dashes.",
  quotesValue: true,
  read: (text) => {
    const id = SETTING_FIELDS.id.read(text);
    if (!id.ok) throw new ParamMistake(id.mistake);
    return text;
  },
};

const ADD_HELP = `
Examples:
  rainhooks destinations add crm --url https://crm.example.com/hook --events alert,node_connected
  rainhooks destinations add slack --url-from env:SLACK_URL --events alert --template slack.json
  rainhooks destinations add erp --url https://erp.example.com/v1 --header-from 'X-Api-Key=env:ERP_KEY'
  rainhooks destinations add sf --url https://acme.example.com/upsert --oauth2 https://login.example.com/token \\
    --client-id 3MVG9 --client-secret-from file:secret.txt --scope api

Secrets are read from where you say. What is an argument, other processes of this machine can see, and shells keep it.`;

const SET_HELP = `
Examples:
  rainhooks destinations set crm --events all
  rainhooks destinations set crm --url-from - < url.txt
  rainhooks destinations set crm --rate 10 --concurrency 2
  rainhooks destinations set crm --remove-header x-api-key --basic ann --password-from env:CRM_PASSWORD`;

/** Errors of a check name the options of a command, where one is typed. */
export async function named<T>({ door }: Caller, check: () => Promise<T>): Promise<T> {
  if (door !== "terminal") return check();
  const { withDestinationOptions } = await import("../commands/destinations/option-names.ts");
  return withDestinationOptions(check);
}

const recorded = { result: ({ destination: { url, state } }: DestinationResult) => ({ url, state }) };

/** Adds a destination. */
export const addDestination = defineOperation({
  name: "destination-add",
  summary: "Add a destination, and print the secret or public key with which its requests are verified",
  request: {
    id: newId,
    ...SECRET_PARAMS,
    ...SETTING_PARAMS,
    target: {
      ...optionalText({
        description: "target of the stage's file (a queue, topic, bus or function) instead of a URL",
        ...{ placeholder: "name", maxLength: MAX_NAME },
      }),
      conflicts: NOT_OF_TARGETS,
    },
    ...SIGNING_PARAMS,
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations add", args: ["id"], help: ADD_HELP },
  run: async (stage, request, { caller }): Promise<DestinationResult> => {
    const { giveDestination } = await import("./give-destination.ts");
    const { signingSecretOf, mergeSecrets } = await import("./given-secrets.ts");
    const { id, target, secret, signature } = request;
    const settings = { ...requestSettings(request), id };
    return named(caller, async () => {
      if (target !== undefined)
        return { destination: await giveDestination(stage, settings, { target }), signing: undefined };
      const signing = signingSecretOf(secret, signature);
      const secrets = mergeSecrets({ signingSecrets: [{ secret: signing }], headers: {} }, request);
      return { destination: await giveDestination(stage, settings, secrets), signing };
    });
  },
  view: { json: destinationJson, result: addedText },
  recorded,
});

/** Changes the given settings and secrets of a destination. */
export const setDestination = defineOperation({
  name: "destination-set",
  summary: "Change what is given of a destination",
  request: { id: destinationField, ...SECRET_PARAMS, ...SETTING_PARAMS, ...CHANGE_PARAMS },
  permission: "operate",
  changes: "something",
  command: { words: "destinations set", args: ["id"], help: SET_HELP },
  run: async (stage, request, { caller }): Promise<DestinationResult> => {
    const { updateDestination } = await import("./give-destination.ts");
    const { givesSecrets, mergeSecrets } = await import("./given-secrets.ts");
    const { requireUrl } = await import("./require-url.ts");
    const { id, sameSecrets } = request;
    const settings = requestSettings(request);
    const isSecret = givesSecrets(request);
    if (!isSecret && Object.keys(settings).length === 0)
      throw inputError({ problem: "There is nothing to change. Give what is to change, such as --events." });
    const secretsAfter = async ({ destination, secrets }: CurrentDestination) => {
      requireUrl(destination);
      return mergeSecrets(await secrets(), request);
    };
    const update = { settings, sameSecrets, secretsAfter: isSecret ? secretsAfter : undefined };
    return { destination: await named(caller, () => updateDestination(stage, id, update)) };
  },
  view: { json: destinationJson, result: changedText },
  recorded,
});
