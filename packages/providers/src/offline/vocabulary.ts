/** What a verb asks for. */
export type Verb = 'find' | 'list' | 'show' | 'count' | 'overview' | 'change'

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ''))

/** Verbs in English, German, French and Spanish; entries of several words are joined by one blank. */
export const VERBS: ReadonlyMap<string, Verb> = new Map(
  Object.entries({
    find: `find finds search searching grep locate lookup where where's look_for looking_for look_up
      finde finden such suche suchen wo cherche chercher recherche rechercher trouve trouver où
      busca buscar encuentra encontrar dónde donde`,
    list: `list ls enumerate tree dir liste auflisten lister énumère lista listar enumera`,
    show: `show read open cat print display view see head tail zeige zeig lies öffne anzeigen
      montre montrer affiche afficher ouvre lis muestra mostrar abre lee leer`,
    count: `count how_many how_much how_often number_of how_long wie_oft zähle zähl wie_viele wieviele combien compte compter
      cuenta contar cuántos cuántas cuantos cuantas`,
    overview: `overview summarise summarize summary describe explain outline tell_me_about überblick übersicht
      zusammenfassung beschreibe erkläre fasse aperçu résume résumé résumer décris explique resumen resume explica`,
    change: `write create add fix refactor implement edit change delete remove rename replace update generate
      run execute build install commit deploy schreibe schreib erstelle ändere lösche behebe écris crée ajoute
      corrige supprime escribe crea añade borra`,
  } satisfies Record<Verb, string>).flatMap(([verb, words]) =>
    [...set(words)].map((word) => [word.replaceAll('_', ' '), verb as Verb] as const),
  ),
)

/** Verbs are looked for at the start; further on the same words are mostly nouns. */
export const VERB_REACH = 6

/** Words before which a folder, a file or a language may be named. */
export const PLACE_WORDS: ReadonlySet<string> = set('in under inside within im unter dans sous en bajo')
/** Words before which only something that looks like a path is taken for a place. */
export const LOOSE_PLACE_WORDS: ReadonlySet<string> = set('of from for at aus von de du del')

export const ARTICLES: ReadonlySet<string> = set(
  'a an the this that these all any every each my our der die das den dem des alle le la les el los las tous toutes todos todas',
)

/** Places that mean "here": no restriction. */
export const HERE: ReadonlySet<string> = set(
  `project projects repo repository codebase code source sources workspace here it total general which what
   projekt projet proyecto código quelltext`,
)

/** Bare words that are taken for a folder without a further hint. */
export const KNOWN_FOLDERS: ReadonlySet<string> = set(
  `src lib test tests docs doc packages apps app scripts examples bench server client include bin public
   assets components tools internal cmd pkg`,
)

export const FILE_NOUNS: ReadonlySet<string> = set(
  'file files datei dateien fichier fichiers archivo archivos fichero ficheros',
)
export const FOLDER_NOUNS: ReadonlySet<string> = set(
  'folder folders directory directories ordner verzeichnis verzeichnisse dossier dossiers carpeta carpetas directorio directorios',
)
export const LINE_NOUNS: ReadonlySet<string> = set(
  'line lines loc zeile zeilen ligne lignes línea líneas lineas',
)

export const QUESTION_WORDS: ReadonlySet<string> = set(
  'which what welche welcher welches was quel quels quelle quelles qué que cuáles who',
)

/** Verbs of "which files … X". */
export const CONTAIN_VERBS: ReadonlySet<string> = set(
  `contain contains containing use uses using mention mentions mentioning import imports importing reference
   references have has include includes including match matching call calls enthalten verwenden benutzen
   contiennent utilisent contienen usan`,
)

export const DEFINITION_WORDS: ReadonlySet<string> = set(
  `define defined defines definition definitions declared declaration declares implemented implementation
   function class method interface definiert definition défini définie definido definida`,
)
export const USAGE_WORDS: ReadonlySet<string> = set(
  `used uses use usage usages using call calls called caller callers imported imports import references referenced
   reference verwendet benutzt aufgerufen utilisé utilisée appelé usado usada usa`,
)

/** Words of a search sentence that are not the thing searched for. */
export const FILLERS: ReadonlySet<string> = new Set([
  ...ARTICLES,
  ...FILE_NOUNS,
  ...DEFINITION_WORDS,
  ...USAGE_WORDS,
  ...CONTAIN_VERBS,
  ...QUESTION_WORDS,
  ...set(`of for to me my please can could would will you i we is are was were does do did be been get it that and or
    from with in on at by there their its where when text string strings word words phrase expression regex regexp
    pattern occurrence occurrences instance instances line lines place places variable constant type symbol named
    name names code comment comments matches match everywhere anywhere somewhere project repo repository codebase
    mention mentions exact literal located
    nach im wird ist sind wo ob und oder von bitte mir funktion wort überall kommt vor gibt es
    des du de est sont mot texte fonction moi se trouve y a-t-il
    del es está están son palabra texto función hay dónde`),
])

