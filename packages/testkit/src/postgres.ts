export { postgresPrograms, startPostgres } from './postgres/postgres-server.ts'
export type { PostgresServer, PostgresServerOptions } from './postgres/postgres-server.ts'
