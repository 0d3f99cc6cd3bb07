/** A promise that its maker settles: one side waits at it, the other opens it. */
export class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

/** Lets nobody past until so many have come. */
export class Barrier {
  private readonly gate = new Gate();

  constructor(private missing: number) {}

  pass(): Promise<void> {
    this.missing -= 1;
    if (this.missing <= 0) this.gate.open();
    return this.gate.opened;
  }
}
