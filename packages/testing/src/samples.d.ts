import type { Delivery } from "@rainhooks/core";
import type { SQSRecord } from "aws-lambda";
/** The one complete Lambda event of RainMaker that is public: espressif/esp-rainmaker-webhooks, aws_events/snsevent.json. */
export declare const RAW_SNS_RECORD: {
  readonly EventSource: "aws:sns";
  readonly EventVersion: "1.0";
  readonly EventSubscriptionArn: "arn:aws:sns:us-east-1:246098634217:esp_rainmaker_sns_user_node_association:1b5c75ab-708d-4724-9cc3-8bac20650bcf";
  readonly Sns: {
    readonly Type: "Notification";
    readonly MessageId: "47f807ce-d355-534e-9d3f-5f4c9f4be5a8";
    readonly TopicArn: "arn:aws:sns:us-east-1:246098634217:esp_rainmaker_sns_user_node_association";
    readonly Subject: "None";
    readonly Message: '{"EventVersion":"v1","Id":"RainmakeEventId","EventType":"rmaker.event.user_node_associated","Timestamp":"01-20-2021 15:18:54","Description":"5c75d6be-4a95-4065-951b-9519664f6498(User) thing3(Node) mapping added successfully","EventData":{"UserId":"5c75d6be-4a95-4065-951b-9519664f6498","UserRole":"primary","Nodes":["thing3"]}}';
    readonly Timestamp: "2021-01-20T15:18:54.702Z";
    readonly SignatureVersion: "1";
    readonly Signature: "FizZ";
    readonly SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem";
    readonly UnsubscribeUrl: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe";
    readonly MessageAttributes: {
      readonly event_type: {
        readonly Type: "String";
        readonly Value: "rmaker.event.user_node_associated";
      };
      readonly user_id: {
        readonly Type: "String";
        readonly Value: "5c75d6be-4a95-4065-951b-9519664f6498";
      };
      readonly node_id: {
        readonly Type: "String";
        readonly Value: "thing3";
      };
    };
  };
};
/** The sample event in the README of espressif/esp-rainmaker-webhooks and in its app.py. */
export declare const README_EVENT: {
  readonly EventVersion: "v1";
  readonly Id: "RainmakeEventId";
  readonly EventType: "rmaker.event.node_connected";
  readonly Timestamp: "01-29-2021 04:32:27";
  readonly Description: "5c75d6be-4a95-4065-951b-9519664f6498(User)'s (Node)thing3 disconnection status is false";
  readonly EventData: {
    readonly UserId: "5c75d6be-4a95-4065-951b-9519664f6498";
    readonly NodeId: "thing3";
    readonly Connected: true;
  };
};
/** A delivery of a body; an object becomes JSON. */
export declare function deliveryOf(body: unknown, overrides?: Partial<Delivery>): Delivery;
/** The SQS record that carries a delivery in the envelope of SNS. */
export declare function sqsRecordOf(delivery: Delivery): SQSRecord;
/** The SQS record that carries a delivery with raw message delivery. */
export declare function rawSqsRecordOf(delivery: Delivery): SQSRecord;
//# sourceMappingURL=samples.d.ts.map
