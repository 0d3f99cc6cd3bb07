import 'reflect-metadata';
import type DataLoader from 'dataloader';
import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { MemberEntity, OrganizationEntity } from './entities';

export interface Context {
  readonly viewer: string;
  readonly users: DataLoader<string, User>;
}

@ObjectType()
export class User {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => String) email: string;
}

@ObjectType()
export class BillingControlState {
  @Field(() => String) control: string;
  @Field(() => Boolean) available: boolean;
  @Field(() => String, { nullable: true }) unavailableReason: string | null;
  @Field(() => String, { nullable: true }) message: string | null;
}

@ObjectType()
export class BillingAccess {
  @Field(() => String) level: string;
  @Field(() => String, { nullable: true }) source: string | null;
  @Field(() => [BillingControlState]) controls: BillingControlState[];
}

@ObjectType()
export class CreditBalance {
  @Field(() => GraphQLSafeInt) available: number;
  @Field(() => GraphQLSafeInt) included: number;
  @Field(() => GraphQLSafeInt) topUp: number;
}

@ObjectType()
export class Billing {
  entity: OrganizationEntity;
  member: MemberEntity;
  @Field(() => String) status: string;
  @Field(() => String) contractType: string;
  @Field(() => String, { nullable: true }) cadence: string | null;
  @Field(() => GraphQLDateTime, { nullable: true }) currentPeriodEnd: Date | null;
}

@ObjectType()
export class BillingAdmin {
  userId: string;
  grantedBy: string | null;
  @Field(() => GraphQLDateTime) addedAt: Date;
}

@ObjectType()
export class BillingAdminRoster {
  members: MemberEntity[];
  @Field(() => GraphQLSafeInt) version: number;
}

@ObjectType()
export class Organization {
  entity: OrganizationEntity;
  member: MemberEntity;
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => String) viewerRole: string;
}
