const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const FILES = "__PRECACHED__".split(" ");
console.log(worker, FILES);
