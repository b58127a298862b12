import type { Speech } from './session.ts'

export interface GraphMigration {
  readonly name: string
  readonly statements: (speech: Speech) => readonly string[]
}

/** How the tables came to be. What was released is never edited: a change is another entry. */
export const graphMigrations: readonly GraphMigration[] = [{ name: '0001_graph', statements: createTables }]

function createTables(speech: Speech): readonly string[] {
  return [
    `create table graph_state (
      id integer primary key check (id = 1), rev bigint not null, indexed_nodes integer not null)`,
    `insert into graph_state (id, rev, indexed_nodes) values (1, 0, 0)`,
    `create table graph_node (
      num integer primary key, id text not null unique,
      project text not null, type text not null, status text not null,
      title text not null, description text not null, reason text not null,
      confidence integer, judgement text,
      evidence text not null, files text not null, commits text not null,
      author_kind text not null, author text not null, session text,
      created_at_ms bigint not null, updated_at_ms bigint not null, changed_at_ms text not null,
      rev bigint not null)`,
    `create index graph_node_kind on graph_node (project, type, status, created_at_ms)`,
    `create index graph_node_created on graph_node (project, created_at_ms)`,
    `create index graph_node_session on graph_node (session, created_at_ms) where session is not null`,
    `create index graph_node_rev on graph_node (rev)`,
    `create table graph_edge (
      num integer primary key, from_num integer not null references graph_node (num),
      to_num integer not null references graph_node (num), type text not null,
      weight float8 not null, rationale text not null, created_at_ms bigint not null, rev bigint not null,
      unique (from_num, to_num, type))`,
    `create index graph_edge_to on graph_edge (to_num)`,
    `create index graph_edge_rev on graph_edge (rev)`,
    keyedTable(
      speech,
      `graph_reference (
      kind text not null, value text not null, node integer not null references graph_node (num),
      primary key (kind, value, node))`,
    ),
    keyedTable(
      speech,
      `graph_doubt (
      source integer not null references graph_node (num), node integer not null references graph_node (num),
      route text not null, at_ms bigint not null, primary key (source, node))`,
    ),
    `create index graph_doubt_node on graph_doubt (node)`,
    keyedTable(
      speech,
      `graph_confidence (
      node integer not null references graph_node (num), position integer not null, at_ms bigint not null,
      confidence integer, because text not null, primary key (node, position))`,
    ),
    `create table graph_dropped_edge (
      from_id text not null, to_id text not null, type text not null, weight float8 not null,
      rationale text not null, created_at_ms bigint not null, primary key (from_id, to_id, type))`,
    `create table graph_retitled (node integer primary key references graph_node (num))`,
    ...searchTables(speech),
  ]
}

function searchTables(speech: Speech): readonly string[] {
  if (speech === 'sqlite') {
    return [
      // Without a copy of the text, and with deletion: an entry is replaced without knowing what it said before.
      `create virtual table graph_search using fts5 (title, body, content = '', contentless_delete = 1,
        tokenize = 'porter unicode61 remove_diacritics 2')`,
    ]
  }
  return [
    // As FTS5's porter: all words of a text by their stems, none left out.
    `create text search dictionary graph_stem (template = snowball, language = english)`,
    `create text search configuration graph_words (parser = default)`,
    `alter text search configuration graph_words add mapping for asciiword, word, numword with graph_stem`,
    `alter text search configuration graph_words
      add mapping for int, uint, float, sfloat, version, file, host, url, url_path, email with simple`,
    `create table graph_search (
      node integer primary key references graph_node (num), words tsvector not null)`,
    `create index graph_search_words on graph_search using gin (words)`,
  ]
}

/** Rows that lie in their key save SQLite a second tree. */
function keyedTable(speech: Speech, definition: string): string {
  return `create table ${definition}${speech === 'sqlite' ? ' without rowid' : ''}`
}
