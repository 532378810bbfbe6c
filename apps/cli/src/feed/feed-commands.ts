import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addStageOptions, count } from "@rainhooks/stage/commands/options";

const LINES = 20;

/** Adds the commands with which a webhook is tried out on the local stage. */
export function addFeedCommands(program: CommandUnknownOpts): void {
  addTrigger(program);
  addPublish(program);
  addEvents(program);
  addLogs(program);
}

function addTrigger(program: CommandUnknownOpts): void {
  const trigger = program
    .command("trigger")
    .description("publish a sample of an event to the local stage, with the present time")
    .argument("<event>", "event type, such as node_connected")
    .option("--node <id>", "node of the event: a whole id, which the stage need not know")
    .option("--fields <json>", "fields of the event's data, as JSON")
    .addHelpText("after", TRIGGER_HELP);
  addStageOptions(trigger).action(async (event, options) =>
    (await import("./publish.ts")).triggerCommand(event, options),
  );
}

function addPublish(program: CommandUnknownOpts): void {
  const publish = program
    .command("publish")
    .description(
      "publish the event in a file (- is standard input): a RainMaker event, or a Lambda event with Records[].Sns",
    )
    .argument("[file]", "file with the event", "-")
    .option("--type <type>", "publish the text unchanged, to the topic of this event type");
  addStageOptions(publish).action(async (file, options) =>
    (await import("./publish.ts")).publishCommand(file, options),
  );
}

function addEvents(program: CommandUnknownOpts): void {
  const events = program
    .command("events")
    .description(
      "show the last events that passed on the local stage, whether a webhook wanted them or not",
    )
    .option("--follow", "keep showing new events, until Ctrl-C")
    .option("--type <event>", "only events of this type")
    .option("--node <node>", "only events of this node, by its id, the start of it, or its name")
    .addOption(
      new Option("--last <count>", "number of past events to show").argParser(count).default(LINES),
    )
    .option("--json", "print each delivery as one line of JSON")
    .addHelpText("after", EVENTS_HELP);
  addStageOptions(events).action(async (options) =>
    (await import("./events.ts")).eventsCommand(options),
  );
}

function addLogs(program: CommandUnknownOpts): void {
  const logs = program
    .command("logs")
    .description("print the log of a function")
    .argument("<webhook>", "name of the function, such as hello")
    .addOption(
      new Option("--lines <count>", "number of past lines to print")
        .argParser(count)
        .default(LINES),
    )
    .option("--follow", "keep printing new lines")
    .option("--pretty", "print JSON lines for people: time, level, message, other fields");
  addStageOptions(logs).action(async (webhook, options) =>
    (await import("./logs.ts")).logsCommand(webhook, options),
  );
}

const TRIGGER_HELP = `
Examples:
  rainhooks trigger node_connected --node my-node
  rainhooks trigger alert --node my-node --fields '{"message_body":{"esp.alert.str":"Door is open"}}'

The samples are in docs/samples. --fields replaces those of the sample.`;

const EVENTS_HELP = `
Examples:
  rainhooks events                          the last ones since the stage was started, up to 200
  rainhooks events --follow --type alert
  rainhooks events --follow --json | jq .body
  rainhooks trace <id>                      what became of one of them, by the id in its line`;
