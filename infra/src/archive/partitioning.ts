import type { KinesisFirehoseDeliveryStreamExtendedS3Configuration } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";

/** Folder of a topic in the archive, between the prefix and the hour. */
const TOPIC_FOLDER = "topic=!{partitionKeyFromQuery:topic}/";

type Partitioning = Pick<
  KinesisFirehoseDeliveryStreamExtendedS3Configuration,
  "prefix" | "dynamicPartitioningConfiguration" | "processingConfiguration"
>;

/**
 * Returns the settings that put objects into folders: by hour only, or by topic and hour. For folders by topic, Firehose
 * splits the packed records into lines, extracts the topic of each line, and adds the newlines again.
 */
export function partitioning(prefix: string, byTopic: boolean): Partitioning {
  if (!byTopic) return { prefix };
  return {
    prefix: prefix.replace("deliveries/", `deliveries/${TOPIC_FOLDER}`),
    dynamicPartitioningConfiguration: { enabled: true },
    processingConfiguration: {
      enabled: true,
      processors: [
        processor("RecordDeAggregation", { SubRecordType: "JSON" }),
        processor("MetadataExtraction", {
          JsonParsingEngine: "JQ-1.6",
          MetadataExtractionQuery: "{topic:.topic}",
        }),
        processor("AppendDelimiterToRecord", {}),
      ],
    },
  };
}

function processor(type: string, parameters: Readonly<Record<string, string>>) {
  return {
    type,
    parameters: Object.entries(parameters).map(([parameterName, parameterValue]) => ({
      parameterName,
      parameterValue,
    })),
  };
}
