import { DataAwsEip } from "@cdktf/provider-aws/lib/data-aws-eip/index.js";
import { Eip } from "@cdktf/provider-aws/lib/eip/index.js";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway/index.js";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway/index.js";
import { Route } from "@cdktf/provider-aws/lib/route/index.js";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table/index.js";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";

type Egress = NonNullable<StageConfig["egress"]>;

const DEFAULT_CIDR = "10.96.0.0/23";
const ANYWHERE = "0.0.0.0/0";
/** Sixteen subnets: a private and a public one for each zone that a region can have. So no zone's are made anew because another one comes or goes. */
const SUBNET_BITS = 4;
const ZONES = "abcdefgh";
/** Services that are reached without the NAT gateway: their endpoints cost nothing. */
const GATEWAY_SERVICES = ["dynamodb", "s3"];

/**
 * A network of the stage's own, from which functions connect to the internet with fixed addresses: in each zone a private subnet for the functions, and
 * a public one with a NAT gateway.
 */
export class EgressNetwork extends Construct {
  readonly subnetIds: string[] = [];
  readonly addresses: string[] = [];
  readonly securityGroupIds: string[];
  /** What must be there before a function connects. */
  readonly routes: ITerraformDependable[] = [];
  readonly #config: StageConfig;
  readonly #vpc: Vpc;

  constructor(scope: Construct, config: StageConfig, egress: Egress) {
    super(scope, "egress");
    this.#config = config;
    const tags = this.#named("egress");
    this.#vpc = new Vpc(this, "vpc", {
      cidrBlock: egress.cidr ?? DEFAULT_CIDR,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags,
    });
    const gateway = new InternetGateway(this, "internet-gateway", { vpcId: this.#vpc.id, tags });
    const open = new RouteTable(this, "public", { vpcId: this.#vpc.id, tags: this.#named("egress-public") });
    const out = { routeTableId: open.id, destinationCidrBlock: ANYWHERE, gatewayId: gateway.id };
    const toInternet = new Route(this, "public-route", out);
    const tables = (egress.zones ?? []).map((zone, index) =>
      this.#makeZone({ zone, given: egress.allocationIds?.[index], open, toInternet }),
    );
    for (const service of GATEWAY_SERVICES)
      new VpcEndpoint(this, `endpoint-${service}`, {
        vpcId: this.#vpc.id,
        serviceName: `com.amazonaws.${config.region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
        tags: this.#named(`egress-${service}`),
      });
    this.securityGroupIds = [this.#makeSecurityGroup().id];
  }

  /** Makes the subnets of a zone, with the NAT gateway of its address. Returns the routes of the private one. */
  #makeZone({ zone, given, open, toInternet }: ZoneNetwork): RouteTable {
    const tags = this.#named(`egress-${zone}`);
    const subnet = (name: string, at: number) =>
      new Subnet(this, `${name}-${zone}`, {
        vpcId: this.#vpc.id,
        availabilityZone: zone,
        cidrBlock: Fn.cidrsubnet(this.#vpc.cidrBlock, SUBNET_BITS, 2 * ZONES.indexOf(zone.slice(-1)) + at),
        mapPublicIpOnLaunch: false,
        tags: this.#named(`egress-${name}-${zone}`),
      });
    const [inner, outer] = [subnet("private", 0), subnet("public", 1)];
    const openly = { subnetId: outer.id, routeTableId: open.id };
    new RouteTableAssociation(this, `public-association-${zone}`, openly);
    const nat = new NatGateway(this, `nat-${zone}`, {
      allocationId: this.#makeAddress(zone, given),
      subnetId: outer.id,
      tags,
      dependsOn: [toInternet],
    });
    const table = new RouteTable(this, `private-routes-${zone}`, { vpcId: this.#vpc.id, tags });
    const out = { routeTableId: table.id, destinationCidrBlock: ANYWHERE, natGatewayId: nat.id };
    const inside = { subnetId: inner.id, routeTableId: table.id };
    this.routes.push(
      new Route(this, `private-route-${zone}`, out),
      new RouteTableAssociation(this, `private-association-${zone}`, inside),
    );
    this.subnetIds.push(inner.id);
    return table;
  }

  /** Makes an address, or takes one that exists. Returns its allocation id. */
  #makeAddress(zone: string, given: string | undefined): string {
    const id = `address-${zone}`;
    if (given !== undefined) {
      this.addresses.push(new DataAwsEip(this, id, { id: given }).publicIp);
      return given;
    }
    const made = new Eip(this, id, {
      domain: "vpc",
      tags: this.#named(`egress-${zone}`),
      // Others let only this one in: a new one would lock the stage out.
      lifecycle: { preventDestroy: this.#config.production },
    });
    this.addresses.push(made.publicIp);
    return made.allocationId;
  }

  #makeSecurityGroup(): SecurityGroup {
    return new SecurityGroup(this, "security-group", {
      name: nameOf(this.#config, "egress"),
      description:
        "Functions that send events: they connect to receivers on any port, and nothing connects to them.",
      vpcId: this.#vpc.id,
      egress: [
        { description: "Receivers", protocol: "tcp", fromPort: 1, toPort: 65_535, cidrBlocks: [ANYWHERE] },
      ],
      tags: this.#named("egress"),
    });
  }

  #named(name: string): Record<string, string> {
    return { Name: nameOf(this.#config, name) };
  }
}

/** What the subnets of a zone are made of. */
interface ZoneNetwork {
  readonly zone: string;
  /** Allocation id of an address that exists. */
  readonly given: string | undefined;
  readonly open: RouteTable;
  readonly toInternet: Route;
}
