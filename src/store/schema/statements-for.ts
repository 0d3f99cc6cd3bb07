import type { QueryRunner } from 'typeorm';
import type { Engine } from './column-types';

/** Of a migration's statements, those for the engine that it runs on. */
export function statementsFor(runner: QueryRunner, statements: Record<Engine, readonly string[]>): readonly string[] {
  return statements[runner.dataSource.options.type === 'mysql' ? 'mysql' : 'sqlite'];
}