/** Fillers that can never be the thing searched for, even when nothing else is left. */
export const ARTICLES_AND_PARTICLES: ReadonlySet<string> = new Set([
  ...ARTICLES,
  ...set(`of for to me my please can could would will you i we is are was were does do did be in on at by and or
    it there where what which who nach im ist sind wo bitte mir des du de est sont del es está son moi se`),
])

export const OVERVIEW_NOUNS: ReadonlySet<string> = set(
  `overview summary layout structure architecture outline dependencies überblick übersicht zusammenfassung aufbau struktur
   aperçu résumé structure resumen estructura`,
)
/** What an overview may be of; anything else needs understanding that rules do not have. */
export const PROJECT_WORDS: ReadonlySet<string> = new Set([
  ...HERE,
  ...ARTICLES,
  ...OVERVIEW_NOUNS,
  ...FOLDER_NOUNS,
  ...set(`app application package library program me us give please you can could is are about does do to of the and
    briefly short quick brief how organised organized look looks ein eine einen dieses diesem gib mir bitte kurz
    zusammen über was ist für un une ce cet donne moi este esta un una dame sobre trata`),
])

export const GREETINGS: ReadonlySet<string> = set(
  `hi hello hey hallo moin servus bonjour salut coucou hola buenas good morning afternoon evening there guten tag
   thanks thank you danke merci gracias ok okay`,
)
export const HELP_PHRASES: readonly string[] = [
  'help',
  'hilfe',
  'aide',
  'ayuda',
  'what can you do',
  'who are you',
  'what are you',
  'which model are you',
  'what model are you',
  'how do you work',
  'how does this work',
  'how do i use you',
  'was kannst du',
  'wer bist du',
  'que peux-tu faire',
  'qué puedes hacer',
]

/** Things of git: they need a command, which the planner does not run. */
export const VERSION_CONTROL_WORDS: ReadonlySet<string> = set(
  'git diff commits commit branch branches changed staged unstaged blame stash merge rebase',
)

const LANGUAGE_TABLE: Readonly<Record<string, string>> = {
  'typescript ts tsx': '*.{ts,tsx,mts,cts}',
  'javascript js jsx node.js nodejs': '*.{js,jsx,mjs,cjs}',
  'python py': '*.py',
  'markdown md': '*.{md,mdx,markdown}',
  json: '*.json',
  'yaml yml': '*.{yaml,yml}',
  toml: '*.toml',
  html: '*.{html,htm}',
  'css stylesheet': '*.{css,scss,sass,less}',
  'rust rs': '*.rs',
  golang: '*.go',
  java: '*.java',
  kotlin: '*.{kt,kts}',
  swift: '*.swift',
  'c++ cpp': '*.{cpp,cc,cxx,hpp,hh,h}',
  'c#': '*.cs',
  'ruby rb': '*.rb',
  php: '*.php',
  elixir: '*.{ex,exs}',
  'shell bash sh': '*.{sh,bash}',
  sql: '*.sql',
  vue: '*.vue',
  svelte: '*.svelte',
  'text txt': '*.txt',
  log: '*.log',
  csv: '*.csv',
  xml: '*.xml',
  svg: '*.svg',
  'image images': '*.{png,jpg,jpeg,gif,svg,webp,ico}',
}

/** File name globs by the word people use for the kind of file. */
export const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(LANGUAGE_TABLE).flatMap(([names, glob]) =>
    names.split(' ').map((name) => [name, glob] as const),
  ),
)
/** Only in front of "files": elsewhere these are ordinary words. */
export const KINDS_OF_FILES: ReadonlyMap<string, string> = new Map([
  ['test', '*{.,_,-}{test,spec}.*'],
  ['spec', '*{.,_,-}{test,spec}.*'],
  ['go', '*.go'],
  ['c', '*.{c,h}'],
])

/** Endings that make a word without a slash a file name; others (`Math.max`) are code. */
export const EXTENSIONS: ReadonlySet<string> = set(
  `ts tsx mts cts js jsx mjs cjs py pyi md mdx markdown json jsonc json5 jsonl yaml yml toml html htm css scss sass
   less rs go java kt kts swift c h cc cpp cxx hpp hh cs rb php ex exs erl sh bash zsh fish ps1 sql vue svelte astro
   txt rst adoc tex log csv tsv xml svg png jpg jpeg gif webp ico pdf ini cfg conf properties lock env gradle
   proto graphql tf nix lua pl r jl dart zig scala clj hs ml vim bat diff patch snap map`,
)

/** File names without an ending. */
export const PLAIN_FILE_NAMES: ReadonlyMap<string, string> = new Map([
  ['readme', '{README,Readme,readme}*'],
  ['license', '{LICENSE,LICENCE,License,license}*'],
  ['licence', '{LICENSE,LICENCE,License,license}*'],
  ['changelog', '{CHANGELOG,Changelog,changelog}*'],
  ['contributing', '{CONTRIBUTING,Contributing,contributing}*'],
  ['makefile', '{Makefile,makefile,GNUmakefile}'],
  ['dockerfile', 'Dockerfile*'],
  ['manifest', '{package.json,pyproject.toml,Cargo.toml,go.mod,composer.json,Gemfile,mix.exs,pom.xml}'],
])
