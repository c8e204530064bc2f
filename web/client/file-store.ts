/** Where bytes are kept that are on their way, so that they outlive the page. Those who share a storage (tabs) share them. */
export interface FileStore {
  put(name: string, bytes: Blob): Promise<void>;
  get(name: string): Promise<Blob | undefined>;
  delete(name: string): Promise<void>;
  /** Answers with what gives it up again; undefined where somebody else is busy with it. */
  claim(name: string): Promise<(() => void) | undefined>;
}

export function memoryFiles(): FileStore {
  const kept = new Map<string, Blob>();
  const claimed = new Set<string>();
  return {
    put: async (name, bytes) => void kept.set(name, bytes),
    get: async name => kept.get(name),
    delete: async name => void kept.delete(name),
    async claim(name) {
      if (claimed.has(name)) return undefined;
      claimed.add(name);
      return () => claimed.delete(name);
    },
  };
}
