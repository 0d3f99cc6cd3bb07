import 'reflect-metadata';
import mysql from 'mysql2';
import { Column, DataSource, Entity, In, PrimaryColumn, type Repository } from 'typeorm';
import type { Terms } from '../shared/access-of';

@Entity('organizations')
export class OrganizationEntity {
  @PrimaryColumn('varchar') id: string;
  @Column('varchar') name: string;
  @Column('bigint') sequence: number;
  @Column('bigint') version: number;
  @Column('varchar', { name: 'head_hash' }) headHash: string;
  @Column('bigint', { name: 'last_occurred_at' }) lastOccurredAt: number;
  @Column('varchar') status: Terms['status'];
  @Column('varchar', { name: 'contract_type' }) contractType: Terms['contractType'];
  @Column('varchar', { nullable: true }) cadence: string | null;
  @Column('bigint', { name: 'current_period_end', nullable: true }) currentPeriodEnd: number | null;
  @Column('bigint', { name: 'included_credits' }) included: number;
  @Column('bigint', { name: 'top_up_credits' }) topUp: number;
  @Column('tinyint', { name: 'has_customer' }) hasCustomer: number;
  @Column('tinyint', { name: 'has_payment_method' }) hasPaymentMethod: number;
  @Column('bigint', { name: 'removed_at', nullable: true }) removedAt: number | null;
}

@Entity('members')
export class MemberEntity {
  @PrimaryColumn('varchar', { name: 'organization_id' }) organizationId: string;
  @PrimaryColumn('varchar', { name: 'user_id' }) userId: string;
  @Column('varchar') role: string;
  @Column('varchar') standing: Terms['standing'];
  @Column('bigint', { name: 'granted_at', nullable: true }) grantedAt: number | null;
  @Column('varchar', { name: 'granted_by', nullable: true }) grantedBy: string | null;
  @Column('varchar', { name: 'name_key' }) nameKey: string;
}

@Entity('log_entries')
export class LogEntryEntity {
  @PrimaryColumn('varchar', { name: 'organization_id' }) organizationId: string;
  @PrimaryColumn('bigint') sequence: number;
  @Column('bigint') version: number;
  @Column('varchar') kind: string;
  @Column('varchar', { name: 'subject_id' }) subjectId: string;
  @Column('varchar', { name: 'actor_id' }) actorId: string;
  @Column('text') details: string;
  @Column('bigint', { name: 'occurred_at' }) occurredAt: number;
  @Column('tinyint', { name: 'in_activity' }) inActivity: number;
  @Column('varchar') hash: string;
}

@Entity('users')
export class UserEntity {
  @PrimaryColumn('varchar') id: string;
  @Column('varchar') name: string;
  @Column('varchar') email: string;
}

export const repositories = {} as {
  organizations: Repository<OrganizationEntity>;
  members: Repository<MemberEntity>;
  users: Repository<UserEntity>;
};

export async function openRepositories(databaseUrl: string): Promise<DataSource> {
  const url = new URL(databaseUrl);
  const dataSource = await new DataSource({
    type: 'mysql',
    driver: mysql,
    host: url.hostname,
    port: Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    charset: 'utf8mb4_bin',
    supportBigNumbers: true,
    bigNumberStrings: false,
    entities: [OrganizationEntity, MemberEntity, UserEntity, LogEntryEntity],
  }).initialize();
  repositories.organizations = dataSource.getRepository(OrganizationEntity);
  repositories.members = dataSource.getRepository(MemberEntity);
  repositories.users = dataSource.getRepository(UserEntity);
  return dataSource;
}

/** Owners and billing admins of an organization, in the order in which they are shown. */
export function rosterOf(organizationId: string): Promise<MemberEntity[]> {
  return repositories.members.find({
    where: { organizationId, standing: In(['OWNER', 'BILLING_ADMIN']) },
    order: { nameKey: 'ASC', userId: 'ASC' },
  });
}
