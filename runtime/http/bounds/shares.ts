/**
 * What clients hold of a process, connections or bytes, shared out: so much for each owner (a user, or the network of
 * somebody who has not signed in), and so much for all. Nobody gets more than a share, and where no room is left, whoever
 * holds the most gives way, so that nobody keeps the others out.
 */
export interface Share {
  readonly each: number;
  readonly all: number;
}

interface Owner<Holding> {
  readonly name: string;
  readonly holdings: Set<Holding>;
  atMost: number;
}

/** Who holds less than this part of a share gives way to nobody new. */
const LITTLE = 0.1;

/**
 * Sums are never less than what is held, and taken again only when they seem too much: so a holding may shrink by itself,
 * and what it grows by costs an addition.
 */
export class Shares<Holding> {
  private readonly owners = new Map<string, Owner<Holding>>();
  private readonly ownerOf = new Map<Holding, Owner<Holding>>();
  private readonly grown = new Set<Owner<Holding>>();
  private atMost = 0;

  constructor(
    private readonly limits: Share,
    /** Ends a holding, which is none from then on. */
    private readonly end: (holding: Holding) => void,
    private readonly sizeOf: (holding: Holding) => number = () => 1,
  ) {}

  has(holding: Holding): boolean {
    return this.ownerOf.has(holding);
  }

  /** Which limit is in the way of so much more for this owner. If need be somebody who holds more has given way. */
  refuses(name: string, more = 1): keyof Share | undefined {
    const { each, all } = this.limits;
    const owner = this.owners.get(name);
    if (owner && owner.atMost + more > each && this.count(owner) + more > each) return 'each';
    if (this.atMost + more > all) this.countAll();
    while (this.atMost + more > all) if (!this.makeRoom(name, more)) return 'all';
    return undefined;
  }

  add(name: string, holding: Holding): void {
    const owner = this.owners.get(name) ?? { name, holdings: new Set(), atMost: 0 };
    this.owners.set(name, owner);
    owner.holdings.add(holding);
    this.ownerOf.set(holding, owner);
    this.change(owner, this.sizeOf(holding));
  }

  remove(holding: Holding): void {
    const owner = this.ownerOf.get(holding);
    if (!owner) return;
    this.ownerOf.delete(holding);
    owner.holdings.delete(holding);
    const isLast = owner.holdings.size === 0;
    if (isLast) this.owners.delete(owner.name);
    this.change(owner, isLast ? -owner.atMost : -this.sizeOf(holding));
  }

  /** It is somebody else's from now on. */
  pass(holding: Holding, name: string): void {
    this.remove(holding);
    this.add(name, holding);
  }

  /** A holding has become so much more. When that is too much, the largest of who holds too much ends, in a moment. */
  grew(holding: Holding, by: number): void {
    const owner = this.ownerOf.get(holding);
    if (!owner) return;
    this.change(owner, by);
    if (owner.atMost <= this.limits.each && this.atMost <= this.limits.all) return;
    if (this.grown.size === 0) queueMicrotask(() => this.settle());
    this.grown.add(owner);
  }

  /** Ends the largest, and of equals the oldest, of the owner that holds the most, if that is more than this one's. */
  private makeRoom(name: string, more: number): boolean {
    const most = this.largest();
    const own = (this.owners.get(name)?.atMost ?? 0) + more;
    if (!most || most.name === name || most.atMost <= Math.max(own, this.limits.each * LITTLE)) return false;
    this.endOne(most);
    return true;
  }

  private settle(): void {
    const { each, all } = this.limits;
    for (const owner of this.grown) while (owner.atMost > each && this.count(owner) > each) this.endOne(owner);
    this.grown.clear();
    if (this.atMost > all) this.countAll();
    for (let most = this.largest(); most && this.atMost > all; most = this.largest()) this.endOne(most);
  }

  private endOne({ holdings }: Owner<Holding>): void {
    let largest: Holding | undefined;
    for (const each of holdings) {
      if (largest === undefined || this.sizeOf(each) > this.sizeOf(largest)) largest = each;
    }
    if (largest === undefined) return;
    this.remove(largest);
    this.end(largest);
  }

  private largest(): Owner<Holding> | undefined {
    let most: Owner<Holding> | undefined;
    for (const owner of this.owners.values()) if (!most || owner.atMost > most.atMost) most = owner;
    return most;
  }

  private countAll(): void {
    for (const owner of this.owners.values()) this.count(owner);
  }

  private count(owner: Owner<Holding>): number {
    let sum = 0;
    for (const each of owner.holdings) sum += this.sizeOf(each);
    this.change(owner, sum - owner.atMost);
    return sum;
  }

  private change(owner: Owner<Holding>, by: number): void {
    owner.atMost += by;
    this.atMost += by;
  }
}
