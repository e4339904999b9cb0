// What was seen.

/** Faults and recorded requests, by client, operation and amount. */
export class Report {
  #seen = {};
  #recorded = {};
  #lost = [];
  #operations;

  constructor(operations) {
    this.#operations = operations;
  }

  /** A request and what is wrong with it. One that comes twice is right if it is so each time. */
  saw({ client, operation, amount }, faults) {
    const amounts = ((this.#seen[client] ??= {})[operation] ??= {});
    (amounts[amount] ??= []).push(...faults);
  }

  /** A request that is compared elsewhere. */
  recorded({ client, operation, amount }, request) {
    ((this.#recorded[client] ??= {})[operation] ??= {})[amount] = request;
  }

  /** A request of which nobody knows what it is meant to be. */
  lost(request) {
    this.#lost.push(request);
  }

  /** `seen` has "ok" or the list of faults for each. */
  toJSON() {
    const verdict = (faults) => (faults.length ? faults : "ok");
    const seen = mapped(this.#seen, (operations) => mapped(operations, (amounts) => mapped(amounts, verdict)));
    return { operations: this.#operations, seen, recorded: this.#recorded, lost: this.#lost };
  }
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
