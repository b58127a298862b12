// The AI SDK checks what it reads with zod, which tries to compile its checks as soon as it is loaded; the
// page's security policy forbids that, and the browser would report the attempt. So this comes first.
// See https://zod.dev/api?id=jitless
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

export {}
