/** Where in the project to look; `null` means no restriction. */
export interface Scope {
  /** File or folder, relative to the project. */
  readonly path: string | null
  /** File name glob such as `*.md`; applies below `path`. */
  readonly glob: string | null
}

/** A text to look for. */
export interface Query {
  readonly text: string
  /** True: `text` is a regular expression of ripgrep. It never runs in this process. */
  readonly regex: boolean
}

/** A file as the person named it: by path, or loosely, by a glob that finds it. */
export type ReadTarget = { readonly path: string } | { readonly lookup: string; readonly label: string }

/** Lines of a file, from 1, both included; `last` counts from the end instead. */
export type LineRange = { readonly first: number; readonly end: number | null } | { readonly last: number }

/** What can be counted. */
export type Countable =
  | { readonly what: 'files' | 'folders' | 'lines' }
  | { readonly what: 'markers'; readonly words: readonly string[] }
  | { readonly what: 'text'; readonly query: Query }

/** Why the planner can only say what it is able to do. */
export type HelpReason = 'greeting' | 'empty' | 'unclear' | 'change' | 'version-control'

/** What a person wants, as far as a handful of rules can tell. */
export type Intent =
  | { readonly kind: 'markers'; readonly words: readonly string[]; readonly scope: Scope }
  | {
      readonly kind: 'find'
      readonly query: Query
      readonly purpose: 'text' | 'definition' | 'usage'
      /** True: only the names of the files are wanted. */
      readonly filesOnly: boolean
      readonly scope: Scope
    }
  | { readonly kind: 'list'; readonly foldersOnly: boolean; readonly scope: Scope }
  | {
      readonly kind: 'read'
      readonly targets: readonly ReadTarget[]
      readonly range: LineRange | null
      /** True: an outline is wanted, not the text itself. */
      readonly outline: boolean
    }
  | { readonly kind: 'count'; readonly count: Countable; readonly scope: Scope }
  | { readonly kind: 'overview'; readonly path: string | null }
  /** Text that came with the prompt; `look` is what to look for in it. */
  | { readonly kind: 'attachment'; readonly text: string; readonly look: Countable | null }
  | { readonly kind: 'help'; readonly reason: HelpReason }

/** No restriction at all. */
export const EVERYWHERE: Scope = { path: null, glob: null }

/** ` in src (*.ts)`, or nothing. */
export function scopeText(scope: Scope): string {
  if (scope.path === null) return scope.glob === null ? '' : ` in ${scope.glob}`
  return scope.glob === null ? ` in ${scope.path}` : ` in ${scope.path} (${scope.glob})`
}
